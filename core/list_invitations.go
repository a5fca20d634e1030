package core

import (
	"context"
)

// InvitationQuery asks for invitations: of a unit, or without one the own.
type InvitationQuery struct {
	Query
	// Unit, when set, asks for the pending and lapsed ones of a unit (I2). Otherwise the own pending ones come (I6).
	Unit Unit
}

// InvitationView is an invitation with the names around it.
type InvitationView struct {
	Invitation
	// UnitName and OrganizationName are empty where the reader may no longer know them (A10).
	UnitName         string  `json:"unit_name,omitempty"`
	OrganizationName string  `json:"organization_name,omitempty"` // of a project
	Who              Person  `json:"who"`
	InvitedBy        *Person `json:"invited_by,omitempty"`
	EndedBy          *Person `json:"ended_by,omitempty"`
	Due              bool    `json:"due,omitempty"`  // past its lapse, not swept yet (TM5)
	Mine             bool    `json:"mine,omitempty"` // the reader is the invitee
	// SeesUnit is set when the reader may open the page of the unit.
	SeesUnit bool `json:"-"`
	// MayNotAccept, MayNotDecline, MayNotCancel and MayNotResend say why the reader may not, by the checks that also
	// enforce; nil where they say yes.
	MayNotAccept  *Error `json:"-"`
	MayNotDecline *Error `json:"-"`
	MayNotCancel  *Error `json:"-"`
	MayNotResend  *Error `json:"-"`
}

// Invitations lists the pending and lapsed invitations of a unit (I2), or without a unit the own pending ones (I6),
// newest first. Fields of the filter: id, unit, who, inviter, role, state, reason; words are looked for in unit, person,
// inviter and reason.
//
// Errors: those of seeing the unit: not_found, forbidden, admin_role_required, mfa_required.
func (a *Actor) Invitations(ctx context.Context, q InvitationQuery) (Page[InvitationView], error) {
	return list(ctx, a, func(r *reading) (Page[InvitationView], error) { return r.invitations(q) })
}

func invitationKey(i Invitation) Key { return Key{Num(i.ID)} }

func (r *reading) invitations(q InvitationQuery) (Page[InvitationView], error) {
	var none Page[InvitationView]
	f, err := parseFilter(q.Filter, listFields["invitations"]...)
	if err != nil {
		return none, err
	}
	if _, err := q.sortOf("newest"); err != nil {
		return none, err
	}
	name := "invitations/own"
	index := Scan{Index: InvitationsOfAccount, Prefix: Key{Num(r.me.ID)}}
	if !q.Unit.IsZero() {
		if _, ok := unitRights[q.Unit.Kind]; !ok {
			return none, notFound(q.Unit)
		}
		if _, err := r.may(seeRight(q.Unit), q.Unit); err != nil {
			return none, err
		}
		name = "invitations/" + q.Unit.Kind.String()
		index = Scan{Index: OpenOfUnit, Prefix: RefKey(q.Unit)}
	}
	organization, err := r.roleOrganization(q.Unit)
	if err != nil {
		return none, err
	}
	if err := r.wholeRoles(f, organization, "role"); err != nil {
		return none, err
	}
	d := r.directory()
	w := window[Invitation]{
		name: name, forms: []string{"n"}, newest: true,
		streams: []*stream[Invitation]{{index: index, scan: r.Invitations().Scan, key: invitationKey}},
		keep: func(i Invitation) (bool, error) {
			return !q.Unit.IsZero() || i.Pending(r.now), nil // I8: a due one has left the invitee's list, swept or not
		},
	}
	w.total, w.filter = w.walked(r, countedTo), f
	if !q.Unit.IsZero() {
		w.total = r.counters(q.Unit, CountOpenInvitations)
	}
	if listed := w.keep; !f.empty() {
		w.keep = func(i Invitation) (bool, error) {
			if ok, err := listed(i); err != nil || !ok {
				return false, err
			}
			return d.invitationMatches(f, i)
		}
	}
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, d.invitationRow)
}

func (d *directory) invitationMatches(f filter, i Invitation) (bool, error) {
	v, err := d.invitationRow(i)
	if err != nil {
		return false, err
	}
	inviter := ""
	if v.InvitedBy != nil {
		inviter = v.InvitedBy.names()
	}
	return f.matchTexts(v.UnitName, v.Who.Label(), v.Who.Name, inviter, i.Reason) && f.matchFields(func(name string) string {
		switch name {
		case "unit":
			return v.UnitName
		case "who":
			return v.Who.names()
		case "inviter":
			return inviter
		case "role":
			return several(append([]string{string(i.Role)}, i.Roles...)...)
		case "state":
			return string(i.State)
		case "reason":
			return i.Reason
		}
		return idText(i.ID)
	}), nil
}

// seesInvitation reports whether the actor may read an invitation: the invitee (I6), and whoever may see the people of
// the unit (I2).
func (d *directory) seesInvitation(i Invitation) (bool, error) {
	if i.Account == d.me.ID {
		return true, nil
	}
	return d.permitted(seeRight(i.Unit), i.Unit)
}

// invitationRow puts names to an invitation. The invitee knows the unit by name while the invitation waits (I6).
func (d *directory) invitationRow(i Invitation) (InvitationView, error) {
	v := InvitationView{
		Invitation: i, Mine: i.Account == d.me.ID, Due: i.State == InvitationPending && i.Lapses.Passed(d.now),
	}
	f, err := d.factsOf(i.Unit)
	if err != nil {
		return v, err
	}
	v.SeesUnit = permits(seeRight(i.Unit), f)
	if v.SeesUnit || (v.Mine && i.Pending(d.now)) {
		v.UnitName = f.UnitName
		if i.Unit.Kind == KindProject {
			v.OrganizationName = f.OrganizationName
		}
	}
	seeMFA, err := d.seesMFAOf(f, i.Account)
	if err != nil {
		return v, err
	}
	if v.Who, err = d.person(i.Account, seeMFA); err != nil {
		return v, err
	}
	if v.InvitedBy, err = d.maybe(i.Inviter); err != nil {
		return v, err
	}
	v.EndedBy, err = d.maybe(i.By)
	return v, err
}

// seesMFAOf reports whether the reader sees the MFA state of somebody who may be only invited to a unit, or has only
// asked (S31): administrators of who is inside, or a member of the organization; members of a maintainer of their
// fellow members.
func (d *directory) seesMFAOf(f Facts, who AccountID) (bool, error) {
	units := []Unit{f.Unit}
	switch f.Unit.Kind {
	case KindMaintainer:
		if f.MaintainerStanding != Ordinary {
			return false, nil
		}
	case KindProject:
		p, err := d.projectOf(ProjectID(f.Unit.ID))
		if err != nil {
			return false, err
		}
		units = append(units, p.Organization.Ref())
		fallthrough
	default:
		if !f.Admin {
			return false, nil
		}
	}
	for _, unit := range units {
		standing, _, err := d.standing(unit, who)
		if err != nil || standing != NoStanding {
			return err == nil, err
		}
	}
	return false, nil
}

// Invitation gives one invitation, in any state, with what the actor may do about it. Errors: not_found for whoever may
// not read it (A10).
func (a *Actor) Invitation(ctx context.Context, id InvitationID) (InvitationView, error) {
	var out InvitationView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		i, err := get(r.Invitations(), id, id.Ref())
		if err != nil {
			return err
		}
		d := r.directory()
		ok, err := d.seesInvitation(i)
		if err != nil {
			return err
		}
		if !ok {
			return notFound(id.Ref())
		}
		if out, err = d.invitationRow(i); err != nil {
			return err
		}
		out.may(r, i)
		return nil
	})
	return out, err
}

// may fills in what the reader may do about the invitation.
func (v *InvitationView) may(r *reading, i Invitation) {
	open := func(err error) error {
		if err != nil {
			return err
		}
		return r.closed(i)
	}
	_, accept := r.mayAnswer(acceptRights[i.Unit.Kind], i)
	_, decline := r.mayAnswer(declineRights[i.Unit.Kind], i)
	_, resend := r.mayInvite(i.Unit, i.Role)
	if resend == nil && i.Closed(r.now) == ReasonAlreadyDecided {
		resend = r.closed(i)
	}
	v.MayNotAccept, v.MayNotDecline = AsError(open(accept)), AsError(open(decline))
	v.MayNotCancel, v.MayNotResend = AsError(open(r.mayCancel(i))), AsError(resend)
	if r.onlyReads {
		for _, e := range []**Error{&v.MayNotAccept, &v.MayNotDecline, &v.MayNotCancel, &v.MayNotResend} {
			if *e == nil {
				*e = refuse(ReasonReadOnly, nil)
			}
		}
	}
}

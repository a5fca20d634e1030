package core

import (
	"context"
	"slices"
)

// This file is about who comes to run an organization: people whom staff add (M5, M6), new administrators, and the way
// out when nobody can run it any more (M19).

// AddedByStaff reports whether staff added an ordinary member of an organization (M5): they alone give a reason there.
func (m Membership) AddedByStaff() bool {
	return m.Unit.Kind == KindOrganization && m.Origin == OriginAdded && m.Reason != ""
}

// addedByStaff checks what staff add somebody to an organization as: with a reason, and with DEFAULT only while the
// organization has an administrator who can act (M5).
func (r *reading) addedByStaff(id OrganizationID, in AddInput) (roles []string, reason string, err error) {
	nobody, err := r.nobodyRuns(id)
	if err != nil {
		return nil, "", err
	}
	if nobody {
		roles, err = r.cleanRoles(id, in.Roles)
	} else {
		roles = []string{RoleDefault}
		if in.Role != "" {
			err = refuse(ReasonInvalidRole, words{"role": string(in.Role), "allowed": "the roles of the organization"}).field("role")
		}
		for _, role := range in.Roles {
			if role != RoleDefault {
				err = refuse(ReasonInvalidRole, words{"role": nameOr(role, "Nothing"), "allowed": RoleDefault + ": staff add with no other role"}).field("roles")
				break
			}
		}
	}
	if err != nil {
		return nil, "", err
	}
	reason, err = cleanReason(in.Reason)
	return roles, reason, err
}

// joinsItself refuses staff who add themselves or other staff to an organization, whom nobody lets in (M5): that is the
// right itself, and answers before what else they gave.
func (c *change) joinsItself(f Facts, acc Account) error {
	if f.Unit.Kind != KindOrganization || f.Admin || acc.ID == 0 {
		return nil
	}
	if m, inside, err := c.membership(f.Unit, acc.ID); err != nil || inside && m.Running(c.now) {
		return err
	}
	if acc.ID == c.me.ID {
		return refuseAs(ReasonUseJoin, variantOwn, words{"unit": f.UnitName}).field("email")
	}
	staff, err := c.staffFor(acc, f.Unit)
	if err != nil || !staff {
		return err
	}
	return refuseAs(ReasonUseJoin, variantOther, words{"who": acc.label()}).field("email")
}

// nobodyRuns reports whether no administrator of the organization can act: there is none, or all are not activated,
// expired or removed (M19).
func (r *reading) nobodyRuns(id OrganizationID) (bool, error) { return r.lastAdmin(id, 0) }

// tellAddedByStaff tells the administrators of whoever staff added (M5); where that is an administrator, because nobody
// else could act, everybody whom it concerns (M19).
func (c *change) tellAddedByStaff(m Membership) error {
	if m.Admin() {
		return c.tellHandedOver(m)
	}
	return c.tellOtherAdministrators(m, NoticeAddedByStaff, NoticeFacts{Text: m.Reason})
}

// tellNewAdministrator tells the administrators of a new one, whoever made them one (M6): how, and by whom.
func (c *change) tellNewAdministrator(m Membership, how string, by AccountID) error {
	if !m.Admin() {
		return nil
	}
	return c.tellOtherAdministrators(m, NoticeAdministratorNew, NoticeFacts{How: how, By: by})
}

func (c *change) tellOtherAdministrators(m Membership, event Notice, facts NoticeFacts) error {
	facts.About, facts.Name = m.Account, c.unitName(m.Unit)
	return each(c.Memberships(), Scan{Prefix: RefKey(m.Unit)}, func(other Membership) (bool, error) {
		if other.Admin() && other.Account != m.Account {
			c.tell(other.Account, event, facts, m.Unit)
		}
		return true, nil
	})
}

// HandOver makes somebody an administrator of an organization whose administrators cannot act (M19): none, or all not
// activated, expired or removed. It is for Support, in both settings of Auto Join. An unknown address becomes an account
// that is not activated, with an activation code that is shown this once (AC19); a member gets ADMIN. All members, all
// users of its projects, the members of the maintainer and its contact are told.
//
// Errors: not_found; forbidden for everybody but Support, and while an administrator can act; mfa_required without own
// MFA, and for a person without where the organization requires it (M13); invalid_email, reason_required; use_join for
// staff; already_member for a visitor.
func (a *Actor) HandOver(ctx context.Context, id OrganizationID, email, reason string) (Membership, GivenCode, error) {
	var out Membership
	var code GivenCode
	err := a.do(ctx, attempt{action: actionHandOver, subjects: []Ref{id.Ref()}, denied: true}, func(c *change) error {
		f, err := c.may(OrganizationHandOver, id.Ref())
		if err != nil {
			return err
		}
		if email, err = cleanEmail(email); err != nil {
			return err
		}
		m := Membership{Unit: id.Ref(), Origin: OriginAdded, Roles: []string{RoleAdmin, RoleDefault}}
		if m.Reason, err = cleanReason(reason); err != nil {
			return err
		}
		acc, known, err := c.accountByEmail(email)
		if err != nil {
			return err
		}
		if !known {
			acc = Account{Email: email, State: AccountNotActivated}
		}
		held, inside, err := c.membership(m.Unit, acc.ID)
		if err != nil {
			return err
		}
		if inside && held.Running(c.now) && !held.Visitor() {
			out, err = c.handToMember(held, acc, m.Reason)
			return err
		}
		if err := c.mayComeIn(f, acc); err != nil {
			return err
		}
		out, code, err = c.letIn(actionHandOver, m, acc, f.UnitName)
		return err
	})
	if err != nil {
		return Membership{}, GivenCode{}, err
	}
	return out, code, nil
}

const actionHandOver Action = "member.hand_over"

// handToMember gives ADMIN to somebody who is a member already.
func (c *change) handToMember(m Membership, acc Account, reason string) (Membership, error) {
	staff, err := c.staffFor(acc, m.Unit)
	switch {
	case err != nil:
		return m, err
	case m.Admin():
		return m, refuse(ReasonAlreadyMember, words{"who": acc.label(), "unit": c.unitName(m.Unit)}).field("email")
	case staff:
		return m, refuseAs(ReasonUseJoin, variantOther, words{"who": acc.label()}).field("email")
	}
	before := joinRoles(sortedRoles(m.Roles))
	m.Roles = sortedRoles(append(slices.Clone(m.Roles), RoleAdmin, RoleDefault))
	m.Version++
	c.happened(actionHandOver, m.Unit, []Ref{m.Unit, acc.ID.Ref()}, reason, Change{Field: "roles", Before: before, After: joinRoles(m.Roles)})
	if err := c.Memberships().Put(m); err != nil {
		return m, err
	}
	if err := c.openedByRoles(m); err != nil {
		return m, err
	}
	facts := NoticeFacts{Name: c.unitName(m.Unit), Text: reason}
	c.tell(acc.ID, NoticeHandedOver, facts, m.Unit)
	if err := c.tellHandedOver(Membership{Unit: m.Unit, Account: acc.ID, Reason: reason}); err != nil {
		return m, err
	}
	return m, c.reviewDecidersIn(OrganizationID(m.Unit.ID))
}

// tellHandedOver tells everybody whom an organization concerns that somebody runs it again (M19): its members, the users
// of its projects, and the maintainer.
func (c *change) tellHandedOver(m Membership) error {
	id := OrganizationID(m.Unit.ID)
	facts := NoticeFacts{Name: c.unitName(m.Unit), About: m.Account, Text: m.Reason}
	told := func(other Membership) (bool, error) {
		if other.Account != m.Account && other.Running(c.now) {
			c.tell(other.Account, NoticeHandedOver, facts, m.Unit)
		}
		return true, nil
	}
	o, err := c.organization(id)
	if err != nil {
		return err
	}
	units := []Unit{m.Unit, o.Maintainer.Ref()}
	err = each(c.Projects(), Scan{Index: ProjectIDsOfOrganization, Prefix: Key{Num(id)}}, func(p Project) (bool, error) {
		if p.State == ProjectActive {
			units = append(units, p.ID.Ref())
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, unit := range units {
		if err := each(c.Memberships(), Scan{Prefix: RefKey(unit)}, told); err != nil {
			return err
		}
	}
	keeper, err := c.maintainer(o.Maintainer)
	if err != nil {
		return err
	}
	c.tellContact(keeper, NoticeHandedOver, facts, m.Unit)
	return nil
}

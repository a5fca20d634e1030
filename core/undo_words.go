package core

import (
	"strconv"
	"strings"
)

// undoView says in words what an undo of one action takes back.
func (r *reading) undoView(group []Undo) (UndoView, error) {
	first := group[0]
	v := UndoView{Event: first.Event, Action: first.Action, Done: first.Done, Until: first.Due(), Revoked: len(first.Revoked)}
	err := r.undoWords(&v, first)
	if more := len(group) - 1; err == nil && more > 0 {
		v.What += " (and " + strconv.Itoa(more) + " more)"
	}
	return v, err
}

// Stays says what the undo does not bring back, and what else was decided meanwhile.
func (v UndoView) Stays() []string {
	var lines []string
	if v.Revoked > 0 {
		verb := "stay"
		if v.Revoked == 1 {
			verb = "stays"
		}
		lines = append(lines, counted(v.Revoked, "invitation")+" that it revoked "+verb+" revoked; send what is still wanted again.")
	}
	return append(lines, v.NotYours...)
}

func (r *reading) undoWords(v *UndoView, u Undo) error {
	name := func(unit Unit, what, now, back string) {
		v.Unit, v.What, v.Now, v.Back = unit, "The name of "+what, now, back
	}
	switch b, a := u.Before, u.After; {
	case b.Maintainer != nil:
		maintainerWords(v, *b.Maintainer, valueOf(a.Maintainer))
	case b.Organization != nil:
		organizationWords(v, *b.Organization, valueOf(a.Organization))
	case b.Billing != nil:
		v.Unit = b.Billing.Organization.Ref()
		v.What = "The billing of " + r.unitName(v.Unit)
		v.Now, v.Back = "as changed", "as it was: "+changedFields(billingChanges(*b.Billing, valueOf(a.Billing)))
	case b.Project != nil:
		id := b.Project.ID.Ref()
		name(id, "project "+id.number(), valueOf(a.Project).Name, b.Project.Name)
	case b.Bucket != nil:
		unit := b.Bucket.Project.Ref()
		name(unit, "bucket "+b.Bucket.ID.Ref().number()+" of "+r.unitName(unit), valueOf(a.Bucket).Name, b.Bucket.Name)
	case b.Membership != nil:
		return r.membershipWords(v, *b.Membership, a.Membership)
	case b.Request != nil:
		return r.rejectionWords(v, *b.Request)
	case b.Invitation != nil:
		return r.cancelWords(v, *b.Invitation)
	}
	return nil
}

func maintainerWords(v *UndoView, before, after Maintainer) {
	v.Unit = before.ID.Ref()
	if before.Name != after.Name {
		v.What, v.Now, v.Back = "The name of maintainer "+v.Unit.number(), after.Name, before.Name
		return
	}
	v.What, v.Now, v.Back = "The contact of "+after.Name, nameOr(after.Contact, "none"), nameOr(before.Contact, "none")
}

func (r *reading) cancelWords(v *UndoView, i Invitation) error {
	who, err := r.label(i.Account)
	v.Unit = i.Unit
	v.What, v.Now = "The invitation of "+who+" to "+r.unitName(v.Unit), "cancelled"
	v.Back = "pending until " + moment(i.Lapses)
	return err
}

// changedFields names fields for people: "legal name, city".
func changedFields(changes []Change) string {
	names := make([]string, 0, len(changes))
	for _, ch := range changes {
		names = append(names, strings.ReplaceAll(ch.Field, "_", " "))
	}
	return joinRoles(names)
}

func organizationWords(v *UndoView, before, after Organization) {
	v.Unit = before.ID.Ref()
	set := func(what, now, back string) { v.What, v.Now, v.Back = what+" of "+after.Name, now, back }
	hours := func(n int) string { return Length(n * 60).String() }
	switch {
	case before.Name != after.Name:
		v.What, v.Now, v.Back = "The name of organization "+v.Unit.number(), after.Name, before.Name
	case before.AutoJoin != after.AutoJoin:
		set("Auto Join", onOff(after.AutoJoin), onOff(before.AutoJoin))
	case before.Deciders != after.Deciders:
		set("Deciders", string(after.Deciders), string(before.Deciders))
	case before.PendingHours != after.PendingHours:
		set("The pending time", hours(after.PendingHours), hours(before.PendingHours))
	case before.NewMembers != after.NewMembers:
		set("New members get", string(after.NewMembers), string(before.NewMembers))
	default:
		set("Require MFA", after.MFA.words(), before.MFA.words())
	}
}

// words writes the setting for people.
func (s MFASetting) words() string {
	switch s.State {
	case MFAScheduled:
		return "required from " + moment(s.At)
	case MFARequired:
		return "required"
	case MFAOff:
	}
	return "not required"
}

func (r *reading) membershipWords(v *UndoView, before Membership, after *Membership) error {
	who, err := r.label(before.Account)
	v.Unit = before.Unit
	unit := r.unitName(before.Unit)
	held := string(before.Role)
	if before.Unit.Kind == KindOrganization {
		held = joinRoles(before.Roles)
	}
	switch {
	case after == nil:
		v.What, v.Now, v.Back = "The removal of "+who+" from "+unit, "removed", "inside again"
		if held != "" {
			v.Back += " as " + held
		}
		if before.Until != 0 {
			v.Back += " until " + moment(before.Until)
		}
	case before.Unit.Kind == KindProject:
		v.What, v.Now, v.Back = "The role of "+who+" in "+unit, string(after.Role), held
	default:
		v.What, v.Now, v.Back = "The roles of "+who+" in "+unit, joinRoles(after.Roles), held
	}
	return err
}

func (r *reading) rejectionWords(v *UndoView, q Request) error {
	who, err := r.label(q.Requester)
	v.Unit = q.Project.Ref()
	v.What = "The rejection of request " + q.ID.Ref().number() + ": " + who + " asks to enter " + r.unitName(v.Unit)
	v.Now, v.Back = string(RequestRejected), "waiting again until "+moment(q.Lapses)
	return err
}

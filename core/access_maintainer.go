package core

// maintainerRow is what members of a maintainer and Support may do to it (6.2, section 17).
type maintainerRow struct{ member, support Reason }

var maintainerRows = map[Right]maintainerRow{
	MaintainerSee:                {yes, yes},
	MaintainerManage:             {yes, yes},
	MaintainerDelete:             {fb, yes},
	MaintainerCreateOrganization: {yes, yes},
}

var maintainerRules = map[Right]string{
	MaintainerJoin: "MT5", MaintainerAccept: "MT6", MaintainerDecline: "MT6", MaintainerSee: "MT2", MaintainerManage: "MT4",
	MaintainerDelete: "MT1", MaintainerCreateOrganization: "MT3", MaintainerLeave: "MT7",
}

func (w *walk) maintainerRule() string {
	if rule, ok := maintainerRules[w.right]; ok {
		return rule
	}
	return "MT2"
}

func (w *walk) maintainerKinds() []kindOfPerson {
	f := w.f
	return []kindOfPerson{
		{RelationMember, "MT2", f.MaintainerStanding != NoStanding, w.maintainerSentence(), "No member of the maintainer.", false},
		{RelationInvitee, "MT6", f.Invited, "Has a pending invitation.", "No pending invitation.", f.staff()},
		{RelationStaff, "MT5", f.staff(), "Is Support.", "Not Support.", false},
	}
}

func (w *walk) maintainerSentence() string {
	if w.f.MaintainerStanding == Visiting {
		return "Is in the maintainer as a visitor."
	}
	return "Is a member of the maintainer."
}

// maintainerInside is check 5.
func (w *walk) maintainerInside() finding {
	if w.f.MaintainerStanding == NoStanding {
		return passed("Is not inside.")
	}
	if w.right == MaintainerJoin || w.right == MaintainerAccept {
		return failed(ReasonAlreadyMember, "Is a member already.").as(variantOwn)
	}
	return passed("Is a member.")
}

// maintainerPending is check 6.
func (w *walk) maintainerPending() finding {
	if w.right == MaintainerJoin && w.v.Relation == RelationInvitee {
		return failed(ReasonAlreadyInvited, "An invitation is pending.").as(variantOwn)
	}
	return passed("Nothing of the account stands in the way.")
}

// maintainerRight is check 7.
func (w *walk) maintainerRight() finding {
	switch w.right {
	case MaintainerJoin:
		return w.own(w.v.Relation == RelationStaff, "Support joins.", "Only Support joins.")
	case MaintainerAccept, MaintainerDecline:
		return w.own(w.f.Invited, "The invitation is the own one.", "There is no invitation to answer.")
	case MaintainerLeave:
		return w.own(w.f.MaintainerStanding != NoStanding, "Members may leave.", "Only members can leave.")
	default:
	}
	if w.supportMay() {
		return passed("Support may do this.")
	}
	switch {
	case w.f.MaintainerStanding == Ordinary:
		return w.table("A member", w.maintainerStaffCell(false))
	case w.f.MaintainerStanding == Visiting:
		return w.table(columnVisitor, vr)
	case w.v.Relation == RelationStaff:
		return w.table(columnSupport, w.maintainerStaffCell(true))
	}
	return w.table(columnOther, fb)
}

func (w *walk) maintainerStaffCell(support bool) Reason {
	row, ok := maintainerRows[w.right]
	switch {
	case !ok:
		return fb
	case support:
		return row.support
	}
	return row.member
}

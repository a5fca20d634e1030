package core

// asStaff is a cell of 6.4 that says: the person's own column of staff applies.
const asStaff Reason = "staff"

// organizationRow is a row of table 6.4.
type organizationRow struct{ administrator, visitor, plain, maintainer, support Reason }

// organizationRows is table 6.4. Joining (6.2), answering an invitation and leaving are functions below.
var organizationRows = map[Right]organizationRow{
	OrganizationSee:           {yes, yes, yes, yes, yes},
	OrganizationSeeMembers:    {yes, yes, ar, yes, yes},
	OrganizationListProjects:  {yes, yes, ar, yes, yes},
	OrganizationCombined:      {yes, yes, ar, om, om},
	OrganizationMFAList:       {yes, vr, ar, om, om},
	OrganizationInvite:        {yes, vr, ar, fb, fb},
	OrganizationAdd:           {yes, asStaff, ar, ReasonAutoJoinDisabled, ReasonAutoJoinDisabled}, // with Auto Join on: yes (M5)
	OrganizationHandOver:      {fb, asStaff, ar, fb, yes},                                         // while no administrator can act (M19)
	OrganizationRemoveMember:  {yes, asStaff, ar, fb, yes},
	OrganizationRename:        {yes, asStaff, ar, yes, yes},
	OrganizationSettings:      {yes, vr, ar, om, om},
	OrganizationRoles:         {yes, vr, ar, om, om},
	OrganizationBillingView:   {yes, yes, ar, yes, yes},
	OrganizationBillingEdit:   {yes, vr, ar, om, om},
	OrganizationCreateProject: {yes, vr, ar, om, om},
	OrganizationDelete:        {yes, asStaff, ar, fb, yes},
	OrganizationBuckets:       {yes, vr, ar, om, om},
	OrganizationMove:          {fb, asStaff, ar, yes, yes},
	OrganizationReceive:       {fb, asStaff, fb, yes, yes},
}

var organizationRules = map[Right]string{
	OrganizationJoin: "S3", OrganizationAccept: "I6", OrganizationDecline: "I6", OrganizationLeave: "M10",
	OrganizationSee: "H11", OrganizationCombined: "M14", OrganizationMFAList: "S13", OrganizationInvite: "M7",
	OrganizationAdd: "M5", OrganizationHandOver: "M19", OrganizationRemoveMember: "M9", OrganizationRename: "S26", OrganizationSettings: "S2",
	OrganizationBillingView: "B1", OrganizationBillingEdit: "B1", OrganizationCreateProject: "P1", OrganizationDelete: "DR10",
	OrganizationBuckets: "M1",
	OrganizationMove:    "H15", OrganizationReceive: "H14",
}

func (w *walk) organizationRule() string {
	if rule, ok := organizationRules[w.right]; ok {
		return rule
	}
	return "6.4"
}

func (w *walk) organizationKinds() []kindOfPerson {
	f := w.f
	return []kindOfPerson{
		{RelationAdministrator, "M1", f.Admin, "Is an administrator of the organization.", "No administrator of the organization.", false},
		{RelationMember, "V1", f.OrganizationStanding == Visiting, "Is in the organization as a visitor.", "No visitor of the organization.", false},
		{RelationInvitee, "M4", f.Invited, "Has a pending invitation.", "No pending invitation.", f.staff()},
		{RelationStaff, "H11", f.staff(), "Is staff for the organization.", "Not staff for the organization.", false},
		{RelationPlainMember, "OR13", f.OrganizationStanding == Ordinary, "Is a plain member of the organization.", "No member of the organization.", false},
	}
}

// organizationInside is check 5.
func (w *walk) organizationInside() finding {
	if w.f.OrganizationStanding == NoStanding {
		return passed("Is not inside.")
	}
	if w.right == OrganizationJoin || w.right == OrganizationAccept {
		return failed(ReasonAlreadyMember, "Is a member already.").as(variantOwn)
	}
	return passed("Is a member.")
}

// organizationPending is check 6: staff join over their own invitation (M12).
func (w *walk) organizationPending() finding {
	if w.right == OrganizationJoin && w.v.Relation == RelationInvitee {
		return failed(ReasonAlreadyInvited, "An invitation is pending.").as(variantOwn)
	}
	return passed("Nothing of the account stands in the way.")
}

// organizationRight is check 7.
func (w *walk) organizationRight() finding {
	switch w.right {
	case OrganizationJoin:
		return w.organizationJoin()
	case OrganizationAccept, OrganizationDecline:
		return w.own(w.f.Invited, "The invitation is the own one.", "There is no invitation to answer.")
	case OrganizationLeave:
		return w.own(w.f.OrganizationStanding != NoStanding, "Members may leave.", "Only members can leave.")
	case OrganizationHandOver:
		if !w.f.nobodyRuns() {
			return failed(ReasonForbidden, "An administrator of the organization can act.")
		}
	default:
	}
	if w.supportMay() {
		return passed("Support may do this.")
	}
	if (w.right == OrganizationMove || w.right == OrganizationReceive) && w.f.staff() {
		return passed("Staff may do this, whatever else they are.")
	}
	col := w.organizationColumn()
	return w.table(col, w.organizationCell(col))
}

func (w *walk) organizationJoin() finding {
	switch {
	case w.v.Relation != RelationStaff:
		return failed(ReasonForbidden, "Only staff join.")
	case !w.f.AutoJoin:
		return failed(ReasonAutoJoinDisabled, "Auto Join is off: staff do not join.").as(variantOrganization)
	}
	return passed("Auto Join is on: staff join at once.")
}

// organizationColumn is the column of 6.4 that the account counts in.
func (w *walk) organizationColumn() column {
	switch w.v.Relation {
	case RelationAdministrator:
		return columnAdministrator
	case RelationMember:
		return columnVisitor
	case RelationStaff:
		return w.staffColumn()
	case RelationPlainMember:
		return columnPlain
	default:
		return columnOther
	}
}

func (w *walk) staffColumn() column {
	if w.f.Account.Support {
		return columnSupport
	}
	return columnMaintainer
}

// organizationCell reads table 6.4.
func (w *walk) organizationCell(col column) Reason {
	row, ok := organizationRows[w.right]
	if !ok {
		return fb
	}
	switch col {
	case columnAdministrator:
		return row.administrator
	case columnVisitor:
		if row.visitor == asStaff {
			return w.organizationStaffCell(w.f.Account.Support)
		}
		return row.visitor
	case columnPlain:
		return row.plain
	case columnMaintainer:
		return w.organizationStaffCell(false)
	case columnSupport:
		return w.organizationStaffCell(true)
	default:
		return fb
	}
}

func (w *walk) organizationStaffCell(support bool) Reason {
	row, ok := organizationRows[w.right]
	cell := row.maintainer
	if support {
		cell = row.support
	}
	switch {
	case !ok || !w.f.staff():
		return fb
	case cell == ReasonAutoJoinDisabled && w.f.AutoJoin:
		return yes
	}
	return cell
}

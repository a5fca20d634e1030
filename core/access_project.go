package core

func (w *walk) projectKinds() []kindOfPerson {
	f := w.f
	kinds := []kindOfPerson{
		{RelationDirect, "V1", f.Direct != NoStanding, w.directSentence(), "No membership in the project.", false},
		{RelationAdministrator, "M1", f.Admin, "Holds ADMIN in the organization.", "No administrator of the organization.", false},
		{RelationRoleUser, "OR4", f.RoleAccess != "", f.openingSentence(), "No organization role opens the project.", false},
		{RelationInvitee, "I7", f.Invited, "Has a pending invitation.", "No pending invitation.", f.staff()},
		{RelationStaff, "R4", f.staff(), "Is staff for the organization.", "Not staff for the organization.", false},
		{RelationPlainMember, "OR13", f.OrganizationStanding == Ordinary, "Is a plain member of the organization.", "No member of the organization.", false},
	}
	if w.dutyMay() {
		kinds = append(kinds, kindOfPerson{RelationDuty, "AC25", true, "Has a duty that allows this.", "", false})
	}
	if f.Requested {
		kinds = append(kinds, kindOfPerson{RelationRequester, "R9", true, "Has a pending request, but is no longer staff.", "", false})
	}
	return kinds
}

func (w *walk) directSentence() string {
	if w.f.Direct == Visiting {
		return "Is in the project as a visitor."
	}
	return "Is a direct member of the project."
}

// role is the effective role of somebody inside: the highest of direct membership and role access (OR5).
func (w *walk) role() Role {
	if w.f.Direct == NoStanding {
		return w.f.RoleAccess
	}
	return w.f.RoleSet.Higher(w.f.DirectRole, w.f.RoleAccess)
}

func (w *walk) insideRule() string {
	if w.f.Direct == NoStanding {
		return "OR5"
	}
	return "TM5"
}

// projectInside is check 5.
func (w *walk) projectInside() finding {
	inside := w.v.Relation == RelationDirect || w.v.Relation == RelationRoleUser
	switch w.right {
	case ProjectJoin, ProjectRequest:
		if inside {
			return failed(ReasonAlreadyMember, "Is inside already, as "+w.f.insideAs(w.v.Role)+".").as(variantOwn)
		}
	case ProjectAccept:
		if w.f.Direct != NoStanding {
			return failed(ReasonAlreadyMember, "Is inside already, as "+w.f.insideAs(w.v.Role)+".").as(variantOwn)
		}
	default:
	}
	if inside {
		return passed("Is inside as " + w.f.insideAs(w.v.Role) + ".")
	}
	return passed("Is not inside.")
}

// projectPending is check 6. Staff and administrators join over their own pending invitation or request.
func (w *walk) projectPending() finding {
	f := w.f
	switch w.right {
	case ProjectJoin:
		if w.v.Relation == RelationInvitee {
			return failed(ReasonAlreadyInvited, "An invitation is pending.").as(variantOwn)
		}
	case ProjectRequest, ProjectExtend:
		if f.Invited {
			return failed(ReasonAlreadyInvited, "An invitation is pending.").as(variantOwn)
		}
		if f.Requested {
			return failed(ReasonAlreadyRequested, "A request is pending.").as(variantOwn)
		}
	default:
	}
	switch {
	case f.Requested:
		return passed("A request is pending, which does not matter here.")
	case f.Invited:
		return passed("An invitation is pending, which does not matter here.")
	}
	return passed("Nothing of the account is pending.")
}

var projectRules = map[Right]string{
	ProjectJoin: "S3", ProjectRequest: "R1", ProjectExtend: "R23", ProjectContent: "A3",
	ProjectAccept: "I6", ProjectDecline: "I6", ProjectWithdraw: "R11",
	ProjectInvite: "I1", ProjectCancel: "I5", ProjectAdd: "A2", ProjectGiveShare: "RO3", ProjectGrantRoles: "OR7",
	ProjectDecide: "R5", ProjectApprove: "R5", ProjectRename: "P10", ProjectDelete: "DR2", ProjectRemoveForGood: "OR12",
	ProjectMove: "H14", ProjectAdminister: "P15", ProjectRestore: "DR5", ProjectPurge: "DR9", ProjectEmpty: "DR9",
	ProjectBuckets: "RO2", ProjectCatalog: "SB12", ProjectLinkBuckets: "RO2", ProjectShareBuckets: "SB2",
	ProjectListDeleted: "DR4", ProjectTicket: "ST1", ProjectTicketRestore: "ST4", ProjectLeave: "A5",
}

func (w *walk) projectRule() string {
	if rule, ok := projectRules[w.right]; ok {
		return rule
	}
	return "6.3"
}

// projectRight is check 7.
func (w *walk) projectRight() finding {
	switch w.right {
	case ProjectJoin:
		return w.projectJoin()
	case ProjectRequest:
		return w.projectRequest()
	case ProjectExtend:
		return w.own(w.v.Visitor, "A visitor may ask to stay.", "Only a visitor can ask to stay.")
	case ProjectContent:
		return w.projectContent()
	case ProjectBuckets, ProjectCatalog, ProjectLinkBuckets:
		return w.projectBucketWork()
	case ProjectAccept, ProjectDecline:
		return w.own(w.f.Invited, "The invitation is the own one.", "There is no invitation to answer.")
	case ProjectWithdraw:
		return w.own(w.f.Requested, "The request is the own one.", "There is no request to withdraw.")
	default:
	}
	if w.supportMay() {
		return passed("Support may do this.")
	}
	if w.dutyMay() {
		return passed("A duty of the account allows this (AC25).")
	}
	col := w.projectColumn()
	cell := w.projectCell(col)
	if w.f.Admin && w.f.RoleAccess != "" && col == columnAdministrator && cell != yes && w.right != ProjectLeave {
		// Role access puts an administrator inside at its level, and never lowers them (M3).
		col = levelColumn(w.f.RoleAccess)
		cell = w.projectCell(col)
	}
	return w.table(col, cell)
}

// own is the check of a right that is about one's own invitation, request or visit.
func (w *walk) own(has bool, said, otherwise string) finding {
	if has {
		return passed(said)
	}
	if w.v.Relation == RelationPlainMember {
		return failed(ReasonAdminRoleRequired, otherwise)
	}
	return failed(ReasonForbidden, otherwise)
}

func (w *walk) table(col column, cell Reason) finding {
	if cell == yes {
		return passed(string(col) + " may do this.")
	}
	return failed(cell, string(col)+" may not do this.").as(w.tableVariant(cell))
}

func (w *walk) tableVariant(cell Reason) string {
	if cell == ReasonAutoJoinDisabled {
		return variantOrganization
	}
	return ""
}

func (w *walk) projectJoin() finding {
	switch w.v.Relation {
	case RelationAdministrator:
		return passed("An administrator joins in both settings of Auto Join.")
	case RelationStaff:
		if w.f.AutoJoin {
			return passed("Auto Join is on: staff join at once.")
		}
		return failed(ReasonAutoJoinDisabled, "Auto Join is off: staff do not join.").as(variantProject)
	case RelationPlainMember:
		return failed(ReasonAdminRoleRequired, "A plain member does not join.")
	default:
		return failed(ReasonForbidden, "Only administrators and staff join.")
	}
}

func (w *walk) projectRequest() finding {
	switch w.v.Relation {
	case RelationAdministrator:
		return failed(ReasonUseJoin, "An administrator joins instead.").as(variantOwn)
	case RelationStaff:
		if w.f.AutoJoin {
			return failed(ReasonUseJoin, "Auto Join is on: staff join instead.").as(variantOwn)
		}
		return passed("Auto Join is off: staff may ask.")
	case RelationPlainMember:
		return failed(ReasonAdminRoleRequired, "A plain member does not ask.")
	default:
		return failed(ReasonForbidden, "Only staff ask.")
	}
}

func (w *walk) projectContent() finding {
	switch w.v.Relation {
	case RelationDirect, RelationRoleUser:
		return passed("Content is open to users.")
	case RelationAdministrator:
		return passed("Content is open to administrators.")
	case RelationInvitee:
		return failed(ReasonAlreadyInvited, "An invitation must be accepted first.").as(variantOwn)
	case RelationStaff:
		switch {
		case w.f.Invited:
			return failed(ReasonAlreadyInvited, "An invitation must be accepted first.").as(variantOwn)
		case w.f.AutoJoin:
			return failed(ReasonUseJoin, "Staff enter first; Auto Join is on.").as(variantOwn)
		}
		return failed(ReasonAutoJoinDisabled, "Staff enter first, and Auto Join is off.").as(variantProject)
	case RelationPlainMember:
		return failed(ReasonAdminRoleRequired, "A plain member sees no content.")
	default:
		return failed(ReasonForbidden, "Content is for users and administrators.")
	}
}

// projectOpen is check 8: what a disabled project refuses (P14).
func (w *walk) projectOpen() finding {
	if w.f.Disabled == nil {
		return passed("The project is not disabled.")
	}
	switch w.right {
	case ProjectJoin, ProjectRequest, ProjectExtend, ProjectContent, ProjectAccept, ProjectInvite, ProjectAdd, ProjectApprove,
		ProjectBuckets, ProjectCatalog, ProjectLinkBuckets, ProjectShareBuckets:
		return failed(ReasonProjectDisabled, "The project is disabled by Support.")
	default:
		return passed("The project is disabled, which does not matter here.")
	}
}

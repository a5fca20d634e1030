package core

import (
	"maps"
	"strconv"
)

// The variants of sentences that the access function asks for, see sentences.
const (
	variantOwn          = "own"
	variantOther        = "other"
	variantOutsider     = "outsider"
	variantStaff        = "staff"
	variantProject      = "project"
	variantOrganization = "organization"
	variantOne          = "one"     // of something counted
	variantContact      = "contact" // with the address of the maintainer (ST5)
	variantRemoved      = "removed" // an account that is gone for good (AC8)
	variantInvitation   = "invitation"
	variantVisit        = "visit"
	variantSender       = "sender" // an invitation whose sender lost the right to send it (I17)
)

// words fills the braces of the refusal. Outsiders are never told a name (A10).
func (w *walk) words() words {
	f := w.f
	id := strconv.FormatUint(f.Unit.ID, 10)
	if w.v.Reason == ReasonNotFound || w.variant == variantOutsider {
		return words{"kind": f.Unit.Kind.String(), "id": id}
	}
	text := words{
		"unit": f.unitName(), "project": f.projectName(), "organization": f.organizationName(), "role": string(w.v.Role),
	}
	switch w.v.Reason {
	case ReasonForbidden:
		text["who"] = w.whoCan()
	case ReasonRoleRestricted:
		text["full-role users"] = w.whoInstead(f.fullRoleUsers())
	case ReasonVisitorRestricted:
		text["full-role users or administrators"] = w.whoInstead(w.whoRuns())
	case ReasonAdminRoleRequired, ReasonOrgMembersOnly, ReasonShareNeedsOrgMember, ReasonAutoJoinDisabled:
		text["administrators"] = f.administrators()
	case ReasonAccountExpired:
		if f.Account.State == AccountRemoved {
			w.variant = variantRemoved
		}
		maps.Copy(text, f.expiryWords())
	case ReasonAlreadyInvited:
		text["id"], text["lapses"] = f.Invitation.Ref().number(), moment(f.InvitationLapses)
	case ReasonAlreadyRequested:
		text["id"], text["lapses"] = f.Request.Ref().number(), moment(f.RequestLapses)
		if f.Request == 0 {
			w.variant = "own, number not known"
		}
	case ReasonMFARequired:
		if w.variant == "" {
			w.variant, text = f.lockWords()
		}
	case ReasonProjectDisabled:
		text["reason"], text["moment"] = f.Disabled.Reason, momentOr(f.Disabled.ExpectedEnd, "not known")
	default:
	}
	return text
}

// whoCan says who has the right that was refused.
func (w *walk) whoCan() string {
	f := w.f
	switch w.right {
	case ProjectAdminister, ProjectRestore, ProjectPurge, ProjectEmpty, ProjectListDeleted, MaintainerDelete, MaintainerJoin:
		return "Support"
	case ProjectMove, OrganizationMove, OrganizationReceive:
		who := "a member of both maintainers, or Support"
		if w.right == ProjectMove && !f.AutoJoin {
			who += ", who is also an administrator or a user with a full role" // H14
		}
		return who
	case ProjectShareBuckets:
		return f.administrators()
	case ProjectDecide, ProjectApprove, ProjectTicket, ProjectLinkBuckets:
		return peopleOr(f.FullRoleUsers, "a user of the project")
	case ProjectExtend:
		return "a visitor"
	case ProjectLeave, OrganizationLeave, MaintainerLeave:
		return "a member"
	case ProjectAccept, ProjectDecline, ProjectWithdraw, OrganizationAccept, OrganizationDecline, MaintainerAccept, MaintainerDecline:
		return "the person whom it is about"
	default:
		return w.whoRuns()
	}
}

// whoInstead is who may do what the own role does not allow. A full role does not share buckets (SB2).
func (w *walk) whoInstead(who string) string {
	if w.right == ProjectShareBuckets {
		return w.f.administrators()
	}
	return who
}

// whoRuns names the people who look after the unit.
func (w *walk) whoRuns() string {
	f := w.f
	switch f.Unit.Kind {
	case KindProject:
		return peopleOr(f.FullRoleUsers, f.administrators())
	case KindOrganization:
		return f.administrators()
	default:
		return "a member or Support"
	}
}

func (f *Facts) fullRoleUsers() string {
	return peopleOr(f.FullRoleUsers, f.administrators())
}

func (f *Facts) administrators() string { return peopleOr(f.Administrators, "an administrator") }

// expiryWords are the words about an account that has expired.
func (f *Facts) expiryWords() words {
	return words{"date": nameOr(day(f.Account.Expires), "an earlier day"), "who may renew": f.mayRenew()}
}

// expired refuses an account that is over: it expired, or was removed.
func (f *Facts) expired() *Error {
	if f.Account.State == AccountRemoved {
		return refuseAs(ReasonAccountExpired, variantRemoved, nil)
	}
	return refuse(ReasonAccountExpired, f.expiryWords())
}

// mayRenew says who renews the account (AC13); never oneself.
func (f *Facts) mayRenew() string {
	if f.maintainerMember() {
		return "Support or a fellow member"
	}
	return "Support"
}

func (f *Facts) unitName() string {
	return nameOr(f.UnitName, f.Unit.Kind.String()+" "+f.Unit.number())
}

func (f *Facts) projectName() string {
	if f.Unit.Kind != KindProject {
		return nameOr(f.ProjectName, "the project")
	}
	return nameOr(f.ProjectName, f.unitName())
}

func (f *Facts) organizationName() string {
	if f.Unit.Kind != KindOrganization {
		return nameOr(f.OrganizationName, "the organization")
	}
	return nameOr(f.OrganizationName, f.unitName())
}

func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// number writes the number of a record, or nothing for none.
func (r Ref) number() string {
	if r.ID == 0 {
		return ""
	}
	return strconv.FormatUint(r.ID, 10)
}

// peopleOr names people, or says otherwise when there are none to name.
func peopleOr(names func() []string, otherwise string) string {
	if names == nil {
		return otherwise
	}
	return nameOr(people(names()), otherwise)
}

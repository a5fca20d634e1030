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
	variantStaffAct     = "staff act"
	variantNobody       = "nobody"      // of those who could can act: Support hands the organization over (M19)
	variantNobodyOwn    = "nobody, own" // the same, told to Support
	variantDuty         = "duty"
	variantProject      = "project"
	variantOrganization = "organization"
	variantOne          = "one"     // of something counted
	variantWhole        = "whole"   // of all of a dump, not one line
	variantContact      = "contact" // with the address of the maintainer (ST5)
	variantRemoved      = "removed" // an account that is gone for good (AC8)
	variantInvitation   = "invitation"
	variantVisit        = "visit"
	variantSender       = "sender"  // an invitation whose sender lost the right to send it (I17)
	variantInvitee      = "invitee" // somebody whose invitation waits
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
		text["full-role users"] = w.whoRuns()
	case ReasonVisitorRestricted:
		text["full-role users or administrators"] = w.whoRuns()
	case ReasonAdminRoleRequired:
		text["administrators"] = w.administrators(OrganizationRoles)
	case ReasonAutoJoinDisabled:
		if w.variant != variantProject { // there a user of the project decides
			text["administrators"] = w.administrators(OrganizationAdd)
		}
	case ReasonOrgMembersOnly, ReasonShareNeedsOrgMember:
		text["administrators"] = w.administrators(w.right)
	case ReasonAccountExpired:
		if f.Account.State == AccountRemoved {
			w.variant = variantRemoved
		}
		maps.Copy(text, f.expiryWords())
	default:
		text = w.stateWords(text)
	}
	w.nobodyActs(text)
	if w.v.Reason == ReasonForbidden && w.v.Relation == RelationInvitee && f.Invitation != 0 {
		w.variant = variantInvitee // the next step is theirs, whoever else could act
		text["id"], text["lapses"] = f.Invitation.Ref().number(), moment(f.InvitationLapses)
	}
	return text
}

// stateWords fills the braces of refusals by the state of something.
func (w *walk) stateWords(text words) words {
	f := w.f
	switch w.v.Reason {
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

// nobodyActs changes a sentence that would send somebody to administrators of whom none can act: it names the way out
// instead (M19).
func (w *walk) nobodyActs(text words) {
	for _, key := range []string{"who", "full-role users", "full-role users or administrators", "administrators"} {
		if who, asked := text[key]; !asked || who != "" {
			continue
		}
		if w.variant = variantNobody; w.f.Account.Support {
			w.variant = variantNobodyOwn
		}
	}
}

// whoCan says who has the right that was refused.
func (w *walk) whoCan() string {
	f := w.f
	switch w.right {
	case ProjectAdminister, ProjectRestore, ProjectPurge, ProjectEmpty, MaintainerDelete, MaintainerJoin:
		return "Support"
	case ProjectListDeleted:
		return "an administrator or Support" // DR4
	case ProjectMove, OrganizationMove, OrganizationReceive:
		who := "a member of both maintainers, or Support"
		if w.right == ProjectMove && !f.AutoJoin {
			who += ", who is also an administrator or a user with a full role" // H14
		}
		return who
	case ProjectShareBuckets:
		return w.administrators(w.right)
	case ProjectDecide, ProjectApprove, ProjectTicket, ProjectLinkBuckets:
		return nameOr(w.able(f.FullRoleUsers, w.right), "a user of the project")
	case ProjectExtend:
		return "a visitor"
	case OrganizationHandOver:
		return nameOr(w.administrators(OrganizationRoles), "Support")
	case ProjectLeave, OrganizationLeave, MaintainerLeave:
		return "a member"
	case ProjectAccept, ProjectDecline, ProjectWithdraw, OrganizationAccept, OrganizationDecline, MaintainerAccept, MaintainerDecline:
		return "the person whom it is about"
	default:
		return w.whoRuns()
	}
}

// whoRuns names the people who look after the unit and have the right that was refused.
func (w *walk) whoRuns() string {
	f := w.f
	switch f.Unit.Kind {
	case KindProject:
		if w.right == ProjectShareBuckets { // a full role does not share buckets (SB2)
			return w.administrators(w.right)
		}
		if who := w.able(f.FullRoleUsers, w.right); who != "" {
			return who
		}
		return w.administrators(w.right)
	case KindOrganization:
		return w.administrators(w.right)
	default:
		return "a member or Support"
	}
}

// administrators names administrators who have a right now. It is empty when none of them can act at all (M19).
func (w *walk) administrators(right Right) string {
	if names := w.able(w.f.Administrators, right); names != "" {
		return names
	}
	if w.f.nobodyRuns() {
		return ""
	}
	return "an administrator"
}

// able names those of some people who have a right, as people does. Only those whom the sentence names are looked at.
func (w *walk) able(names func() []string, right Right) string {
	if names == nil {
		return ""
	}
	var able []string
	for i, name := range names() {
		if len(able) == peopleNamed {
			able = append(able, names()[i:]...)
			break
		}
		if w.f.Can == nil || w.f.Can(name, right) {
			able = append(able, name)
		}
	}
	return people(able)
}

func (f *Facts) fullRoleUsers() string {
	return peopleOr(f.FullRoleUsers, f.administrators())
}

// administrators names those who can act, or says what they are when none can just now. It is empty when none can at all.
func (f *Facts) administrators() string {
	if names := peopleOr(f.Administrators, ""); names != "" {
		return names
	}
	if f.nobodyRuns() {
		return ""
	}
	return "an administrator"
}

func (f *Facts) nobodyRuns() bool { return f.NobodyRuns != nil && f.NobodyRuns() }

// handsOver is who helps where nobody runs an organization any more (M19).
const handsOver = "Support, who can hand the organization over to somebody"

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

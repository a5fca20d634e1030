package core

import (
	"strconv"
	"strings"
)

// peopleNamed is how many people a sentence names before it counts the rest (section 3).
const peopleNamed = 3

// people lists names for a sentence: at most three, and then "+n". No names give nothing.
func people(names []string) string {
	if len(names) <= peopleNamed {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:peopleNamed], ", ") + " +" + strconv.Itoa(len(names)-peopleNamed)
}

// plural is a noun behind a number.
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// moment writes a moment for a sentence: "2026-11-21 10:00 UTC", with seconds only where there are some.
func moment(m Moment) string {
	if m == 0 {
		return ""
	}
	if m%60 != 0 {
		return m.Time().Format("2006-01-02 15:04:05 UTC")
	}
	return m.Time().Format("2006-01-02 15:04 UTC")
}

func momentOr(m Moment, otherwise string) string { return nameOr(moment(m), otherwise) }

// day writes the day of a moment for a sentence: "2026-11-21".
func day(m Moment) string {
	if m == 0 {
		return ""
	}
	return m.Time().Format("2006-01-02")
}

// sentenceOf finds the text of a reason in a variant, or else without one.
func sentenceOf(r Reason, variant string) sentence {
	for _, key := range []sentenceKey{{r, variant}, {r, ""}} {
		for _, table := range []map[sentenceKey]sentence{sentences, conflictSentences, invalidSentences} {
			if s, ok := table[key]; ok {
				return s
			}
		}
	}
	return sentences[sentenceKey{ReasonInternal, ""}]
}

// The way out where no administrator of an organization can act (M19).
const (
	handOverNext = "No administrator of {organization} can act: ask Support to hand it over to somebody."
	handOverOwn  = "No administrator of {organization} can act: hand it over to somebody."
)

// sentences are the texts of section 3, by reason and variant: what is wrong, and the next step. The braces are named
// as there. The variants are
//
//	forbidden             "" with a relation, "outsider" without, "bucket" for one that is not offered
//	has_links             "", "shared" for a bucket without links that keeps its project from moving
//	auto_join_disabled    "project", "organization"
//	mfa_required          "" the organization requires it, "contact" with whom to write to (ST5), "staff" for staff entries
//	                      and visits, "staff act" for what else they do (AC23), "other" about another
//	use_join, already_*   "own", "other"
//	"nobody", "nobody, own" of what sends people to administrators of whom none can act (M19)
//	members_without_mfa   "one" for a single person
//	house_damaged         "", "path" with the {backup} to restore
//	cannot_invite_self    "" when inside, "join" otherwise
var sentences = map[sentenceKey]sentence{
	{ReasonNotFound, ""}:          {"There is no {kind} {id} that you may see.", "Check the number."},
	{ReasonNotFound, "address"}:   {"There is no {kind} {id} that you may see.", "Check the address."},
	{ReasonNotFound, "word"}:      {"There is no {kind} {id} that you may see.", "Check the spelling."},
	{ReasonInvalidEmail, "empty"}: {"Give an e-mail address, like ana@example.test.", ""},

	{ReasonForbidden, ""}:              {"You have no right to do this in {unit}; {who} can.", ""},
	{ReasonForbidden, variantOutsider}: {"You have no relation to {kind} {id}.", "Ask one of its people for an invitation."},
	{ReasonForbidden, variantInvitee}: {
		"You have no right to do this in {unit} while your invitation {id} waits, until {lapses}.", "Accept or decline it: invitation/{id}.",
	},
	{ReasonForbidden, "bucket"}: {
		"Bucket {id} is not shared in a way that lets you link it in {project}.",
		"Check the number, or ask its people to share it with you.",
	},
	{ReasonRoleRestricted, ""}: {"Your role {role} in {project} does not allow this.", "Ask {full-role users}."},
	{ReasonVisitorRestricted, ""}: {
		"You are in {unit} as a visitor; visitors change no access and no settings, and delete nothing.",
		"Ask {full-role users or administrators}.",
	},
	{ReasonAdminRoleRequired, ""}: {
		"You are a member of {organization} without ADMIN.",
		"Ask {administrators} for ADMIN, for a role that opens this, or for an invitation.",
	},
	{ReasonOrgMembersOnly, ""}:      {"Only administrators of {organization} may do this.", "Ask {administrators}."},
	{ReasonShareNeedsOrgMember, ""}: {"Only an administrator of {organization} may give the role share.", "Ask {administrators}."},
	{ReasonAutoJoinDisabled, variantProject}: {
		"Auto Join is off in {organization}.", "Request access; a user of {project} decides.",
	},
	{ReasonAutoJoinDisabled, variantOrganization}: {"Auto Join is off.", "Ask {administrators} to invite or add."},
	{ReasonAutoJoinDisabled, ""}:                  {"Auto Join is off.", "Ask {administrators} to invite or add."},

	{ReasonForbidden, variantNobody}:            {"You have no right to do this in {unit}, and nobody who has it can act.", handOverNext},
	{ReasonRoleRestricted, variantNobody}:       {"Your role {role} in {project} does not allow this.", handOverNext},
	{ReasonVisitorRestricted, variantNobody}:    {"You are in {unit} as a visitor, and visitors do not do this.", handOverNext},
	{ReasonAdminRoleRequired, variantNobody}:    {"You are a member of {organization} without ADMIN.", handOverNext},
	{ReasonOrgMembersOnly, variantNobody}:       {"Only administrators of {organization} may do this.", handOverNext},
	{ReasonShareNeedsOrgMember, variantNobody}:  {"Only an administrator of {organization} may give the role share.", handOverNext},
	{ReasonAutoJoinDisabled, variantNobody}:     {"Auto Join is off.", handOverNext},
	{ReasonForbidden, variantNobodyOwn}:         {"You have no right to do this in {unit}, and nobody who has it can act.", handOverOwn},
	{ReasonRoleRestricted, variantNobodyOwn}:    {"Your role {role} in {project} does not allow this.", handOverOwn},
	{ReasonVisitorRestricted, variantNobodyOwn}: {"You are in {unit} as a visitor, and visitors do not do this.", handOverOwn},
	{ReasonAdminRoleRequired, variantNobodyOwn}: {"You are a member of {organization} without ADMIN.", handOverOwn},
	{ReasonOrgMembersOnly, variantNobodyOwn}:    {"Only administrators of {organization} may do this.", handOverOwn},
	{ReasonShareNeedsOrgMember, variantNobodyOwn}: {
		"Only an administrator of {organization} may give the role share.", handOverOwn,
	},
	{ReasonAutoJoinDisabled, variantNobodyOwn}: {"Auto Join is off.", handOverOwn},

	{ReasonMFARequired, ""}: {"{organization} requires MFA and yours is off.", "Turn it on under Account."},
	{ReasonMFARequired, variantContact}: {
		"{organization} requires MFA and yours is off.", "Turn it on under Account, or write to {contact}.",
	},
	{ReasonMFARequired, variantDuty}:       {"Duties are used with MFA only.", "Turn yours on under Account."},
	{ReasonMFARequired, variantStaff}:      {"Staff enter with MFA only.", "Turn yours on under Account."},
	{ReasonMFARequired, variantStaffAct}:   {"Staff do this with MFA only, and yours is off.", "Turn yours on under Account."},
	{ReasonMFARequired, variantOther}:      {"{who} has no MFA, which is needed here.", "Ask {who} to turn it on."},
	{ReasonMFASetupRequired, ""}:           {"Turn on your own MFA under Account first.", ""},
	{ReasonInactiveAccount, ""}:            {"This account is not activated.", "Redeem its activation code with an SSH key."},
	{ReasonAccountExpired, ""}:             {"This account expired on {date}.", "Ask {who may renew} to renew it."},
	{ReasonAccountExpired, variantRemoved}: {"This account was removed.", "Ask Support for a new one."},
	{ReasonUnknownKey, ""}: {
		"This key belongs to no account.",
		"Redeem an activation code with it, or add it from a session that is signed in.",
	},
	{ReasonSecurityKeyRequired, ""}: {"This account signs in with its security key.", "Use that key."},
	{ReasonSecondFactorWrong, ""}:   {"That code is wrong or was used before.", "Enter the next one; {n} tries left."},
	{ReasonSecondFactorLocked, ""}:  {"Too many wrong codes.", "Try again at {time}."},
	{ReasonReadOnly, ""}:            {"This session only reads.", "Start it without --read-only to change something."},
	{ReasonReadOnlyAccount, ""}: {
		"This account is kept to reading ({reason}).", "Ask Support if it has to change something.",
	},
	{ReasonTooManySessions, ""}:  {"{sessions} open, the most that are allowed.", "End one, or try again later."},
	{ReasonSessionEnded, ""}:     {"This session has ended: {why}.", "Sign in again."},
	{ReasonOutcomeUnknown, ""}:   {"It is not certain that this was saved.", "Nothing more is written; start the program again and look."},
	{ReasonInternal, ""}:         {"Something went wrong inside Gatehouse.", "Try again; the log has the details."},
	{ReasonHouseInUse, ""}:       {"{path} is open in process {pid} since {time}.", "Use {ssh line}, or close it there."},
	{ReasonHouseDamaged, ""}:     {"{path} is not a whole house: {what is wrong}.", "Restore the newest good backup."},
	{ReasonHouseDamaged, "path"}: {"{path} is not a whole house: {what is wrong}.", "Restore the newest good backup, {backup}."},
	{ReasonHouseNewer, ""}:       {"{path} was written by a newer version.", "Update, then open it again."},
	{ReasonNotWritable, ""}:      {"{path} cannot be written: {cause}. Nothing was changed.", "Mend that and try again."},
	{ReasonKeyMissing, ""}: {
		"The secrets of this house cannot be read, because its key file {path} is missing.", "Put the key file back, then try again.",
	},
	{ReasonKeyExposed, ""}: {"The key file {path} can be read by others.", "Take that right away, then try again."},
	{ReasonKeyMissing, variantOther}: {
		"The secrets of this house were sealed with another key file.", "Put the right key file back, then try again.",
	},
	{ReasonConfirmationRequired, ""}: {"This cannot be taken back.", "Read what it does, then confirm with --yes."},
	{ReasonImportInvalid, ""}: {
		"Nothing was imported. Line {n}: {what is wrong}.", "Mend the file and import again.",
	},
	{ReasonImportInvalid, variantWhole}: {"Nothing was imported. In it {what is wrong}.", "Mend the file and import again."},
}

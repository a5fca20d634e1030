package cell

import (
	"slices"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/theme"
)

// done says what the actions of the log are in words that stand between who did it and what it is about: at most
// WhatWidth cells each. The log itself keeps the names of the actions, because those are what one filters by.
var done = map[core.Action]string{
	"house.init": "made the house", "house.export": "exported all", "house.backup": "made a backup", "house.restore": "restored the house",
	"house.import": "filled the house", "house.check": "checked the house",
	"session.sign_in": "signed in", "session.sign_out": "signed out", "session.revoke": "ended a session",
	"account.create": "made account", "account.activate": "activated account", "account.rename": "changed a name",
	"account.confirm": "confirmed account", "account.key_add": "added a key", "account.key_remove": "removed a key",
	"account.totp_enrol": "turned MFA on", "account.totp_remove": "turned MFA off", "account.recovery_renew": "renewed codes",
	"account.recovery_use": "used a saved code", "account.codes_locked": "had codes locked", "account.mfa_reset": "took MFA off",
	"account.code_issue": "gave a new code", "account.support_set": "gave Support", "account.support_take": "took Support away",
	"account.expiry_set": "set an expiry", "account.expire": "let account expire", "account.remove": "removed account",
	"account.read_only_set": "set read-only", "account.duty_give": "gave a duty", "account.duty_take": "took a duty away",
	"account.duty_expire": "let a duty end",
	"audit.export":        "exported the log", "undo": "took back",

	"maintainer.create": "made maintainer", "maintainer.rename": "renamed maintainer", "maintainer.contact_set": "set the contact",
	"maintainer.delete": "deleted maintainer", "maintainer.organization_in": "got organization", "maintainer.organization_out": "gave organization",
	"member.hand_over": "handed over", "member.add": "added member", "member.join": "entered", "member.leave": "left", "member.remove": "removed member",
	"invitation.create": "invited", "invitation.resend": "invited again", "invitation.accept": "accepted to join",
	"invitation.decline": "declined to join", "invitation.cancel": "uninvited", "invitation.lapse": "let invite lapse",
	"visit.leave": "ended own visit", "visit.revoke": "ended a visit", "visit.end": "ended a visit",

	"organization.create": "made organization", "organization.rename": "renamed", "organization.delete": "deleted",
	"organization.maintainer_set": "moved organization",
	"settings.auto_join":          "set Auto Join", "settings.deciders": "set deciders", "settings.pending_time": "set pending time",
	"settings.new_members": "set new members", "settings.mfa_require": "required MFA", "settings.mfa_schedule": "scheduled MFA",
	"settings.mfa_unschedule": "unscheduled MFA", "settings.mfa_off": "stopped MFA need", "settings.mfa_list_view": "saw who lacks MFA",
	"role.create": "made a role", "role.delete": "deleted a role", "role.assign": "changed roles",
	"billing.change": "changed billing", "billing.view": "read billing",

	"project.create": "made project", "project.rename": "renamed project", "project.template_set": "set template",
	"project.expiry_set": "set project expiry", "project.price_set": "set price label", "project.limit_set": "set user limit",
	"project.disable": "disabled project", "project.enable": "enabled project", "project.move_out": "moved project out",
	"project.move_in": "moved project in", "project.delete": "deleted project", "project.expire": "let project expire",
	"project.restore": "restored project", "project.purge": "wiped project", "project.remove": "removed project",
	"user.add": "added user", "user.join": "entered", "user.leave": "left", "user.remove": "removed user",
	"user.end": "ended membership", "user.role_set": "changed a role",
	"grant.add": "opened to a role", "grant.remove": "closed to a role",
	"request.file": "asked to enter", "request.remind": "reminded", "request.approve": "approved request",
	"request.reject": "rejected request", "request.withdraw": "withdrew request", "request.lapse": "let request lapse",
	"bucket.create": "made bucket", "bucket.change": "changed bucket", "bucket.delete": "deleted bucket", "bucket.share": "shared bucket",
	"bucket.unshare": "unshared bucket", "bucket.link": "linked bucket", "bucket.unlink": "unlinked bucket",
	"bucket.force_unlink": "took bucket away",
	"ticket.open":         "opened ticket", "ticket.comment": "answered ticket", "ticket.pass": "passed ticket on",
	"ticket.close": "closed ticket", "ticket.reopen": "reopened ticket",
}

// refused says the same of attempts that were denied: join, request, decide, settings and sign-in (AU8).
var refused = map[core.Action]string{
	"session.sign_in": "was not let in", "member.join": "was refused entry", "user.join": "was refused entry",
	"request.file": "could not ask", "request.approve": "could not approve", "request.reject": "could not reject",
	"settings.mfa_list_view": "could not see MFA", "account.activate": "could not activate",
}

// WhatWidth is how wide the words of What get, in cells.
const WhatWidth = 18

// What says in words what an event of the log is: "approved request". It stands after who did it.
func What(v core.EventView) theme.Span {
	if v.Outcome != core.OutcomeDone {
		words, known := refused[v.Action]
		if !known {
			words = "could not change"
		}
		return theme.Span{Role: theme.Warning, Text: words}
	}
	words, known := done[v.Action]
	if !known {
		words = string(v.Action)
	}
	return theme.Span{Text: words}
}

// About names what an event is about. Who acted stands beside it already, and the numbers of visits and requests are
// nothing that a person looks for; where nothing else is left, they stand.
func About(v core.EventView) string {
	kept := slices.DeleteFunc(strings.Split(v.About, ", "), func(p string) bool {
		return p == v.Who || strings.HasPrefix(p, "visit/") || strings.HasPrefix(p, "request/")
	})
	if len(kept) == 0 {
		return v.About
	}
	return strings.Join(kept, ", ")
}

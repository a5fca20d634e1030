package demo_test

import (
	"context"
	"testing"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
)

// The demo shows all of the house: every state of sections 9 to 13, and every kind of work that leaves a trace (AU9).
func TestFillShowsEveryState(t *testing.T) {
	suite.Sequential(t)
	store := open(t)
	if _, err := demo.Fill(context.Background(), store, now, 1); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	note := func(s string) { seen[s] = true }
	view(t, store, func(tx core.Tx) error {
		for _, scan := range []func() error{
			func() error { return walk(tx.Requests(), func(q core.Request) { note("request " + string(q.State)) }) },
			func() error { return walk(tx.Visits(), func(v core.Visit) { note("visit " + string(v.State)) }) },
			func() error {
				return walk(tx.Invitations(), func(i core.Invitation) { note("invitation " + string(i.State)) })
			},
			func() error { return walk(tx.Projects(), func(p core.Project) { note("project " + string(p.State)) }) },
			func() error { return walk(tx.Accounts(), func(a core.Account) { note("account " + string(a.State)) }) },
			func() error {
				return walk(tx.Organizations(), func(o core.Organization) { note("MFA " + string(o.MFA.State)) })
			},
			func() error { return walk(tx.Events(), func(e core.Event) { note(string(e.Action)) }) },
			func() error {
				return walk(tx.Requests(), func(q core.Request) {
					switch {
					case q.State == core.RequestPending && q.Extends != 0:
						note("to stay longer")
					case q.State == core.RequestPending && q.Undecidable:
						note("nobody can decide")
					}
				})
			},
		} {
			if err := scan(); err != nil {
				return err
			}
		}
		return nil
	})
	for _, want := range []string{
		"request pending", "request approved", "request rejected", "request withdrawn", "request lapsed", "request superseded", "request void",
		"to stay longer", "nobody can decide", "visit active", "visit left", "visit revoked", "visit ended",
		"invitation pending", "invitation accepted", "invitation declined", "invitation cancelled", "invitation lapsed",
		"invitation superseded", "invitation void", "project active", "project deleted", "project purged",
		"account not_activated", "account active", "account expired", "account removed", "MFA off", "MFA scheduled", "MFA required",
		"undo", "project.move_in", "project.restore", "project.remove", "project.disable", "project.enable", "project.expire",
		"member.remove", "user.remove", "user.join", "user.role_set", "role.assign", "grant.add", "billing.change", "bucket.link",
		"organization.maintainer_set", "settings.mfa_unschedule", "role.delete", "grant.remove", "bucket.force_unlink", "billing.view",
		"invitation.resend", "ticket.reopen", "account.mfa_reset", "account.key_remove", "account.confirm", "account.recovery_renew",
		"ticket.pass", "account.support_take", "account.expire", "account.code_issue", "account.codes_locked", "settings.new_members",
	} {
		if !seen[want] {
			t.Errorf("the demo does not show: %s", want)
		}
	}
}

func walk[K comparable, R any](table core.Table[K, R], fn func(R)) error {
	_, err := table.Scan(core.Scan{}, func(r R) (bool, error) {
		fn(r)
		return true, nil
	})
	return err
}

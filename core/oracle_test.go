package core_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/core"
)

// A10, trust-E7: an address of an account that the reader may not see and one that no account has get the same answer
// from every use case that is about somebody, whoever asks.
func TestHiddenAndAbsentAddressesAreOne(t *testing.T) {
	h := newFixture(t)
	h.addAccount("eve", "eve@hidden.test")
	const hidden, absent = "eve@hidden.test", "eva@absent.test"
	h.addUser(h.etl, "ana", core.RoleShare)
	raw := must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(t).ID
	shared := must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "shared"}))(t).ID
	must(h.as("ana").ShareBucket(ctx, shared, 0, core.ShareInput{Type: core.ShareProjectMembers}))(t)
	uses := map[string]func(a *core.Actor, who core.Address) error{
		"expire": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetAccountExpiry(ctx, who, h.in(core.Day)))
		},
		"support": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetSupport(ctx, who, true, h.in(core.Day)))
		},
		"code":    func(a *core.Actor, who core.Address) error { return onlyErr(a.IssueCode(ctx, who, "Lost the laptop")) },
		"confirm": func(a *core.Actor, who core.Address) error { return onlyErr(a.ConfirmAddress(ctx, who)) },
		"remove":  func(a *core.Actor, who core.Address) error { return a.RemoveAccount(ctx, who, "Has left") },
		"impact":  func(a *core.Actor, who core.Address) error { return onlyErr(a.RemoveAccountImpact(ctx, who)) },
		"mfa off": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SwitchOffMFAOf(ctx, who, "Lost the phone"))
		},
		"role": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetRole(ctx, h.etl, who, 0, core.RoleGuest))
		},
		"assign": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.AssignRoles(ctx, h.acme, who, 0, []string{"DEV"}, nil))
		},
		"remove user":   func(a *core.Actor, who core.Address) error { return a.RemoveMember(ctx, h.etl.Ref(), who, 0) },
		"remove member": func(a *core.Actor, who core.Address) error { return a.RemoveMember(ctx, h.acme.Ref(), who, 0) },
		"remove both": func(a *core.Actor, who core.Address) error {
			return a.RemoveMemberAndUses(ctx, h.acme, who, 0, []core.ProjectID{h.etl})
		},
		"removal impact": func(a *core.Actor, who core.Address) error { return onlyErr(a.RemovalImpact(ctx, h.acme.Ref(), who)) },
		"why":            func(a *core.Actor, who core.Address) error { return onlyErr(a.Why(ctx, who, h.etl)) },
		"sessions":       func(a *core.Actor, who core.Address) error { return onlyErr(a.Sessions(ctx, who)) },
		"account":        func(a *core.Actor, who core.Address) error { return onlyErr(a.FindAccount(ctx, string(who))) },
		"activity": func(a *core.Actor, who core.Address) error {
			page, err := a.Activity(ctx, core.ActivityQuery{By: who})
			if err == nil {
				err = fmt.Errorf("%+v", page)
			}
			return err
		},
		"bucket owner": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.CreateBucket(ctx, h.etl, core.BucketInput{Name: "x", Owner: string(who)}))
		},
		"new bucket owner": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetBucket(ctx, raw, 0, core.BucketPatch{Owner: ptr(string(who))}))
		},
		"sharing": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.ShareBucket(ctx, raw, 0, core.ShareInput{Type: core.ShareSelectedUsers, Users: []string{string(who)}}))
		},
		"other sharing": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.ChangeSharing(ctx, shared, 0, core.ShareInput{Type: core.ShareSelectedUsers, Users: []string{string(who)}}))
		},
		"read-only": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetReadOnly(ctx, who, true, "An auditor"))
		},
		"read-only impact": func(a *core.Actor, who core.Address) error { return onlyErr(a.ReadOnlyImpact(ctx, who)) },
		"duty": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetDuty(ctx, who, core.DutyBackup, true, "Runs the timer", h.in(core.Day)))
		},
		"support impact": func(a *core.Actor, who core.Address) error { return onlyErr(a.TakeSupportImpact(ctx, who)) },
		"hand over": func(a *core.Actor, who core.Address) error {
			_, _, err := a.HandOver(ctx, h.acme, string(who), incident)
			return err
		},
		"billing contact": func(a *core.Actor, who core.Address) error {
			return onlyErr(a.SetBilling(ctx, h.acme, 0, core.BillingPatch{Contact: ptr(string(who))}))
		},
	}
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	must(h.as("max").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("max").JoinOrganization(ctx, h.acme, entry()))(t)
	h.addAccount("oda", "oda@data.test", expired)
	h.addUser(h.etl, "oda", core.RoleProjectAdmin)
	// An outsider, users of a project with every right and few, an administrator, staff outside and inside, an expired account.
	for _, reader := range []string{"otto", "pia", "gus", "ana", "lea", "max", "oda"} {
		for use, ask := range uses {
			for _, form := range []func(string) string{strings.ToLower, strings.ToUpper} {
				one, other := fmt.Sprint(ask(h.as(reader), core.Address(form(hidden)))), fmt.Sprint(ask(h.as(reader), core.Address(form(absent))))
				other = strings.NewReplacer(absent, hidden, strings.ToUpper(absent), strings.ToUpper(hidden)).Replace(other)
				if one != other {
					t.Errorf("%s, %s: hidden: %s\nabsent: %s", reader, use, one, other)
				}
				if strings.Contains(one, "<nil>") {
					t.Errorf("%s, %s was done", reader, use)
				}
			}
		}
	}
}

// A10: what would be refused is refused in a rehearsal, and what would be done writes nothing in one.
func TestRehearsalWritesNothing(t *testing.T) {
	h := newFixture(t)
	before := h.heads()
	allowed(t, h.as("sam").Rehearsing().RemoveAccount(ctx, h.id("pia"), "Has left"))
	allowed(t, h.as("ana").Rehearsing().RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0))
	refused(t, h.as("otto").Rehearsing().RemoveAccount(ctx, core.Address("pia@data.test"), "Has left"), core.ReasonForbidden)
	refused(t, h.as("sam").Rehearsing().RemoveAccount(ctx, h.id("pia"), ""), core.ReasonReasonRequired)
	if got := h.mainEvents(before); len(got) != 0 {
		t.Errorf("a rehearsal wrote %+v", got)
	}
}

package core_test

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

// staffDeed does what a right of staff is for, in the house at the start, with a reason and an end where the use case
// takes one.
type staffDeed struct {
	by    string
	given func(h *fixture)
	do    func(h *fixture, a *core.Actor, reason string, ends core.Term) error
	about string // who is told besides, because it is about them
}

// reading marks the rows that only look.
var reading = staffDeed{}

// end is a term as a moment, for what takes one.
func (h *fixture) end(t core.Term) core.Moment {
	if t == (core.Term{}) {
		return 0
	}
	return h.in(30 * core.Day)
}

func staffDeeds() map[core.Right]staffDeed {
	deeds := map[core.Right]staffDeed{}
	for _, some := range []map[core.Right]staffDeed{projectDeeds(), organizationDeeds(), maintainerDeeds(), databaseDeeds()} {
		maps.Copy(deeds, some)
	}
	return deeds
}

func projectDeeds() map[core.Right]staffDeed {
	join := func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
		return onlyErr(a.JoinProject(ctx, h.etl, &core.Entry{Reason: reason, Term: ends}))
	}
	return map[core.Right]staffDeed{
		core.ProjectSee: reading, core.ProjectActivity: reading, core.ProjectListDeleted: reading,
		core.ProjectJoin: {by: "lea", do: join},
		core.ProjectRequest: {by: "lea", given: off, do: func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
			return onlyErr(a.FileRequest(ctx, h.etl, core.Entry{Reason: reason, Term: ends}))
		}},
		core.ProjectExtend: {by: "sam", given: func(h *fixture) { h.visiting() }, do: func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
			if ends.For != 0 {
				ends.For *= 2
			}
			return onlyErr(a.ExtendVisit(ctx, 1, core.Entry{Reason: reason, Term: ends}))
		}},
		core.ProjectDelete: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.DeleteProject(ctx, h.etl, 0))
		}},
		core.ProjectMove: {by: "lea", given: func(h *fixture) {
			h.addMember(h.addOrganization(h.partnerOne, "Beta").Ref(), "ana", core.RoleDefault, core.RoleAdmin)
		}, do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.MoveProject(ctx, h.etl, 0, h.acme+1))
		}},
		core.ProjectAdminister: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.SetProject(ctx, h.etl, 0, core.ProjectPatch{UserLimit: ptr(30)}))
		}},
		core.ProjectRestore: {by: "sam", given: deletedETL, do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.RestoreProject(ctx, h.etl, 0))
		}},
		core.ProjectEmpty: {by: "sam", given: deletedETL, about: "pia", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return a.RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)
		}},
		core.ProjectPurge: {by: "sam", given: func(h *fixture) {
			deletedETL(h)
			allowed(h.t, h.as("sue").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
		}, do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.PurgeProject(ctx, h.etl))
		}},
	}
}

func deletedETL(h *fixture) { must(h.as("ana").DeleteProject(ctx, h.etl, 0))(h.t) }

func organizationDeeds() map[core.Right]staffDeed {
	return map[core.Right]staffDeed{
		core.OrganizationSee: reading, core.OrganizationSeeMembers: reading, core.OrganizationListProjects: reading,
		core.OrganizationReceive: reading, // the other side of ProjectMove, which does it
		core.OrganizationJoin: {by: "lea", do: func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
			return onlyErr(a.JoinOrganization(ctx, h.acme, core.Entry{Reason: reason, Term: ends}))
		}},
		core.OrganizationAdd: {by: "lea", about: "otto", do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
			_, _, err := a.AddMember(ctx, core.AddInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test", Reason: reason})
			return err
		}},
		core.OrganizationHandOver: {
			by: "sam", about: "otto", given: func(h *fixture) {
				for _, who := range []string{"ana", "ben"} {
					h.editAccount(who, func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
				}
			},
			do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
				_, _, err := a.HandOver(ctx, h.acme, "otto@elsewhere.test", reason)
				return err
			},
		},
		core.OrganizationRemoveMember: {by: "sam", about: "ben", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return a.RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0)
		}},
		core.OrganizationRename: {by: "lea", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.RenameOrganization(ctx, h.acme, 0, "Acme Works"))
		}},
		core.OrganizationBillingView: {by: "lea", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.Billing(ctx, h.acme))
		}},
		core.OrganizationDelete: {
			by: "sam", given: func(h *fixture) {
				h.editProject(h.etl, func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })
			},
			do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
				return a.DeleteOrganization(ctx, h.acme, 0)
			},
		},
		core.OrganizationMove: {
			by: "lea", given: func(h *fixture) { h.addMaintainer("Partner Two", "lea", "max") },
			do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
				return onlyErr(a.MoveOrganization(ctx, h.acme, 0, h.partnerOne+1))
			},
		},
	}
}

func maintainerDeeds() map[core.Right]staffDeed {
	return map[core.Right]staffDeed{
		core.MaintainerSee: reading,
		core.MaintainerJoin: {by: "sam", do: func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
			return onlyErr(a.JoinMaintainer(ctx, h.partnerOne, core.Entry{Reason: reason, Term: ends}))
		}},
		core.MaintainerManage: {by: "sam", about: "otto", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			_, _, err := a.AddMember(ctx, core.AddInput{Unit: h.partnerOne.Ref(), Email: "otto@elsewhere.test"})
			return err
		}},
		core.MaintainerDelete: {by: "sam", given: func(h *fixture) { h.addMaintainer("Partner Two", "max") }, do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return a.DeleteMaintainer(ctx, h.partnerOne+1, 0)
		}},
		core.MaintainerCreateOrganization: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.CreateOrganization(ctx, h.partnerOne, "Beta"))
		}},
		core.MaintainerCreate: {by: "sam", do: func(_ *fixture, a *core.Actor, _ string, _ core.Term) error {
			return onlyErr(a.CreateMaintainer(ctx, "Partner Two"))
		}},
	}
}

func databaseDeeds() map[core.Right]staffDeed {
	var failed core.NotificationID
	create := func(support bool) staffDeed {
		return staffDeed{by: "sam", do: func(h *fixture, a *core.Actor, _ string, ends core.Term) error {
			in := core.AccountInput{Email: "new@support.test", Support: support}
			if support {
				in.Expires = h.end(ends)
			}
			_, _, err := a.CreateAccount(ctx, in)
			return err
		}}
	}
	return map[core.Right]staffDeed{
		core.AccountCreate: create(false), core.AccountCreateSupport: create(true),
		core.AccountConfirm: {
			by: "sam", given: func(h *fixture) { h.editAccount("otto", func(a *core.Account) { a.Confirmed = false }) },
			do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
				return onlyErr(a.ConfirmAddress(ctx, h.id("otto")))
			},
		},
		core.AccountCode: {by: "sam", about: "otto", do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
			return onlyErr(a.IssueCode(ctx, h.id("otto"), reason))
		}},
		core.AccountMFAOff: {
			by: "sam", about: "otto", given: func(h *fixture) { h.setMFA("otto", true) },
			do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
				return onlyErr(a.SwitchOffMFAOf(ctx, h.id("otto"), reason))
			},
		},
		core.AccountSupport: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, ends core.Term) error {
			return onlyErr(a.SetSupport(ctx, h.id("otto"), true, h.end(ends)))
		}},
		core.AccountExpire: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, ends core.Term) error {
			return onlyErr(a.SetAccountExpiry(ctx, h.id("sue"), h.end(ends)))
		}},
		core.AccountRemove: {by: "sam", do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
			return a.RemoveAccount(ctx, h.id("otto"), reason)
		}},
		core.AccountReadOnly: {by: "sam", about: "otto", do: func(h *fixture, a *core.Actor, reason string, _ core.Term) error {
			return onlyErr(a.SetReadOnly(ctx, h.id("otto"), true, reason))
		}},
		core.AccountDuty: {by: "sam", about: "otto", do: func(h *fixture, a *core.Actor, reason string, ends core.Term) error {
			return onlyErr(a.SetDuty(ctx, h.id("otto"), core.DutyRestore, true, reason, h.end(ends)))
		}},
		core.SessionRevoke: {by: "sam", given: func(h *fixture) { h.signIn("pia") }, do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			open := must(a.Sessions(ctx, h.id("pia")))(h.t)
			return a.RevokeSession(ctx, open[0].ID)
		}},
		core.HouseBackup: {by: "sam", do: func(h *fixture, a *core.Actor, _ string, _ core.Term) error {
			return a.Backup(ctx, filepath.Join(h.t.(*testing.T).TempDir(), "copy.db"), nil) //nolint:forcetypeassert // a test is given
		}},
		core.HouseExport: {by: "sam", do: func(_ *fixture, a *core.Actor, _ string, _ core.Term) error {
			return a.Export(ctx, io.Discard, nil)
		}},
		core.OutboxRetry: {
			by: "sam", given: func(h *fixture) { failed = h.failedMail() },
			do: func(_ *fixture, a *core.Actor, _ string, _ core.Term) error { return a.RetryMail(ctx, failed) },
		},
	}
}

// audienceOf says whom a row of the table tells.
var audienceOf = map[string][]string{
	"nobody": {}, "the person": {}, "users": {"pia"}, "administrators": {"ana", "ben"}, "project people": {"pia", "ana", "ben"}, "everybody": {"ana", "ben", "lea", "max", "pia"},
}

// R4, M5, AC23, AU14, N5: every right of the table of what staff may do is really used: without MFA, without a reason and
// without an end it is refused where the table asks for them; done, it has one event by who did it, and exactly those
// whom the table names are told.
func TestActsOfStaff(t *testing.T) {
	deeds := staffDeeds()
	for right, row := range core.StaffRows() {
		deed, known := deeds[right]
		if !known {
			t.Errorf("nothing does %s", right)
			continue
		}
		if deed.do == nil {
			continue
		}
		t.Run(string(right), func(t *testing.T) {
			h := newFixtureOver(t, copyable{openMemory(t)}, core.Options{})
			if deed.given != nil {
				deed.given(h)
			}
			a, ends := h.as(deed.by), forHours(4)
			if row.MFA {
				h.setMFA(deed.by, false)
				refused(t, deed.do(h, a, incident, ends), core.ReasonMFARequired)
				h.setMFA(deed.by, true)
			}
			if row.Reason {
				refused(t, deed.do(h, a, "", ends), core.ReasonReasonRequired)
			}
			if row.End {
				refused(t, deed.do(h, a, incident, core.Term{}), core.ReasonExpiryRequired)
			}
			if !row.MFA {
				h.setMFA(deed.by, false)
			}
			before, last := h.heads(), h.lastNotification()
			allowed(t, deed.do(h, a, incident, ends))
			h.actOf(right, deed, before, row.Reason)
			want := slices.Clone(audienceOf[row.Tells])
			if deed.about != "" {
				want = append(want, deed.about)
			}
			slices.Sort(want)
			if got := slices.Sorted(maps.Keys(h.toldSince(last))); !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("told are %v, not %v", got, want)
			}
		})
	}
}

// actOf looks at the event of a deed.
func (h *fixture) actOf(right core.Right, deed staffDeed, before map[core.Ref]uint64, reason bool) {
	h.t.Helper()
	main := h.mainEvents(before)
	if right == core.OutboxRetry { // bookkeeping (AU14)
		return
	}
	if len(main) != 1 || main[0].Actor != h.id(deed.by) || reason && main[0].Reason != incident {
		h.t.Errorf("the events are %+v, not one by %s with the reason", main, deed.by)
	}
}

// copyable is a store that says it can be copied.
type copyable struct{ core.Store }

func (copyable) CopyTo(context.Context, string, func(done, total int)) error { return nil }

// asksForSupport finds where the sources look at the flag of the acting account.
var asksForSupport = regexp.MustCompile(`\b(me|w\.f\.Account|f\.Account)\.Support\b|\bsupportOnly\(\)`)

// flagReaders are the files that look at the flag of the acting account without the table, and what for: they only show
// and choose what is seen, or are the table's own readers. A change by the flag goes through flagMay or the access function.
var flagReaders = map[string]string{
	"account_create.go": "supportOnly", "account_duty.go": "a duty stands beside the flag", "account_find.go": "reading", "account_key.go": "reading", "account_support.go": "fellows",
	"activity.go": "reading", "check.go": "reading", "directory.go": "reading", "home_needs.go": "reading", "list_requests.go": "reading", "list_tickets.go": "reading",
	"list_visits.go": "reading", "mfa.go": "a better refusal", "member_remove.go": "which row", "outbox_list.go": "outboxOnly",
	"project_template.go": "reading", "role_grant.go": "which row", "scope.go": "reading", "search.go": "reading",
	"session_list.go": "reading, and which row", "verify.go": "reading", "visit_change.go": "which row", "why_actor.go": "reading",
	"access_walk.go": "the access function", "access_organization.go": "the access function", "access_project_table.go": "the access function",
	"staff_act.go": "the table", "access_words.go": "sentences", "last_one.go": "sentences", "list_deleted.go": "reading", "who.go": "reading", "ticket_access.go": "tickets, which each side answers (ST7)",
}

// AC23: no act of the flag passes by the table of what staff may do. A new look at the flag must say here what it is for.
func TestNothingAsksForTheFlagBesideTheTable(t *testing.T) {
	names := must(filepath.Glob("*.go"))(t)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || flagReaders[name] != "" {
			continue
		}
		text := must(os.ReadFile(name))(t)
		if found := asksForSupport.Find(text); found != nil {
			t.Errorf("%s looks at %s: use flagMay with a row of staffActs, or say in this test what it is for", name, found)
		}
	}
}

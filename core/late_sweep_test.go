package core_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// What ends by time has ended at the moment it was due, whenever the sweep wrote it; the event keeps both moments (V10).
// The house is not opened for 400 h beyond every end.
func TestWhatEndsByTimeHasEndedWhenItWasDue(t *testing.T) {
	const late = 400 * time.Hour
	last := func(h *fixture, chain core.Ref, action core.Action) core.Event { return h.lastEvent(chain, action) }
	for name, c := range map[string]struct {
		given  func(h *fixture) (due core.Moment)
		event  core.Action
		system bool
		ended  func(h *fixture) core.Moment // by the record
		shown  func(h *fixture) core.Moment // by list and page
	}{
		"visit to a project": {
			given: func(h *fixture) core.Moment {
				must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(h.t)
				return h.in(time.Hour)
			},
			event: "visit.end",
			ended: func(h *fixture) core.Moment { return h.visit(1).Ended },
			shown: func(h *fixture) core.Moment { return shownEnd(h, h.etl.Ref(), 1) },
		},
		"visit to an organization": {
			given: func(h *fixture) core.Moment {
				must(h.as("sam").JoinOrganization(ctx, h.acme, entry(forHours(1))))(h.t)
				return h.in(time.Hour)
			},
			event: "visit.end",
			ended: func(h *fixture) core.Moment { return h.visit(1).Ended },
			shown: func(h *fixture) core.Moment { return shownEnd(h, h.acme.Ref(), 1) },
		},
		"request": {
			given: func(h *fixture) core.Moment {
				h.autoJoin(false)
				must(h.as("sam").FileRequest(ctx, h.etl, entry()))(h.t)
				return h.in(72 * time.Hour)
			},
			event: "request.lapse",
			ended: func(h *fixture) core.Moment { return h.request(1).Decided },
			shown: func(h *fixture) core.Moment {
				p := must(h.as("pia").Requests(ctx, core.RequestQuery{Tab: core.TabDecided}))(h.t)
				q := must(h.as("pia").Request(ctx, 1))(h.t)
				if p.Items[0].Decided != q.Decided {
					h.t.Errorf("the list says %s, the page %s", p.Items[0].Decided, q.Decided)
				}
				return q.Decided
			},
		},
		"invitation": {
			given: func(h *fixture) core.Moment {
				h.addInvitation(h.etl.Ref(), "otto", "pia")
				return h.in(7 * core.Day)
			},
			event: "invitation.lapse",
			ended: func(h *fixture) core.Moment { return h.invitation(1).Ended },
			shown: func(h *fixture) core.Moment {
				p := must(h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref()}))(h.t)
				return p.Items[0].Ended
			},
		},
		"membership": {
			given: func(h *fixture) core.Moment {
				h.addUser(h.etl, "otto", core.RoleGuest, func(m *core.Membership) { m.Until = h.in(time.Hour) })
				return h.in(time.Hour)
			},
			event: "user.end",
		},
		"project": {
			given: func(h *fixture) core.Moment {
				h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(48 * time.Hour) })
				return h.in(48 * time.Hour)
			},
			event: "project.expire",
			ended: func(h *fixture) core.Moment { return h.project(h.etl).Deleted },
			shown: func(h *fixture) core.Moment {
				p := must(h.as("ana").Projects(ctx, core.ProjectQuery{Organization: h.acme, Deleted: true}))(h.t)
				if want := p.Items[0].Deleted.Add(core.Grace); p.Items[0].PurgeAt != want {
					h.t.Errorf("purged at %s, want %s", p.Items[0].PurgeAt, want)
				}
				return p.Items[0].Deleted
			},
		},
		"account": {
			given: func(h *fixture) core.Moment {
				h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(40 * time.Hour) })
				return h.in(40 * time.Hour)
			},
			event: "account.expire", system: true,
		},
		"visit of an account that expired": {
			given: func(h *fixture) core.Moment {
				must(h.as("lea").JoinProject(ctx, h.etl, entryP(forHours(50))))(h.t)
				h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(40 * time.Hour) })
				return h.in(40 * time.Hour)
			},
			event: "account.expire", // linked
			ended: func(h *fixture) core.Moment { return h.visit(1).Ended },
			shown: func(h *fixture) core.Moment { return shownEnd(h, h.etl.Ref(), 1) },
		},
		"MFA date": {
			given: func(h *fixture) core.Moment {
				h.setMFA("ana", true)
				must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(2*core.Day)))(h.t)
				return h.in(2 * core.Day)
			},
			event: "settings.mfa_require",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			due := c.given(h)
			h.clock.move(due.Sub(h.now()) + late)
			h.sweep()
			chain := h.acme.Ref()
			if c.system {
				chain = core.System
			}
			if e := last(h, chain, c.event); e.Due != due || e.Time != h.now() || e.At() != due {
				t.Errorf("the event says due %s, written %s; want %s and %s", e.Due, e.Time, due, h.now())
			}
			for what, got := range map[string]func(*fixture) core.Moment{"record": c.ended, "list and page": c.shown} {
				if got == nil {
					continue
				}
				if at := got(h); at != due {
					t.Errorf("%s: ended %s, want %s", what, at, due)
				}
			}
		})
	}
}

// shownEnd is when a visit was over, by the list of its unit and its page.
func shownEnd(h *fixture, unit core.Unit, id core.VisitID) core.Moment {
	h.t.Helper()
	p := must(h.as("ana").Visits(ctx, core.VisitQuery{Unit: unit}))(h.t)
	v := must(h.as("ana").Visit(ctx, id))(h.t)
	if len(p.Items) != 1 || p.Items[0].Ended != v.Ended {
		h.t.Errorf("the list says %+v, the page %s", p.Items, v.Ended)
	}
	return v.Ended
}

// V10, TM5: what is over and not swept yet has ended by time, too, when something else takes it away first.
func TestWhatIsOverHasEndedByTimeWhateverTakesItAway(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	h.autoJoin(false)
	must(h.as("lea").FileRequest(ctx, h.etl, entry(until(h.in(2*time.Hour)))))(t)
	h.addInvitation(h.etl.Ref(), "otto", "pia", func(i *core.Invitation) { i.Lapses = h.in(3 * time.Hour) })
	begun := h.now()
	h.clock.move(10 * time.Hour)
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	if q := h.request(1); q.State != core.RequestLapsed || q.Decided != begun.Add(2*time.Hour) {
		t.Errorf("request: %s at %s", q.State, q.Decided)
	}
	h.told("lea", core.NoticeRequestLapsed)
	if i := h.invitation(1); i.State != core.InvitationLapsed || i.Ended != begun.Add(3*time.Hour) {
		t.Errorf("invitation: %s at %s", i.State, i.Ended)
	}
	must(h.as("sam").RestoreProject(ctx, h.etl, 0))(t)
	h.autoJoin(true)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t) // the old visit is cleared away
	if v := h.visit(1); v.State != core.VisitEnded || v.Ended != begun.Add(time.Hour) || v.Cause != "time" || v.By != 0 {
		t.Errorf("visit: %+v", v)
	}
}

// P11, V10: a project cannot have ended before its expiry was set to a moment of the past; its 60 days begin then.
func TestExpirySetToThePastEndsTheProjectNow(t *testing.T) {
	h := newFixture(t)
	h.clock.move(100 * core.Day)
	set := h.now()
	must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(core.At(begin))}))(t)
	h.clock.move(time.Hour)
	h.sweep()
	p := h.project(h.etl)
	if p.State != core.ProjectDeleted || p.Deleted != set || p.PurgeAt() != set.Add(core.Grace) {
		t.Errorf("project: %s, deleted %s, want %s", p.State, p.Deleted, set)
	}
	h.editAccount("sam", func(a *core.Account) { a.Expires = h.in(300 * core.Day) })
	p = must(h.as("sam").RestoreProject(ctx, h.etl, h.in(core.Day)))(t)
	if p.Overdue != 0 {
		t.Errorf("restored: %+v", p)
	}
}

// SW2, rules.md part 1 no. 4: a request is not lapsed at the turn of its reminder.
func TestLateSweepKeepsTheOrder(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(48 * time.Hour) })
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.addInvitation(h.acme.Ref(), "otto", "ana", func(i *core.Invitation) { i.Lapses = h.in(24 * time.Hour) })
	h.pass(10 * core.Day)
	h.wantState(1, core.RequestVoid)
	h.notTold("sam", core.NoticeRequestLapsed)
	h.notTold("pia", core.NoticeReminder)
	var order []string
	for _, e := range h.chain(h.acme.Ref()) {
		if e.ActorName == "system" {
			order = append(order, string(e.Action))
		}
	}
	if got, want := strings.Join(order, " "), "invitation.lapse project.expire"; got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
}

// SW2, V10: one run that comes late leaves the same history as a run at every moment at which something was due: the same
// records, and in each chain the same events in the same order. Only notices that came too late are left out (SW1).
func TestSweepingLateLeavesTheSameHistory(t *testing.T) {
	suite.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		var steps []func(*fixture)
		for range rapid.IntRange(3, 14).Draw(t, "steps") {
			steps = append(steps, waitingStep(t))
		}
		end := time.Duration(rapid.IntRange(1, 100*24).Draw(t, "hours")) * time.Hour
		inTime, late := newFixture(t), newFixture(t)
		for _, h := range []*fixture{inTime, late} {
			for _, s := range steps {
				s(h)
			}
		}
		over := inTime.in(end)
		for next := inTime.sweep().Next; next != 0 && next <= over; next = inTime.sweep().Next {
			inTime.clock.move(next.Sub(inTime.now()))
		}
		inTime.pass(over.Sub(inTime.now()))
		late.pass(end)
		if a, b := history(inTime), history(late); a != b {
			t.Fatalf("swept in time:\n%s\nswept late:\n%s", a, b)
		}
	})
}

// waitingStep draws one thing that ends by time. What a rule refuses is refused in both houses.
func waitingStep(t *rapid.T) func(*fixture) {
	hours := time.Duration(rapid.SampledFrom([]int{1, 2, 5, 18, 24, 48, 54, 72, 100, 200, 300, 700}).Draw(t, "end")) * time.Hour
	staff := rapid.SampledFrom([]string{"sam", "sue", "lea", "max"}).Draw(t, "staff")
	term := core.Term{For: core.Minutes(min(hours, 14*core.Day))}
	coin := rapid.Bool().Draw(t, "coin")
	switch rapid.IntRange(0, 11).Draw(t, "step") {
	case 0, 1:
		return func(h *fixture) {
			h.autoJoin(false)
			if coin {
				term = until(h.in(min(hours, 14*core.Day)))
			}
			_, _ = h.as(staff).FileRequest(ctx, h.etl, entry(term))
		}
	case 2:
		return func(h *fixture) {
			h.autoJoin(true)
			_, _ = h.as(staff).JoinProject(ctx, h.etl, entryP(term))
			if m, ok := h.membership(h.etl.Ref(), staff); coin && ok && m.Visit != 0 {
				_, _ = h.as(staff).ExtendVisit(ctx, m.Visit, entry(forHours(14*24)))
			}
		}
	case 3:
		return func(h *fixture) {
			h.autoJoin(true)
			_, _ = h.as(staff).JoinOrganization(ctx, h.acme, entry(term))
		}
	case 4:
		return func(h *fixture) {
			if _, in := h.membership(h.etl.Ref(), "otto"); !in {
				h.addUser(h.etl, "otto", core.RoleGuest, func(m *core.Membership) { m.Until = h.in(hours) })
			}
		}
	case 5:
		return func(h *fixture) {
			_, _, _ = h.as("ana").Invite(ctx, core.InviteInput{
				Unit: h.acme.Ref(), Email: "otto@elsewhere.test", Lapses: core.Minutes(min(hours, 30*core.Day)),
			})
		}
	case 6, 7:
		return func(h *fixture) { h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(hours) }) }
	case 8:
		return func(h *fixture) { h.editAccount(staff, func(a *core.Account) { a.Expires = h.in(hours) }) }
	case 9:
		return func(h *fixture) {
			h.setMFA("ana", coin)
			h.editOrganization(h.acme, func(o *core.Organization) {
				o.MFA = core.MFASetting{State: core.MFAScheduled, At: h.in(hours), By: h.id("ana")}
			})
		}
	case 10:
		return func(h *fixture) {
			must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(-hours))}))(h.t)
		}
	default:
		return func(h *fixture) {
			for range 3 {
				_, _ = h.as("otto").FileRequest(ctx, h.etl, entry())
			}
		}
	}
}

// history writes down what is the same however often the sweep runs.
func history(h *fixture) string {
	var b strings.Builder
	line := func(rec any) {
		text, err := json.Marshal(rec)
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		b.Write(append(text, '\n'))
	}
	each(h, &b, core.Tx.Memberships, line)
	each(h, &b, core.Tx.Visits, line)
	each(h, &b, core.Tx.Requests, line)
	each(h, &b, core.Tx.Invitations, line)
	each(h, &b, func(tx core.Tx) core.Table[core.AccountID, core.Account] { return tx.Accounts() }, line)
	each(h, &b, func(tx core.Tx) core.Table[core.OrganizationID, core.Organization] { return tx.Organizations() }, line)
	each(h, &b, func(tx core.Tx) core.Table[core.ProjectID, core.Project] { return tx.Projects() }, line)
	for _, chain := range []core.Ref{core.System, h.partnerOne.Ref(), h.acme.Ref()} {
		for _, e := range h.chain(chain) {
			if e.Action == "request.remind" {
				continue
			}
			linked, _, _ := strings.Cut(e.Linked, "#")
			fmt.Fprintf(&b, "%s %s %s %s %v due %s %s linked to %s\n", chain, e.Action, e.Outcome, e.Reason, e.Subjects, e.Due, changesJSON(e), linked)
		}
	}
	return b.String()
}

func each[K comparable, R any](h *fixture, b *strings.Builder, table func(core.Tx) core.Table[K, R], line func(any)) {
	fmt.Fprintf(b, "%T\n", *new(R))
	for _, rec := range allOf(h, table, core.Scan{}) {
		line(rec)
	}
}

func changesJSON(e core.Event) string {
	text, _ := json.Marshal(e.Changes)
	return string(text)
}

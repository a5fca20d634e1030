package core_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
)

func TestSweepDoesEverythingInOrder(t *testing.T) { // SW1, SW2, TM1, I8
	h := newFixture(t)
	end := h.in(time.Hour)
	h.editAccount("sue", func(a *core.Account) { a.Expires, a.Noticed = end, 3 })
	doomed := h.addProject(h.acme, "Doomed", func(p *core.Project) { p.Expires, p.Noticed = end, true })
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(until(end))))(t)
	h.autoJoin(false)
	q := h.file("lea", until(end))
	inv := h.addInvitation(h.etl.Ref(), "max", "pia", func(i *core.Invitation) { i.Lapses = end })
	h.addUser(h.etl, "otto", core.RoleGuest, func(m *core.Membership) { m.Until, m.Reason = end, "Quarterly review" })
	h.addProject(h.acme, "Earlier", func(p *core.Project) { p.Expires, p.Noticed = h.in(time.Minute), true })
	if next := h.sweep().Next; next != h.in(time.Minute) {
		t.Errorf("next due: %s", next)
	}
	before := h.countEvents()
	h.clock.move(50 * time.Minute) // the reminders of the request are due as well
	if res := h.sweep(); res.Done != 2 || res.Next != end {
		t.Errorf("first run: %+v", res)
	}
	h.clock.move(10 * time.Minute)
	res := h.sweep()
	if got := h.countEvents() - before; res.Done != 6 || got != 8 {
		t.Errorf("second run: %+v, %d events in all, want 6 done and 8 events", res, got)
	}
	var order []string
	for _, e := range h.chain(h.acme.Ref()) {
		if e.ActorName == "system" {
			order = append(order, string(e.Action))
		}
	}
	want := "project.expire request.remind project.expire visit.end request.lapse invitation.lapse user.end"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
	h.lastEvent(core.System, "account.expire")
	if h.account("sue").State != core.AccountExpired || h.project(doomed).State != core.ProjectDeleted ||
		h.request(q.ID).State != core.RequestLapsed || h.invitation(inv).State != core.InvitationLapsed {
		t.Error("something that was due has not happened")
	}
	h.noMember(h.etl.Ref(), "otto")
	if n := h.told("otto", core.NoticeUserEnded); n.Subject != "Your access to Nightly ETL has ended" {
		t.Errorf("Otto is told %q", n.Subject)
	}
	if got := len(h.inbox("max")); got != 0 {
		t.Errorf("Max has %d notifications of a lapsed invitation (N5)", got)
	}
	h.writes(0, func() {
		if res := h.sweep(); res.Done != 0 {
			t.Errorf("a second run did %d things", res.Done)
		}
	})
}

func TestSweepSkipsWhatFails(t *testing.T) { // SW1: a record that fails is logged and skipped
	var log bytes.Buffer
	h := newFixtureOver(t, openMemory(t), core.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	var bad core.RequestID
	h.put(func(tx core.Tx) error { // a request for a project that is not there
		bad = core.RequestID(h.nextID(tx, core.KindRequest))
		return tx.Requests().Put(core.Request{
			ID: bad, Version: 1, Project: 99, Organization: h.acme, Requester: h.id("sue"), Reason: incident, Asked: forHours(1),
			Filed: h.now(), Lapses: h.in(time.Minute), State: core.RequestPending,
		})
	})
	h.clock.move(time.Hour)
	for run, done := range []int{1, 0} {
		res, err := h.Sweep(ctx)
		allowed(t, err)
		if res.Done != done || res.Failed != 1 || res.Next != h.in(time.Minute) {
			t.Errorf("run %d: %+v, want %d done, one failed, the next in a minute", run, res, done)
		}
	}
	h.noMember(h.etl.Ref(), "sam")
	if !strings.Contains(log.String(), "request/1") {
		t.Errorf("the log does not name the record: %s", log.String())
	}
	h.put(func(tx core.Tx) error { return tx.Requests().Delete(bad) })
}

func TestStaffAccountsExpire(t *testing.T) { // AC13, AU14, R20
	h := newFixture(t)
	h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(40 * core.Day) })
	notices := func(who string) (n int) {
		for _, x := range h.inbox(who) {
			if x.Event == core.NoticeAccountExpires {
				n++
				if x.Subject != "lea@partner-one.test expires on 2026-04-11" {
					t.Errorf("%s is told %q", who, x.Subject)
				}
			}
		}
		return n
	}
	h.writes(0, func() { h.pass(10*core.Day - time.Second) })
	if notices("lea") != 0 {
		t.Error("a notice too early")
	}
	for i, d := range []time.Duration{time.Second, 23 * core.Day, 6 * core.Day} { // 30, 7, 1 days before
		h.writes(0, func() { h.pass(d) })
		for _, who := range []string{"lea", "max", "sam", "sue"} {
			if got := notices(who); got != i+1 {
				t.Errorf("%s has %d notices, want %d", who, got, i+1)
			}
		}
	}
	for _, who := range []string{"ana", "pia", "otto"} {
		if notices(who) != 0 {
			t.Errorf("%s is told", who)
		}
	}
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry(forHours(10*24))))(t)
	must(h.as("lea").JoinProject(ctx, h.etl, entryP(forHours(10*24))))(t)
	beta := h.addOrganization(h.partnerOne, "Beta", func(o *core.Organization) { o.AutoJoin = false })
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	other := h.addProject(beta, "Other")
	h.addUser(other, "pia", core.RoleProjectAdmin)
	own := h.addProject(beta, "Own")
	h.addUser(own, "lea", core.RoleProjectAdmin)
	q := must(h.as("lea").FileRequest(ctx, other, entry(forHours(4))))(t)
	byMax := must(h.as("max").FileRequest(ctx, own, entry(forHours(4))))(t) // Lea alone can decide it
	v := h.visitor("lea")
	h.clock.move(core.Day)
	refused(t, h.as("lea").LeaveProject(ctx, h.etl), core.ReasonAccountExpired) // rights follow the clock (TM5)
	h.sweep()
	if got := h.account("lea"); got.State != core.AccountExpired {
		t.Errorf("account: %+v", got)
	}
	if got := h.visit(v.ID); got.State != core.VisitEnded || got.Cause != "account expired" {
		t.Errorf("visit: %+v", got)
	}
	h.noMember(h.acme.Ref(), "lea")
	h.wantState(q.ID, core.RequestVoid)
	h.user(own, "lea") // other memberships sleep
	if _, ok := h.membership(h.partnerOne.Ref(), "lea"); !ok {
		t.Error("the membership in the maintainer is gone")
	}
	if !h.request(byMax.ID).Undecidable {
		t.Error("nobody was told that the request of Max cannot be decided any more")
	}
	h.told("ben", core.NoticeUndecidable)
	main := h.lastEvent(core.System, "account.expire")
	if len(main.Changes) != 1 {
		t.Errorf("the main event lists what belongs to other chains: %+v", main.Changes)
	}
	for chain, ended := range map[core.Ref]int{h.acme.Ref(): 2, beta.Ref(): 1} {
		var linked []core.Event
		for _, e := range h.chain(chain) {
			if e.Action == "account.expire" {
				linked = append(linked, e)
			}
		}
		if len(linked) != 1 || len(linked[0].Changes) != ended || !strings.HasPrefix(linked[0].Linked, "system#") {
			t.Errorf("linked events in %s: %+v", chain, linked)
		}
	}
}

func TestLateNoticesAreLeftOut(t *testing.T) { // SW1: only the latest due one; nothing once it is over
	h := newFixture(t)
	h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(40 * core.Day) })
	doomed := h.addProject(h.acme, "Doomed", func(p *core.Project) { p.Expires = h.in(8 * core.Day) })
	h.pass(34 * core.Day) // 30 days and 7 days before are past
	h.told("lea", core.NoticeAccountExpires)
	if got := h.project(doomed).State; got != core.ProjectDeleted {
		t.Errorf("project: %s", got)
	}
	h.notTold("ana", core.NoticeProjectExpires)
	h.told("ana", core.NoticeProjectDeleted)
}

func TestSweepsAtOnceDoEverythingOnce(t *testing.T) { // SW1
	h := newFixture(t)
	for _, who := range []string{"sam", "sue", "lea", "max"} {
		must(h.as(who).JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	}
	h.clock.move(time.Hour)
	h.writes(4, func() {
		var wait sync.WaitGroup
		done := make([]int, 8)
		for i := range done {
			wait.Go(func() {
				res, err := core.New(h.Store(), core.Options{Clock: h.clock.Now}).Sweep(ctx)
				if err != nil || res.Failed != 0 {
					t.Errorf("sweep: %+v, %v", res, err)
				}
				done[i] = res.Done
			})
		}
		wait.Wait()
		sum := 0
		for _, n := range done {
			sum += n
		}
		if sum != 4 {
			t.Errorf("%d things done, want 4", sum)
		}
	})
}

func TestSweepStopsWithItsContext(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	h.clock.move(time.Hour)
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := h.Sweep(done); err == nil {
		t.Error("a sweep that was called off says nothing")
	}
	h.sweep()
}

func TestReadOnlyHouseIsNotSwept(t *testing.T) {
	h := newFixture(t)
	shut := core.New(h.Store(), core.Options{Clock: h.clock.Now, ReadOnly: true})
	_, err := shut.Sweep(ctx)
	refused(t, err, core.ReasonReadOnly)
	refused(t, shut.MoveClock(ctx, time.Hour), core.ReasonReadOnly)
	refused(t, onlyErr(shut.As(h.id("ana")).CreateProject(ctx, h.acme, "x", "")), core.ReasonReadOnly)
}

func TestMovingTheClockOfADemoHouse(t *testing.T) {
	h := newFixture(t)
	refused(t, h.MoveClock(ctx, time.Hour), core.ReasonForbidden) // no demo house

	store, clock := openStore(t, "memory:", storage.Options{}), &testClock{now: begin}
	early := core.New(store, core.Options{Clock: clock.Now}) // opened before the house is filled
	if err := store.Update(ctx, func(tx core.Tx) error {
		return tx.PutSettings(core.Settings{Created: core.At(begin), Demo: true})
	}); err != nil {
		t.Fatal(err)
	}
	other := core.New(store, core.Options{Clock: clock.Now})
	for _, d := range []time.Duration{0, -time.Hour} {
		refused(t, early.MoveClock(ctx, d), core.ReasonInvalidValue)
	}
	allowed(t, early.MoveClock(ctx, time.Hour))
	allowed(t, early.MoveClock(ctx, core.Day))
	want := core.At(begin.Add(25 * time.Hour))
	if early.Now() != want {
		t.Errorf("it is %s, want %s", early.Now(), want)
	}
	if _, err := other.Sweep(ctx); err != nil { // any look at the store shows the moved clock
		t.Fatal(err)
	}
	if other.Now() != want {
		t.Errorf("in the other house it is %s, want %s", other.Now(), want)
	}
	if later := core.New(store, core.Options{Clock: clock.Now}); later.Now() != want {
		t.Errorf("in a house that is opened later it is %s, want %s", later.Now(), want)
	}
}

// F19: a sweep after a long pause tells how much is due, and how far it is.
func TestSweepTellsHowFarItIs(t *testing.T) {
	h := newFixture(t)
	const many = 7
	for n := range many {
		h.addProject(h.acme, fmt.Sprintf("Ends %d", n), func(p *core.Project) { p.Expires = h.in(core.Day) })
	}
	h.clock.move(2 * core.Day)
	last, total := 0, 0
	told := core.WithProgress(ctx, func(step string, done, of int) {
		if done < last || of < done || of < many {
			t.Errorf("%s: %d of %d after %d of %d", step, done, of, last, total)
		}
		last, total = done, of
	})
	if _, err := h.Sweep(told); err != nil || last < many {
		t.Errorf("told %d of %d: %v", last, total, err)
	}
}

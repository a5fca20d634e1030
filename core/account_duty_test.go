package core_test

import (
	"io"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// mayWhileReading are the use cases that an account that is kept to reading may do (AC24), with the reason.
var mayWhileReading = map[string]string{
	"Actor.SetPreferences": "own bookkeeping", "Actor.MarkRead": "own bookkeeping", "Actor.MarkAllRead": "own bookkeeping",
	"Actor.SaveFilter": "own bookkeeping", "Actor.DeleteSavedFilter": "own bookkeeping",
	"Actor.EnrolMFA": "needed to read where MFA is required", "Actor.ConfirmMFA": "the same",
	"Actor.RenewRecoveryCodes": "the same", "Actor.CheckSecondFactor": "sign-in",
	"Actor.Export": "an audited read", "Actor.Backup": "an audited read", "Actor.ExportActivity": "an audited read",
	"Actor.MFAImpact": "an audited read", "Actor.ExportMFAList": "an audited read", "Actor.Billing": "an audited read",
}

// AC24: whatever its roles, an account that is kept to reading changes nothing: every use case of an actor is refused
// with read_only_account, but for those that are excused above. A new use case is tried without being listed.
func TestReadOnlyAccountChangesNothing(t *testing.T) {
	suite.Sequential(t)
	cases := map[string]useCase{}
	for _, part := range []map[string]useCase{
		accountUseCases, unitUseCases, entryUseCases, serviceUseCases, houseUseCases, bookkeepingUseCases,
	} {
		maps.Copy(cases, part)
	}
	for name, u := range cases {
		if !strings.HasPrefix(name, "Actor.") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			do := u.given(h)
			h.sendersUnchecked = true
			for _, who := range []string{"sam", "sue", "lea", "max", "ana", "ben", "pia", "otto"} {
				h.editAccount(who, func(a *core.Account) {
					a.ReadOnly = &core.ReadOnlyMark{Reason: "An auditor", Since: h.now(), By: h.id("sam")}
				})
			}
			before := h.heads()
			err := do()
			if _, excused := mayWhileReading[name]; excused {
				if core.ReasonOf(err) == core.ReasonReadOnlyAccount {
					t.Errorf("refused: %v", err)
				}
				return
			}
			refused(t, err, core.ReasonReadOnlyAccount)
			for _, e := range h.mainEvents(before) {
				if e.Outcome == core.OutcomeDone {
					t.Errorf("it wrote %+v", e)
				}
			}
		})
	}
}

// AC24: Support with MFA sets the mark, with a reason; the person is told, and may change nothing until it is taken.
func TestSetReadOnly(t *testing.T) {
	h := newFixture(t)
	refused(t, second(h.as("ana").SetReadOnly(ctx, h.id("pia"), true, "An auditor")), core.ReasonForbidden)
	refused(t, second(h.as("sam").SetReadOnly(ctx, h.id("pia"), true, "")), core.ReasonReasonRequired)
	h.setMFA("sue", false)
	refused(t, second(h.as("sue").SetReadOnly(ctx, h.id("pia"), true, "An auditor")), core.ReasonMFARequired)
	must(h.as("sam").SetReadOnly(ctx, h.id("pia"), true, "An auditor"))(t)
	h.told("pia", core.NoticeReadOnly)
	refused(t, second(h.as("pia").RenameAccount(ctx, "Philippa")), core.ReasonReadOnlyAccount)
	if p := must(h.as("pia").Permissions(ctx, h.etl.Ref()))(t); p[core.ProjectRename] == nil || p[core.ProjectSee] != nil {
		t.Errorf("the keys of the interface say otherwise: %v", p)
	}
	must(h.as("sam").SetReadOnly(ctx, h.id("pia"), false, "No auditor any more"))(t)
	must(h.as("pia").RenameAccount(ctx, "Philippa"))(t)
}

// AC25: each duty gives its part of the flag and nothing else, and ends by itself, at its moment.
func TestDuties(t *testing.T) {
	h := newFixture(t)
	give := func(d core.Duty) {
		must(h.as("sam").SetDuty(ctx, h.id("otto"), d, true, "Runs the timer", h.in(core.Day)))(t)
	}
	deleted := must(h.as("ana").CreateProject(ctx, h.acme, "Gone", ""))(t).ID
	must(h.as("ana").DeleteProject(ctx, deleted, 0))(t)
	price := "fixed fee"
	tries := map[core.Duty]func() error{
		core.DutyBackup:  func() error { return h.as("otto").Export(ctx, io.Discard, nil) },
		core.DutyOutbox:  func() error { return onlyErr(h.as("otto").Outbox(ctx, core.Query{})) },
		core.DutyRestore: func() error { return onlyErr(h.as("otto").Projects(ctx, core.ProjectQuery{Deleted: true})) },
		core.DutyProjects: func() error {
			return onlyErr(h.as("otto").SetProject(ctx, h.etl, 0, core.ProjectPatch{PriceLabel: &price}))
		},
	}
	for d, try := range tries {
		refused(t, try(), core.ReasonForbidden)
		give(d)
		if d == core.DutyBackup {
			allowed(t, try()) // a timer has a key alone
		} else {
			refused(t, try(), core.ReasonMFARequired)
		}
		h.setMFA("otto", true)
		allowed(t, try())
		for other, another := range tries {
			if other != d {
				refused(t, another(), core.ReasonForbidden)
			}
		}
		refused(t, second(h.as("otto").OpenContent(ctx, h.etl)), core.ReasonForbidden)
		refused(t, h.as("otto").Rehearsing().RemoveAccount(ctx, h.id("pia"), "Has left"), core.ReasonForbidden)
		h.setMFA("otto", false)
		must(h.as("sue").SetDuty(ctx, h.id("otto"), d, false, "", 0))(t)
	}
	h.setMFA("otto", true)
	give(core.DutyRestore)
	must(h.as("otto").RestoreProject(ctx, deleted, 0))(t)
	give(core.DutyBackup)
	h.clock.move(core.Day)
	refused(t, tries[core.DutyBackup](), core.ReasonForbidden) // rights follow the clock
	must(h.Sweep(ctx))(t)
	if left := h.account("otto").Duties; len(left) != 0 {
		t.Errorf("left after their end: %+v", left)
	}
	h.lastEvent(core.System, "account.duty_expire")
}

// X3: marks and duties come through a dump, and a store reads back what it wrote.
func TestDutiesInDump(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").SetDuty(ctx, h.id("otto"), core.DutyBackup, true, "Runs the timer", h.in(core.Day)))(t)
	h.told("otto", core.NoticeDuty)
	must(h.as("sam").SetReadOnly(ctx, h.id("otto"), true, "A program"))(t)
	first := export(t, h.House)
	copied := &fixture{House: imported(t, h, first), t: t, clock: h.clock, people: h.people}
	if one, other := accountLines(string(first)), accountLines(string(export(t, copied.House))); one != other {
		t.Errorf("%s\n%s", one, other)
	}
	allowed(t, copied.as("otto").Backup(ctx, filepath.Join(t.TempDir(), "copy.db"), nil))
}

package core_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// S28: bounds, own MFA, moving, and what an organization that requires it already says.
func TestScheduleMFA(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana := h.as("ana")
	_, err := ana.ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day))
	refused(t, err, core.ReasonMFASetupRequired)
	if e := h.lastEvent(h.acme.Ref(), "settings.mfa_schedule"); e.Outcome != core.OutcomeDenied {
		t.Errorf("the denied attempt is not in the log (AU8): %+v", e)
	}
	h.setMFA("ana", true)
	for at, want := range map[core.Moment]core.Reason{
		0:                               core.ReasonExpiryRequired,
		h.in(core.Day - time.Second):    core.ReasonInvalidEnd,
		h.in(90*core.Day + time.Second): core.ReasonInvalidEnd,
		h.in(core.Day):                  "", h.in(90 * core.Day): "",
	} {
		if _, err := ana.ScheduleMFA(ctx, h.acme, 0, at); core.ReasonOf(err) != want {
			t.Errorf("at %s: %v, want %q", at, err, want)
		}
	}
	o := must(ana.ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))(t)
	n := h.countEvents()
	if again := must(ana.ScheduleMFA(ctx, h.acme, o.Version, h.in(10*core.Day)))(t); again.Version != o.Version || h.countEvents() != n {
		t.Error("the same date wrote something (F11)")
	}
	_, err = ana.ScheduleMFA(ctx, h.acme, o.Version-1, h.in(11*core.Day))
	refused(t, err, core.ReasonStale)
	must(ana.RequireMFA(ctx, h.acme, 0, true))(t)
	_, err = ana.ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day))
	refused(t, err, core.ReasonInvalidValue)
	for who, want := range map[string]core.Reason{"sam": core.ReasonOrgMembersOnly, "otto": core.ReasonForbidden, "pia": core.ReasonForbidden, "ben": core.ReasonMFARequired} {
		_, err := h.as(who).ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day))
		refused(t, err, want)
	}
}

// timesTold counts how often somebody was told of something.
func (h *fixture) timesTold(who string, event core.Notice) (n int) {
	h.t.Helper()
	for _, x := range h.inbox(who) {
		if x.Event == event {
			n++
		}
	}
	return n
}

// S28, SW1: people without MFA and administrators are told at once, 7 days and 1 day before; then it is required.
func TestMFADateComes(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))(t)
	told := func(day string, want int) {
		t.Helper()
		for _, who := range []string{"ben", "pia"} {
			if n := h.timesTold(who, core.NoticeMFAScheduled); n != want {
				t.Errorf("%s: %s was told %d times, want %d", day, who, n, want)
			}
		}
	}
	told("at once", 1)
	if n := h.told("pia", core.NoticeMFAScheduled); n.Subject != "Acme requires MFA from "+h.in(10*core.Day).Time().Format("2006-01-02") {
		t.Errorf("subject line: %q", n.Subject)
	}
	h.notTold("ana", core.NoticeMFAScheduled)
	h.notTold("otto", core.NoticeMFAScheduled)
	h.pass(3 * core.Day)
	told("7 days before", 2)
	if n := h.timesTold("ana", core.NoticeMFAScheduled); n != 1 {
		t.Errorf("Ana, an administrator with MFA, was told %d times by the sweep, want 1", n)
	}
	if res := h.sweep(); res.Done != 0 {
		t.Errorf("again: %+v", res)
	}
	h.pass(6 * core.Day)
	told("1 day before", 3)
	must(h.as("pia").OpenContent(ctx, h.etl))(t)
	h.pass(core.Day)
	told("the day", 3)
	o := must(h.as("ana").Organization(ctx, h.acme))(t)
	if o.MFA != (core.MFASetting{State: core.MFARequired}) {
		t.Errorf("setting: %+v", o.MFA)
	}
	if e := h.lastEvent(h.acme.Ref(), "settings.mfa_require"); e.ActorName != "system" || e.Reason == "" {
		t.Errorf("event: %+v", e)
	}
	h.told("pia", core.NoticeMFARequired)
	_, err := h.as("pia").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonMFARequired)
	if res := h.sweep(); res.Done != 0 {
		t.Errorf("again: %+v", res)
	}
}

// S28: a near date has only the notices still ahead; a moved one starts anew; of several that are due one is sent.
func TestMFADateNotices(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(3*core.Day)))(t)
	h.pass(2 * core.Day)
	if n := h.timesTold("pia", core.NoticeMFAScheduled); n != 2 {
		t.Errorf("told %d times of a date in 3 days, want at once and 1 day before", n)
	}
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(20*core.Day)))(t)
	h.pass(19*core.Day + time.Hour)
	if n := h.timesTold("pia", core.NoticeMFAScheduled); n != 4 {
		t.Errorf("told %d times, want once more at the move and once for both missed notices", n)
	}
}

// S28: no administrator has MFA any more when the date comes: it is dropped, and people are told.
func TestMFADateDropped(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(2*core.Day)))(t)
	h.setMFA("ana", false)
	h.pass(2 * core.Day)
	if o := must(h.as("ana").Organization(ctx, h.acme))(t); o.MFA != (core.MFASetting{State: core.MFAOff}) {
		t.Errorf("setting: %+v", o.MFA)
	}
	if e := h.lastEvent(h.acme.Ref(), "settings.mfa_unschedule"); e.ActorName != "system" || e.Reason == "" {
		t.Errorf("event: %+v", e)
	}
	h.told("ana", core.NoticeMFAUnscheduled)
	h.told("pia", core.NoticeMFAUnscheduled)

	h.setMFA("ana", true)
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(2*core.Day)))(t)
	n := h.timesTold("ben", core.NoticeMFAUnscheduled)
	must(h.as("ana").MFAOff(ctx, h.acme, 0))(t)
	if h.timesTold("ben", core.NoticeMFAUnscheduled) != n+1 {
		t.Error("who was told of the date is not told that it was dropped")
	}
	h.pass(3 * core.Day)
	if o := must(h.as("ana").Organization(ctx, h.acme))(t); o.MFA.State != core.MFAOff {
		t.Errorf("a dropped date came: %+v", o.MFA)
	}
}

// S29: also while it is only scheduled the last administrator with MFA keeps it.
func TestLastEnrolledAdminWhileScheduled(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(2*core.Day)))(t)
	refused(t, h.as("ana").SwitchOffMFA(ctx, h.code("ana")), core.ReasonLastEnrolledAdmin)
}

// S13, AU5: the export has everybody of the list, as text that no spreadsheet takes for a formula, and stands in the log.
func TestExportMFAList(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	h.editProject(h.etl, func(p *core.Project) { p.Name = "=HYPERLINK(1)" })
	n := len(h.chain(h.acme.Ref()))
	var csv, lines strings.Builder
	allowed(t, h.as("ana").ExportMFAList(ctx, h.acme, core.FormatCSV, &csv))
	allowed(t, h.as("ana").ExportMFAList(ctx, h.acme, core.FormatLines, &lines))
	want := "email,name,kind,locked_out,administrator,organization,external,projects,roles,projects_left_without_anybody\n" +
		"ben@acme.test,Ben,member,true,true,true,false,,,\n" +
		"pia@data.test,Pia,member,true,false,false,true,'=HYPERLINK(1),admin,'=HYPERLINK(1)\n"
	if !strings.HasPrefix(csv.String(), want) {
		t.Errorf("CSV:\n%swant:\n%s", csv.String(), want)
	}
	if got := strings.Count(lines.String(), "\n"); got != strings.Count(csv.String(), "\n")-1 || !strings.Contains(lines.String(), `"locked_out":true`) {
		t.Errorf("lines:\n%s", lines.String())
	}
	if got := len(h.chain(h.acme.Ref())) - n; got != 2 {
		t.Errorf("%d events for two exports", got)
	}
	_, err := h.as("sam").MFAImpact(ctx, h.acme)
	refused(t, err, core.ReasonOrgMembersOnly)
	refused(t, h.as("sam").ExportMFAList(ctx, h.acme, core.FormatCSV, &csv), core.ReasonOrgMembersOnly)
	refused(t, h.as("ana").ExportMFAList(ctx, h.acme, "xls", &csv), core.ReasonInvalidValue)
}

package core_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// crowd adds to the start one person of each further kind: Gus (guest), Shay (share), Cem (plain member of Acme), Vic
// (a Support account that visits the project and Acme), Nia (not activated user).
func crowd(t *testing.T) *fixture {
	t.Helper()
	h := newFixture(t)
	for _, who := range []string{"gus", "shay", "cem"} {
		h.addAccount(who, who+"@data.test")
	}
	h.addAccount("nia", "nia@data.test", func(a *core.Account) { a.State, a.Name = core.AccountNotActivated, "" })
	h.addAccount("vic", "vic@support.test", func(a *core.Account) {
		a.Support, a.Expires, a.TOTP = true, h.in(300*core.Day), h.secret()
	})
	h.addUser(h.etl, "gus", core.RoleGuest)
	h.addUser(h.etl, "shay", core.RoleShare)
	h.addUser(h.etl, "nia", core.RoleProjectAdmin)
	h.addMember(h.acme.Ref(), "cem", core.RoleDefault)
	must(h.as("vic").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("vic").JoinOrganization(ctx, h.acme, entry()))(t)
	return h
}

// verdicts says for each person how an action comes out; empty means allowed.
type verdicts map[string]core.Reason

// each runs the action once per person, each time in a house of its own, and compares.
func (v verdicts) each(t *testing.T, do func(h *fixture, a *core.Actor) error) {
	t.Helper()
	for who, want := range v {
		h := crowd(t)
		if err := do(h, h.as(who)); core.ReasonOf(err) != want {
			t.Errorf("%s: got %q, want %q: %v", who, core.ReasonOf(err), want, err)
		}
	}
}

func TestWhoCreatesProjects(t *testing.T) { // P1
	verdicts{
		"ana": "", "lea": core.ReasonOrgMembersOnly, "sam": core.ReasonOrgMembersOnly, "cem": core.ReasonAdminRoleRequired,
		"vic": core.ReasonVisitorRestricted, "pia": core.ReasonForbidden, "otto": core.ReasonForbidden,
	}.each(t, func(h *fixture, a *core.Actor) error {
		_, err := a.CreateProject(ctx, h.acme, "New", "")
		return err
	})
}

func TestWhoRenamesProjects(t *testing.T) { // P10, RO5, V4
	verdicts{
		"pia": "", "shay": "", "ana": "", "gus": core.ReasonRoleRestricted, "vic": core.ReasonVisitorRestricted,
		"lea": core.ReasonForbidden, "sam": core.ReasonForbidden, "cem": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden,
		"nia": core.ReasonInactiveAccount,
	}.each(t, func(h *fixture, a *core.Actor) error {
		_, err := a.RenameProject(ctx, h.etl, 0, "New")
		return err
	})
}

func TestWhoDeletesProjects(t *testing.T) { // DR2, DR3, V4
	verdicts{
		"pia": "", "shay": "", "ana": "", "sam": "", "vic": "", "gus": core.ReasonRoleRestricted, "lea": core.ReasonForbidden,
		"cem": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden, "nia": core.ReasonInactiveAccount,
	}.each(t, func(h *fixture, a *core.Actor) error {
		_, err := a.DeleteProject(ctx, h.etl, 0)
		return err
	})
}

func TestOnlySupportAdministersProjects(t *testing.T) { // P10, P14, P15, DR5, DR9
	everybody := verdicts{
		"sam": "", "vic": "", "pia": core.ReasonForbidden, "gus": core.ReasonForbidden, "ana": core.ReasonForbidden,
		"lea": core.ReasonForbidden, "otto": core.ReasonForbidden,
	}
	for name, do := range map[string]func(h *fixture, a *core.Actor) error{
		"expiry": func(h *fixture, a *core.Actor) error {
			_, err := a.SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(core.Day))})
			return err
		},
		"disable": func(h *fixture, a *core.Actor) error {
			_, err := a.DisableProject(ctx, h.etl, 0, "Broken disk", 0)
			return err
		},
		"enable": func(h *fixture, a *core.Actor) error {
			h.editProject(h.etl, func(p *core.Project) {
				p.Disabled = &core.Disabled{Reason: "Broken disk", Since: h.now(), By: h.id("sue")}
			})
			_, err := a.EnableProject(ctx, h.etl, 0)
			return err
		},
		"restore": func(h *fixture, a *core.Actor) error {
			must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
			_, err := a.RestoreProject(ctx, h.etl, 0)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { everybody.each(t, do) })
	}
}

func TestProjectNamesAndTemplatesAreChecked(t *testing.T) { // F1, F2, P2, P7, H6
	h := newFixture(t)
	for name, want := range map[string]core.Reason{
		"": core.ReasonNameRequired, "   ": core.ReasonNameRequired, strings.Repeat("x", 101): core.ReasonNameRequired,
		"a\x1b[31m": core.ReasonInvalidText, "a\u202eb": core.ReasonInvalidText,
	} {
		_, err := h.as("ana").CreateProject(ctx, h.acme, name, "")
		if got := core.ReasonOf(err); got != want {
			t.Errorf("name %q: got %q, want %q", name, got, want)
		}
	}
	for _, template := range []string{"nothing", "poc15-guided", "a\x1b"} {
		_, err := h.as("ana").CreateProject(ctx, h.acme, "New", template)
		refused(t, err, core.ReasonNotFound)
	}
	h.addMember(h.acme.Ref(), "sam", core.RoleDefault, core.RoleAdmin)
	p := must(h.as("sam").CreateProject(ctx, h.acme, "  Guided  ", "poc15-guided"))(t)
	if p.Name != "Guided" || p.Expires != h.in(15*core.Day) || p.UserLimit != 5 {
		t.Errorf("project: %+v", p)
	}
	if m := h.user(p.ID, "sam"); !m.Uncounted || m.Visitor() || h.counter(core.CountUsers, p.ID.Ref()) != 0 {
		t.Errorf("a Support account counts toward the limit: %+v (P17)", m)
	}
	p = must(h.as("ana").CreateProject(ctx, h.acme, "Governed", "protected"))(t)
	if m := h.user(p.ID, "ana"); m.Role != core.RoleProductionManager || p.RoleSet != core.RoleSetProtected {
		t.Errorf("creator: %+v", m)
	}
	_, err := h.as("ana").CreateProject(ctx, 99, "New", "")
	refused(t, err, core.ReasonNotFound)
}

func TestTemplatesAreForMembers(t *testing.T) { // P6, P7
	h := newFixture(t)
	for _, who := range []string{"pia", "otto"} {
		_, err := h.as(who).Templates(ctx)
		refused(t, err, core.ReasonForbidden)
	}
	if got := must(h.as("lea").Templates(ctx))(t); len(got) != 6 {
		t.Errorf("Lea sees %d templates", len(got))
	}
	if got := must(h.as("sam").Templates(ctx))(t); len(got) != 7 {
		t.Errorf("Sam sees %d templates, want the hidden one too", len(got))
	}
}

func TestRenamingTwiceAndOnAnOldVersion(t *testing.T) { // F10, F11
	h := newFixture(t)
	seen := h.project(h.etl).Version
	first := must(h.as("pia").RenameProject(ctx, h.etl, seen, "Hourly"))(t)
	if first.Version != seen+1 {
		t.Errorf("version %d after %d", first.Version, seen)
	}
	h.writes(0, func() {
		if again := must(h.as("pia").RenameProject(ctx, h.etl, first.Version, " Hourly "))(t); again != first {
			t.Errorf("no change, but %+v", again)
		}
	})
	_, err := h.as("ana").RenameProject(ctx, h.etl, seen, "Daily")
	refused(t, err, core.ReasonStale)
	if !strings.Contains(err.Error(), "pia@data.test") {
		t.Errorf("the sentence does not name who has changed it: %q", err)
	}
}

func TestSettingSeveralFieldsOfAProject(t *testing.T) { // P10, AU10, AU14
	h := newFixture(t)
	h.writes(3, func() {
		p := must(h.as("sam").SetProject(ctx, h.etl, h.project(h.etl).Version, core.ProjectPatch{
			Template: ptr("poc30"), PriceLabel: ptr("  special "), UserLimit: ptr(7), Expires: ptr(core.Moment(0)),
		}))(t)
		if p.Template != "poc30" || p.PriceLabel != "special" || p.UserLimit != 7 || p.Expires != 0 {
			t.Errorf("project: %+v", p)
		}
	})
	events := h.chain(h.acme.Ref())
	var actions []string
	for _, e := range events {
		actions = append(actions, string(e.Action))
	}
	if got := strings.Join(actions, " "); got != "project.template_set project.price_set project.limit_set" {
		t.Errorf("actions: %s", got)
	}
	if events[1].Linked == "" || events[1].Linked != events[2].Linked {
		t.Errorf("the further events are not linked: %+v", events)
	}
	h.writes(0, func() {
		must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Template: ptr("poc30"), UserLimit: ptr(7)}))(t)
	})
	for want, patch := range map[core.Reason]core.ProjectPatch{
		core.ReasonRoleSetDiffers: {Template: ptr("protected")},
		core.ReasonNotFound:       {Template: ptr("")},
		core.ReasonInvalidText:    {PriceLabel: ptr(strings.Repeat("x", 61))},
		core.ReasonInvalidValue:   {UserLimit: ptr(10_001)},
	} {
		_, err := h.as("sam").SetProject(ctx, h.etl, 0, patch)
		refused(t, err, want)
	}
	_, err := h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{UserLimit: ptr(0)})
	refused(t, err, core.ReasonInvalidValue)
	must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Template: ptr("poc15-guided")}))(t) // P7
}

func TestWhatADisabledProjectRefuses(t *testing.T) { // P14, R13
	h := newFixture(t)
	h.autoJoin(false)
	q := h.file("sam")
	h.autoJoin(true)
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sue")
	must(h.as("sam").DisableProject(ctx, h.etl, 0, "Broken disk", 0))(t)
	for _, who := range []string{"pia", "ana"} {
		if n := h.told(who, core.NoticeProjectDisabled); n.Subject != "Nightly ETL was disabled: Broken disk" {
			t.Errorf("%s is told %q", who, n.Subject)
		}
	}
	h.notTold("lea", core.NoticeProjectDisabled)

	_, err := h.as("lea").JoinProject(ctx, h.etl, entryP())
	refused(t, err, core.ReasonProjectDisabled)
	_, err = h.as("ben").JoinProject(ctx, h.etl, nil)
	refused(t, err, core.ReasonProjectDisabled)
	_, err = h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})
	refused(t, err, core.ReasonProjectDisabled)
	_, err = h.as("sue").ExtendVisit(ctx, v.ID, entry())
	refused(t, err, core.ReasonProjectDisabled)
	h.autoJoin(false)
	_, err = h.as("lea").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonProjectDisabled)

	h.writes(0, func() { must(h.as("sam").DisableProject(ctx, h.etl, 0, "Broken disk", 0))(t) }) // F11
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Broken ETL"))(t)
	must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(t)
	must(h.as("pia").RevokeVisit(ctx, v.ID, 0, ""))(t)
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	must(h.as("sam").EnableProject(ctx, h.etl, 0))(t)
	h.told("ana", core.NoticeProjectEnabled)
	h.writes(0, func() { must(h.as("sam").EnableProject(ctx, h.etl, 0))(t) }) // F11
}

func TestJoiningNeedsReasonEndAndMFA(t *testing.T) { // R4, F4, F8, A9
	h := newFixture(t)
	at := func(d time.Duration) core.Term { return until(h.in(d)) }
	for _, c := range []struct {
		why   string
		entry *core.Entry
		want  core.Reason
	}{
		{"nothing", nil, core.ReasonReasonRequired},
		{"no reason", &core.Entry{Term: forHours(4)}, core.ReasonReasonRequired},
		{"two letters", &core.Entry{Reason: "ab", Term: forHours(4)}, core.ReasonReasonRequired},
		{"no letter", &core.Entry{Reason: "....", Term: forHours(4)}, core.ReasonReasonRequired},
		{"escape", &core.Entry{Reason: "abc\x1b[2J", Term: forHours(4)}, core.ReasonInvalidText},
		{"reason before end", &core.Entry{}, core.ReasonReasonRequired},
		{"no end", &core.Entry{Reason: incident}, core.ReasonExpiryRequired},
		{"both ends", entryP(core.Term{For: 60, Until: h.in(time.Hour)}), core.ReasonExpiryRequired},
		{"14 min", entryP(core.Term{For: 14}), core.ReasonInvalidEnd},
		{"over 14 d", entryP(core.Term{For: 14*24*60 + 1}), core.ReasonInvalidEnd},
		{"until too soon", entryP(at(15*time.Minute - time.Second)), core.ReasonInvalidEnd},
		{"until too late", entryP(at(14*core.Day + time.Second)), core.ReasonInvalidEnd},
		{"until past", entryP(at(-time.Hour)), core.ReasonInvalidEnd},
	} {
		_, err := h.as("sam").JoinProject(ctx, h.etl, c.entry)
		if got := core.ReasonOf(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
	h.noMember(h.etl.Ref(), "sam")
	h.setMFA("sue", false)
	_, err := h.as("sue").JoinProject(ctx, h.etl, nil)
	refused(t, err, core.ReasonMFARequired)
	for who, term := range map[string]core.Term{"sam": {For: 15}, "lea": at(15 * time.Minute), "max": at(14 * core.Day)} {
		_, err := h.as(who).JoinProject(ctx, h.etl, entryP(term))
		allowed(t, err)
	}
}

func TestJoiningAProtectedProject(t *testing.T) { // A7
	h := newFixture(t)
	p := must(h.as("ana").CreateProject(ctx, h.acme, "Governed", "protected"))(t)
	for who, entry := range map[string]*core.Entry{"ben": nil, "sam": entryP()} {
		if m := must(h.as(who).JoinProject(ctx, p.ID, entry))(t); m.Role != core.RoleDeveloper {
			t.Errorf("%s is %s, want developer", who, m.Role)
		}
	}
}

func TestJoiningSettlesOnlyTheOwnPendingThings(t *testing.T) { // 6.1, R8, I10
	h := newFixture(t)
	lea, otto := h.addInvitation(h.etl.Ref(), "lea", "pia"), h.addInvitation(h.etl.Ref(), "otto", "pia")
	h.autoJoin(false)
	q := h.file("max")
	_, err := h.as("lea").JoinProject(ctx, h.etl, entryP())
	refused(t, err, core.ReasonAutoJoinDisabled)
	h.autoJoin(true)
	_, err = h.as("otto").JoinProject(ctx, h.etl, entryP())
	refused(t, err, core.ReasonAlreadyInvited)
	for _, who := range []string{"lea", "max"} {
		h.writes(1, func() { must(h.as(who).JoinProject(ctx, h.etl, entryP()))(t) })
		h.visitor(who)
	}
	if got := h.invitation(lea).State; got != core.InvitationSuperseded {
		t.Errorf("the invitation of Lea is %s", got)
	}
	if got := h.invitation(otto).State; got != core.InvitationPending {
		t.Errorf("the invitation of Otto is %s", got)
	}
	h.wantState(q.ID, core.RequestSuperseded)
}

func TestJoiningOverAVisitThatIsPastItsEnd(t *testing.T) { // TM5
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	old := h.visitor("sam")
	h.clock.move(time.Hour) // and no sweep
	_, err := h.as("sam").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonUseJoin)
	h.writes(1, func() { must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t) })
	if got := h.visit(old.ID); got.State != core.VisitEnded {
		t.Errorf("the old visit is %s", got.State)
	}
	h.sweep()
	if v := h.visitor("sam"); v.ID == old.ID {
		t.Error("the visit is still the old one")
	}
}

func TestLeavingAProject(t *testing.T) { // A5, 6.3
	h := newFixture(t)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV_TEAM")
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	for _, who := range []string{"ana", "art", "lea", "sam", "otto"} {
		refused(t, h.as(who).LeaveProject(ctx, h.etl), core.ReasonForbidden)
	}
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	h.requireMFA() // locked-out people may leave (S17)
	h.setMFA("sam", false)
	h.writes(1, func() { allowed(t, h.as("sam").LeaveProject(ctx, h.etl)) })
	if got := h.visit(v.ID); got.State != core.VisitLeft || got.By != h.id("sam") || got.Ended != h.now() {
		t.Errorf("visit: %+v", got)
	}
	h.writes(1, func() { allowed(t, h.as("pia").LeaveProject(ctx, h.etl)) }) // the last user may (H7)
	h.lastEvent(h.acme.Ref(), "user.leave")
	if got := len(h.inbox("ana")) + len(h.inbox("sam")); got != 0 {
		t.Errorf("%d people were told of leaving (N5)", got)
	}
}

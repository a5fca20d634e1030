package core_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// inviteModel is what section 9 says about one person and one project, in plain words: no records, no shared code with
// core. Pia invites, the newcomer begins without an activated account, Sam deletes, restores and disables.
type inviteModel struct {
	now               core.Moment
	state             core.InvitationState // of the newest invitation; empty while there was none
	lapses, until     core.Moment
	member            bool // by record, also when its end has come
	ends              core.Moment
	active, mfa       bool
	required          bool
	disabled, deleted bool
}

func (m *inviteModel) waits() bool  { return m.state == core.InvitationPending && m.now < m.lapses }
func (m *inviteModel) inside() bool { return m.member && (m.ends == 0 || m.now < m.ends) }

// over says why the newest invitation can no longer be answered.
func (m *inviteModel) over() core.Reason {
	switch m.state {
	case core.InvitationPending, core.InvitationLapsed:
		if m.waits() {
			return ""
		}
		return core.ReasonLapsed
	default:
		return core.ReasonAlreadyDecided
	}
}

// first gives the first reason that holds.
func first(reasons ...core.Reason) core.Reason {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

func when(holds bool, r core.Reason) core.Reason {
	if holds {
		return r
	}
	return ""
}

// invitePlay is one run: the house, the model beside it, and the codes that were shown.
type invitePlay struct {
	h     *fixture
	m     *inviteModel
	id    core.InvitationID
	known bool // the newcomer has an account
	codes []shownCode
	done  map[string]int
}

// shownCode is a code, and until when it stands for itself; zero for one that belongs to an invitation.
type shownCode struct {
	code       string
	invitation core.InvitationID
	dead       bool
	expires    core.Moment
}

func newInvitePlay(t *rapid.T, done map[string]int) *invitePlay {
	h := newFixture(t)
	h.setMFA("pia", true)
	return &invitePlay{h: h, m: &inviteModel{now: h.now()}, done: done}
}

const newcomer = "new@corp.test"

func (p *invitePlay) settle(t *rapid.T, what string, err error, want core.Reason) bool {
	t.Helper()
	if got := core.ReasonOf(err); got != want {
		t.Fatalf("%s: %q, want %q (%v); model %+v", what, got, want, err, *p.m)
	}
	if err == nil {
		p.done[what]++
	}
	return err == nil
}

func (p *invitePlay) Invite(t *rapid.T) {
	m := p.m
	in := core.InviteInput{Unit: p.h.etl.Ref(), Email: newcomer, Lapses: core.Length(pick(t, "lapses", 3) * 600)}
	if pick(t, "with end", 2) == 1 {
		in.Until = m.now.Add(time.Duration(1+pick(t, "hours", 30)) * time.Hour)
	}
	i, code, err := p.h.as("pia").Invite(context.Background(), in)
	want := first(when(m.deleted, notFound), when(m.disabled, core.ReasonProjectDisabled), when(m.inside(), core.ReasonAlreadyMember),
		when(m.waits(), core.ReasonAlreadyInvited))
	if !p.settle(t, "invite", err, want) {
		return
	}
	p.id, p.known, p.h.people["new"] = i.ID, true, i.Account
	m.state, m.until = core.InvitationPending, in.Until
	m.lapses = p.lapses(in.Lapses)
	p.show(t, code.Code, shownCode{code: code.Code, invitation: i.ID})
}

func (p *invitePlay) lapses(wait core.Length) core.Moment {
	if wait == 0 {
		wait = 7 * 24 * 60
	}
	at := p.m.now.Add(wait.Duration())
	if p.m.until != 0 && p.m.until < at {
		return p.m.until
	}
	return at
}

// show notes a code, which comes exactly for an account that is not activated.
func (p *invitePlay) show(t *rapid.T, code string, c shownCode) {
	if (code == "") != p.m.active {
		t.Fatalf("code %q, activated %v", code, p.m.active)
	}
	if code != "" {
		p.codes = append(p.codes, c)
	}
}

func (p *invitePlay) Resend(t *rapid.T) {
	m := p.m
	if m.state == "" {
		return
	}
	wait := core.Length(pick(t, "lapses", 3) * 600)
	_, code, err := p.h.as("pia").ResendInvitation(context.Background(), p.id, 0, wait)
	want := first(when(m.deleted, notFound), when(m.disabled, core.ReasonProjectDisabled),
		when(m.over() == core.ReasonAlreadyDecided, core.ReasonAlreadyDecided),
		when(m.until != 0 && m.until <= m.now, core.ReasonInvalidEnd), when(m.inside(), core.ReasonAlreadyMember))
	if !p.settle(t, "resend", err, want) {
		return
	}
	m.state, m.lapses = core.InvitationPending, p.lapses(wait)
	for i := range p.codes {
		p.codes[i].dead = p.codes[i].dead || p.codes[i].invitation == p.id
	}
	p.show(t, code.Code, shownCode{code: code.Code, invitation: p.id})
}

func (p *invitePlay) Accept(t *rapid.T) {
	m := p.m
	if m.state == "" {
		return
	}
	_, err := p.h.as("new").AcceptInvitation(context.Background(), p.id, 0)
	want := first(when(m.deleted, notFound), when(!m.active, core.ReasonInactiveAccount), when(m.required && !m.mfa, needsMFA),
		when(m.inside(), m.over()), when(m.disabled, core.ReasonProjectDisabled), m.over())
	if p.settle(t, "accept", err, want) {
		m.state, m.member, m.ends = core.InvitationAccepted, true, m.until
	}
}

func (p *invitePlay) Decline(t *rapid.T) {
	m := p.m
	if m.state == "" {
		return
	}
	_, err := p.h.as("new").DeclineInvitation(context.Background(), p.id, 0)
	if p.settle(t, "decline", err, first(when(m.deleted, notFound), when(!m.active, core.ReasonInactiveAccount), m.over())) {
		m.state = core.InvitationDeclined
	}
}

func (p *invitePlay) Cancel(t *rapid.T) {
	m := p.m
	if m.state == "" {
		return
	}
	_, err := p.h.as("pia").CancelInvitation(context.Background(), p.id, 0)
	if p.settle(t, "cancel", err, first(when(m.deleted, notFound), m.over())) {
		m.state = core.InvitationCancelled
	}
}

func (p *invitePlay) Add(t *rapid.T) {
	m := p.m
	if !p.known {
		return
	}
	_, code, err := p.h.add("pia", core.AddInput{Unit: p.h.etl.Ref(), Email: newcomer})
	want := first(when(m.deleted, notFound), when(m.disabled, core.ReasonProjectDisabled), when(m.inside(), core.ReasonAlreadyMember),
		when(m.required && !m.mfa, needsMFA))
	if !p.settle(t, "add", err, want) {
		return
	}
	if m.waits() {
		m.state = core.InvitationSuperseded
	}
	m.member, m.ends = true, 0
	p.show(t, code, shownCode{code: code, expires: m.now.Add(7 * core.Day)})
}

func (p *invitePlay) Remove(t *rapid.T) {
	if p.m.inside() && !p.m.deleted {
		p.settle(t, "remove", p.h.as("pia").RemoveMember(context.Background(), p.h.etl.Ref(), p.h.id("new"), 0), "")
		p.m.member = false
	}
}

func (p *invitePlay) Redeem(t *rapid.T) {
	if len(p.codes) == 0 {
		return
	}
	c := p.codes[pick(t, "code", len(p.codes))]
	alive := c.expires > p.m.now || c.invitation == p.id && p.m.waits()
	_, err := p.h.Redeem(context.Background(), c.code, "New")
	if !p.settle(t, "redeem", err, when(c.dead || !alive, core.ReasonCodeInvalid)) {
		return
	}
	p.m.active = true
	for i := range p.codes {
		p.codes[i].dead = true // AC18: all of them die
	}
}

func (p *invitePlay) Delete(t *rapid.T) {
	m := p.m
	if m.deleted {
		return
	}
	must(p.h.as("sam").DeleteProject(context.Background(), p.h.etl, 0))(t)
	m.deleted = true
	if m.state == core.InvitationPending {
		m.state = core.InvitationVoid
		if m.lapses <= m.now { // its time was over, swept or not (V10)
			m.state = core.InvitationLapsed
		}
	}
}

func (p *invitePlay) Restore(t *rapid.T) {
	if p.m.deleted {
		must(p.h.as("sam").RestoreProject(context.Background(), p.h.etl, 0))(t)
		p.m.deleted = false
	}
}

func (p *invitePlay) Disable(t *rapid.T) {
	if !p.m.deleted && !p.m.disabled {
		must(p.h.as("sam").DisableProject(context.Background(), p.h.etl, 0, incident, 0))(t)
		p.m.disabled = true
	}
}

func (p *invitePlay) Enable(t *rapid.T) {
	if !p.m.deleted && p.m.disabled {
		must(p.h.as("sam").EnableProject(context.Background(), p.h.etl, 0))(t)
		p.m.disabled = false
	}
}

func (p *invitePlay) MFA(t *rapid.T) {
	if !p.known {
		return
	}
	if pick(t, "whose", 2) == 0 {
		p.m.mfa = !p.m.mfa
		p.h.setMFA("new", p.m.mfa)
		return
	}
	p.m.required = !p.m.required
	p.h.editOrganization(p.h.acme, func(o *core.Organization) {
		o.MFA = core.MFASetting{State: map[bool]core.MFAState{true: core.MFARequired, false: core.MFAOff}[p.m.required]}
	})
}

func (p *invitePlay) Wait(t *rapid.T) {
	p.h.clock.move(time.Duration(1+pick(t, "minutes", 900)) * time.Minute)
	p.m.now = p.h.now()
	if pick(t, "sweep", 3) == 0 {
		return // TM5: nothing depends on the sweep
	}
	p.h.sweep()
	if p.m.state == core.InvitationPending && !p.m.waits() {
		p.m.state = core.InvitationLapsed
	}
	p.m.member = p.m.inside()
}

// compare looks at the records behind the model.
func (p *invitePlay) compare(t *rapid.T) {
	m := p.m
	if m.state == "" {
		return
	}
	if i := p.h.invitation(p.id); i.State != m.state || i.Lapses != m.lapses || (i.Ended == 0) != (m.state == core.InvitationPending) {
		t.Fatalf("the invitation is %+v, the model %+v", i, *m)
	}
	if _, in := p.h.membership(p.h.etl.Ref(), "new"); in != m.member {
		t.Fatalf("inside: %v, the model says %v", in, m.member)
	}
	if want := map[bool]core.AccountState{true: core.AccountActive, false: core.AccountNotActivated}[m.active]; p.h.account("new").State != want {
		t.Fatalf("the account is %s, want %s", p.h.account("new").State, want)
	}
}

// TestInvitationAgainstAModel plays random invitations, answers, codes and the passing of time against the plain model
// of section 9.
func TestInvitationAgainstAModel(t *testing.T) {
	suite.Sequential(t)
	done := map[string]int{}
	// Few random runs may miss one of the actions; these never do.
	rapid.Check(t, func(t *rapid.T) {
		p := newInvitePlay(t, done)
		for _, do := range []func(*rapid.T){
			p.Invite, p.Resend, p.Redeem, p.Decline, p.Invite, p.Cancel, p.Invite, p.Accept, p.Remove, p.Add, p.Remove, p.Invite,
		} {
			do(t)
			p.compare(t)
		}
		p.h.check()
	})
	rapid.Check(t, func(t *rapid.T) {
		p := newInvitePlay(t, done)
		var actions []func(*rapid.T)
		for _, a := range []struct {
			weight int
			do     func(*rapid.T)
		}{
			{4, p.Invite},
			{3, p.Resend},
			{5, p.Accept},
			{1, p.Decline},
			{2, p.Cancel},
			{1, p.Add},
			{4, p.Remove},
			{4, p.Redeem},
			{1, p.Delete},
			{2, p.Restore},
			{1, p.Disable},
			{3, p.Enable},
			{2, p.MFA},
			{3, p.Wait},
		} {
			for range a.weight {
				actions = append(actions, a.do)
			}
		}
		for range max(30, rounds(60)) {
			oneOf(t, "action", actions)(t)
			p.compare(t)
		}
		p.h.check()
	})
	for _, what := range []string{"invite", "resend", "accept", "decline", "cancel", "add", "remove", "redeem"} {
		if done[what] == 0 {
			t.Errorf("no run did %s", what)
		}
	}
	t.Log(done)
}

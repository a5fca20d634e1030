package core_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// model is what section 6.1 and 6.3 say about one project, in plain words: no records, no transaction, no shared code
// with the access function. Sam is Support, Lea a maintainer member, Ana and Ben are administrators, Pia and Gus start
// as users, Otto is an outsider.
type model struct {
	now                core.Moment
	autoJoin, fullOnly bool
	required           bool // MFA
	disabled, deleted  bool
	noMFA              map[string]bool
	in                 map[string]*insider // by their record, also when its end has come
	requests           map[core.RequestID]*asked
}

type insider struct {
	role    core.Role
	visitor bool
	until   core.Moment
	visit   core.VisitID
}

type asked struct {
	id      core.RequestID
	who     string
	state   core.RequestState
	term    core.Term
	lapses  core.Moment
	extends core.VisitID
}

var modelPeople = []string{"sam", "lea", "ana", "ben", "pia", "gus", "otto"}

const (
	ok        core.Reason = ""
	forbidden             = core.ReasonForbidden
	notFound              = core.ReasonNotFound
	needsMFA              = core.ReasonMFARequired
)

func (m *model) staff(who string) bool { return who == "sam" || who == "lea" }
func (m *model) admin(who string) bool { return who == "ana" || who == "ben" }

// inside gives the membership that counts now, or nil (TM5).
func (m *model) inside(who string) *insider {
	if i := m.in[who]; i != nil && (i.until == 0 || i.until > m.now) {
		return i
	}
	return nil
}

func (m *model) visiting(who string) bool { i := m.inside(who); return i != nil && i.visitor }

func (m *model) related(who string) bool { return m.staff(who) || m.admin(who) || m.inside(who) != nil }

// locked is the MFA lock for what is not a staff entry.
func (m *model) locked(who string) bool { return m.noMFA[who] && (m.required || m.visiting(who)) }

// entering is the MFA lock for joins and requests.
func (m *model) entering(who string) bool {
	return m.locked(who) || (m.noMFA[who] && m.staff(who) && m.inside(who) == nil)
}

func (m *model) pending(who string) *asked {
	for _, q := range m.requests {
		if q.who == who && q.state == core.RequestPending && q.lapses > m.now {
			return q
		}
	}
	return nil
}

// open is the last check of what a disabled project refuses (P14).
func (m *model) open() core.Reason {
	if m.disabled {
		return core.ReasonProjectDisabled
	}
	return ok
}

func (m *model) join(who string) core.Reason {
	switch {
	case m.deleted:
		return notFound
	case !m.related(who):
		return forbidden
	case m.entering(who):
		return needsMFA
	case m.inside(who) != nil:
		return core.ReasonAlreadyMember
	case !m.admin(who) && !m.autoJoin:
		return core.ReasonAutoJoinDisabled
	}
	return m.open()
}

func (m *model) file(who string) core.Reason {
	switch {
	case m.deleted:
		return notFound
	case !m.related(who):
		return forbidden
	case m.entering(who):
		return needsMFA
	case m.inside(who) != nil:
		return core.ReasonAlreadyMember
	case m.pending(who) != nil:
		return core.ReasonAlreadyRequested
	case m.admin(who) || m.autoJoin:
		return core.ReasonUseJoin
	}
	return m.open()
}

func (m *model) content(who string) core.Reason {
	switch {
	case m.deleted:
		return notFound
	case !m.related(who):
		return forbidden
	case m.locked(who):
		return needsMFA
	case m.inside(who) != nil || m.admin(who):
		return m.open()
	case m.autoJoin:
		return core.ReasonUseJoin
	}
	return core.ReasonAutoJoinDisabled
}

// waits is what a decision meets that comes too late (R24).
func (m *model) waits(q *asked) core.Reason {
	switch {
	case q.state == core.RequestLapsed || (q.state == core.RequestPending && q.lapses <= m.now):
		return core.ReasonLapsed
	case q.state != core.RequestPending:
		return core.ReasonAlreadyDecided
	}
	return ok
}

func (m *model) decide(who string, q *asked, approve bool) core.Reason {
	i := m.inside(who)
	switch {
	case m.deleted, !m.related(who) && q.who != who:
		return notFound
	case !m.related(who):
		return forbidden
	case m.locked(who):
		return needsMFA
	case i == nil:
		return forbidden
	case i.visitor:
		return core.ReasonVisitorRestricted
	case m.fullOnly && i.role != core.RoleProjectAdmin:
		return core.ReasonRoleRestricted
	case approve && m.disabled:
		return core.ReasonProjectDisabled
	case m.waits(q) != ok:
		return m.waits(q)
	case approve && q.extends != 0 && q.term.End(m.now) <= m.in[q.who].until:
		return core.ReasonInvalidEnd
	case approve && m.noMFA[q.who]:
		return needsMFA
	}
	return ok
}

func (m *model) withdraw(who string, q *asked) core.Reason {
	switch {
	case who == q.who:
		return m.waits(q)
	case m.deleted && who != "sam", !m.related(who):
		return notFound
	}
	return forbidden
}

func (m *model) extend(who string) core.Reason {
	switch i := m.in[who]; {
	case i.until <= m.now:
		return core.ReasonLapsed
	case m.deleted:
		return notFound
	case m.noMFA[who]:
		return needsMFA
	case m.pending(who) != nil:
		return core.ReasonAlreadyRequested
	}
	return m.open()
}

func (m *model) leave(who string) core.Reason {
	switch {
	case m.deleted:
		return notFound
	case m.inside(who) == nil:
		return forbidden
	}
	return ok
}

func (m *model) revoke(who, whom string) core.Reason {
	i := m.inside(who)
	switch {
	case m.deleted && who != "sam", !m.related(who) && who != whom:
		return notFound
	case m.deleted && m.required && m.noMFA[who], !m.deleted && m.locked(who):
		return needsMFA
	case m.deleted:
	case i != nil && i.visitor:
		return core.ReasonVisitorRestricted
	case i != nil && i.role != core.RoleProjectAdmin:
		return core.ReasonRoleRestricted
	case i == nil && !m.admin(who):
		return forbidden
	}
	if m.in[whom].until <= m.now {
		return core.ReasonLapsed
	}
	return ok
}

func (m *model) remove(who string) core.Reason {
	i := m.inside(who)
	switch {
	case m.deleted:
		return notFound
	case !m.related(who):
		return forbidden
	case who == "sam" && (i == nil || i.visitor):
		return ok // also without MFA (S16), also as a visitor (V4)
	case m.locked(who):
		return needsMFA
	case i != nil && i.visitor:
		return core.ReasonVisitorRestricted
	case i != nil && i.role != core.RoleProjectAdmin:
		return core.ReasonRoleRestricted
	case i == nil && !m.admin(who):
		return forbidden
	}
	return ok
}

func (m *model) restore(who string) core.Reason {
	switch {
	case !m.related(who):
		return forbidden
	case who == "sam" && m.noMFA[who] && m.required, who != "sam" && m.locked(who):
		return needsMFA
	case who != "sam":
		return forbidden
	case !m.deleted:
		return core.ReasonNotDeleted
	}
	return ok
}

// The effects.

func (m *model) gone(who string) {
	if i := m.in[who]; i.visitor {
		for _, q := range m.requests {
			if q.extends == i.visit && q.state == core.RequestPending && q.lapses > m.now {
				q.state = core.RequestVoid
			}
		}
	}
	delete(m.in, who)
}

func (m *model) comes(who string, i insider) {
	if q := m.pending(who); q != nil {
		q.state = core.RequestSuperseded
	}
	m.in[who] = &i
}

func (m *model) sweep() {
	for _, q := range m.requests {
		if q.state == core.RequestPending && q.lapses <= m.now {
			q.state = core.RequestLapsed
		}
	}
	for who, i := range m.in {
		if i.until != 0 && i.until <= m.now {
			m.gone(who)
		}
	}
}

// play is one random run: the house, and the model beside it.
type play struct {
	*model
	h       *fixture
	ids     []core.RequestID
	allowed map[string]int // how often each action was allowed, over all runs
}

func newPlay(t *rapid.T) *play {
	h := newFixture(t)
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	for _, who := range modelPeople {
		h.setMFA(who, true)
	}
	open := pick(t, "auto join", 3) == 0
	h.autoJoin(open)
	return &play{h: h, model: &model{
		now: h.now(), autoJoin: open, noMFA: map[string]bool{}, requests: map[core.RequestID]*asked{},
		in: map[string]*insider{"pia": {role: core.RoleProjectAdmin}, "gus": {role: core.RoleGuest}},
	}}
}

// pick draws a number below n, all alike: rapid itself prefers small ones, which would leave most actions out.
func pick(t *rapid.T, what string, n int) int {
	x := rapid.Uint64().Draw(t, what)
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return int((x ^ x>>33) % uint64(n))
}

func oneOf[V any](t *rapid.T, what string, from []V) V { return from[pick(t, what, len(from))] }

func coin(t *rapid.T, what string) bool { return pick(t, what, 2) == 0 }

// who draws somebody, most often one of those who are likely to succeed.
func (p *play) who(t *rapid.T, likely ...string) string {
	if len(likely) > 0 && pick(t, "likely", 4) > 0 {
		return oneOf(t, "who", likely)
	}
	return oneOf(t, "who", modelPeople)
}

func (p *play) term(t *rapid.T) (x core.Term) {
	if coin(t, "for") {
		return core.Term{For: core.Length((15 + pick(t, "minutes", 586)))}
	}
	return core.Term{Until: p.now.Add(time.Duration((900 + pick(t, "seconds", 35101))) * time.Second)}
}

func (p *play) want(t *rapid.T, what, who string, want core.Reason, err error) bool {
	t.Helper()
	if got := core.ReasonOf(err); got != want {
		t.Fatalf("%s by %s: the house says %q, the model %q: %v", what, who, got, want, err)
	}
	if want == ok {
		p.allowed[what]++
	}
	return want == ok
}

// request draws a request, or nil when there is none yet.
func (p *play) request(t *rapid.T) *asked {
	if len(p.ids) == 0 {
		return nil
	}
	if coin(t, "newest") {
		return p.requests[p.ids[len(p.ids)-1]]
	}
	return p.requests[oneOf(t, "request", p.ids)]
}

// visitor draws a visitor, or nobody.
func (p *play) visitor(t *rapid.T) string {
	var visitors []string
	for _, who := range modelPeople {
		if i := p.in[who]; i != nil && i.visitor {
			visitors = append(visitors, who)
		}
	}
	if len(visitors) == 0 {
		return ""
	}
	return oneOf(t, "visitor", visitors)
}

func (p *play) filed(q core.Request, who string) {
	lapses := p.now.Add(72 * time.Hour)
	if q.Asked.Until != 0 {
		lapses = min(lapses, q.Asked.Until)
	}
	if q.Extends != 0 {
		lapses = min(lapses, p.in[who].until)
	}
	p.ids = append(p.ids, q.ID)
	p.requests[q.ID] = &asked{id: q.ID, who: who, state: core.RequestPending, term: q.Asked, lapses: lapses, extends: q.Extends}
}

func (p *play) Join(t *rapid.T) {
	who, term := p.who(t, "sam", "lea", "ana"), p.term(t)
	m, err := p.h.as(who).JoinProject(ctx, p.h.etl, entryP(term))
	if p.want(t, "join", who, p.join(who), err) {
		i := insider{role: core.RoleProjectAdmin, visitor: p.staff(who), visit: m.Visit}
		if i.visitor {
			i.until = term.End(p.now)
		}
		p.comes(who, i)
	}
}

func (p *play) File(t *rapid.T) {
	who := p.who(t, "sam", "lea")
	q, err := p.h.as(who).FileRequest(ctx, p.h.etl, entry(p.term(t)))
	if p.want(t, "request", who, p.file(who), err) {
		p.filed(q, who)
	}
}

func (p *play) Extend(t *rapid.T) {
	who := p.visitor(t)
	if who == "" {
		return
	}
	term := core.Term{For: core.Length((15 + pick(t, "minutes", 886)))}
	q, err := p.h.as(who).ExtendVisit(ctx, p.in[who].visit, entry(term))
	if p.want(t, "extend", who, p.extend(who), err) {
		p.filed(q, who)
	}
}

func (p *play) Approve(t *rapid.T) {
	who, q := p.who(t, "pia", "gus"), p.request(t)
	if q == nil {
		return
	}
	got, err := p.h.as(who).ApproveRequest(ctx, q.id, p.h.request(q.id).Version, core.Term{})
	if !p.want(t, "approve", who, p.decide(who, q, true), err) {
		return
	}
	q.state = core.RequestApproved
	if q.extends != 0 {
		p.in[q.who].until = q.term.End(p.now)
		return
	}
	p.comes(q.who, insider{role: core.RoleProjectAdmin, visitor: true, until: q.term.End(p.now), visit: got.Visit})
}

func (p *play) Reject(t *rapid.T) {
	who, q := p.who(t, "pia", "gus"), p.request(t)
	if q == nil {
		return
	}
	_, err := p.h.as(who).RejectRequest(ctx, q.id, 0, "")
	if p.want(t, "reject", who, p.decide(who, q, false), err) {
		q.state = core.RequestRejected
	}
}

func (p *play) DecideOnAnOldVersion(t *rapid.T) {
	who, q := p.who(t, "pia", "gus"), p.request(t)
	if q == nil {
		return
	}
	want := p.decide(who, q, false)
	if want == ok {
		want = core.ReasonStale
	}
	_, err := p.h.as(who).RejectRequest(ctx, q.id, p.h.request(q.id).Version+1, "")
	p.want(t, "reject on an old version", who, want, err)
}

func (p *play) Withdraw(t *rapid.T) {
	q := p.request(t)
	if q == nil {
		return
	}
	who := p.who(t, q.who)
	_, err := p.h.as(who).WithdrawRequest(ctx, q.id, 0)
	if p.want(t, "withdraw", who, p.withdraw(who, q), err) {
		q.state = core.RequestWithdrawn
	}
}

func (p *play) Leave(t *rapid.T) {
	who := p.who(t, "sam", "lea", "ana")
	if p.want(t, "leave", who, p.leave(who), p.h.as(who).LeaveProject(ctx, p.h.etl)) {
		p.gone(who)
	}
}

func (p *play) Revoke(t *rapid.T) {
	who, whom := p.who(t, "pia", "ana"), p.visitor(t)
	if whom == "" {
		return
	}
	_, err := p.h.as(who).RevokeVisit(ctx, p.in[whom].visit, 0, "")
	if p.want(t, "revoke", who, p.revoke(who, whom), err) {
		p.gone(whom)
	}
}

func (p *play) Delete(t *rapid.T) {
	who := p.who(t)
	_, err := p.h.as(who).DeleteProject(ctx, p.h.etl, 0)
	if !p.want(t, "delete", who, p.remove(who), err) {
		return
	}
	p.deleted = true
	for _, q := range p.requests {
		switch {
		case q.state != core.RequestPending:
		case q.lapses <= p.now: // it has lapsed before, swept or not (V10)
			q.state = core.RequestLapsed
		default:
			q.state = core.RequestVoid
		}
	}
}

func (p *play) Restore(t *rapid.T) {
	who := p.who(t, "sam")
	_, err := p.h.as(who).RestoreProject(ctx, p.h.etl, 0)
	if p.want(t, "restore", who, p.restore(who), err) {
		p.deleted = false
	}
}

func (p *play) Settings(t *rapid.T) {
	if p.noMFA["ana"] && p.required { // only Ana sets them here
		return
	}
	switch pick(t, "setting", 2) {
	case 0:
		p.autoJoin = pick(t, "auto join", 3) == 0
		allowed(t, onlyErr(p.h.as("ana").SetAutoJoin(ctx, p.h.acme, 0, p.autoJoin)))
	default:
		p.fullOnly = coin(t, "full role")
		d := core.DecidersAnyUser
		if p.fullOnly {
			d = core.DecidersFullRole
		}
		allowed(t, onlyErr(p.h.as("ana").SetDeciders(ctx, p.h.acme, 0, d)))
	}
}

func (p *play) MFA(t *rapid.T) {
	if !p.required && len(p.noMFA) > 0 && pick(t, "mend", 4) > 0 {
		for who := range p.noMFA {
			p.h.setMFA(who, true)
		}
		clear(p.noMFA)
		return
	}
	if p.required || pick(t, "organization", 4) == 0 {
		p.required = !p.required
		state := core.MFAOff
		if p.required {
			state = core.MFARequired
		}
		p.h.editOrganization(p.h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: state} })
		return
	}
	who := p.who(t)
	p.noMFA[who] = true
	p.h.setMFA(who, false)
}

func (p *play) Disable(t *rapid.T) {
	if !p.disabled && pick(t, "leave it open", 4) > 0 {
		return
	}
	p.disabled = !p.disabled
	p.h.editProject(p.h.etl, func(pr *core.Project) {
		pr.Disabled = nil
		if p.disabled {
			pr.Disabled = &core.Disabled{Reason: "Broken disk", Since: p.now, By: p.h.id("sam")}
		}
	})
}

func (p *play) Time(t *rapid.T) {
	d := time.Duration((1 + pick(t, "seconds", 8*3600))) * time.Second
	if coin(t, "swept") {
		p.h.pass(d)
		p.now = p.now.Add(d)
		p.sweep()
		return
	}
	p.h.clock.move(d)
	p.now = p.now.Add(d)
}

// Check compares the house with the model after every step.
func (p *play) Check(t *rapid.T) {
	for _, who := range modelPeople {
		_, err := p.h.as(who).OpenContent(ctx, p.h.etl)
		p.want(t, "content", who, p.content(who), err)
		m, there := p.h.membership(p.h.etl.Ref(), who)
		i := p.in[who]
		if there != (i != nil) || (there && (m.Role != i.role || m.Visitor() != i.visitor || m.Until != i.until || m.Visit != i.visit)) {
			t.Fatalf("membership of %s: the house has %v %+v, the model %+v", who, there, m, i)
		}
	}
	for id, q := range p.requests {
		if got := p.h.request(id); got.State != q.state || got.Lapses != q.lapses {
			t.Fatalf("request %d: the house has %s until %s, the model %s until %s", id, got.State, got.Lapses, q.state, q.lapses)
		}
	}
}

// TestEntryAgainstAModel plays random joins, requests, decisions, visits, deletions, settings and clock moves against a
// plain model of section 6; indexes, invariants and chains are checked after every run.
func TestEntryAgainstAModel(t *testing.T) {
	suite.Sequential(t)
	allowedCount := map[string]int{}
	play := func(t *rapid.T) {
		p := newPlay(t)
		p.allowed = allowedCount
		var actions []func(*rapid.T)
		for _, a := range []struct {
			weight int
			do     func(*rapid.T)
		}{
			{4, p.Join},
			{8, p.File},
			{5, p.Extend},
			{9, p.Approve},
			{2, p.Reject},
			{1, p.DecideOnAnOldVersion},
			{1, p.Withdraw},
			{2, p.Leave},
			{3, p.Revoke},
			{1, p.Delete},
			{8, p.Restore},
			{4, p.Settings},
			{3, p.MFA},
			{3, p.Disable},
			{4, p.Time},
		} {
			for range a.weight {
				actions = append(actions, a.do)
			}
		}
		for range max(30, rounds(60)) {
			oneOf(t, "action", actions)(t)
			p.Check(t)
		}
		p.h.check()
		p.h.totals(t, rapid.SampledFrom([]string{"sam", "lea", "ana", "pia"}).Draw(t, "reader"))
	}
	untilTried(t, func() { rapid.Check(t, play) }, func() (never []string) {
		for _, what := range []string{"join", "request", "extend", "approve", "reject", "withdraw", "leave", "revoke", "delete", "restore", "content"} {
			if allowedCount[what] == 0 {
				never = append(never, what)
			}
		}
		return never
	})
	t.Logf("allowed: %v", allowedCount)
}

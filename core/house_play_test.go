package core_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// worldPlay is one random run: the house, and the world beside it.
type worldPlay struct {
	*world
	h       *fixture
	names   int
	tried   map[string]int // how often each action was tried and allowed, over all runs
	allowed map[string]int
}

func newWorldPlay(t *rapid.T) *worldPlay {
	h := newFixture(t)
	h.SetMailDelivery(coin(t, "mail"))
	h.addAccount("cyd", "cyd@beta.test")
	h.addAccount("tom", "tom@partner-two.test", func(a *core.Account) { a.Expires, a.TOTP = h.in(300*core.Day), h.secret() })
	second := h.addMaintainer("Partner Two", "tom")
	beta := h.addOrganization(second, "Beta")
	h.addMember(beta.Ref(), "cyd", core.RoleAdmin, core.RoleDefault)
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "ana", core.RoleProjectAdmin)
	harbour := h.addProject(beta, "Harbour")
	for _, o := range []core.OrganizationID{h.acme, beta} {
		who := "ana"
		if o == beta {
			who = "cyd"
		}
		must(h.as(who).CreateRole(ctx, o, "dev", "Develops"))(t)
	}
	both := wRoles{admin: true}
	acme := &wOrg{id: h.acme, staff: "lea", autoJoin: true, members: map[string]wRoles{"ana": both, "ben": both}}
	other := &wOrg{id: beta, staff: "tom", autoJoin: true, members: map[string]wRoles{"cyd": both}}
	w := &world{mfa: map[string]bool{"sam": true, "lea": true, "tom": true}, orgs: []*wOrg{acme, other}}
	for _, p := range []*wProject{
		{id: h.etl, org: acme, users: map[string]core.Role{"pia": core.RoleProjectAdmin}},
		{id: reports, org: acme, users: map[string]core.Role{"ana": core.RoleProjectAdmin}},
		{id: harbour, org: other, users: map[string]core.Role{}},
	} {
		p.state, p.grants = core.ProjectActive, map[core.Role]bool{}
		p.buckets, p.links = map[core.BucketID]*wBucket{}, map[core.BucketID]bool{}
		w.projects = append(w.projects, p)
	}
	return &worldPlay{world: w, h: h}
}

// want compares what the house answered with what the world allows.
func (p *worldPlay) want(t *rapid.T, what, who string, may bool, err error) bool {
	t.Helper()
	if err != nil {
		if c := core.AsError(err).Code; c == core.CodeInternal || c == core.CodeUnavailable {
			t.Fatalf("%s by %s: %v", what, who, err)
		}
	}
	if may != (err == nil) {
		t.Fatalf("%s by %s: the world says %v, the house %v", what, who, may, err)
	}
	p.tried[what]++
	if may {
		p.allowed[what]++
	}
	return may
}

// who draws somebody, more often one of those who run things.
func (p *worldPlay) who(t *rapid.T) string {
	if coin(t, "likely") {
		return oneOf(t, "who", []string{"ana", "ana", "ben", "pia", "cyd", "sam"})
	}
	return oneOf(t, "who", worldPeople)
}

func (p *worldPlay) whom(t *rapid.T) string       { return oneOf(t, "whom", worldPeople) }
func (p *worldPlay) org(t *rapid.T) *wOrg         { return p.orgs[min(1, pick(t, "organization", 3)/2)] }
func (p *worldPlay) project(t *rapid.T) *wProject { return oneOf(t, "project", p.projects) }
func (p *worldPlay) email(who string) string      { return p.h.account(who).Email }

// step is one random action with its weight.
type step struct {
	weight int
	do     func(*rapid.T)
}

// play does one of the actions, and what follows from it in the world (I17).
func (p *worldPlay) play(t *rapid.T, actions []func(*rapid.T)) {
	oneOf(t, "action", actions)(t)
	p.revokeUnsendable()
}

// TestHouseAgainstAModel plays random members, invitations, roles, grants, buckets, deletions, moves, settings and undos by
// random people against the world; indexes, invariants and chains are checked after every run (trust-B3).
func TestHouseAgainstAModel(t *testing.T) {
	suite.Sequential(t)
	tried, allowedCount := map[string]int{}, map[string]int{}
	play := func(t *rapid.T) {
		p := newWorldPlay(t)
		p.tried, p.allowed = tried, allowedCount
		var actions []func(*rapid.T)
		for _, s := range append(p.peopleSteps(), p.projectSteps()...) {
			for range s.weight {
				actions = append(actions, s.do)
			}
		}
		for n := range max(80, rounds(200)) {
			p.play(t, actions)
			if n%10 == 0 {
				p.compare(t)
			}
		}
		p.compare(t)
		p.h.check()
		p.h.totals(t, rapid.SampledFrom(worldPeople).Draw(t, "reader"))
	}
	untilTried(t, func() { rapid.Check(t, play) }, func() (oneSided []string) {
		for what, n := range tried {
			if n > 50 && (allowedCount[what] == 0 || allowedCount[what] == n) { // a rare action proves little either way
				oneSided = append(oneSided, what)
			}
		}
		return oneSided
	})
	t.Logf("allowed %v of %v", allowedCount, tried)
}

// compare looks at the whole house.
func (p *worldPlay) compare(t *rapid.T) {
	t.Helper()
	for _, o := range p.orgs {
		for _, who := range worldPeople {
			m, in := p.h.membership(o.id.Ref(), who)
			r, want := o.members[who]
			if in != want || in && (m.Admin() != r.admin || hasText(m.Roles, "DEV") != r.dev) {
				t.Fatalf("%s in organization %d: the house has %v %v, the world %v %+v", who, o.id, in, m.Roles, want, r)
			}
		}
	}
	for _, pr := range p.projects {
		p.compareProject(t, pr)
	}
	if faults := p.h.unsendable(); len(faults) > 0 {
		t.Fatalf("%q (I17)", faults)
	}
	for _, i := range p.invites {
		if got := p.h.invitation(i.id); got.State != i.state {
			t.Fatalf("invitation %d: the house has %s, the world %s", i.id, got.State, i.state)
		}
	}
}

func (p *worldPlay) compareProject(t *rapid.T, pr *wProject) {
	t.Helper()
	got := p.h.project(pr.id)
	if got.State != pr.state || got.Organization != pr.org.id {
		t.Fatalf("project %d: the house has %s in %d, the world %s in %d", pr.id, got.State, got.Organization, pr.state, pr.org.id)
	}
	for _, who := range worldPeople {
		m, in := p.h.membership(pr.id.Ref(), who)
		role, want := pr.users[who]
		if in != want || m.Role != role {
			t.Fatalf("%s in project %d: the house has %v %s, the world %v %s", who, pr.id, in, m.Role, want, role)
		}
		_, err := p.h.as(who).OpenContent(ctx, pr.id)
		if may := p.content(who, pr); may != (err == nil) {
			t.Fatalf("content of project %d by %s: the world says %v, the house %v", pr.id, who, may, err)
		}
	}
	grants := allOf(p.h, core.Tx.Grants, core.Scan{Prefix: core.Key{core.Num(pr.id)}})
	buckets := allOf(p.h, core.Tx.Buckets, core.Scan{Index: core.BucketsOfProject, Prefix: core.Key{core.Num(pr.id)}})
	links := allOf(p.h, core.Tx.Links, core.Scan{Index: core.LinksOfProject, Prefix: core.Key{core.Num(pr.id)}})
	if len(grants) != len(pr.grants) || len(buckets) != len(pr.buckets) || len(links) != len(pr.links) {
		t.Fatalf("project %d: %d grants, %d buckets, %d links; the world %+v", pr.id, len(grants), len(buckets), len(links), pr)
	}
	for _, b := range buckets {
		var shared core.SharingType
		if b.Share != nil {
			shared = b.Share.Type
		}
		if want := pr.buckets[b.ID]; want == nil || want.shared != shared {
			t.Fatalf("bucket %d is shared to %q, the world has %+v", b.ID, shared, want)
		}
	}
}

func hasText(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// undoing does something that can be undone, and mostly takes it back at once: then everything is as it was (U1).
func (p *worldPlay) undoing(t *rapid.T, who string, act func() bool) {
	before := p.copyOf()
	if !act() {
		return
	}
	revoked := p.revokeUnsendable()
	if pick(t, "undo", 3) > 0 {
		return
	}
	if _, err := p.h.as(who).Undo(ctx, core.EventRef{}); err != nil {
		p.tried["undo"]++ // the opposite may be refused: whoever dropped the own ADMIN cannot give it back
		return
	}
	p.tried["undo"]++
	p.allowed["undo"]++
	p.world = before
	for _, i := range p.invites { // what was revoked with it stays so
		if slices.Contains(revoked, i.id) {
			i.state = core.InvitationCancelled
		}
	}
	p.revokeUnsendable()
	p.compare(t)
}

func (p *worldPlay) Time(t *rapid.T) {
	p.h.pass(time.Duration(1+pick(t, "hours", 30)) * time.Hour)
	for _, i := range p.invites {
		if i.state == core.InvitationPending && i.lapses <= p.h.now() {
			i.state = core.InvitationLapsed
		}
	}
}

package core_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// impactAct is an act whose card says before what it will do: say reads the card, do does the deed, did looks at what it
// has done. All three give the same words when the card is true.
type impactAct struct {
	actor *core.Actor
	say   func() (string, error)
	do    func(*core.Actor) error
	did   func(before, after *houseState) string
}

// houseState is what the impacts speak of.
type houseState struct {
	memberships map[core.MembershipKey]core.Membership
	visits      map[core.VisitID]core.Visit
	requests    map[core.RequestID]core.Request
	invitations map[core.InvitationID]core.Invitation
	grants      map[core.GrantKey]core.Grant
}

func stateOf(h *fixture) *houseState {
	s := &houseState{
		map[core.MembershipKey]core.Membership{},
		map[core.VisitID]core.Visit{},
		map[core.RequestID]core.Request{},
		map[core.InvitationID]core.Invitation{},
		map[core.GrantKey]core.Grant{},
	}
	for _, m := range allOf(h, core.Tx.Memberships, core.Scan{}) {
		s.memberships[m.Key()] = m
	}
	for _, v := range allOf(h, core.Tx.Visits, core.Scan{}) {
		s.visits[v.ID] = v
	}
	for _, q := range allOf(h, core.Tx.Requests, core.Scan{}) {
		s.requests[q.ID] = q
	}
	for _, i := range allOf(h, core.Tx.Invitations, core.Scan{}) {
		s.invitations[i.ID] = i
	}
	for _, g := range allOf(h, core.Tx.Grants, core.Scan{}) {
		s.grants[core.GrantKey{Project: g.Project, RoleID: g.RoleID, Level: g.Level}] = g
	}
	return s
}

// changed counts the records of which was is true before and not after.
func changed[K comparable, R any](before, after map[K]R, was func(R) bool) (n int) {
	for k, b := range before {
		if a, ok := after[k]; was(b) && (!ok || !was(a)) {
			n++
		}
	}
	return n
}

func pendingRequest(q core.Request) bool       { return q.State == core.RequestPending }
func pendingInvitation(i core.Invitation) bool { return i.State == core.InvitationPending }
func runningVisit(v core.Visit) bool           { return v.State == core.VisitActive }
func anyGrant(core.Grant) bool                 { return true }

// B9: what a card says is what the deed does, over random houses and every act that has an impact. A deed that is refused
// was refused in the rehearsal, with the same reason, and the other way round.
func TestCardsSayWhatTheDeedDoes(t *testing.T) {
	suite.Sequential(t)
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		p := newWorldPlay(t)
		p.tried, p.allowed = map[string]int{}, map[string]int{}
		var actions []func(*rapid.T)
		for _, s := range append(p.peopleSteps(), p.projectSteps()...) {
			for range s.weight {
				actions = append(actions, s.do)
			}
		}
		for range 20 {
			p.play(t, actions)
		}
		for range 4 {
			p.someoneEnters(t)
		}
		for range 6 {
			name, act := p.impactAct(t)
			if act.say == nil {
				continue
			}
			said, sayErr := act.say()
			before := stateOf(p.h)
			answers := must(act.actor.Rehearse(ctx, 1, func(a *core.Actor, _ int) error { return act.do(a) }))(t)
			doErr := act.do(act.actor)
			if core.ReasonOf(answers[0].Err) != core.ReasonOf(doErr) {
				t.Fatalf("%s: rehearsed %v, done %v", name, answers[0].Err, doErr)
			}
			if sayErr != nil || doErr != nil {
				continue
			}
			done[name]++
			if did := act.did(before, stateOf(p.h)); said != did {
				t.Fatalf("%s: the card says %q, the deed did %q", name, said, did)
			}
		}
	})
	t.Logf("done: %v", done)
	if suite.Deep() && len(done) < 15 {
		t.Errorf("only these were ever done: %v", done)
	}
}

// someoneEnters lets staff join or ask, so that there are visits and requests.
func (p *worldPlay) someoneEnters(t *rapid.T) {
	who, pr := oneOf(t, "staff", []string{"sam", "lea", "tom"}), p.project(t)
	if pick(t, "ask", 2) == 0 {
		p.h.editOrganization(pr.org.id, func(o *core.Organization) { o.AutoJoin = false })
		_, _ = p.h.as(who).FileRequest(ctx, pr.id, entry())
		return
	}
	p.h.editOrganization(pr.org.id, func(o *core.Organization) { o.AutoJoin = true })
	_, _ = p.h.as(who).JoinProject(ctx, pr.id, entryP())
	if coin(t, "organization") {
		_, _ = p.h.as(who).JoinOrganization(ctx, pr.org.id, entry())
	}
}

func (p *worldPlay) impactAct(t *rapid.T) (string, impactAct) {
	h, pr, o, whom := p.h, p.project(t), p.org(t), p.whom(t)
	a := h.as(p.who(t))
	of := func(q core.Request) bool { return pendingRequest(q) && q.Project == pr.id }
	invited := func(i core.Invitation) bool { return pendingInvitation(i) && i.Unit == pr.id.Ref() }
	n := pick(t, "act", 6+len(accountAndSettingActs))
	if n >= 6 {
		return accountAndSettingActs[n-6](p, t)
	}
	switch n {
	case 0:
		return "delete a project", impactAct{
			actor: a,
			say: func() (string, error) {
				i, err := a.DeleteProjectImpact(ctx, pr.id)
				return fmt.Sprint("requests ", i.Requests, " invitations ", i.Invitations, " visits ", i.Visits, " until ", i.Until), err
			},
			do: func(a *core.Actor) error { return onlyErr(a.DeleteProject(ctx, pr.id, 0)) },
			did: func(b, after *houseState) string {
				visits := 0
				for _, v := range after.visits { // V8: they go on, in what is closed
					if runningVisit(v) && v.Unit == pr.id.Ref() {
						visits++
					}
				}
				return fmt.Sprint("requests ", changed(b.requests, after.requests, of), " invitations ", changed(b.invitations, after.invitations, invited),
					" visits ", visits, " until ", h.project(pr.id).PurgeAt())
			},
		}
	case 1:
		to := p.orgs[0]
		if pr.org == to {
			to = p.orgs[1]
		}
		a = h.as("sam")
		return "move a project", impactAct{
			actor: a,
			say: func() (string, error) {
				i, err := a.MoveImpact(ctx, pr.id, to.id)
				if err == nil && i.Refused != nil {
					err = i.Refused
				}
				return fmt.Sprint("grants ", len(i.Grants), " visits ", len(i.Visits), " requests stay ", i.Requests), err
			},
			do: func(a *core.Actor) error { return onlyErr(a.MoveProject(ctx, pr.id, 0, to.id)) },
			did: func(b, after *houseState) string {
				stay := 0
				for _, q := range after.requests {
					if of(q) {
						stay++
					}
				}
				p.renew(pr, to)
				return fmt.Sprint("grants ", changed(b.grants, after.grants, anyGrant), " visits ", changed(b.visits, after.visits, runningVisit),
					" requests stay ", stay)
			},
		}
	case 2:
		return "delete a role", impactAct{
			actor: a,
			say: func() (string, error) {
				i, err := a.RoleImpact(ctx, o.id, "DEV")
				return fmt.Sprint("members ", i.Members, " grants ", i.Grants), err
			},
			do: func(a *core.Actor) error { return a.DeleteRole(ctx, o.id, "DEV") },
			did: func(b, after *houseState) string {
				return fmt.Sprint("members ", changed(b.memberships, after.memberships, func(m core.Membership) bool {
					return m.Unit == o.id.Ref() && slices.Contains(m.Roles, "DEV")
				}), " grants ", changed(b.grants, after.grants, anyGrant))
			},
		}
	case 3:
		return "remove a project for good", impactAct{
			actor: a,
			say: func() (string, error) {
				i, err := a.RemoveProjectImpact(ctx, pr.id)
				if err == nil && i.Refused != nil {
					err = i.Refused
				}
				return fmt.Sprint("requests ", i.Requests, " invitations ", i.Invitations), err
			},
			do: func(a *core.Actor) error { return onlyErr(a.RemoveProject(ctx, pr.id, 0)) },
			did: func(b, after *houseState) string {
				return fmt.Sprint("requests ", changed(b.requests, after.requests, of), " invitations ", changed(b.invitations, after.invitations, invited))
			},
		}
	case 4:
		return "remove a member with all projects", p.removal(a, o, whom)
	default:
		return "remove a user", impactAct{
			actor: a,
			say: func() (string, error) {
				i, err := a.RemovalImpact(ctx, pr.id.Ref(), h.id(whom))
				return fmt.Sprint("stays ", i.Stays, " undecidable ", len(i.Undecidable)), err
			},
			do: func(a *core.Actor) error { return a.RemoveMember(ctx, pr.id.Ref(), h.id(whom), 0) },
			did: func(b, after *houseState) string {
				alone := func(q core.Request) bool { return !q.Undecidable && of(q) }
				return fmt.Sprint("stays ", p.through(whom, pr), " undecidable ", changed(b.requests, after.requests, alone))
			},
		}
	}
}

// renew keeps the world true enough for what comes behind a move: only the organization counts there.
func (p *worldPlay) renew(pr *wProject, to *wOrg) { pr.org = to }

func (p *worldPlay) removal(a *core.Actor, o *wOrg, whom string) impactAct {
	h := p.h
	id := h.id(whom)
	var ended []core.ProjectID
	return impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.RemovalImpact(ctx, o.id.Ref(), id)
			ended = nil
			for _, u := range i.Direct {
				if !u.MayEnd {
					return "", errors.New(u.Why)
				}
				ended = append(ended, core.ProjectID(u.Project.ID))
			}
			n := len(ended)
			if !i.Visitor {
				n++
			}
			return fmt.Sprint("memberships ", n), err
		},
		do: func(a *core.Actor) error { return a.RemoveMemberAndUses(ctx, o.id, id, 0, ended) },
		did: func(b, after *houseState) string {
			return fmt.Sprint("memberships ", changed(b.memberships, after.memberships, func(m core.Membership) bool {
				return m.Account == id && !m.Visitor()
			}))
		},
	}
}

// access.md F9: of a removal of the last two members the rehearsal says before that the second is refused, and changes
// nothing: no record, no event, no notice.
func TestRehearsalGoesInSequence(t *testing.T) {
	h := newFixture(t)
	people := []string{"ana", "ben"}
	before, told, state := h.countEvents(), len(h.inbox("ana")), history(h)
	answers := must(h.as("sam").Rehearse(ctx, 2, func(a *core.Actor, n int) error {
		return a.RemoveMember(ctx, h.acme.Ref(), h.id(people[n]), 0)
	}))(t)
	if answers[0].Err != nil || core.ReasonOf(answers[1].Err) != core.ReasonLastMember {
		t.Errorf("answers %v", answers)
	}
	if h.countEvents() != before || len(h.inbox("ana")) != told || history(h) != state {
		t.Error("the rehearsal has changed something")
	}
	allowed(t, h.as("sam").RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0))
	refused(t, h.as("sam").RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0), core.ReasonLastMember)
}

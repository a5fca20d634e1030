package core_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// accountAndSettingActs are the acts with an impact that are about an account or a setting, see impactAct.
var accountAndSettingActs = []func(p *worldPlay, t *rapid.T) (string, impactAct){
	(*worldPlay).giveAway, (*worldPlay).removeAccount, (*worldPlay).requireMFAAct, (*worldPlay).autoJoinOff, (*worldPlay).shareOtherwise,
	(*worldPlay).takesAway, (*worldPlay).takesAway,
}

// giveAway: an organization goes to another maintainer, and the visits of staff who have nothing to do with that one end.
func (p *worldPlay) giveAway(t *rapid.T) (string, impactAct) {
	o, to := p.org(t), p.maintainer("Partner Two")
	if p.h.organization(o.id).Maintainer == to {
		to = p.h.partnerOne
	}
	a := p.h.as("sam")
	return "move an organization", impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.OrganizationMoveImpact(ctx, o.id, to)
			return fmt.Sprint("visits ", i.Ending), err
		},
		do: func(a *core.Actor) error { return onlyErr(a.MoveOrganization(ctx, o.id, 0, to)) },
		did: func(b, after *houseState) string {
			return fmt.Sprint("visits ", changed(b.visits, after.visits, runningVisit))
		},
	}
}

func (p *worldPlay) maintainer(name string) core.MaintainerID {
	for _, m := range allOf(p.h, core.Tx.Maintainers, core.Scan{}) {
		if m.Name == name {
			return m.ID
		}
	}
	return 0
}

func (p *worldPlay) removeAccount(t *rapid.T) (string, impactAct) {
	id, a := p.h.id(p.whom(t)), p.h.as("sam")
	return "remove an account", impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.RemoveAccountImpact(ctx, id)
			if err == nil && i.Refusal != nil {
				err = i.Refusal
			}
			return fmt.Sprint("units ", len(i.Units)+i.Deleted, " requests ", i.Requests, " invitations ", i.Invitations, " sent ", idsOf(i.Revoked)), err
		},
		do: func(a *core.Actor) error { return a.RemoveAccount(ctx, id, "Has left") },
		did: func(b, after *houseState) string {
			return fmt.Sprint("units ", changed(b.memberships, after.memberships, func(m core.Membership) bool { return m.Account == id }),
				" requests ", changed(b.requests, after.requests, func(q core.Request) bool { return pendingRequest(q) && q.Requester == id }),
				" invitations ", changed(b.invitations, after.invitations, func(i core.Invitation) bool { return pendingInvitation(i) && i.Account == id }),
				" sent ", revokedOf(b, after, id))
		},
	}
}

// revokedOf gives the invitations of a sender that are pending no more, in the order of their numbers.
func revokedOf(b, after *houseState, sender core.AccountID) []core.InvitationID {
	var ids []core.InvitationID
	for id, i := range b.invitations {
		if pendingInvitation(i) && i.Sender() == sender && i.Account != sender && !pendingInvitation(after.invitations[id]) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// requireMFAAct: who is listed is who is locked out, and of the projects that are named.
func (p *worldPlay) requireMFAAct(t *rapid.T) (string, impactAct) {
	o, who := p.org(t), oneOf(t, "administrator", []string{"ana", "ben", "cyd"})
	if p.h.account(who).State != core.AccountRemoved {
		p.h.setMFA(who, true)
		p.mfa[who] = true
	}
	a := p.h.as(who)
	var open map[string]bool
	return "require MFA", impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.MFAImpact(ctx, o.id)
			if p.h.organization(o.id).MFA.State == core.MFARequired {
				err = errors.New("it is required already")
			}
			open = p.opens(o)
			listed := map[string]bool{}
			for _, row := range i.People {
				for name, id := range p.h.people {
					if id == row.Person.ID {
						for _, pr := range row.Projects {
							if p.uses(name, core.ProjectID(pr.ID)) { // who comes in by a role is a member, see below
								listed[name+" "+pr.Name] = true
							}
						}
						if row.Organization {
							listed[name] = true
						}
					}
				}
			}
			return fmt.Sprint(slices.Sorted(maps.Keys(listed))), err
		},
		do: func(a *core.Actor) error { return onlyErr(a.RequireMFA(ctx, o.id, 0, true)) },
		did: func(_, after *houseState) string {
			lost, now := map[string]bool{}, p.opens(o)
			for way := range open {
				if !now[way] {
					lost[way] = true
				}
			}
			return fmt.Sprint(slices.Sorted(maps.Keys(lost)))
		},
	}
}

// opens says who may open the organization as a member, and the projects that they use; visitors are staff and stand apart.
func (p *worldPlay) opens(o *wOrg) map[string]bool {
	ways := map[string]bool{}
	for name, id := range p.h.people {
		units, err := p.h.As(id).Units(ctx, core.Query{})
		if err != nil {
			continue
		}
		for _, u := range units.Items {
			if u.Visit == 0 && !u.Locked && u.Unit == o.id.Ref() {
				ways[name] = true
			}
		}
		for _, pr := range p.projects {
			if !p.h.projectHere(pr.id) || p.h.project(pr.id).Organization != o.id || !p.uses(name, pr.id) {
				continue
			}
			may, err := p.h.As(id).Permissions(ctx, pr.id.Ref())
			if err == nil && may[core.ProjectContent] == nil {
				ways[name+" "+p.h.project(pr.id).Name] = true
			}
		}
	}
	return ways
}

// projectHere reports whether the project is neither purged nor removed for good.
func (h *fixture) projectHere(id core.ProjectID) (here bool) {
	h.get(func(tx core.Tx) (err error) {
		_, here, err = tx.Projects().Get(id)
		return err
	})
	return here
}

// uses reports whether somebody is a direct user of a project, and no visitor.
func (p *worldPlay) uses(name string, project core.ProjectID) bool {
	m, ok := p.h.membership(project.Ref(), name)
	return ok && !m.Visitor()
}

func (p *worldPlay) autoJoinOff(t *rapid.T) (string, impactAct) {
	o, a := p.org(t), p.h.as(oneOf(t, "administrator", []string{"ana", "ben", "cyd"}))
	of := func(v core.Visit) bool { return runningVisit(v) && v.Organization == o.id }
	return "Auto Join off", impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.AutoJoinImpact(ctx, o.id)
			return fmt.Sprint("stay ", i.Total, " end 0"), err
		},
		do: func(a *core.Actor) error { return onlyErr(a.SetAutoJoin(ctx, o.id, 0, false)) },
		did: func(b, after *houseState) string {
			return fmt.Sprint("stay ", len(those(after.visits, of)), " end ", changed(b.visits, after.visits, of))
		},
	}
}

// those are the records of which it is true.
func those[K comparable, R any](of map[K]R, is func(R) bool) []R {
	var out []R
	for _, r := range of {
		if is(r) {
			out = append(out, r)
		}
	}
	return out
}

// shareOtherwise: the links that another sharing leaves uncovered are marked so afterwards, and all stay.
func (p *worldPlay) shareOtherwise(t *rapid.T) (string, impactAct) {
	pr, into := p.project(t), p.project(t)
	a := p.h.as(oneOf(t, "administrator", []string{"ana", "ben", "cyd"}))
	b, err := a.CreateBucket(ctx, pr.id, core.BucketInput{Name: p.fresh("bucket")})
	if err != nil {
		return "", impactAct{}
	}
	id := b.ID
	first := core.ShareInput{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{into.id}}
	if coin(t, "all projects") {
		first = core.ShareInput{Type: core.ShareOrganizationMembers}
	}
	_, _ = a.ShareBucket(ctx, id, 0, first)
	for _, who := range []string{"ana", "ben", "pia", "cyd"} {
		if _, err := p.h.as(who).LinkBucket(ctx, id, into.id, "linked"); err == nil {
			break
		}
	}
	in := core.ShareInput{Type: oneOf(t, "sharing", []core.SharingType{core.ShareProjectMembers, core.ShareOrganizationMembers, core.ShareSelectedProjects})}
	if in.Type == core.ShareSelectedProjects {
		in.Projects = []core.ProjectID{p.project(t).id}
	}
	return "share otherwise", impactAct{
		actor: a,
		say: func() (string, error) {
			i, err := a.SharingImpact(ctx, id, in)
			return fmt.Sprint("links ", i.Links, " uncovered ", i.Total), err
		},
		do: func(a *core.Actor) error { return onlyErr(a.ChangeSharing(ctx, id, 0, in)) },
		did: func(_, _ *houseState) string {
			page, err := a.BucketLinks(ctx, id, core.Query{})
			uncovered := 0
			for _, l := range page.Items {
				if l.Uncovered {
					uncovered++
				}
			}
			if err != nil {
				return err.Error()
			}
			return fmt.Sprint("links ", len(page.Items), " uncovered ", uncovered)
		},
	}
}

// takesAway: ADMIN, the role in a project, the Support flag or the right to change anything is taken from somebody, and
// the invitations go that they could send no more (I17).
func (p *worldPlay) takesAway(t *rapid.T) (string, impactAct) {
	o, pr, who := p.org(t), p.project(t), p.whom(t)
	id := p.h.id(who)
	act := impactAct{actor: p.h.as("sam"), did: func(b, after *houseState) string { return fmt.Sprint(revokedOf(b, after, id)) }}
	kind := pick(t, "loss", 4)
	if kind < 2 {
		act.actor = p.h.as(oneOf(t, "by", []string{"ana", "ben", "cyd"}))
	}
	a := act.actor
	switch kind {
	case 0:
		act.say = func() (string, error) {
			list, err := a.DemotionImpact(ctx, o.id.Ref(), id)
			return fmt.Sprint(idsOf(list)), err
		}
		act.do = func(a *core.Actor) error {
			return onlyErr(a.AssignRoles(ctx, o.id, id, 0, nil, []string{core.RoleAdmin}))
		}
		return "take ADMIN", act
	case 1:
		act.say = func() (string, error) {
			list, err := a.DemotionImpact(ctx, pr.id.Ref(), id)
			return fmt.Sprint(idsOf(list)), err
		}
		act.do = func(a *core.Actor) error { return onlyErr(a.SetRole(ctx, pr.id, id, 0, core.RoleGuest)) }
		return "lower a role", act
	case 2:
		act.say = func() (string, error) {
			taken, err := a.TakeSupportImpact(ctx, id)
			return fmt.Sprint(idsOf(taken.Revoked)), err
		}
		act.do = func(a *core.Actor) error { return onlyErr(a.SetSupport(ctx, id, false, 0)) }
		return "take the Support flag", act
	default:
		act.say = func() (string, error) {
			taken, err := a.ReadOnlyImpact(ctx, id)
			return fmt.Sprint(idsOf(taken.Revoked)), err
		}
		act.do = func(a *core.Actor) error { return onlyErr(a.SetReadOnly(ctx, id, true, "An auditor")) }
		return "keep to reading", act
	}
}

func (h *fixture) organization(id core.OrganizationID) (o core.Organization) {
	h.t.Helper()
	h.get(func(tx core.Tx) (err error) {
		o, _, err = tx.Organizations().Get(id)
		return err
	})
	return o
}

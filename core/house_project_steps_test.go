package core_test

import (
	"fmt"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// projectSteps are the actions about projects, grants and buckets.
func (p *worldPlay) projectSteps() []step {
	return []step{
		{2, p.CreateProject},
		{2, p.DeleteProject},
		{5, p.RestoreProject},
		{4, p.PurgeProject},
		{1, p.RemoveForGood},
		{2, p.MoveProject},
		{6, p.Grant},
		{3, p.RevokeGrant},
		{6, p.CreateBucket},
		{10, p.Share},
		{6, p.Unshare},
		{14, p.Link},
		{8, p.Unlink},
		{2, p.DeleteBucket},
	}
}

func (p *worldPlay) CreateProject(t *rapid.T) {
	who, o := p.who(t), p.org(t)
	if len(p.projects) >= 6 {
		return
	}
	pr, err := p.h.as(who).CreateProject(ctx, o.id, fmt.Sprintf("Project %d", len(p.projects)), "")
	if p.want(t, "create project", who, p.runs(who, o), err) {
		p.projects = append(p.projects, &wProject{
			id: pr.ID, org: o, state: core.ProjectActive, users: map[string]core.Role{who: core.RoleProjectAdmin},
			grants: map[core.Role]bool{}, buckets: map[core.BucketID]*wBucket{}, links: map[core.BucketID]bool{},
		})
	}
}

func (p *worldPlay) DeleteProject(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	_, err := p.h.as(who).DeleteProject(ctx, pr.id, 0)
	may := p.manages(who, pr) || who == "sam" && pr.state == core.ProjectActive
	if p.want(t, "delete project", who, may, err) {
		p.gone(pr, core.ProjectDeleted)
	}
}

func (p *worldPlay) RestoreProject(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	if coin(t, "by Support") {
		who = "sam"
	}
	_, err := p.h.as(who).RestoreProject(ctx, pr.id, 0)
	if p.want(t, "restore project", who, who == "sam" && pr.state == core.ProjectDeleted, err) {
		pr.state = core.ProjectActive
	}
}

// purged is what a purge and a removal for good leave: nothing of the content, and no access (DR8).
func (p *worldPlay) purged(pr *wProject) {
	p.gone(pr, core.ProjectPurged)
	clear(pr.users)
	clear(pr.grants)
	for id := range pr.buckets {
		for _, other := range p.projects {
			delete(other.links, id)
		}
	}
	clear(pr.buckets)
	clear(pr.links)
}

func (p *worldPlay) PurgeProject(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	if pr.state == core.ProjectDeleted && coin(t, "empty it first") { // DR9
		who = "sam"
		for _, user := range keys(pr.users) {
			p.want(t, "remove user", who, true, p.h.as(who).RemoveMember(ctx, pr.id.Ref(), p.h.id(user), 0))
			delete(pr.users, user)
		}
		for _, level := range keys(pr.grants) {
			p.want(t, "revoke grant", who, true, p.h.as(who).RevokeGrant(ctx, pr.id, "DEV", level))
			delete(pr.grants, level)
		}
	}
	_, err := p.h.as(who).PurgeProject(ctx, pr.id)
	may := who == "sam" && pr.state == core.ProjectDeleted && len(pr.users) == 0 && len(pr.grants) == 0
	if p.want(t, "purge project", who, may, err) {
		p.purged(pr)
	}
}

func (p *worldPlay) RemoveForGood(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	_, err := p.h.as(who).RemoveProject(ctx, pr.id, 0)
	role, direct := pr.users[who]
	others := len(pr.users)
	if direct {
		others--
	}
	may := p.open(who, pr) && p.admin(who, pr.org) && (!direct || full(p.higher(role, p.through(who, pr)))) &&
		others == 0 && len(pr.grants) == 0 && len(pr.buckets) == 0 && len(pr.links) == 0
	if p.want(t, "remove for good", who, may, err) {
		p.purged(pr)
	}
}

func (p *worldPlay) higher(a, b core.Role) core.Role {
	for _, l := range levels {
		if a == l || b == l {
			return l
		}
	}
	return ""
}

func (p *worldPlay) MoveProject(t *rapid.T) {
	who, pr, to := p.who(t), p.project(t), p.org(t)
	if pr.org == to {
		return
	}
	_, err := p.h.as(who).MoveProject(ctx, pr.id, 0, to.id)
	// H14: Support here, for nobody belongs to both maintainers. A limited role keeps from it.
	role := p.role(who, pr)
	may := who == "sam" && p.open(who, pr) && (role == "" || full(role)) && (pr.org.autoJoin || p.admin(who, pr.org) || full(role))
	for _, b := range pr.buckets {
		may = may && b.shared == ""
	}
	may = may && len(pr.links) == 0
	if p.want(t, "move project", who, may, err) {
		pr.org = to
		clear(pr.grants)
	}
}

func (p *worldPlay) Grant(t *rapid.T) {
	who, pr, level := p.who(t), p.project(t), oneOf(t, "level", levels)
	_, err := p.h.as(who).GrantRole(ctx, pr.id, "DEV", level)
	if p.want(t, "grant", who, p.manages(who, pr) && level != core.RoleShare, err) {
		pr.grants[level] = true
	}
}

func (p *worldPlay) RevokeGrant(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	if len(pr.grants) == 0 {
		return
	}
	level := oneOf(t, "level", keys(pr.grants))
	err := p.h.as(who).RevokeGrant(ctx, pr.id, "DEV", level)
	may := p.manages(who, pr) || who == "sam" && pr.state == core.ProjectDeleted
	if p.want(t, "revoke grant", who, may, err) {
		delete(pr.grants, level)
	}
}

func (p *worldPlay) CreateBucket(t *rapid.T) {
	who, pr := p.who(t), p.project(t)
	if len(pr.buckets) >= 3 {
		return
	}
	b, err := p.h.as(who).CreateBucket(ctx, pr.id, core.BucketInput{Name: p.fresh("bucket")})
	if p.want(t, "create bucket", who, p.works(who, pr), err) {
		pr.buckets[b.ID] = &wBucket{}
	}
}

// fresh gives a name that nothing has yet.
func (p *worldPlay) fresh(what string) string {
	p.names++
	return fmt.Sprintf("%s %d", what, p.names)
}

// bucket draws a bucket with its project, or none.
func (p *worldPlay) bucket(t *rapid.T) (*wProject, core.BucketID) {
	pr := p.project(t)
	if len(pr.buckets) == 0 {
		return nil, 0
	}
	return pr, oneOf(t, "bucket", keys(pr.buckets))
}

// user draws a user of the project, or anybody.
func (p *worldPlay) user(t *rapid.T, pr *wProject) string {
	if len(pr.users) == 0 || pick(t, "anybody", 3) == 0 {
		return p.who(t)
	}
	return oneOf(t, "user", keys(pr.users))
}

func (p *worldPlay) linked(id core.BucketID) (n int) {
	for _, pr := range p.projects {
		if pr.links[id] {
			n++
		}
	}
	return n
}

func (p *worldPlay) Share(t *rapid.T) {
	who := p.who(t)
	pr, id := p.bucket(t)
	if pr == nil {
		return
	}
	kind := oneOf(t, "type", []core.SharingType{core.ShareProjectMembers, core.ShareOrganizationMembers})
	_, err := p.h.as(who).ShareBucket(ctx, id, 0, core.ShareInput{Type: kind})
	if p.want(t, "share", who, p.shares(who, pr), err) {
		pr.buckets[id].shared = kind
	}
}

func (p *worldPlay) Unshare(t *rapid.T) {
	who := p.who(t)
	pr, id := p.bucket(t)
	if pr == nil {
		return
	}
	_, err := p.h.as(who).UnshareBucket(ctx, id, 0)
	if p.want(t, "unshare", who, p.shares(who, pr) && pr.buckets[id].shared != "" && p.linked(id) == 0, err) {
		pr.buckets[id].shared = ""
	}
}

func (p *worldPlay) Link(t *rapid.T) {
	into := p.project(t)
	pr, id := p.bucket(t)
	if pr == nil {
		return
	}
	who := p.user(t, into)
	_, err := p.h.as(who).LinkBucket(ctx, id, into.id, p.fresh("link"))
	may := p.mayLink(who, into) && into.org == pr.org && pr.state == core.ProjectActive && p.covered(who, pr.buckets[id], into) && !into.links[id]
	if p.want(t, "link", who, may, err) {
		into.links[id] = true
	}
}

func (p *worldPlay) Unlink(t *rapid.T) {
	in := p.project(t)
	if len(in.links) == 0 {
		return
	}
	who := p.user(t, in)
	id := oneOf(t, "link", keys(in.links))
	may := p.mayLink(who, in) && in.links[id]
	for _, pr := range p.projects {
		if b := pr.buckets[id]; b != nil && b.shared == core.ShareOrganizationMembers { // SB11
			may = may && p.member(who, in.org)
		}
	}
	if p.want(t, "unlink", who, may, p.h.as(who).UnlinkBucket(ctx, id, in.id)) {
		delete(in.links, id)
	}
}

func (p *worldPlay) DeleteBucket(t *rapid.T) {
	who := p.who(t)
	pr, id := p.bucket(t)
	if pr == nil {
		return
	}
	err := p.h.as(who).DeleteBucket(ctx, id, 0)
	if p.want(t, "delete bucket", who, p.works(who, pr) && p.linked(id) == 0, err) {
		delete(pr.buckets, id)
	}
}

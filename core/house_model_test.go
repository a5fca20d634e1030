package core_test

import (
	"maps"
	"slices"

	"gatehouse/core"
)

// world is what sections 5 to 9, 13 to 15 and 19 say about two organizations of two maintainers, in plain words: no
// records, no transaction, no shared code with the access function. Visits and requests have a model of their own (model).
// Sam is Support, Lea belongs to the first maintainer and Tom to the second; everybody else starts as the start house has
// them. Sam, Lea and Tom always have MFA.
type world struct {
	mfa      map[string]bool
	orgs     []*wOrg
	projects []*wProject
	invites  []*wInvite
}

type wOrg struct {
	id       core.OrganizationID
	staff    string // the member of its maintainer
	autoJoin bool
	required bool
	members  map[string]wRoles
}

// wRoles are the roles beside DEFAULT: ADMIN, and DEV, which projects are granted to.
type wRoles struct{ admin, dev bool }

type wProject struct {
	id      core.ProjectID
	org     *wOrg
	state   core.ProjectState
	users   map[string]core.Role
	grants  map[core.Role]bool // of DEV
	buckets map[core.BucketID]*wBucket
	links   map[core.BucketID]bool
}

type wBucket struct{ shared core.SharingType }

type wInvite struct {
	id      core.InvitationID
	org     *wOrg // or
	project *wProject
	by, who string
	role    core.Role
	state   core.InvitationState
	lapses  core.Moment
}

var worldPeople = []string{"sam", "lea", "tom", "ana", "ben", "cyd", "pia", "otto"}

// levels are the standard roles, highest first (RO1).
var levels = []core.Role{core.RoleShare, core.RoleProjectAdmin, core.RoleGuest, core.RoleReadOnly}

func (w *world) admin(who string, o *wOrg) bool { return o.members[who].admin }

func (w *world) member(who string, o *wOrg) bool { _, in := o.members[who]; return in }

func (w *world) staffOf(who string, o *wOrg) bool { return who == "sam" || who == o.staff }

// through is the level that DEV opens (OR4), direct the one of the membership, role the higher of both (OR5).
func (w *world) through(who string, p *wProject) core.Role {
	if !p.org.members[who].dev {
		return ""
	}
	for _, l := range levels {
		if p.grants[l] {
			return l
		}
	}
	return ""
}

func (w *world) role(who string, p *wProject) core.Role {
	direct, through := p.users[who], w.through(who, p)
	for _, l := range levels {
		if direct == l || through == l {
			return l
		}
	}
	return ""
}

func full(r core.Role) bool { return r == core.RoleShare || r == core.RoleProjectAdmin }

// locked is the MFA lock (S14, S15).
func (w *world) locked(who string, o *wOrg) bool { return o.required && !w.mfa[who] }

// active says that the project is there and the person is not locked out.
func (w *world) open(who string, p *wProject) bool {
	return p.state == core.ProjectActive && !w.locked(who, p.org)
}

// manages is the first rows of 6.3: invite, add, change roles, remove, grant, rename.
func (w *world) manages(who string, p *wProject) bool {
	if !w.open(who, p) {
		return false
	}
	if _, direct := p.users[who]; direct {
		return full(w.role(who, p)) // M3
	}
	return w.admin(who, p.org) || full(w.role(who, p))
}

func (w *world) givesShare(who string, p *wProject) bool {
	return w.manages(who, p) && w.admin(who, p.org)
}

// runs is the first column of 6.4.
func (w *world) runs(who string, o *wOrg) bool { return w.admin(who, o) && !w.locked(who, o) }

func (w *world) content(who string, p *wProject) bool {
	return w.open(who, p) && (w.role(who, p) != "" || w.admin(who, p.org))
}

// works is RO2: create and delete buckets.
func (w *world) works(who string, p *wProject) bool {
	_, direct := p.users[who]
	r := w.role(who, p)
	return w.open(who, p) && (full(r) || r == core.RoleGuest || !direct && w.admin(who, p.org))
}

// links is RO2: link and unlink. Administrators from outside are not among those who may.
func (w *world) mayLink(who string, p *wProject) bool {
	r := w.role(who, p)
	return w.open(who, p) && (full(r) || r == core.RoleGuest)
}

// shares is SB2.
func (w *world) shares(who string, p *wProject) bool {
	_, direct := p.users[who]
	r := w.role(who, p)
	if !w.open(who, p) {
		return false
	}
	return r == core.RoleShare || w.admin(who, p.org) && (!direct || full(r))
}

// covered is SB4 for the two types that name nobody.
func (w *world) covered(who string, b *wBucket, in *wProject) bool {
	switch b.shared {
	case core.ShareProjectMembers:
		return w.role(who, in) != ""
	case core.ShareOrganizationMembers:
		return w.member(who, in.org)
	default:
		return false
	}
}

// alone reports whether nobody else is left in the organization, or no other administrator (H7, OR13).
func (w *world) alone(who string, o *wOrg) bool {
	for other, r := range o.members {
		if other != who && (r.admin || !o.members[who].admin) {
			return false
		}
	}
	return true
}

func (w *world) pending(who string, o *wOrg, p *wProject) *wInvite {
	for _, i := range w.invites {
		if i.who == who && i.org == o && i.project == p && i.state == core.InvitationPending {
			return i
		}
	}
	return nil
}

// comes settles the own invitation of somebody who came in another way (I10).
func (w *world) comes(who string, o *wOrg, p *wProject) {
	if i := w.pending(who, o, p); i != nil {
		i.state = core.InvitationSuperseded
	}
}

// gone makes the invitations to a project void (I9).
func (w *world) gone(p *wProject, state core.ProjectState) {
	p.state = state
	for _, i := range w.invites {
		if i.project == p && (i.state == core.InvitationPending || i.state == core.InvitationLapsed) {
			i.state = core.InvitationVoid
		}
	}
}

// sends reports whether the sender of an invitation could send it now; the lock for want of MFA takes no right (I17).
func (w *world) sends(i *wInvite) bool {
	if i.org != nil {
		return w.admin(i.by, i.org)
	}
	_, direct := i.project.users[i.by]
	may := full(w.role(i.by, i.project)) || !direct && w.admin(i.by, i.project.org)
	return may && (i.role != core.RoleShare || w.admin(i.by, i.project.org))
}

// revokeUnsendable cancels what its sender could send no more, and gives the numbers (I17).
func (w *world) revokeUnsendable() (revoked []core.InvitationID) {
	for _, i := range w.invites {
		if i.state == core.InvitationPending && !w.sends(i) {
			i.state = core.InvitationCancelled
			revoked = append(revoked, i.id)
		}
	}
	return revoked
}

// copyOf is the world as it is now, to compare with after an undo.
func (w *world) copyOf() *world {
	c := &world{mfa: maps.Clone(w.mfa)}
	orgs, projects := map[*wOrg]*wOrg{nil: nil}, map[*wProject]*wProject{nil: nil}
	for _, o := range w.orgs {
		n := *o
		n.members = maps.Clone(o.members)
		orgs[o] = &n
		c.orgs = append(c.orgs, &n)
	}
	for _, p := range w.projects {
		n := *p
		n.org, n.users, n.grants, n.links = orgs[p.org], maps.Clone(p.users), maps.Clone(p.grants), maps.Clone(p.links)
		n.buckets = map[core.BucketID]*wBucket{}
		for id, b := range p.buckets {
			n.buckets[id] = &wBucket{b.shared}
		}
		projects[p] = &n
		c.projects = append(c.projects, &n)
	}
	for _, i := range w.invites {
		n := *i
		n.org, n.project = orgs[i.org], projects[i.project]
		c.invites = append(c.invites, &n)
	}
	return c
}

// keys gives the keys of a map in order: runs must be repeatable.
func keys[K interface {
	~string | ~uint64
}, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}

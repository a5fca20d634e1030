package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// ShareInput says how a bucket is shared: a type of SB4, with projects for selected_projects and people, by e-mail
// address or number, for selected_users.
type ShareInput struct {
	Type     SharingType
	Projects []ProjectID
	Users    []string
}

// ShareBucket offers a bucket to other projects of its organization, or replaces how it is shared: other targets
// replace the old ones, another type clears them (SB7). Who may is SB2.
//
// Errors: not_found; role_restricted, visitor_restricted, forbidden by SB2; project_disabled; stale; invalid_value for
// the type or the number of targets; target_not_in_org (SB5).
func (a *Actor) ShareBucket(ctx context.Context, id BucketID, version uint64, in ShareInput) (Bucket, error) {
	return a.share(ctx, id, version, in, false)
}

// ChangeSharing is [Actor.ShareBucket] for a bucket that is shared already. Errors besides those: not_shared (SB7).
func (a *Actor) ChangeSharing(ctx context.Context, id BucketID, version uint64, in ShareInput) (Bucket, error) {
	return a.share(ctx, id, version, in, true)
}

func (a *Actor) share(ctx context.Context, id BucketID, version uint64, in ShareInput, shared bool) (Bucket, error) {
	return a.changeBucket(ctx, "bucket.share", id, version, ProjectShareBuckets, func(c *change, p Project, b *Bucket) error {
		if shared && b.Share == nil {
			return notShared(*b)
		}
		s, err := c.sharing(*b, in)
		if err != nil || s.same(b.Share) {
			return err
		}
		c.happened("bucket.share", p.Organization.Ref(), bucketSubjects(*b), "", sharingChanges(b.Share, &s)...)
		b.Share = &s
		return nil
	})
}

func notShared(b Bucket) error {
	return refuse(ReasonNotShared, words{"bucket": b.Name}).on("", b.ID.Ref())
}

// sharing checks how a bucket is to be shared. Targets come out sorted, each once.
func (r *reading) sharing(b Bucket, in ShareInput) (Sharing, error) {
	s := Sharing{Type: in.Type, By: r.me.ID, At: r.now}
	switch in.Type {
	case ShareProjectMembers, ShareOrganizationMembers, ShareSelectedProjects, ShareSelectedUsers:
	default:
		return s, refuse(ReasonInvalidValue, words{
			"field": "Type", "allowed": "one of project_members, organization_members, selected_projects, selected_users",
		}).field("type")
	}
	if err := countTargets("projects", len(in.Projects), in.Type == ShareSelectedProjects); err != nil {
		return s, err
	}
	if err := countTargets("users", len(in.Users), in.Type == ShareSelectedUsers); err != nil {
		return s, err
	}
	for _, id := range in.Projects {
		p, ok, err := r.Projects().Get(id)
		if err != nil {
			return s, err
		}
		if !ok || p.Organization != b.Organization || p.State != ProjectActive {
			return s, r.notInOrg("Project "+id.Ref().number(), "projects", b)
		}
		s.Projects = append(s.Projects, id)
	}
	for _, named := range in.Users {
		id, err := r.targetUser(named, b)
		if err != nil {
			return s, err
		}
		s.Users = append(s.Users, id)
	}
	slices.Sort(s.Projects)
	slices.Sort(s.Users)
	s.Projects, s.Users = slices.Compact(s.Projects), slices.Compact(s.Users)
	return s, nil
}

func countTargets(field string, n int, wanted bool) error {
	switch {
	case wanted && (n == 0 || n > TargetsMax):
		return refuse(ReasonInvalidValue, words{"field": fieldWord(field), "allowed": "1 to " + strconv.Itoa(TargetsMax) + " of them"}).field(field)
	case !wanted && n > 0:
		return refuse(ReasonInvalidValue, words{"field": fieldWord(field), "allowed": "left out with this type"}).field(field)
	}
	return nil
}

// targetUser finds a person who uses a project of the organization (SB5). Unknown people answer like all others.
func (r *reading) targetUser(named string, b Bucket) (AccountID, error) {
	named = strings.TrimSpace(named)
	var id AccountID
	if n, err := strconv.ParseUint(named, 10, 64); err == nil {
		id = AccountID(n)
	} else {
		email, err := cleanEmail(named)
		if err != nil {
			return 0, AsError(err).field("users")
		}
		acc, _, err := r.accountByEmail(email)
		if err != nil {
			return 0, err
		}
		id = acc.ID
	}
	uses, err := r.usesOrganization(b.Organization, id)
	if err == nil && (!uses || id == 0) {
		err = r.notInOrg(named, "users", b)
	}
	return id, err
}

func (r *reading) notInOrg(target, field string, b Bucket) error {
	o, err := r.organization(b.Organization)
	if err != nil {
		return err
	}
	return refuse(ReasonTargetNotInOrg, words{"target": target, "organization": o.Name}).field(field)
}

// same reports whether a sharing says what another one says already (F11).
func (s Sharing) same(old *Sharing) bool {
	return old != nil && s.Type == old.Type && slices.Equal(s.Projects, old.Projects) && slices.Equal(s.Users, old.Users)
}

// sharingChanges are the changes from one sharing to another, for the event. Targets are told by their numbers.
func sharingChanges(before, after *Sharing) []Change {
	was, is := before.fields(), after.fields()
	var changes []Change
	for i, name := range [...]string{"type", "projects", "users"} {
		if was[i] != is[i] {
			changes = append(changes, Change{Field: name, Before: was[i], After: is[i]})
		}
	}
	return changes
}

func (s *Sharing) fields() [3]string {
	if s == nil {
		return [3]string{}
	}
	var projects, users []string
	for _, id := range s.Projects {
		projects = append(projects, id.Ref().String())
	}
	for _, id := range s.Users {
		users = append(users, id.Ref().String())
	}
	return [3]string{string(s.Type), strings.Join(projects, ", "), strings.Join(users, ", ")}
}

// UnshareBucket ends the sharing of a bucket. One that is linked anywhere stays shared (SB9).
//
// Errors: not_found; role_restricted, visitor_restricted, forbidden by SB2; project_disabled; stale; not_shared (SB7);
// has_links.
func (a *Actor) UnshareBucket(ctx context.Context, id BucketID, version uint64) (Bucket, error) {
	return a.changeBucket(ctx, "bucket.unshare", id, version, ProjectShareBuckets, func(c *change, p Project, b *Bucket) error {
		if b.Share == nil {
			return notShared(*b)
		}
		if err := c.noLinks(*b); err != nil {
			return err
		}
		c.happened("bucket.unshare", p.Organization.Ref(), bucketSubjects(*b), "", sharingChanges(b.Share, nil)...)
		b.Share = nil
		return nil
	})
}

// SharingImpact says which links a sharing would leave uncovered, for the card before it (SB7). It looks at the first
// 500 links. Errors: those of ShareBucket.
func (a *Actor) SharingImpact(ctx context.Context, id BucketID, in ShareInput) (SharingImpact, error) {
	var out SharingImpact
	err := a.read(ctx, func(r *reading) error {
		b, _, err := r.bucketFor(id, ProjectShareBuckets)
		if err != nil {
			return err
		}
		s, err := r.sharing(b, in)
		if err != nil {
			return err
		}
		if out.Links, err = r.Count(CountLinks, id.Ref()); err != nil {
			return err
		}
		b.Share = &s
		d := r.directory()
		return each(r.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(id)}, Limit: linksLooked}, func(l Link) (bool, error) {
			v, err := d.linkView(b, l)
			if err == nil && v.Uncovered {
				if out.Total++; len(out.Uncovered) < impactRows {
					out.Uncovered = append(out.Uncovered, v)
				}
			}
			return true, err
		})
	})
	return out, err
}

// Bounds of an impact.
const (
	linksLooked = 500
	impactRows  = 10
)

package core

import "slices"

// bucketSight is how somebody sees a bucket.
type bucketSight uint8

// The sights, least first.
const (
	sightNone    bucketSight = iota // as if it were not there (A10)
	sightOffered                    // by a link in a project used, or in its catalog
	sightOpen                       // in its own project
)

// bucketSeen gives a bucket with how the acting account sees it. A bucket that it may not see answers not_found, as one
// that is not there (A10), and after the same work: for a missing one its neighbour is looked at in its place. Users and
// administrators of its project who may not open the content just now get the reason of that: mfa_required,
// project_disabled, inactive_account.
func (r *reading) bucketSeen(id BucketID) (Bucket, bucketSight, error) {
	var b Bucket
	err := each(r.Buckets(), Scan{After: Key{Num(id + 1)}, Reverse: true, Limit: 1}, func(near Bucket) (bool, error) {
		b = near
		return false, nil
	})
	if err != nil {
		return b, sightNone, err
	}
	sight, err := r.sightOf(id, b)
	switch {
	case b.ID == id && err != nil:
		return b, sightNone, err
	case b.ID != id || sight == sightNone:
		return Bucket{}, sightNone, notFound(id.Ref())
	}
	return b, sight, nil
}

// sightOf looks how the acting account sees a bucket.
func (r *reading) sightOf(id BucketID, b Bucket) (bucketSight, error) {
	f, err := r.facts(b.Project.Ref())
	if err != nil {
		return sightNone, err
	}
	if permits(ProjectContent, f) {
		return sightOpen, nil
	}
	offered, err := r.offered(id, b)
	if err != nil || offered {
		return sightOffered, err
	}
	if !f.Exists || f.Direct == NoStanding && f.RoleAccess == "" && !f.Admin {
		return sightNone, nil
	}
	return sightNone, Access(ProjectContent, f).Err.on(string(ProjectContent), b.Project.Ref())
}

// offered reports whether the acting account sees the bucket in a project that it uses: by a link there, or in its
// catalog. Rights are looked at only where one of them is.
func (r *reading) offered(id BucketID, b Bucket) (bool, error) {
	s, err := r.scope()
	if err != nil {
		return false, err
	}
	used := make([]ProjectID, 0, len(s.roles))
	for p := range s.roles {
		used = append(used, p)
	}
	slices.Sort(used)
	for _, p := range used {
		if ok, err := r.offeredIn(s, id, b, p); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func (r *reading) offeredIn(s *scope, id BucketID, b Bucket, in ProjectID) (bool, error) {
	p, _, err := r.Projects().Get(in)
	if err != nil {
		return false, err
	}
	l, err := r.linkIn(id, in)
	if err != nil {
		return false, err
	}
	who := candidate{account: r.me.ID, project: in, organization: p.Organization, uses: true, member: s.member[p.Organization] == Ordinary}
	listed := r.inCatalog(b, who)
	if l == nil && !listed {
		return false, nil
	}
	f, err := r.facts(in.Ref())
	return l != nil && permits(ProjectContent, f) || listed && permits(ProjectCatalog, f), err
}

// inCatalog reports whether somebody finds the bucket in the catalog of a project: covered, and its own project open.
func (r *reading) inCatalog(b Bucket, who candidate) bool {
	if !covered(b, who) {
		return false
	}
	p, ok, err := r.Projects().Get(b.Project)
	return err == nil && ok && p.State == ProjectActive && p.Disabled == nil
}

// linkIn gives the link to the bucket in the project, or nil (SB8: there is one at most).
func (r *reading) linkIn(id BucketID, p ProjectID) (*Link, error) {
	var found *Link
	err := each(r.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(id), Num(p)}}, func(l Link) (bool, error) {
		found = &l
		return false, nil
	})
	return found, err
}

// bucketFor is bucketSeen and then the right in its own project, for changes of the bucket.
func (r *reading) bucketFor(id BucketID, right Right) (Bucket, Project, error) {
	b, _, err := r.bucketSeen(id)
	if err != nil {
		return b, Project{}, err
	}
	if _, err := r.may(right, b.Project.Ref()); err != nil {
		return b, Project{}, err
	}
	p, err := r.project(b.Project)
	return b, p, err
}

// projectWord names a project for a sentence: by its name where the acting account may see it, else by its number.
func (r *reading) projectWord(id ProjectID) string {
	if f, err := r.may(ProjectSee, id.Ref()); err == nil {
		return f.ProjectName
	}
	return "Project " + id.Ref().number()
}

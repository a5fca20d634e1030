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
// that is not there (A10). Users and administrators of its project who may not open the content just now get the reason
// of that: mfa_required, project_disabled, inactive_account.
func (r *reading) bucketSeen(id BucketID) (Bucket, bucketSight, error) {
	b, _, err := r.Buckets().Get(id)
	if err != nil {
		return b, sightNone, err
	}
	sight, err := r.sightOf(b)
	switch {
	case err != nil:
		return b, sightNone, err
	case sight == sightNone:
		return Bucket{}, sightNone, notFound(id.Ref())
	}
	return b, sight, nil
}

// sightOf looks how the acting account sees a bucket; the zero bucket is seen by nobody, after the same work.
func (r *reading) sightOf(b Bucket) (bucketSight, error) {
	f, err := r.facts(b.Project.Ref())
	if err != nil {
		return sightNone, err
	}
	if permits(ProjectContent, f) {
		return sightOpen, nil
	}
	offered, err := r.offered(b)
	if err != nil || offered {
		return sightOffered, err
	}
	if !f.Exists || f.Direct == NoStanding && f.RoleAccess == "" && !f.Admin {
		return sightNone, nil
	}
	return sightNone, Access(ProjectContent, f).Err.on(string(ProjectContent), b.Project.Ref())
}

// offered reports whether the acting account sees the bucket in a project that it uses: by a link there, or in its
// catalog.
func (r *reading) offered(b Bucket) (bool, error) {
	s, err := r.scope()
	if err != nil {
		return false, err
	}
	used := make([]ProjectID, 0, len(s.roles))
	for id := range s.roles {
		used = append(used, id)
	}
	slices.Sort(used)
	for _, id := range used {
		p, ok, err := r.Projects().Get(id)
		if err != nil || !ok || p.Organization != b.Organization {
			if err != nil {
				return false, err
			}
			continue
		}
		f, err := r.facts(id.Ref())
		if err != nil {
			return false, err
		}
		if permits(ProjectCatalog, f) && r.inCatalog(b, f.candidate(p)) {
			return true, nil
		}
		l, err := r.linkIn(b.ID, id)
		if err != nil {
			return false, err
		}
		if l != nil && permits(ProjectContent, f) {
			return true, nil
		}
	}
	return false, nil
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

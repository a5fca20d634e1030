package core

import "strconv"

// This file holds what becomes of buckets and links when their project moves or goes.

// bucketsMayMove refuses with has_links while a bucket of the project is shared or a link stands in it, naming the
// first bucket and where it is linked (SB15): buckets and links stay in one organization (SB1).
func (r *reading) bucketsMayMove(p Project) error {
	err := each(r.Buckets(), Scan{Index: BucketsOfProject, Prefix: Key{Num(p.ID)}}, func(b Bucket) (bool, error) {
		if b.Share == nil {
			return true, nil
		}
		if err := r.noLinks(b); err != nil {
			return false, err
		}
		return false, refuseAs(ReasonHasLinks, "shared", words{"bucket": b.Name}).on("", b.ID.Ref())
	})
	if err != nil {
		return err
	}
	return each(r.Links(), Scan{Index: LinksOfProject, Prefix: Key{Num(p.ID)}}, func(l Link) (bool, error) {
		return false, refuse(ReasonHasLinks, words{"bucket": l.Name, "projects": p.Name}).on("", l.Bucket.Ref())
	})
}

// noLinks refuses with has_links while the bucket is linked anywhere, naming the projects (SB9).
func (r *reading) noLinks(b Bucket) error {
	n, err := r.Count(CountLinks, b.ID.Ref())
	if err != nil || n == 0 {
		return err
	}
	names, err := r.linkedIn(b.ID, n)
	if err != nil {
		return err
	}
	return refuse(ReasonHasLinks, words{"bucket": b.Name, "projects": people(names)}).on("", b.ID.Ref())
}

// linkedIn names the first projects that link the bucket, for people, which says how many more there are of n.
func (r *reading) linkedIn(id BucketID, n int) ([]string, error) {
	names := make([]string, 0, n)
	err := each(r.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(id)}}, func(l Link) (bool, error) {
		p, ok, err := r.Projects().Get(l.Project)
		name := p.Name
		switch {
		case !ok:
			name = "project " + strconv.FormatUint(uint64(l.Project), 10)
		case p.State == ProjectDeleted:
			name += " (deleted)"
		}
		names = append(names, name)
		return len(names) <= peopleNamed, err
	})
	for len(names) < n && len(names) > peopleNamed {
		names = append(names, "")
	}
	return names, err
}

// noBuckets refuses with has_buckets while the project has buckets or links (OR12).
func (r *reading) noBuckets(p Project) error {
	buckets, err := r.Count(CountBuckets, p.ID.Ref())
	if err != nil {
		return err
	}
	links, err := r.Count(CountLinks, p.ID.Ref())
	if err != nil || buckets+links == 0 {
		return err
	}
	return refuse(ReasonHasBuckets, words{"project": p.Name, "n": strconv.Itoa(buckets + links)})
}

// moveBuckets takes the buckets of a project along to another organization. The caller has checked bucketsMayMove. That
// is bookkeeping: their versions stay.
func (c *change) moveBuckets(id ProjectID, to OrganizationID) error {
	buckets, err := all(c.Buckets(), Scan{Index: BucketsOfProject, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, b := range buckets {
		b.Organization = to
		if err := c.Buckets().Put(b); err != nil {
			return err
		}
	}
	return nil
}

// purgeBuckets takes the buckets and links of a project for good (DR8). Links elsewhere to its buckets go too; the
// projects that lose them see the event, as with a forced unlink (SB10).
func (c *change) purgeBuckets(id ProjectID) error {
	links, err := all(c.Links(), Scan{Index: LinksOfProject, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	buckets, err := all(c.Buckets(), Scan{Index: BucketsOfProject, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, b := range buckets {
		elsewhere, err := all(c.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(b.ID)}})
		if err != nil {
			return err
		}
		for _, l := range elsewhere {
			if l.Project != id {
				links = append(links, l)
				c.concerns(l.Project.Ref())
			}
		}
	}
	for _, l := range links {
		c.consequence(l.ID.Ref(), "bucket", l.Bucket.Ref().String(), "")
		if err := c.Links().Delete(l.ID); err != nil {
			return err
		}
	}
	for _, b := range buckets {
		c.consequence(b.ID.Ref(), "project", b.Project.Ref().String(), "")
		if err := c.Buckets().Delete(b.ID); err != nil {
			return err
		}
	}
	return nil
}

// concerns adds a subject to the event of the change, so that it is found there too.
func (c *change) concerns(unit Unit) {
	for _, s := range c.event.Subjects {
		if s == unit {
			return
		}
	}
	c.event.Subjects = append(c.event.Subjects, unit)
}

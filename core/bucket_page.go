package core

import (
	"context"
	"strconv"
)

// Bucket gives one bucket. Who may open the content of its project sees all of it, with the targets of its sharing;
// who sees it by a link or in a catalog sees name, description, owner and how it is shared (SB12).
//
// Errors: not_found for a bucket that is not there or not seen (A10); mfa_required, project_disabled for users of its
// project.
func (a *Actor) Bucket(ctx context.Context, id BucketID) (BucketView, error) {
	var out BucketView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		b, sight, err := r.bucketSeen(id)
		if err != nil {
			return err
		}
		d := r.directory()
		if out, err = d.bucketView(b, sight); err != nil || out.Share == nil || sight != sightOpen {
			return err
		}
		return d.targets(b, out.Share)
	})
	return out, err
}

// BucketLinks lists where a bucket is linked, by project. Who does not see the bucket in its own project sees the links
// of the projects whose content is open to them. Fields of the filter: name, project, by, state (flagged, deleted).
// Errors: those of Bucket.
func (a *Actor) BucketLinks(ctx context.Context, id BucketID, q Query) (Page[LinkView], error) {
	return list(ctx, a, func(r *reading) (Page[LinkView], error) { return r.bucketLinks(id, q) })
}

func (r *reading) bucketLinks(id BucketID, q Query) (Page[LinkView], error) {
	var none Page[LinkView]
	b, sight, err := r.bucketSeen(id)
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["links"]...)
	if err != nil {
		return none, err
	}
	if _, err := q.sortOf("project"); err != nil {
		return none, err
	}
	d := r.directory()
	w := window[Link]{name: "links", forms: []string{"nn"}, filter: f}
	w.streams = []*stream[Link]{{
		index: Scan{Index: LinksOfBucket, Prefix: Key{Num(id)}}, scan: r.Links().Scan,
		key: func(l Link) Key { return Key{Num(l.Project), Num(l.ID)} },
	}}
	visible := func(l Link) (bool, error) {
		if sight == sightOpen {
			return true, nil
		}
		return d.permitted(ProjectContent, l.Project.Ref())
	}
	w.keep = visible
	w.total = r.counters(id.Ref(), CountLinks)
	if sight != sightOpen {
		w.total = w.walked(r, countedTo)
	}
	if !f.empty() {
		w.keep = func(l Link) (bool, error) {
			if ok, err := visible(l); err != nil || !ok {
				return false, err
			}
			return d.linkMatches(f, b, l)
		}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, func(l Link) (LinkView, error) { return d.linkView(b, l) })
}

func (d *directory) linkMatches(f filter, b Bucket, l Link) (bool, error) {
	v, err := d.linkView(b, l)
	if err != nil || !f.matchTexts(v.Name, v.Project.Name, v.By.Label(), v.By.Name) {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "project":
			return v.Project.Name
		case "by":
			return v.By.names()
		case "id":
			return strconv.FormatUint(v.Project.ID, 10)
		case "state":
			switch {
			case v.Deleted:
				return "deleted"
			case v.Uncovered:
				return "flagged"
			}
			return "covered"
		}
		return v.Name
	}), nil
}

// bucketWord names a bucket for a reader of the log: by its present name where the reader may open the content that it
// belongs to, else by its number (A4).
func (d *directory) bucketWord(id BucketID) (string, error) {
	word := "bucket " + id.Ref().number()
	b, ok, err := d.Buckets().Get(id)
	if err != nil || !ok {
		return word, err
	}
	open, err := d.permitted(ProjectContent, b.Project.Ref())
	if err == nil && open {
		word = b.Name
	}
	return word, err
}

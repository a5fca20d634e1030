package core

import (
	"context"
	"strconv"
)

// BucketQuery asks for buckets. Of a project: its own buckets and its links. Of an organization: the buckets of its
// projects, for administrators. Without both: the buckets of all projects whose content is open to the actor.
type BucketQuery struct {
	Query
	Project      ProjectID
	Organization OrganizationID
}

// Buckets lists buckets by name. Buckets of deleted and of disabled projects are left out. Fields of the filter: name,
// project (the source), owner, sharing (a type of SB4, or none), state (own, link, shared, flagged), id.
//
// Total comes from counters for a project; else it counts to 500, see Page. Errors:
// those of opening the content of the project (A3); admin_role_required, org_members_only, visitor_restricted,
// forbidden for an organization; mfa_required; project_disabled.
func (a *Actor) Buckets(ctx context.Context, q BucketQuery) (Page[BucketView], error) {
	page, err := list(ctx, a, func(r *reading) (Page[BucketView], error) { return r.buckets(q) })
	among := func(v BucketView) uint64 { return v.Project.ID }
	if q.Project != 0 { // its buckets and links stand side by side
		among = func(BucketView) uint64 { return 0 }
	}
	markAlike(page.Items, BucketView.Title, among, func(v *BucketView) { v.Alike = true })
	return page, err
}

// bucketRow is a row of a list: a bucket, or a link in the project that was asked for.
type bucketRow struct {
	Bucket
	link *Link
}

func (b bucketRow) title() string {
	if b.link != nil {
		return b.link.Name
	}
	return b.Name
}

func bucketKey(b bucketRow) Key {
	if b.link != nil {
		return Key{Text(Fold(b.link.Name)), Num(b.link.ID)}
	}
	return Key{Text(Fold(b.Name)), Num(b.ID)}
}

func (r *reading) buckets(q BucketQuery) (Page[BucketView], error) {
	l := &bucketList{directory: r.directory(), project: q.Project, sight: sightOpen}
	w := window[bucketRow]{name: "buckets", forms: []string{"tn"}}
	var err error
	switch {
	case q.Project != 0:
		err = l.ofProject(&w, q.Project)
	case q.Organization != 0:
		if _, err = r.may(OrganizationBuckets, q.Organization.Ref()); err == nil {
			w.streams = []*stream[bucketRow]{r.bucketIndex(Scan{Index: BucketsOfOrganization, Prefix: Key{Num(q.Organization)}})}
			l.visible = l.sourceOpen
		}
	default:
		err = l.ofScope(&w)
	}
	if err != nil {
		return Page[BucketView]{}, err
	}
	return l.page(w, q.Query)
}

// bucketList is a list of buckets being read.
type bucketList struct {
	*directory
	project ProjectID // whose links are shown with the buckets
	sight   bucketSight
	visible func(bucketRow) (bool, error) // nil: everything that the streams hold
}

// page reads one page. A list without a counter is walked.
func (l *bucketList) page(w window[bucketRow], q Query) (Page[BucketView], error) {
	var none Page[BucketView]
	if _, err := q.sortOf("name"); err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["buckets"]...)
	if err != nil {
		return none, err
	}
	w.keep = l.visible
	if w.total == nil {
		w.total = w.walked(l.reading, countedTo)
	}
	w.filter = f
	if len(f.fields) > 0 {
		w.keep = func(b bucketRow) (bool, error) {
			if l.visible != nil {
				if ok, err := l.visible(b); err != nil || !ok {
					return false, err
				}
			}
			return l.matches(f, b)
		}
	}
	c, err := w.page(l.reading, q)
	if err != nil {
		return none, err
	}
	return paged(c, l.row)
}

func (r *reading) bucketIndex(s Scan) *stream[bucketRow] {
	return &stream[bucketRow]{index: s, key: bucketKey, texts: true, scan: func(s Scan, fn func(bucketRow) (bool, error)) (End, error) {
		return r.Tx.Buckets().Scan(s, func(b Bucket) (bool, error) { return fn(bucketRow{Bucket: b}) })
	}}
}

// ofProject merges the buckets and the links of a project. Names are unique among them, and so are the keys.
func (l *bucketList) ofProject(w *window[bucketRow], id ProjectID) error {
	if _, err := l.may(ProjectContent, id.Ref()); err != nil {
		return err
	}
	links := &stream[bucketRow]{
		index: Scan{Index: LinksOfProject, Prefix: Key{Num(id)}}, key: bucketKey, texts: true,
		scan: func(s Scan, fn func(bucketRow) (bool, error)) (End, error) {
			return l.Tx.Links().Scan(s, func(link Link) (bool, error) {
				b, err := get(l.Buckets(), link.Bucket, link.Bucket.Ref())
				if err != nil {
					return false, err
				}
				return fn(bucketRow{b, &link})
			})
		},
	}
	w.streams = []*stream[bucketRow]{l.bucketIndex(Scan{Index: BucketsOfProject, Prefix: Key{Num(id)}}), links}
	w.total = l.counters(id.Ref(), CountBuckets, CountLinks)
	return nil
}

// ofScope merges the buckets of the organizations administered, and of the projects used outside of them.
func (l *bucketList) ofScope(w *window[bucketRow]) error {
	s, err := l.scope()
	if err != nil {
		return err
	}
	whole := map[OrganizationID]bool{}
	for _, o := range s.own {
		ok, err := l.permitted(OrganizationBuckets, o.ID.Ref())
		if err != nil {
			return err
		}
		if ok {
			whole[o.ID] = true
			w.streams = append(w.streams, l.bucketIndex(Scan{Index: BucketsOfOrganization, Prefix: Key{Num(o.ID)}}))
		}
	}
	for id := range s.roles {
		p, err := l.projectOf(id)
		if err != nil {
			return err
		}
		if !whole[p.Organization] {
			w.streams = append(w.streams, l.bucketIndex(Scan{Index: BucketsOfProject, Prefix: Key{Num(id)}}))
		}
	}
	l.visible = func(b bucketRow) (bool, error) {
		if ok, err := l.sourceOpen(b); err != nil || !ok {
			return false, err
		}
		return l.permitted(ProjectContent, b.Project.Ref())
	}
	return nil
}

// sourceOpen keeps the buckets of projects that are neither deleted nor disabled.
func (l *bucketList) sourceOpen(b bucketRow) (bool, error) {
	p, err := l.projectOf(b.Project)
	return p.State == ProjectActive && p.Disabled == nil, err
}

func (l *bucketList) matches(f filter, b bucketRow) (bool, error) {
	p, err := l.projectOf(b.Project)
	if err != nil {
		return false, err
	}
	owner, err := l.person(b.Owner, false)
	if err != nil {
		return false, err
	}
	covered := true
	if b.link != nil {
		if covered, err = l.linkCovered(b.Bucket, *b.link); err != nil {
			return false, err
		}
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "project":
			return p.Name
		case "owner":
			return owner.names()
		case "sharing":
			if b.Share == nil {
				return "none"
			}
			return string(b.Share.Type)
		case "state":
			return b.state(covered)
		case "id":
			return strconv.FormatUint(uint64(b.ID), 10)
		}
		return b.title()
	}), nil
}

// state is the words that the field state of the filter finds a row by.
func (b bucketRow) state(covered bool) string {
	switch {
	case b.link != nil && !covered:
		return "link flagged"
	case b.link != nil:
		return "link"
	case b.Share != nil:
		return "own shared"
	}
	return "own"
}

// row gives a row of a list.
func (l *bucketList) row(b bucketRow) (BucketView, error) {
	sight := l.sight
	if b.link != nil {
		sight = sightOffered
	}
	if l.sight != sightOpen {
		if ok, err := l.permitted(ProjectContent, b.Project.Ref()); err != nil {
			return BucketView{}, err
		} else if ok {
			sight = sightOpen
		}
	}
	v, err := l.bucketView(b.Bucket, sight)
	if err != nil || l.project == 0 || b.link == nil {
		return v, err
	}
	link, err := l.linkView(b.Bucket, *b.link)
	v.Link = &link
	return v, err
}

// CatalogShow narrows a catalog (SB12).
type CatalogShow string

// What a catalog shows.
const (
	CatalogAll    CatalogShow = ""
	CatalogLinked CatalogShow = "linked" // linked in the project
	CatalogMine   CatalogShow = "mine"   // owned by the actor
)

// CatalogQuery asks for the shared buckets that may be linked in a project.
type CatalogQuery struct {
	Query
	Project ProjectID
	Show    CatalogShow
}

// Catalog lists the shared buckets of the organization that cover the actor in the project, by name (SB4, SB6, SB12);
// those of deleted and disabled projects are left out. Linked ones have their link. Fields of the filter are those of
// Buckets.
//
// Total counts to 500, see Page. Errors: those of opening the content of the project (A3);
// role_restricted for readOnly; project_disabled; mfa_required; invalid_value for what to show.
func (a *Actor) Catalog(ctx context.Context, q CatalogQuery) (Page[BucketView], error) {
	return list(ctx, a, func(r *reading) (Page[BucketView], error) { return r.catalog(q) })
}

func (r *reading) catalog(q CatalogQuery) (Page[BucketView], error) {
	var none Page[BucketView]
	f, err := r.may(ProjectCatalog, q.Project.Ref())
	if err != nil {
		return none, err
	}
	if !contains([]string{"", string(CatalogLinked), string(CatalogMine)}, string(q.Show)) {
		return none, invalidQuery("show", "linked or mine")
	}
	p, err := r.project(q.Project)
	if err != nil {
		return none, err
	}
	who := f.candidate(p)
	l := &bucketList{directory: r.directory(), project: q.Project, sight: sightOffered}
	l.visible = func(b bucketRow) (bool, error) {
		if !covered(b.Bucket, who) || q.Show == CatalogMine && b.Owner != r.me.ID || q.Show == CatalogLinked && b.link == nil {
			return false, nil
		}
		return l.sourceOpen(b)
	}
	w := window[bucketRow]{name: "catalog/" + string(q.Show), forms: []string{"tn"}}
	w.streams = []*stream[bucketRow]{l.sharedIndex(p)}
	return l.page(w, q.Query)
}

// sharedIndex reads the shared buckets of the organization, each with its link in the project.
func (l *bucketList) sharedIndex(p Project) *stream[bucketRow] {
	s := Scan{Index: SharedBucketsOfOrganization, Prefix: Key{Num(p.Organization)}}
	byName := func(b bucketRow) Key { return Key{Text(Fold(b.Name)), Num(b.ID)} }
	return &stream[bucketRow]{index: s, key: byName, texts: true, scan: func(s Scan, fn func(bucketRow) (bool, error)) (End, error) {
		return l.Tx.Buckets().Scan(s, func(b Bucket) (bool, error) {
			link, err := l.linkIn(b.ID, p.ID)
			if err != nil {
				return false, err
			}
			return fn(bucketRow{b, link})
		})
	}}
}

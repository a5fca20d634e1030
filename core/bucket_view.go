package core

// BucketView is a bucket in lists and on its page: as its project has it, or as a link in another project shows it.
// Name, description and owner always come from the source (SB12).
type BucketView struct {
	ID           BucketID `json:"id"`
	Version      uint64   `json:"version,omitempty"` // only where the reader sees the source
	Name         string   `json:"name"`
	Description  string   `json:"description,omitempty"`
	Project      Named    `json:"project"` // the source
	Organization Named    `json:"organization"`
	Owner        Person   `json:"owner"`
	// OwnerLeft marks an owner who neither uses the project any more nor is an administrator.
	OwnerLeft bool `json:"owner_left,omitempty"`
	// Share is how it is shared, nil for not at all; its targets only where the reader sees the source.
	Share *SharingView `json:"share,omitempty"`
	// Links is in how many projects it is linked, where the reader sees the source.
	Links   int    `json:"links"`
	Created Moment `json:"created"`
	// Source is "deleted" or "disabled" when the project of the bucket is; empty when it is open.
	Source string `json:"source_state,omitempty"`
	// Link is set where the bucket is linked in the project that was asked about.
	Link *LinkView `json:"link,omitempty"`
	// Offered marks a reader who sees it by a link or in a catalog, not in its project.
	Offered bool `json:"offered,omitempty"`
	// Alike marks a title in a list that can be taken for that of another row of the page, of the same project; show
	// the number beside it.
	Alike bool `json:"looks_alike,omitempty"`
}

// Title is the name under which the row stands: that of the link, else that of the bucket.
func (v BucketView) Title() string {
	if v.Link != nil {
		return v.Link.Name
	}
	return v.Name
}

// SharingView is how a bucket is shared, with the names of its targets.
type SharingView struct {
	Type     SharingType     `json:"type"`
	Projects []SharingTarget `json:"projects,omitempty"`
	Users    []SharingTarget `json:"users,omitempty"`
	Targets  int             `json:"targets,omitempty"` // how many of them there are
	By       *Person         `json:"by,omitempty"`
	At       Moment          `json:"at"`
}

// SharingTarget is a project or person that a bucket is shared with.
type SharingTarget struct {
	ID   uint64 `json:"id"`
	Name string `json:"name"` // of the project, or the address of the person
	// Left marks a target that does not belong to the organization any more (SB16).
	Left bool `json:"left,omitempty"`
}

// LinkView is a link to a bucket with the names around it.
type LinkView struct {
	ID      LinkID   `json:"id"`
	Bucket  BucketID `json:"bucket"`
	Name    string   `json:"name"`
	Project Named    `json:"project"` // where it stands
	Deleted bool     `json:"deleted,omitempty"`
	By      Person   `json:"linked_by"`
	At      Moment   `json:"linked_at"`
	// Uncovered flags a link that the sharing does not cover any more; it stays readable (SB7, SB16).
	Uncovered bool `json:"not_covered,omitempty"`
}

// SharingImpact is what another sharing of a bucket would leave uncovered (SB7).
type SharingImpact struct {
	Links     int        `json:"links"`     // all links of the bucket
	Uncovered []LinkView `json:"uncovered"` // the first of those that it would not cover
	Total     int        `json:"total"`     // how many of the first 500 links it would not cover
}

// bucketView puts names to a bucket as the reader sees it.
func (d *directory) bucketView(b Bucket, sight bucketSight) (BucketView, error) {
	v := BucketView{ID: b.ID, Name: b.Name, Description: b.Description, Created: b.Created, Offered: sight != sightOpen}
	p, err := d.projectOf(b.Project)
	if err != nil {
		return v, err
	}
	o, err := d.organizationOf(b.Organization)
	if err != nil {
		return v, err
	}
	v.Project, v.Organization = Named{uint64(b.Project), p.Name}, Named{uint64(b.Organization), o.Name}
	switch {
	case p.State != ProjectActive:
		v.Source = string(ProjectDeleted)
	case p.Disabled != nil:
		v.Source = "disabled"
	}
	if v.Owner, err = d.person(b.Owner, false); err != nil {
		return v, err
	}
	stays, err := d.belongsToProject(p, b.Owner)
	if err != nil {
		return v, err
	}
	v.OwnerLeft = !stays
	if b.Share != nil {
		v.Share = &SharingView{Type: b.Share.Type, At: b.Share.At}
	}
	if sight != sightOpen {
		return v, nil
	}
	v.Version = b.Version
	if v.Share != nil {
		v.Share.Targets = len(b.Share.Projects) + len(b.Share.Users)
		if v.Share.By, err = d.maybe(b.Share.By); err != nil {
			return v, err
		}
	}
	v.Links, err = d.Count(CountLinks, b.ID.Ref())
	return v, err
}

// linkView puts names to a link. b is its bucket.
func (d *directory) linkView(b Bucket, l Link) (LinkView, error) {
	v := LinkView{ID: l.ID, Bucket: l.Bucket, Name: l.Name, At: l.At}
	p, err := d.projectOf(l.Project)
	if err != nil {
		return v, err
	}
	v.Project, v.Deleted = Named{uint64(l.Project), p.Name}, p.State != ProjectActive
	if v.By, err = d.person(l.By, false); err != nil {
		return v, err
	}
	ok, err := d.linkCovered(b, l)
	v.Uncovered = !ok
	return v, err
}

// targets puts names to whom a bucket is shared with, and marks those that left the organization (SB16).
func (d *directory) targets(b Bucket, s *SharingView) error {
	for _, id := range b.Share.Projects {
		p, err := d.projectOf(id)
		if err != nil {
			return err
		}
		left := p.Organization != b.Organization || p.State != ProjectActive
		s.Projects = append(s.Projects, SharingTarget{uint64(id), p.Name, left})
	}
	for _, id := range b.Share.Users {
		name, err := d.label(id)
		if err != nil {
			return err
		}
		uses, err := d.usesOrganization(b.Organization, id)
		if err != nil {
			return err
		}
		s.Users = append(s.Users, SharingTarget{uint64(id), name, !uses})
	}
	return nil
}

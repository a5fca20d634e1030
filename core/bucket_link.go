package core

import "context"

// LinkBucket puts a read-only reference to a shared bucket into a project (SB1). An empty name means that of the bucket.
// Linking needs RO2 in the project, and a sharing that covers the actor there (SB6). A bucket that is not there, not
// seen or not covered answers the same.
//
// Errors: those of content and role_restricted in the project (RO2), forbidden for an administrator who does not use
// it; project_disabled of either project; forbidden (SB6); not_shared for who sees the bucket in its own project;
// already_linked (SB8); name_required, invalid_text, name_taken.
func (a *Actor) LinkBucket(ctx context.Context, id BucketID, project ProjectID, name string) (Link, error) {
	var out Link
	err := a.do(ctx, attempt{action: "bucket.link", subjects: []Ref{project.Ref(), id.Ref()}}, func(c *change) error {
		f, err := c.may(ProjectLinkBuckets, project.Ref())
		if err != nil {
			return err
		}
		p, err := c.project(project)
		if err != nil {
			return err
		}
		b, err := c.linkable(id, p, f)
		if err != nil {
			return err
		}
		if err := c.notLinkedYet(b, p); err != nil {
			return err
		}
		if name == "" {
			name = b.Name
		}
		if name, err = cleanName("name", name); err != nil {
			return err
		}
		if err := c.nameFree(p, name, Ref{}); err != nil {
			return err
		}
		n, err := c.NextID(KindLink)
		if err != nil {
			return err
		}
		out = Link{
			ID: LinkID(n), Version: 1, Project: project, Organization: p.Organization, Bucket: id, Name: name, By: c.me.ID, At: c.now,
		}
		if err := c.Links().Put(out); err != nil {
			return err
		}
		c.happened("bucket.link", p.Organization.Ref(), linkSubjects(b, out), "", Change{Field: "link", After: out.ID.Ref().String()})
		return nil
	})
	return out, err
}

// linkSubjects are what an event about a link is about: both projects see it.
func linkSubjects(b Bucket, l Link) []Ref {
	subjects := []Ref{l.Project.Ref(), b.ID.Ref()}
	if b.Project != l.Project {
		subjects = append(subjects, b.Project.Ref())
	}
	return subjects
}

// linkable gives the bucket when its sharing lets the acting account link it in the project (SB6).
func (r *reading) linkable(id BucketID, p Project, f Facts) (Bucket, error) {
	b, _, err := r.Buckets().Get(id)
	if err != nil {
		return b, err
	}
	source, err := r.facts(b.Project.Ref())
	if err != nil {
		return b, err
	}
	switch {
	case covered(b, f.candidate(p)) && source.Exists:
	case b.Share == nil && permits(ProjectContent, source):
		return b, notShared(b)
	default:
		return b, refuseAs(ReasonForbidden, "bucket", words{"id": id.Ref().number(), "project": p.Name}).on("", id.Ref())
	}
	if d := source.Disabled; d != nil {
		return b, refuse(ReasonProjectDisabled, words{
			"project": source.ProjectName, "reason": d.Reason, "moment": momentOr(d.ExpectedEnd, "not known"),
		}).on("", b.Project.Ref())
	}
	return b, nil
}

func (r *reading) notLinkedYet(b Bucket, p Project) error {
	l, err := r.linkIn(b.ID, p.ID)
	if err == nil && l != nil {
		err = refuse(ReasonAlreadyLinked, words{"project": p.Name, "name": l.Name}).on("", b.ID.Ref())
	}
	return err
}

// UnlinkBucket takes the link to a bucket out of a project. It needs RO2 there; where the bucket is shared with the
// members of the organization, also to be one of them (SB11).
//
// Errors: those of content and role_restricted in the project, forbidden (RO2, SB11); project_disabled; not_linked.
func (a *Actor) UnlinkBucket(ctx context.Context, id BucketID, project ProjectID) error {
	return a.do(ctx, attempt{action: "bucket.unlink", subjects: []Ref{project.Ref(), id.Ref()}}, func(c *change) error {
		f, err := c.may(ProjectLinkBuckets, project.Ref())
		if err != nil {
			return err
		}
		l, err := c.linkIn(id, project)
		if err != nil {
			return err
		}
		if l == nil {
			return refuse(ReasonNotLinked, words{"project": f.ProjectName}).on("", id.Ref())
		}
		b, err := get(c.Buckets(), id, id.Ref())
		if err != nil {
			return err
		}
		if b.Share != nil && b.Share.Type == ShareOrganizationMembers && f.OrganizationStanding != Ordinary {
			return refuse(ReasonForbidden, words{"unit": f.ProjectName, "who": "a user of it who is a member of " + f.organizationName()}).on("", project.Ref())
		}
		return c.unlink("bucket.unlink", b, *l)
	})
}

func (c *change) unlink(action Action, b Bucket, l Link) error {
	c.happened(action, l.Organization.Ref(), linkSubjects(b, l), "", Change{Field: "link", Before: l.ID.Ref().String()})
	return c.Links().Delete(l.ID)
}

// ForceUnlink takes the link to a bucket out of another project, from the side of the source (SB10). Who may is SB2.
// The project that loses the link sees the event.
//
// Errors: not_found; role_restricted, visitor_restricted, forbidden by SB2; project_disabled; not_linked.
func (a *Actor) ForceUnlink(ctx context.Context, id BucketID, project ProjectID) error {
	return a.do(ctx, attempt{action: "bucket.force_unlink", subjects: []Ref{id.Ref(), project.Ref()}}, func(c *change) error {
		b, _, err := c.bucketFor(id, ProjectShareBuckets)
		if err != nil {
			return err
		}
		l, err := c.linkIn(id, project)
		if err != nil {
			return err
		}
		if l == nil {
			return refuse(ReasonNotLinked, words{"project": c.projectWord(project)}).on("", id.Ref())
		}
		return c.unlink("bucket.force_unlink", b, *l)
	})
}

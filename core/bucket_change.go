package core

import "context"

// BucketInput is what a bucket is made from.
type BucketInput struct {
	Name        string // F2, unique among buckets and links of the project
	Description string // F5
	Owner       string // an e-mail address; empty means the actor
}

// BucketPatch is what changes of a bucket; nil leaves a field as it is.
type BucketPatch struct {
	Name, Description *string
	Owner             *string // an e-mail address
}

// CreateBucket makes a bucket in the project (RO2). Its owner uses the project or is an administrator of its
// organization.
//
// Errors: those of RO2 and of content (A3); project_disabled; name_required, invalid_text; invalid_email, invalid_value
// for the owner; name_taken.
func (a *Actor) CreateBucket(ctx context.Context, project ProjectID, in BucketInput) (Bucket, error) {
	var out Bucket
	err := a.do(ctx, attempt{action: "bucket.create", subjects: []Ref{project.Ref()}}, func(c *change) error {
		if _, err := c.may(ProjectBuckets, project.Ref()); err != nil {
			return err
		}
		p, err := c.project(project)
		if err != nil {
			return err
		}
		name, err := cleanName("name", in.Name)
		if err != nil {
			return err
		}
		description, err := cleanNote("description", in.Description)
		if err != nil {
			return err
		}
		owner := c.me.ID
		if in.Owner != "" {
			if owner, err = c.bucketOwner(p, in.Owner); err != nil {
				return err
			}
		}
		if err := c.nameFree(p, name, Ref{}); err != nil {
			return err
		}
		id, err := c.NextID(KindBucket)
		if err != nil {
			return err
		}
		out = Bucket{
			ID: BucketID(id), Version: 1, Project: project, Organization: p.Organization, Name: name, Description: description,
			Owner: owner, Created: c.now,
		}
		if err := c.Buckets().Put(out); err != nil {
			return err
		}
		c.happened("bucket.create", p.Organization.Ref(), bucketSubjects(out), "", Change{Field: "owner", After: owner.Ref().String()})
		return nil
	})
	return out, err
}

// bucketSubjects are what an event about a bucket is about. Names of buckets are content (A3), so no event holds them:
// staff read the log without entering (A4). Whoever may see the bucket reads its present name.
func bucketSubjects(b Bucket) []Ref { return []Ref{b.Project.Ref(), b.ID.Ref()} }

// bucketOwner finds the account that is to own a bucket of the project. Whether an address is known at all shows
// nowhere: everybody who does not belong to the project answers the same.
func (r *reading) bucketOwner(p Project, address string) (AccountID, error) {
	email, err := cleanEmail(address)
	if err != nil {
		return 0, AsError(err).field("owner")
	}
	acc, ok, err := r.accountByEmail(email)
	if err != nil {
		return 0, err
	}
	if ok {
		if ok, err = r.belongsToProject(p, acc.ID); err != nil {
			return 0, err
		}
	}
	if !ok {
		return 0, refuse(ReasonInvalidValue, words{
			"field": "Owner", "allowed": "a user of " + p.Name + " or an administrator of its organization",
		}).field("owner")
	}
	return acc.ID, nil
}

// nameFree refuses with name_taken when a bucket or link of the project, other than except, has the name. Names that
// differ only as Fold does count as the same.
func (r *reading) nameFree(p Project, name string, except Ref) error {
	taken := false
	key := Key{Num(p.ID), Text(Fold(name))}
	err := each(r.Buckets(), Scan{Index: BucketsOfProject, Prefix: key}, func(b Bucket) (bool, error) {
		taken = b.ID.Ref() != except
		return !taken, nil
	})
	if err != nil {
		return err
	}
	if !taken {
		err = each(r.Links(), Scan{Index: LinksOfProject, Prefix: key}, func(l Link) (bool, error) {
			taken = l.ID.Ref() != except
			return !taken, nil
		})
	}
	if err == nil && taken {
		err = refuse(ReasonNameTaken, words{"project": p.Name, "name": name}).field("name")
	}
	return err
}

// SetBucket changes name, description or owner of a bucket (RO2). Links show the new ones at once (SB12). A change of
// the name can be undone (U1).
//
// Errors: not_found; those of RO2 and of content (A3); project_disabled; stale; those of the fields; name_taken.
func (a *Actor) SetBucket(ctx context.Context, id BucketID, version uint64, patch BucketPatch) (Bucket, error) {
	return a.changeBucket(ctx, "bucket.change", id, version, ProjectBuckets, func(c *change, p Project, b *Bucket) error {
		before := *b
		changes, err := c.patchBucket(p, b, patch)
		if err != nil || len(changes) == 0 {
			return err
		}
		c.happened("bucket.change", p.Organization.Ref(), bucketSubjects(*b), "", changes...)
		if b.Name != before.Name {
			after := *b
			after.Version++
			c.undoable(UndoState{Bucket: &before}, UndoState{Bucket: &after})
		}
		return nil
	})
}

// patchBucket checks and sets the fields, and gives the changes for the event: without the texts, which are content.
func (r *reading) patchBucket(p Project, b *Bucket, patch BucketPatch) ([]Change, error) {
	var changes []Change
	if patch.Name != nil {
		name, err := cleanName("name", *patch.Name)
		if err != nil {
			return nil, err
		}
		if name != b.Name {
			if err := r.nameFree(p, name, b.ID.Ref()); err != nil {
				return nil, err
			}
			b.Name, changes = name, append(changes, Change{Field: "name"})
		}
	}
	if patch.Description != nil {
		text, err := cleanNote("description", *patch.Description)
		if err != nil {
			return nil, err
		}
		if text != b.Description {
			b.Description, changes = text, append(changes, Change{Field: "description"})
		}
	}
	if patch.Owner != nil {
		owner, err := r.bucketOwner(p, *patch.Owner)
		if err != nil {
			return nil, err
		}
		if owner != b.Owner {
			changes = append(changes, Change{Field: "owner", Before: b.Owner.Ref().String(), After: owner.Ref().String()})
			b.Owner = owner
		}
	}
	return changes, nil
}

// changeBucket runs a change of the record of a bucket: sight, right, version, then the change itself, which says with
// happened that there is something to write (F11).
func (a *Actor) changeBucket(
	ctx context.Context, action Action, id BucketID, version uint64, right Right, fn func(*change, Project, *Bucket) error,
) (Bucket, error) {
	var out Bucket
	err := a.do(ctx, attempt{action: action, subjects: []Ref{id.Ref()}}, func(c *change) error {
		b, p, err := c.bucketFor(id, right)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), b.Name, b.Version, version); err != nil {
			return err
		}
		if err := fn(c, p, &b); err != nil {
			return err
		}
		if c.event != nil {
			b.Version++
			if err := c.Buckets().Put(b); err != nil {
				return err
			}
		}
		out = b
		return nil
	})
	return out, err
}

// DeleteBucket takes a bucket away (RO2). One that is linked anywhere stays (SB9).
//
// Errors: not_found; those of RO2 and of content (A3); project_disabled; stale; has_links.
func (a *Actor) DeleteBucket(ctx context.Context, id BucketID, version uint64) error {
	return a.do(ctx, attempt{action: "bucket.delete", subjects: []Ref{id.Ref()}}, func(c *change) error {
		b, p, err := c.bucketFor(id, ProjectBuckets)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), b.Name, b.Version, version); err != nil {
			return err
		}
		if err := c.noLinks(b); err != nil {
			return err
		}
		c.happened("bucket.delete", p.Organization.Ref(), bucketSubjects(b), "")
		return c.Buckets().Delete(id)
	})
}

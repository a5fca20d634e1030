package core

// undoBucket gives a renamed bucket its old name back (U1), by the checks of a rename: the name may be taken now.
func (c *change) undoBucket(before, after Bucket) error {
	b, p, err := c.bucketFor(before.ID, ProjectBuckets)
	if err != nil {
		return err
	}
	if b.Name != after.Name {
		return c.undoStale(p.ID.Ref())
	}
	changes, err := c.patchBucket(p, &b, BucketPatch{Name: &before.Name})
	if err != nil {
		return err
	}
	c.event.Changes = append(c.event.Changes, changes...)
	b.Version++
	return c.Buckets().Put(b)
}

package core

// This file is the part of the invariants that is about keys, billing, buckets and links, and what people remember.

// held checks that an account counts its security keys rightly (AC4), and that it has no more than the most.
func (c *inspection) held(r *reading, a *Account) error {
	all, err := r.Count(CountKeys, a.ID.Ref())
	if err != nil {
		return err
	}
	security := 0
	if all > 0 {
		err = each(r.Keys(), Scan{Index: KeysOfAccount, Prefix: Key{Num(a.ID)}}, func(k PublicKey) (bool, error) {
			if k.Security {
				security++
			}
			return true, nil
		})
	}
	switch {
	case err != nil:
		return err
	case security != a.SecurityKeys:
		c.fault(a.ID.Ref(), "says that it has %d security keys, but has %d (AC4)", a.SecurityKeys, security)
	case all > keysMost:
		c.fault(a.ID.Ref(), "has %d keys, and the most is %d (section 2.2)", all, keysMost)
	}
	return nil
}

// namedOnce checks that no other bucket or link of the project has the name (section 2.2).
func (c *inspection) namedOnce(r *reading, about Ref, project ProjectID, name string) error {
	prefix := Key{Num(project), Text(Fold(name))}
	err := each(r.Buckets(), Scan{Index: BucketsOfProject, Prefix: prefix}, func(b Bucket) (bool, error) {
		if b.ID.Ref() != about && b.Name == name {
			c.fault(about, "has the same name as %s", b.ID.Ref())
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return each(r.Links(), Scan{Index: LinksOfProject, Prefix: prefix}, func(l Link) (bool, error) {
		if l.ID.Ref() != about && l.Name == name {
			c.fault(about, "has the same name as %s", l.ID.Ref())
		}
		return true, nil
	})
}

func (c *inspection) bucket(r *reading, b *Bucket) error {
	return c.namedOnce(r, b.ID.Ref(), b.Project, b.Name)
}

// link checks that no other link of the project leads to the same bucket, or has the same name.
func (c *inspection) link(r *reading, l *Link) error {
	err := each(r.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(l.Bucket), Num(l.Project)}}, func(other Link) (bool, error) {
		if other.ID != l.ID {
			c.fault(l.ID.Ref(), "leads to the same bucket as %s (SB8)", other.ID.Ref())
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return c.namedOnce(r, l.ID.Ref(), l.Project, l.Name)
}

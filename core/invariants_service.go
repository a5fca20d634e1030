package core

// This file is the part of the invariants that is about keys, billing, buckets and links, and what people remember.

// held checks that an account counts its security keys rightly (AC4), and that a removed one keeps nothing (AC8).
func (c *inspection) held(r *reading, a Account) error {
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
	case a.State == AccountRemoved && (all > 0 || a.Recovery != nil || a.Enrolling != nil):
		c.fault(a.ID.Ref(), "is removed, but keeps keys or codes (AC8)")
	case a.Recovery != nil && a.TOTP == nil:
		c.fault(a.ID.Ref(), "has recovery codes, but no TOTP (AC16)")
	}
	return nil
}

func (c *inspection) keys() error {
	return inSlices(c, Tx.Keys, func(r *reading, _ Counters, k PublicKey) error {
		_, ok, err := r.Accounts().Get(k.Account)
		if err == nil && !ok {
			c.fault(k.Account.Ref(), "has the key %s, but is not there (AC2)", k.Fingerprint)
		}
		return err
	})
}

func (c *inspection) billings() error {
	return inSlices(c, Tx.Billings, func(r *reading, _ Counters, b Billing) error {
		_, ok, err := r.Organizations().Get(b.Organization)
		if err == nil && !ok {
			c.fault(b.Organization.Ref(), "has billing, but is not there (B2)")
		}
		return err
	})
}

// homeOf checks that the project of a bucket or link is there, and belongs to the organization that it names.
func (c *inspection) homeOf(r *reading, about Ref, project ProjectID, organization OrganizationID) error {
	p, ok, err := r.Projects().Get(project)
	switch {
	case err != nil:
		return err
	case !ok || p.State == ProjectPurged:
		c.fault(about, "is in %s, which is gone (DR8)", project.Ref())
	case p.Organization != organization:
		c.fault(about, "keeps %s, but its project belongs to %s (SB15)", organization.Ref(), p.Organization.Ref())
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

func (c *inspection) buckets() error {
	return inSlices(c, Tx.Buckets, func(r *reading, last Counters, b Bucket) error {
		c.numbered(b.ID.Ref(), last)
		if err := c.homeOf(r, b.ID.Ref(), b.Project, b.Organization); err != nil {
			return err
		}
		return c.namedOnce(r, b.ID.Ref(), b.Project, b.Name)
	})
}

func (c *inspection) links() error {
	return inSlices(c, Tx.Links, func(r *reading, last Counters, l Link) error {
		c.numbered(l.ID.Ref(), last)
		b, ok, err := r.Buckets().Get(l.Bucket)
		switch {
		case err != nil:
			return err
		case !ok:
			c.fault(l.ID.Ref(), "leads to %s, which is not there (SB9)", l.Bucket.Ref())
		case b.Share == nil || b.Organization != l.Organization:
			c.fault(l.ID.Ref(), "leads to %s, which is not shared in its organization (SB1, SB9)", b.ID.Ref())
		}
		err = each(r.Links(), Scan{Index: LinksOfBucket, Prefix: Key{Num(l.Bucket), Num(l.Project)}}, func(other Link) (bool, error) {
			if other.ID != l.ID {
				c.fault(l.ID.Ref(), "leads to the same bucket as %s (SB8)", other.ID.Ref())
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		if err := c.homeOf(r, l.ID.Ref(), l.Project, l.Organization); err != nil {
			return err
		}
		return c.namedOnce(r, l.ID.Ref(), l.Project, l.Name)
	})
}

func (c *inspection) undos() error {
	return inSlices(c, Tx.Undos, func(r *reading, _ Counters, u Undo) error {
		_, ok, err := r.Events().Get(EventKey(u.Event))
		if err == nil && !ok {
			c.fault(u.Account.Ref(), "could undo event %d of %s, which is not there (U1)", u.Event.Sequence, u.Event.Chain)
		}
		return err
	})
}

func (c *inspection) savedFilters() error {
	return inSlices(c, Tx.SavedFilters, func(r *reading, _ Counters, f SavedFilter) error {
		a, ok, err := r.Accounts().Get(f.Account)
		if err == nil && (!ok || a.State == AccountRemoved) {
			c.fault(f.Account.Ref(), "keeps a filter for %s, but is not there (AC8)", f.Screen)
		}
		return err
	})
}

package core

// sweepProject sends the notice 7 days before the expiry, deletes the project at its expiry (P12), or purges it when
// its 60 days are over (DR1, DR8).
func (c *change) sweepProject(id ProjectID) (bool, error) {
	p, ok, err := c.Projects().Get(id)
	if err != nil || !ok || !p.Due().Passed(c.now) {
		return false, err
	}
	subjects, chain := []Ref{id.Ref()}, p.Organization.Ref()
	switch {
	case p.State == ProjectDeleted:
		c.happened("project.purge", chain, subjects, "60 days since the deletion")
		if err := c.purge(&p); err != nil {
			return false, err
		}
	case p.expiryNoticeAt().Passed(c.now):
		// A notice is bookkeeping: no event, and the version stays. One that comes too late is left out; the expiry then
		// has its own turn, in its own place of the order (SW2).
		p.Noticed = true
		late := c.tooLate(p.Due())
		if !late {
			if err := c.tellProjectPeople(p, NoticeProjectExpires, NoticeFacts{At: p.Expires}); err != nil {
				return false, err
			}
		}
		return !late, c.Projects().Put(p)
	default:
		c.happened("project.expire", chain, subjects, "expiry", Change{Field: "expires", Before: p.Expires.String()})
		if err := c.markDeleted(&p, 0); err != nil {
			return false, err
		}
	}
	p.Version++
	return true, c.Projects().Put(p)
}

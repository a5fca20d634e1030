package core

// expireDuties takes the duties whose end has passed from an account, and tells the person (AC25). Rights have followed
// the clock before.
func (c *change) expireDuties(acc Account) error {
	kept, gone := []DutyGrant(nil), []Duty(nil)
	for _, g := range acc.Duties {
		if !g.Expires.Passed(c.now) {
			kept = append(kept, g)
			continue
		}
		gone = append(gone, g.Duty)
		c.happened("account.duty_expire", System, []Ref{acc.ID.Ref()}, "expiry",
			Change{Field: "duty " + string(g.Duty), Before: g.Expires.String()})
	}
	acc.Duties = kept
	acc.Version++
	c.tell(acc.ID, NoticeDuty, NoticeFacts{How: howExpired, Name: dutyNames(gone)}, acc.ID.Ref())
	return c.Accounts().Put(acc)
}

// dutyNames writes duties for a sentence: "duty backup", "duties backup, outbox".
func dutyNames(duties []Duty) string {
	noun, names := "duty ", ""
	for i, d := range duties {
		if i > 0 {
			noun, names = "duties ", names+", "
		}
		names += string(d)
	}
	return noun + names
}

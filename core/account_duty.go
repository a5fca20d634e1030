package core

import (
	"context"
	"slices"
)

// dutyRights are the rights that a duty gives, whatever else the account is (AC25).
var dutyRights = map[Right]Duty{
	ProjectRestore: DutyRestore, ProjectListDeleted: DutyRestore, ProjectAdminister: DutyProjects,
	HouseBackup: DutyBackup, HouseExport: DutyBackup,
}

// dutyMay reports whether a duty of the account alone gives the right.
func (w *walk) dutyMay() bool {
	d, ok := dutyRights[w.right]
	return ok && slices.Contains(w.f.Duties, d)
}

// dutiesAt gives the duties that the account has at now.
func (a Account) dutiesAt(now Moment) []Duty {
	var out []Duty
	for _, g := range a.Duties {
		if !g.Expires.Passed(now) {
			out = append(out, g.Duty)
		}
	}
	return out
}

// supportOr refuses who has neither the Support flag nor the duty, for what concerns the whole house. Every duty but
// that of backups is used with own MFA only (AC25).
func (r *reading) supportOr(d Duty, unit string) *Error {
	switch {
	case r.me.Support:
		return nil
	case !r.me.HasDuty(d, r.now):
		return refuse(ReasonForbidden, words{"unit": unit, "who": "Support"})
	case !r.me.Usable(r.now):
		return AsError(r.active())
	case d != DutyBackup && !r.me.MFA():
		return refuseAs(ReasonMFARequired, variantDuty, nil)
	}
	return nil
}

// SetReadOnly keeps an account to reading, with a reason, or lets it change things again (AC24): Support with own MFA
// only, and not about oneself. The person is told, and invitations that they sent are revoked (I17). Refused with
// forbidden, mfa_required, not_found, reason_required, last_support, last_admin, last_member (AC9).
func (a *Actor) SetReadOnly(ctx context.Context, who Who, on bool, reason string) (Account, error) {
	var out Account
	err := a.do(ctx, attempt{action: "account.read_only_set", subjects: who.refs()}, func(c *change) error {
		acc, err := c.otherAccount(AccountReadOnly, who)
		if err != nil {
			return err
		}
		out = acc
		if on == (acc.ReadOnly != nil) {
			return nil
		}
		if reason, err = cleanReason(reason); err != nil {
			return err
		}
		facts := NoticeFacts{How: howRemoved, Text: reason}
		out.ReadOnly = nil
		if on {
			if err := c.mayStopActing(acc); err != nil { // AC9
				return err
			}
			out.ReadOnly, facts.How = &ReadOnlyMark{Reason: reason, Since: c.now, By: c.me.ID}, howAdded
		}
		out.Version++
		c.happened("account.read_only_set", System, []Ref{acc.ID.Ref()}, reason,
			Change{Field: "read_only", Before: onOff(!on), After: onOff(on)})
		c.tell(acc.ID, NoticeReadOnly, facts, acc.ID.Ref())
		if err := c.Accounts().Put(out); err != nil {
			return err
		}
		if err := c.revokeSentBy(acc.ID); err != nil { // I17
			return err
		}
		return c.reviewDecidersOf(acc.ID) // R20
	})
	return out, err
}

// SetDuty gives a part of the Support flag to an account, with a reason and an end at most 365 days ahead, or takes it
// away (AC25): Support with own MFA only; nobody gives one to oneself. Given again, it has the new reason and end. The
// person is told. Refused with forbidden, mfa_required, not_found, invalid_value, reason_required,
// expiry_required, invalid_end.
func (a *Actor) SetDuty(ctx context.Context, who Who, d Duty, on bool, reason string, expires Moment) (Account, error) {
	action := Action("account.duty_take")
	if on {
		action = "account.duty_give"
	}
	var out Account
	err := a.do(ctx, attempt{action: action, subjects: who.refs()}, func(c *change) error {
		acc, err := c.otherAccount(AccountDuty, who)
		if err != nil {
			return err
		}
		if !slices.Contains(Duties, d) {
			return invalidValue("duty", "backup, restore, projects or outbox")
		}
		out, err = c.setDuty(acc, action, DutyGrant{Duty: d, Reason: reason, Since: c.now, By: c.me.ID, Expires: expires}, on)
		return err
	})
	return out, err
}

func (c *change) setDuty(acc Account, action Action, g DutyGrant, on bool) (Account, error) {
	at := slices.IndexFunc(acc.Duties, func(h DutyGrant) bool { return h.Duty == g.Duty })
	if !on && at < 0 {
		return acc, nil
	}
	facts := NoticeFacts{How: howRemoved, Name: dutyNames([]Duty{g.Duty})}
	ch := Change{Field: "duty " + string(g.Duty)}
	kept := slices.Clone(acc.Duties)
	if at >= 0 {
		ch.Before = kept[at].Expires.String()
		kept = slices.Delete(kept, at, at+1)
	}
	if on {
		var err error
		if g.Reason, err = cleanReason(g.Reason); err != nil {
			return acc, err
		}
		if g.Expires == 0 {
			return acc, refuse(ReasonExpiryRequired, nil).field("expires")
		}
		if err := c.staffExpiry(g.Expires); err != nil {
			return acc, err
		}
		kept = append(kept, g)
		slices.SortFunc(kept, func(a, b DutyGrant) int { return slices.Index(Duties, a.Duty) - slices.Index(Duties, b.Duty) })
		ch.After = g.Expires.String()
		facts.How, facts.At, facts.Text = howAdded, g.Expires, g.Reason
	}
	if len(kept) == 0 {
		kept = nil
	}
	acc.Duties = kept
	acc.Version++
	reason := ""
	if on {
		reason = g.Reason
	}
	c.happened(action, System, []Ref{acc.ID.Ref()}, reason, ch)
	c.tell(acc.ID, NoticeDuty, facts, acc.ID.Ref())
	return acc, c.Accounts().Put(acc)
}

// otherAccount gives somebody else's account to Support with MFA.
func (c *change) otherAccount(right Right, who Who) (Account, error) {
	acc, err := c.flagMayOn(right, who)
	if err == nil && acc.ID == c.me.ID {
		err = refuse(ReasonForbidden, words{"unit": "your own account", "who": "another Support account"})
	}
	return acc, err
}

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

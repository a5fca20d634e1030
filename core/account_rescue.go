package core

import "context"

// IssueCode makes a new activation code for an account whose keys are lost, or whose first code went astray: Support
// only, with a reason (AC11). Redeemed with a public key it lets the person in again. The code comes back to be shown
// this once, or goes with the mail that tells the person (AC19). Refused with forbidden, not_found, account_expired,
// reason_required.
func (a *Actor) IssueCode(ctx context.Context, who Who, reason string) (code string, err error) {
	err = a.do(ctx, attempt{action: "account.code_issue", subjects: who.refs()}, func(c *change) error {
		acc, err := c.flagMayOn(AccountCode, who)
		if err != nil {
			return err
		}
		if acc.State == AccountExpired || acc.Expires.Passed(c.now) {
			return c.expiredOf(acc)
		}
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		var send *CodeToSend
		if code, send, err = c.codeFor(acc, ActivationCode{}); err != nil {
			return err
		}
		if acc.State == AccountActive && acc.Activated == 0 { // of the first version: the code must not say otherwise
			acc.Activated = acc.Created
			if err := c.Accounts().Put(acc); err != nil {
				return err
			}
		}
		c.happened("account.code_issue", System, []Ref{acc.ID.Ref()}, reason)
		c.tellCode(acc.ID, NoticeCodeIssued, NoticeFacts{Text: reason}, send, acc.ID.Ref())
		return nil
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// ConfirmAddress takes the mark "e-mail not confirmed" from an account: Support only, who has made sure in another way
// that the address is the person's (AC21). Refused with forbidden, not_found.
func (a *Actor) ConfirmAddress(ctx context.Context, who Who) (Account, error) {
	var out Account
	err := a.do(ctx, attempt{action: "account.confirm", subjects: who.refs()}, func(c *change) error {
		acc, err := c.flagMayOn(AccountConfirm, who)
		if err != nil {
			return err
		}
		out = acc
		if acc.Confirmed {
			return nil
		}
		out.Confirmed = true
		out.Version++
		c.happened("account.confirm", System, []Ref{acc.ID.Ref()}, "", Change{Field: "confirmed", Before: "no", After: "yes"})
		return c.Accounts().Put(out)
	})
	return out, err
}

// expiredOf refuses what an expired account is no good for.
func (r *reading) expiredOf(acc Account) *Error {
	f := Facts{Account: acc}
	if own, err := r.maintainersOf(acc.ID); err == nil && len(own) > 0 {
		f.MaintainerStanding = Ordinary
	}
	return f.expired()
}

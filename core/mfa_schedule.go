package core

import (
	"context"
	"time"
)

// The bounds of a date for Require MFA (S28).
const (
	mfaDateEarliest = 1 * Day
	mfaDateLatest   = 90 * Day
)

// mfaNoticeDays are the days before the date at which people are told again (S28).
var mfaNoticeDays = [...]int{7, 1}

// ScheduleMFA requires MFA from a moment 1 to 90 days ahead, or moves a date that is set (S28). People without MFA and
// the administrators are told at once, and again 7 days and 1 day before. At the moment the sweep switches it on, or
// drops the date when no administrator has MFA. MFAOff drops the date. Administrators only.
//
// Errors: those of 6.4, the denied ones audited (AU8); mfa_setup_required without own MFA; stale; invalid_value while
// MFA is required already; invalid_end for a moment out of bounds.
func (a *Actor) ScheduleMFA(ctx context.Context, id OrganizationID, version uint64, at Moment) (Organization, error) {
	return a.editOrganization(ctx, id, version, settingMFADate(at, false))
}

// settingMFADate is the edit of ScheduleMFA. back says that requiring it at once is undone.
func settingMFADate(at Moment, back bool) organizationEdit {
	return setting("settings.mfa_schedule", func(c *change, o *Organization) (Change, error) {
		then := MFASetting{State: MFAScheduled, At: at, By: c.me.ID}
		ch := Change{Field: "mfa", Before: o.MFA.text(), After: then.text()}
		switch {
		case !c.me.MFA():
			return ch, refuse(ReasonMFASetupRequired, nil)
		case o.MFA.State == MFARequired && !back:
			return ch, invalidValue("require MFA", "off before it gets a date: it is required now").field("at")
		case ch.Before == ch.After:
			return ch, nil // F11
		}
		if err := checkEnd("at", at, c.now.Add(mfaDateEarliest), c.now.Add(mfaDateLatest)); err != nil {
			return ch, err
		}
		for then.noticeAt().Passed(c.now) {
			then.Noticed++ // only those still ahead (S28)
		}
		o.MFA = then
		return ch, c.tellScheduled(*o)
	})
}

// noticeAt is the moment of the next notice before the date, none when all are done with.
func (s MFASetting) noticeAt() Moment {
	if s.State != MFAScheduled || s.Noticed >= len(mfaNoticeDays) {
		return 0
	}
	return s.At.Add(-time.Duration(mfaNoticeDays[s.Noticed]) * Day)
}

// tellScheduled tells people without MFA (S10) and the administrators of the date.
func (c *change) tellScheduled(o Organization) error {
	found, err := c.withoutMFA(o)
	if err != nil {
		return err
	}
	facts := NoticeFacts{Name: o.Name, At: o.MFA.At, Help: o.Maintainer}
	for _, row := range found.sorted() {
		c.tell(row.Person.ID, NoticeMFAScheduled, facts, o.ID.Ref())
	}
	facts.How, facts.Others = howWatch, len(found.rows)
	return c.tellAdministrators(o.ID, NoticeMFAScheduled, facts)
}

// tellUnscheduled tells the same people that the date does not count any more.
func (c *change) tellUnscheduled(o Organization, how string) error {
	found, err := c.withoutMFA(o)
	if err != nil {
		return err
	}
	facts := NoticeFacts{Name: o.Name, At: o.MFA.At, How: how}
	for _, row := range found.sorted() {
		c.tell(row.Person.ID, NoticeMFAUnscheduled, facts, o.ID.Ref())
	}
	return c.tellAdministrators(o.ID, NoticeMFAUnscheduled, facts)
}

// tellAdministrators tells everybody who holds ADMIN in the organization, about that, or about the subjects.
func (c *change) tellAdministrators(id OrganizationID, event Notice, facts NoticeFacts, about ...Ref) error {
	if len(about) == 0 {
		about = []Ref{id.Ref()}
	}
	return each(c.Memberships(), Scan{Prefix: RefKey(id.Ref())}, func(m Membership) (bool, error) {
		if m.Admin() && m.Running(c.now) {
			c.tell(m.Account, event, facts, about...)
		}
		return true, nil
	})
}

// sweepOrganization sends a notice before the date of Require MFA, or carries the date out: MFA is required with the
// effect of S11, or the date is dropped when no administrator has MFA (S28).
func (c *change) sweepOrganization(id OrganizationID) (bool, error) {
	o, ok, err := c.Organizations().Get(id)
	if err != nil || !ok || !o.Due().Passed(c.now) {
		return false, err
	}
	if !o.MFA.At.Passed(c.now) {
		o.MFA.Noticed++
		if err := c.Organizations().Put(o); err != nil || c.tooLate(o.Due()) {
			return false, err
		}
		return true, c.tellScheduled(o)
	}
	return true, c.carryOutMFADate(o)
}

// carryOutMFADate requires MFA, or drops the date.
func (c *change) carryOutMFADate(o Organization) error {
	nobody, err := c.nobodyElse(o.ID.Ref(), 0, func(m Membership, acc Account) (bool, error) {
		return m.Admin() && acc.Acts(c.now) && acc.MFA(), nil
	})
	if err != nil {
		return err
	}
	action, then, reason := Action("settings.mfa_require"), MFASetting{State: MFARequired}, "the date has come"
	if nobody {
		action, then, reason = "settings.mfa_unschedule", MFASetting{State: MFAOff}, "no administrator has MFA"
		if err := c.tellUnscheduled(o, howNobody); err != nil {
			return err
		}
	}
	c.happened(action, o.ID.Ref(), []Ref{o.ID.Ref()}, reason, Change{Field: "mfa", Before: o.MFA.text(), After: then.text()})
	o.MFA = then
	o.Version++
	if err := c.Organizations().Put(o); err != nil || nobody {
		return err
	}
	found, err := c.withoutMFA(o)
	if err != nil {
		return err
	}
	if err := c.tellLockedOut(o, found); err != nil {
		return err
	}
	return c.reviewDecidersIn(o.ID)
}

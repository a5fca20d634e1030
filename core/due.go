package core

import "time"

// Due is the next moment at which the sweep has something to do with the account: a notice or the expiry (AC13), or the
// end of a duty (AC25).
func (a Account) Due() Moment {
	if a.State != AccountActive && a.State != AccountNotActivated {
		return 0
	}
	if a.Expires == 0 {
		return a.dutyEnd()
	}
	return earliest(a.noticeAt(), a.Expires, a.dutyEnd())
}

var accountNoticeDays = [...]int{30, 7, 1}

func (a Account) noticeAt() Moment {
	if a.Noticed >= len(accountNoticeDays) {
		return 0
	}
	return a.Expires.Add(-time.Duration(accountNoticeDays[a.Noticed]) * Day)
}

// Due is the next moment at which the sweep has something to do: a notice of the MFA date, or the date (S28).
func (o Organization) Due() Moment {
	if o.State != UnitActive || o.MFA.State != MFAScheduled {
		return 0
	}
	return earliest(o.MFA.noticeAt(), o.MFA.At)
}

// Due is the next moment at which the sweep has something to do: the notice, the expiry, or the purge (P12, DR1).
func (p Project) Due() Moment {
	switch p.State {
	case ProjectActive:
		return earliest(p.expiryNoticeAt(), max(p.Expires, p.Overdue))
	case ProjectDeleted:
		return p.PurgeAt()
	case ProjectPurged:
	}
	return 0
}

// Due is the end of a temporary membership (TM1). Visits end through their own record.
func (m Membership) Due() Moment {
	if m.Visitor() {
		return 0
	}
	return m.Until
}

// Due is the end of a running visit.
func (v Visit) Due() Moment {
	if v.State != VisitActive {
		return 0
	}
	return v.Ends
}

// Due is the next reminder or the lapse (N6, R12).
func (r Request) Due() Moment {
	if r.State != RequestPending {
		return 0
	}
	return earliest(r.reminderAt(), r.Lapses)
}

// Due is the lapse of a pending invitation (I8).
func (i Invitation) Due() Moment {
	if i.State != InvitationPending {
		return 0
	}
	return i.Lapses
}

// Due is ten minutes after the first denied attempt, when its repetitions are written down (AU8).
func (t Attempt) Due() Moment { return t.First.Add(attemptWindow) }

// Due is when the action can no longer be undone and is forgotten (U1).
func (u Undo) Due() Moment { return u.Done.Add(undoTime) }

const attemptWindow = 10 * time.Minute

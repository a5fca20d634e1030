package core

import "time"

// A mail may wait for hours, and what it tells may be over by then: cancelled, lapsed, undone, decided, added and removed
// again, the unit gone. This file says for every notice whether it still holds; a mail that does not is not sent. What
// has happened to somebody is told however late it is.

// holding reports whether a notice still holds.
type holding func(r *reading, n Notification) (bool, error)

// stillHolds has a line for every notice.
var stillHolds = map[Notice]holding{
	NoticeMemberAdded: whileInside(true), NoticeUserAdded: whileInside(true),
	NoticeMemberRemoved: whileInside(false), NoticeUserRemoved: whileInside(false), NoticeUserEnded: whileInside(false),

	NoticeActivate:          activationWaits,
	NoticeInvitationSent:    aboutInvitation(func(i Invitation, now Moment) bool { return i.Pending(now) }),
	NoticeInvitationLapsed:  aboutInvitation(func(i Invitation, _ Moment) bool { return i.State == InvitationLapsed }),
	NoticeInvitationAnswers: happened,

	NoticeRequestFiled:    aboutRequest(Request.Pending),
	NoticeExtensionFiled:  aboutRequest(Request.Pending),
	NoticeReminder:        aboutRequest(Request.Pending),
	NoticeUndecidable:     aboutRequest(func(q Request, now Moment) bool { return q.Pending(now) && q.Undecidable }),
	NoticeRejectionUndone: aboutRequest(Request.Pending),
	NoticeRequestRejected: aboutRequest(func(q Request, _ Moment) bool { return q.State == RequestRejected }),
	NoticeRequestApproved: visitRuns,
	NoticeRequestLapsed:   happened,

	NoticeStaffJoined: happened, NoticeVisitRevoked: happened, NoticeVisitEnded: happened,
	NoticeVisitExtended: happened, NoticeVisitCutShort: happened,

	NoticeProjectMoved: happened, NoticeOrganizationMoved: happened,
	NoticeAdministratorNew: happened, NoticeAddedByStaff: happened, NoticeHandedOver: happened,

	NoticeProjectExpires: aboutProject(func(p Project, now Moment) bool {
		return p.State == ProjectActive && !p.Expires.Passed(now) && p.Expires != 0 && p.Expires <= now.Add(7*Day)
	}),
	NoticeProjectDeleted:  aboutProject(func(p Project, _ Moment) bool { return p.State == ProjectDeleted }),
	NoticeProjectRestored: aboutProject(func(p Project, _ Moment) bool { return p.State == ProjectActive }),
	NoticeProjectDisabled: aboutProject(func(p Project, _ Moment) bool { return p.State == ProjectActive && p.Disabled != nil }),
	NoticeProjectEnabled:  aboutProject(func(p Project, _ Moment) bool { return p.State == ProjectActive && p.Disabled == nil }),

	NoticeMFARequired:    aboutMFA(func(s MFASetting, has bool) bool { return s.State == MFARequired && !has }),
	NoticeMFAScheduled:   aboutMFA(func(s MFASetting, _ bool) bool { return s.State == MFAScheduled }),
	NoticeMFAUnscheduled: aboutMFA(func(s MFASetting, _ bool) bool { return s.State == MFAOff }),

	NoticeAccountExpires: expiresSoon,
	NoticeMFASwitchedOff: happened,
	NoticeCodeIssued:     happened,
	NoticeKeyChanged:     happened,
	NoticeDuty:           happened, NoticeReadOnly: happened,
	NoticeCodesLocked:   happened,
	NoticeTicketOpened:  ticketOpen,
	NoticeTicketPassed:  ticketOpen,
	NoticeTicketChanged: happened,
}

// holds reports whether a notice still holds at this moment.
func (r *reading) holds(n Notification) (bool, error) {
	if look, ok := stillHolds[n.Event]; ok {
		return look(r, n)
	}
	return true, nil
}

func happened(*reading, Notification) (bool, error) { return true, nil }

// whileInside holds while the recipient is an ordinary member of the unit, or while they are none.
func whileInside(wanted bool) holding {
	return func(r *reading, n Notification) (bool, error) {
		standing, _, err := r.standing(firstRef(n.Subjects), n.Recipient)
		return (standing == Ordinary) == wanted, err
	}
}

// activationWaits holds for an invitation while it is pending, for a unit while the person is in it, and for the account
// itself while it is not activated.
func activationWaits(r *reading, n Notification) (bool, error) {
	switch about := firstRef(n.Subjects); about.Kind {
	case KindInvitation:
		i, ok, err := r.Invitations().Get(InvitationID(about.ID))
		return ok && i.Pending(r.now), err
	case KindAccount:
		acc, ok, err := r.Accounts().Get(n.Recipient)
		return ok && acc.State == AccountNotActivated, err
	default:
		return whileInside(true)(r, n)
	}
}

func aboutInvitation(holds func(Invitation, Moment) bool) holding {
	return func(r *reading, n Notification) (bool, error) {
		i, ok, err := r.Invitations().Get(InvitationID(firstRef(n.Subjects).ID))
		return ok && holds(i, r.now), err
	}
}

func aboutRequest(holds func(Request, Moment) bool) holding {
	return func(r *reading, n Notification) (bool, error) {
		q, ok, err := r.Requests().Get(RequestID(firstRef(n.Subjects).ID))
		return ok && holds(q, r.now), err
	}
}

func aboutProject(holds func(Project, Moment) bool) holding {
	return func(r *reading, n Notification) (bool, error) {
		p, ok, err := r.Projects().Get(ProjectID(firstRef(n.Subjects).ID))
		return ok && holds(p, r.now), err
	}
}

// aboutMFA asks the setting of the organization, and whether the recipient has MFA.
func aboutMFA(holds func(MFASetting, bool) bool) holding {
	return func(r *reading, n Notification) (bool, error) {
		o, ok, err := r.Organizations().Get(OrganizationID(firstRef(n.Subjects).ID))
		if err != nil || !ok || o.State != UnitActive {
			return false, err
		}
		acc, ok, err := r.Accounts().Get(n.Recipient)
		return holds(o.MFA, ok && acc.MFA()), err
	}
}

// visitRuns holds while the visit that was granted runs.
func visitRuns(r *reading, n Notification) (bool, error) {
	q, ok, err := r.Requests().Get(RequestID(firstRef(n.Subjects).ID))
	if err != nil || !ok {
		return false, err
	}
	v, ok, err := r.Visits().Get(q.Visit)
	return ok && v.State == VisitActive && !v.Ends.Passed(r.now), err
}

// expiresSoon holds until the account is renewed, or has expired.
func expiresSoon(r *reading, n Notification) (bool, error) {
	acc, ok, err := r.Accounts().Get(AccountID(firstRef(n.Subjects).ID))
	soon := r.now.Add(time.Duration(accountNoticeDays[0]) * Day)
	return ok && acc.State != AccountRemoved && acc.Expires != 0 && !acc.Expires.Passed(r.now) && acc.Expires <= soon, err
}

func ticketOpen(r *reading, n Notification) (bool, error) {
	t, ok, err := r.Tickets().Get(TicketID(firstRef(n.Subjects).ID))
	return ok && t.State != TicketClosed, err
}

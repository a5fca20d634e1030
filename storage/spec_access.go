package storage

import "gatehouse/core"

var visitSpec = spec[core.VisitID, core.Visit]{
	name: "visit", layout: recordLayouts[colVisits], kind: core.KindVisit,
	keyOf: func(v *core.Visit) core.VisitID { return v.ID },
	key:   number1[core.VisitID],
	entries: func(v *core.Visit, e *entries) {
		id := uint64(v.ID)
		e.add(core.VisitsOfUnit).ref(v.Unit).num(id)
		e.add(core.VisitsOfAccount).num(uint64(v.Account)).num(id)
		if v.State == core.VisitActive {
			e.add(core.ActiveVisits).num(uint64(v.Ends)).num(id)
			e.add(core.ActiveVisitsByID).num(id)
			if v.Organization != 0 {
				e.add(core.ActiveVisitsOfOrganization).num(uint64(v.Organization)).num(id)
			}
		}
		if v.Organization != 0 {
			e.add(core.VisitsOfOrganization).num(uint64(v.Organization)).num(id)
		}
		if v.Ticket != 0 {
			e.add(core.VisitsOfTicket).num(uint64(v.Ticket)).num(id)
		}
		if e.due(v.Due(), rankVisit) {
			e.num(id)
		}
	},
	count: func(v *core.Visit, t *tally) {
		if v.State != core.VisitActive {
			return
		}
		t.one(core.CountActiveVisits, everywhere, v.Unit, v.Account.Ref())
		// A visit to the organization itself is counted under it as its unit already.
		if organization := v.Organization.Ref(); v.Organization != 0 && organization != v.Unit {
			t.one(core.CountActiveVisits, organization)
		}
	},
}

var requestSpec = spec[core.RequestID, core.Request]{
	name: "request", layout: recordLayouts[colRequests], kind: core.KindRequest, byHand: plainRequest,
	keyOf: func(r *core.Request) core.RequestID { return r.ID },
	key:   number1[core.RequestID],
	entries: func(r *core.Request, e *entries) {
		id := uint64(r.ID)
		project, organization, requester := uint64(r.Project), uint64(r.Organization), uint64(r.Requester)
		e.add(core.RequestsOfProject).num(project).num(id)
		e.add(core.RequestsOfOrganization).num(organization).num(id)
		e.add(core.RequestsOfRequester).num(requester).num(id)
		if r.State != core.RequestPending {
			e.add(core.DecidedRequests).num(id)
			return
		}
		e.add(core.RequestsByState).num(id)
		e.add(core.PendingOfProject).num(project).num(id)
		e.add(core.PendingOfOrganization).num(organization).num(id)
		e.add(core.PendingOfRequester).num(requester).num(id)
		if r.ForSupport { // new with schema 3: no older record has it, so nothing is filled in
			e.add(core.RequestsForSupport).num(id)
		}
		if r.Extends != 0 {
			e.add(core.PendingOfVisit).num(uint64(r.Extends)).num(id)
		}
		if e.due(r.Due(), rankRequest) {
			e.num(id)
		}
	},
	count: func(r *core.Request, t *tally) {
		scopes := [...]core.Ref{everywhere, r.Project.Ref(), r.Organization.Ref(), r.Requester.Ref()}
		t.one(core.CountRequests, scopes[:]...)
		if r.State == core.RequestPending {
			t.one(core.CountPendingRequests, scopes[:]...)
		}
	},
}

var invitationSpec = spec[core.InvitationID, core.Invitation]{
	name: "invitation", layout: recordLayouts[colInvitations], kind: core.KindInvitation,
	keyOf: func(i *core.Invitation) core.InvitationID { return i.ID },
	key:   number1[core.InvitationID],
	entries: func(i *core.Invitation, e *entries) {
		id := uint64(i.ID)
		e.add(core.InvitationsOfUnit).ref(i.Unit).num(id)
		if i.State == core.InvitationPending || i.State == core.InvitationLapsed {
			e.add(core.OpenOfUnit).ref(i.Unit).num(id)
		}
		if i.State == core.InvitationPending {
			e.add(core.InvitationsOfAccount).num(uint64(i.Account)).num(id)
			e.add(core.InvitationsOfSender).num(uint64(i.Sender())).num(id)
		}
		if e.due(i.Due(), rankInvitation) {
			e.num(id)
		}
	},
	count: func(i *core.Invitation, t *tally) {
		if i.State == core.InvitationPending || i.State == core.InvitationLapsed {
			t.one(core.CountOpenInvitations, i.Unit)
		}
		if i.State == core.InvitationPending {
			t.one(core.CountOpenInvitations, i.Account.Ref())
		}
	},
}

var roleSpec = spec[core.OrganizationRoleKey, core.OrganizationRole]{
	name: "role", layout: recordLayouts[colRoles],
	keyOf: func(r *core.OrganizationRole) core.OrganizationRoleKey {
		return core.OrganizationRoleKey{Organization: r.Organization, ID: r.ID}
	},
	key: func(b []byte, k core.OrganizationRoleKey) ([]byte, error) {
		return checkedText(appendNumber(b, uint64(k.Organization)), k.ID)
	},
}

var grantSpec = spec[core.GrantKey, core.Grant]{
	name: "grant", layout: recordLayouts[colGrants],
	keyOf: func(g *core.Grant) core.GrantKey {
		return core.GrantKey{Project: g.Project, RoleID: g.RoleID, Level: g.Level}
	},
	key: func(b []byte, k core.GrantKey) ([]byte, error) {
		b, err := checkedText(appendNumber(b, uint64(k.Project)), k.RoleID)
		if err != nil {
			return nil, err
		}
		return checkedText(b, string(k.Level))
	},
	entries: func(g *core.Grant, e *entries) {
		e.add(core.GrantsOfRole).num(uint64(g.Organization)).text(g.RoleID).num(uint64(g.Project)).text(string(g.Level))
	},
}

var notificationSpec = spec[core.NotificationID, core.Notification]{
	name: "notification", layout: recordLayouts[colNotifications], kind: core.KindNotification, byHand: plainNotification,
	keyOf: func(n *core.Notification) core.NotificationID { return n.ID },
	key:   number1[core.NotificationID],
	entries: func(n *core.Notification, e *entries) {
		id := uint64(n.ID)
		if n.Recipient != 0 {
			e.add(core.NotificationsOf).num(uint64(n.Recipient)).num(id)
		}
		if n.Unread() && n.Recipient != 0 {
			e.add(core.UnreadOf).num(uint64(n.Recipient)).num(id)
		}
		if len(n.Subjects) > 0 && core.NoticeIsFound(n.Subjects[0].Kind) && n.Withdrawn == 0 {
			e.add(core.NoticesAbout).ref(n.Subjects[0]).num(id)
		}
		if n.Mail.State == core.MailQueued || n.Mail.State == core.MailFailed {
			e.add(core.Outbox).num(id)
			if n.Mail.Next != 0 {
				e.add(core.MailsDue).num(uint64(n.Mail.Next)).num(id)
			}
		}
	},
	count: func(n *core.Notification, t *tally) {
		if n.Mail.State == core.MailQueued || n.Mail.State == core.MailFailed {
			t.one(core.CountOutbox, everywhere)
		}
		if n.Recipient == 0 {
			return
		}
		t.one(core.CountNotifications, n.Recipient.Ref())
		if n.Unread() {
			t.one(core.CountUnread, n.Recipient.Ref())
		}
	},
}

var eventSpec = spec[core.EventKey, core.Event]{
	name: "event", layout: recordLayouts[colEvents],
	keyOf: func(e *core.Event) core.EventKey { return e.Key() },
	key: func(b []byte, k core.EventKey) ([]byte, error) {
		return appendNumber(appendRef(b, k.Chain), k.Sequence), nil
	},
	entries: func(ev *core.Event, e *entries) {
		at := uint64(ev.Time)
		e.add(core.EventsByTime).num(at).ref(ev.Chain).num(ev.Sequence)
		about := func(who core.Ref) {
			from := len(e.keys)
			e.add(core.EventsAbout).ref(who).num(at).ref(ev.Chain).num(ev.Sequence)
			// A record may be named twice, and the actor may be a subject.
			if last := len(e.list) - 1; e.find(e.key(last)) != last {
				e.keys, e.list = e.keys[:from], e.list[:last]
			}
		}
		for _, s := range ev.Subjects {
			if s.Kind == core.KindProject || s.Kind == core.KindAccount {
				about(s)
			}
		}
		if ev.Actor != 0 {
			about(ev.Actor.Ref())
		}
	},
	count: func(e *core.Event, t *tally) { t.one(core.CountEvents, everywhere, e.Chain) },
}

var headSpec = spec[core.Ref, core.Head]{
	name: "chain head", layout: recordLayouts[colHeads],
	keyOf: func(h *core.Head) core.Ref { return h.Chain },
	key:   func(b []byte, k core.Ref) ([]byte, error) { return appendRef(b, k), nil },
}

var attemptSpec = spec[string, core.Attempt]{
	name: "attempt", layout: recordLayouts[colAttempts],
	keyOf: func(a *core.Attempt) string { return a.Key },
	key:   checkedText,
	entries: func(a *core.Attempt, e *entries) {
		if e.due(a.Due(), rankAttempt) {
			e.text(a.Key)
		}
	},
}

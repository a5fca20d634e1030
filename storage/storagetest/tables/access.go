package tables

import "gatehouse/core"

func (w *world) addAccess() {
	w.tables = append(w.tables, &model[core.MembershipKey, core.Membership]{
		name: "membership", table: func(x core.Tx) core.Table[core.MembershipKey, core.Membership] { return x.Memberships() },
		key:     func(m core.Membership) core.MembershipKey { return m.Key() },
		primary: func(m core.Membership) core.Key { return join(of(m.Unit), n(m.Account)) },
		draw:    drawMembership, rank: 6, due: core.Membership.Due,
		item: func(m core.Membership) core.DueItem { return core.DueItem{Ref: m.Unit, Account: m.Account} },
		indexes: []index[core.Membership]{
			{core.MembershipsOfAccount, 1, false, func(m core.Membership) []core.Key {
				return always(join(key(n(m.Account)), of(m.Unit)...))
			}},
			{core.TemporaryMemberships, 2, false, func(m core.Membership) []core.Key {
				return only(m.Origin != core.OriginVisit && m.Until != 0, join(of(m.Unit), at(m.Until), n(m.Account)))
			}},
			{core.HoldersOfRole, 3, false, func(m core.Membership) []core.Key {
				var keys []core.Key
				for _, role := range m.Roles {
					if role != core.RoleDefault {
						keys = append(keys, join(of(m.Unit), core.Text(role), n(m.Account)))
					}
				}
				return keys
			}},
		},
		counts: func(m core.Membership, add counting) {
			visitor := m.Origin == core.OriginVisit
			add(true, core.CountMemberships, m.Account.Ref())
			add(visitor, core.CountVisitors, m.Unit)
			add(!visitor, core.CountMembers, m.Unit)
			add(!visitor && m.Unit.Kind == core.KindProject && !m.Uncounted, core.CountUsers, m.Unit)
		},
	}, &model[core.VisitID, core.Visit]{
		name: "visit", table: func(x core.Tx) core.Table[core.VisitID, core.Visit] { return x.Visits() },
		key: func(v core.Visit) core.VisitID { return v.ID }, primary: func(v core.Visit) core.Key { return key(n(v.ID)) },
		draw: drawVisit, rank: 3, due: core.Visit.Due, item: func(v core.Visit) core.DueItem { return core.DueItem{Ref: v.ID.Ref()} },
		indexes: []index[core.Visit]{
			{core.VisitsOfUnit, 2, false, func(v core.Visit) []core.Key { return always(join(of(v.Unit), n(v.ID))) }},
			{core.VisitsOfAccount, 1, false, func(v core.Visit) []core.Key { return always(key(n(v.Account), n(v.ID))) }},
			{core.ActiveVisits, 0, false, func(v core.Visit) []core.Key {
				return only(v.State == core.VisitActive, key(at(v.Ends), n(v.ID)))
			}},
			{core.ActiveVisitsByID, 0, false, func(v core.Visit) []core.Key {
				return only(v.State == core.VisitActive, key(n(v.ID)))
			}},
			{core.ActiveVisitsOfOrganization, 1, false, func(v core.Visit) []core.Key {
				return only(v.State == core.VisitActive && v.Organization != 0, key(n(v.Organization), n(v.ID)))
			}},
			{core.VisitsOfOrganization, 1, false, func(v core.Visit) []core.Key {
				return only(v.Organization != 0, key(n(v.Organization), n(v.ID)))
			}},
			{core.VisitsOfTicket, 1, false, func(v core.Visit) []core.Key { return only(v.Ticket != 0, key(n(v.Ticket), n(v.ID))) }},
		},
		counts: func(v core.Visit, add counting) {
			active := v.State == core.VisitActive
			add(active, core.CountActiveVisits, core.Ref{}, v.Account.Ref(), v.Unit)
			add(active && v.Unit.Kind == core.KindProject, core.CountActiveVisits, v.Organization.Ref())
		},
	}, requestModel(), &model[core.InvitationID, core.Invitation]{
		name: "invitation", table: func(x core.Tx) core.Table[core.InvitationID, core.Invitation] { return x.Invitations() },
		key: func(i core.Invitation) core.InvitationID { return i.ID }, primary: func(i core.Invitation) core.Key { return key(n(i.ID)) },
		draw: drawInvitation, rank: 5, due: core.Invitation.Due,
		item: func(i core.Invitation) core.DueItem { return core.DueItem{Ref: i.ID.Ref()} },
		indexes: []index[core.Invitation]{
			{core.InvitationsOfUnit, 2, false, func(i core.Invitation) []core.Key { return always(join(of(i.Unit), n(i.ID))) }},
			{core.OpenOfUnit, 2, false, func(i core.Invitation) []core.Key {
				return only(i.State == core.InvitationPending || i.State == core.InvitationLapsed, join(of(i.Unit), n(i.ID)))
			}},
			{core.InvitationsOfAccount, 1, false, func(i core.Invitation) []core.Key {
				return only(i.State == core.InvitationPending, key(n(i.Account), n(i.ID)))
			}},
			{core.InvitationsOfSender, 1, false, func(i core.Invitation) []core.Key {
				sender := i.Inviter
				if i.Resender != 0 {
					sender = i.Resender
				}
				return only(i.State == core.InvitationPending, key(n(sender), n(i.ID)))
			}},
		},
		counts: func(i core.Invitation, add counting) {
			add(i.State == core.InvitationPending, core.CountOpenInvitations, i.Unit, i.Account.Ref())
			add(i.State == core.InvitationLapsed, core.CountOpenInvitations, i.Unit)
		},
	})
}

func requestModel() modelled {
	pending := func(r core.Request) bool { return r.State == core.RequestPending }
	return &model[core.RequestID, core.Request]{
		name: "request", table: func(x core.Tx) core.Table[core.RequestID, core.Request] { return x.Requests() },
		key: func(r core.Request) core.RequestID { return r.ID }, primary: func(r core.Request) core.Key { return key(n(r.ID)) },
		draw: drawRequest, rank: 4, due: core.Request.Due, item: func(r core.Request) core.DueItem { return core.DueItem{Ref: r.ID.Ref()} },
		indexes: []index[core.Request]{
			{core.RequestsByState, 0, false, func(r core.Request) []core.Key { return only(pending(r), key(n(r.ID))) }},
			{core.DecidedRequests, 0, false, func(r core.Request) []core.Key { return only(!pending(r), key(n(r.ID))) }},
			{core.RequestsOfProject, 1, false, func(r core.Request) []core.Key { return always(key(n(r.Project), n(r.ID))) }},
			{core.PendingOfProject, 1, false, func(r core.Request) []core.Key { return only(pending(r), key(n(r.Project), n(r.ID))) }},
			{core.RequestsOfOrganization, 1, false, func(r core.Request) []core.Key { return always(key(n(r.Organization), n(r.ID))) }},
			{core.PendingOfOrganization, 1, false, func(r core.Request) []core.Key {
				return only(pending(r), key(n(r.Organization), n(r.ID)))
			}},
			{core.RequestsOfRequester, 1, false, func(r core.Request) []core.Key { return always(key(n(r.Requester), n(r.ID))) }},
			{core.PendingOfRequester, 1, false, func(r core.Request) []core.Key { return only(pending(r), key(n(r.Requester), n(r.ID))) }},
			{core.PendingOfVisit, 1, false, func(r core.Request) []core.Key {
				return only(pending(r) && r.Extends != 0, key(n(r.Extends), n(r.ID)))
			}},
			{core.RequestsForSupport, 0, false, func(r core.Request) []core.Key { return only(pending(r) && r.ForSupport, key(n(r.ID))) }},
		},
		counts: func(r core.Request, add counting) {
			add(true, core.CountRequests, core.Ref{}, r.Project.Ref(), r.Organization.Ref(), r.Requester.Ref())
			add(pending(r), core.CountPendingRequests, core.Ref{}, r.Project.Ref(), r.Organization.Ref(), r.Requester.Ref())
		},
	}
}

func (w *world) addRecords() {
	w.tables = append(w.tables, &model[core.OrganizationRoleKey, core.OrganizationRole]{
		name: "role", table: func(x core.Tx) core.Table[core.OrganizationRoleKey, core.OrganizationRole] { return x.Roles() },
		key: func(r core.OrganizationRole) core.OrganizationRoleKey {
			return core.OrganizationRoleKey{Organization: r.Organization, ID: r.ID}
		},
		primary: func(r core.OrganizationRole) core.Key { return key(n(r.Organization), raw(r.ID)) }, draw: drawRole,
	}, &model[core.GrantKey, core.Grant]{
		name: "grant", table: func(x core.Tx) core.Table[core.GrantKey, core.Grant] { return x.Grants() },
		key: func(g core.Grant) core.GrantKey {
			return core.GrantKey{Project: g.Project, RoleID: g.RoleID, Level: g.Level}
		},
		primary: func(g core.Grant) core.Key { return key(n(g.Project), raw(g.RoleID), raw(string(g.Level))) }, draw: drawGrant,
		indexes: []index[core.Grant]{{core.GrantsOfRole, 2, false, func(g core.Grant) []core.Key {
			return always(key(n(g.Organization), raw(g.RoleID), n(g.Project), raw(string(g.Level))))
		}}},
	}, notificationModel(), eventModel(), &model[core.Ref, core.Head]{
		name: "head", table: func(x core.Tx) core.Table[core.Ref, core.Head] { return x.Heads() },
		key: func(h core.Head) core.Ref { return h.Chain }, primary: func(h core.Head) core.Key { return of(h.Chain) }, draw: drawHead,
	}, &model[string, core.Attempt]{
		name: "attempt", table: func(x core.Tx) core.Table[string, core.Attempt] { return x.Attempts() },
		key: func(a core.Attempt) string { return a.Key }, primary: func(a core.Attempt) core.Key { return key(raw(a.Key)) },
		draw: drawAttempt, rank: 8, due: core.Attempt.Due, item: func(a core.Attempt) core.DueItem { return core.DueItem{Key: a.Key} },
	})
}

func notificationModel() modelled {
	// A notification without a recipient is a mail only.
	mine := func(m core.Notification) bool { return m.Recipient != 0 }
	unread := func(m core.Notification) bool { return mine(m) && m.Read == 0 && m.Withdrawn == 0 }
	waits := func(m core.Notification) bool {
		return m.Mail.State == core.MailQueued || m.Mail.State == core.MailFailed
	}
	return &model[core.NotificationID, core.Notification]{
		name: "notification", table: func(x core.Tx) core.Table[core.NotificationID, core.Notification] { return x.Notifications() },
		key: func(m core.Notification) core.NotificationID { return m.ID }, primary: func(m core.Notification) core.Key { return key(n(m.ID)) },
		draw: drawNotification,
		indexes: []index[core.Notification]{
			{core.NotificationsOf, 1, false, func(m core.Notification) []core.Key { return only(mine(m), key(n(m.Recipient), n(m.ID))) }},
			{core.UnreadOf, 1, false, func(m core.Notification) []core.Key { return only(unread(m), key(n(m.Recipient), n(m.ID))) }},
			{core.NoticesAbout, 2, false, func(m core.Notification) []core.Key {
				if len(m.Subjects) == 0 {
					return nil
				}
				about := m.Subjects[0].Kind
				found := about == core.KindRequest || about == core.KindInvitation
				return only(found && m.Withdrawn == 0, join(of(m.Subjects[0]), n(m.ID)))
			}},
			{core.Outbox, 0, false, func(m core.Notification) []core.Key { return only(waits(m), key(n(m.ID))) }},
			{core.MailsDue, 0, false, func(m core.Notification) []core.Key {
				return only(waits(m) && m.Mail.Next != 0, key(at(m.Mail.Next), n(m.ID)))
			}},
		},
		counts: func(m core.Notification, add counting) {
			add(waits(m), core.CountOutbox, core.Ref{})
			add(mine(m), core.CountNotifications, m.Recipient.Ref())
			add(unread(m), core.CountUnread, m.Recipient.Ref())
		},
	}
}

func eventModel() modelled {
	return &model[core.EventKey, core.Event]{
		name: "event", table: func(x core.Tx) core.Table[core.EventKey, core.Event] { return x.Events() },
		key: func(e core.Event) core.EventKey { return e.Key() }, primary: func(e core.Event) core.Key { return join(of(e.Chain), n(e.Sequence)) },
		draw: drawEvent,
		indexes: []index[core.Event]{
			{core.EventsByTime, 0, false, func(e core.Event) []core.Key {
				return always(join(join(key(at(e.Time)), of(e.Chain)...), n(e.Sequence)))
			}},
			{core.EventsAbout, 2, false, func(e core.Event) []core.Key {
				who := map[core.Ref]bool{e.Actor.Ref(): e.Actor != 0}
				for _, s := range e.Subjects {
					who[s] = who[s] || s.Kind == core.KindProject || s.Kind == core.KindAccount
				}
				var keys []core.Key
				for s, wanted := range who {
					if wanted {
						keys = append(keys, join(join(join(of(s), at(e.Time)), of(e.Chain)...), n(e.Sequence)))
					}
				}
				return keys
			}},
		},
		counts: func(e core.Event, add counting) { add(true, core.CountEvents, core.Ref{}, e.Chain) },
	}
}

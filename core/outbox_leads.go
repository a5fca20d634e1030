package core

// leads gives the page that a notice leads its reader to: the first thing it is about that the reader may open at this
// moment, or the own account for what is settled there (N7). There is none for somebody who was just removed, who is locked
// out by MFA or not activated, and for an address without an account.
func (d *directory) leads(n Notification) (Ref, error) {
	switch {
	case d.me.ID == 0 || !d.me.Usable(d.now):
		return Ref{}, nil
	case accountNotices[n.Event]:
		return d.me.ID.Ref(), nil
	case (n.Event == NoticeRequestFiled || n.Event == NoticeExtensionFiled) && !n.Decide:
		return Ref{}, nil // only deciders are led to the decision (N1)
	}
	for _, s := range n.Subjects {
		if opens, err := d.opens(s); err != nil || opens {
			return s, err
		}
	}
	return Ref{}, nil
}

// accountNotices are settled on the page of the own account.
var accountNotices = map[Notice]bool{
	NoticeKeyChanged: true, NoticeCodesLocked: true, NoticeMFASwitchedOff: true, NoticeMFARequired: true, NoticeCodeIssued: true,
}

// opens reports whether the actor may open the page of something, by what the page itself asks.
func (d *directory) opens(s Ref) (bool, error) {
	switch s.Kind {
	case KindRequest:
		return seenRecord(d.Requests(), RequestID(s.ID), d.seesRequest)
	case KindVisit:
		return seenRecord(d.Visits(), VisitID(s.ID), d.seesVisit)
	case KindInvitation:
		return seenRecord(d.Invitations(), InvitationID(s.ID), d.seesInvitation)
	case KindTicket:
		return seenRecord(d.Tickets(), TicketID(s.ID), d.seesTicket)
	case KindProject:
		return d.permitted(ProjectSee, s)
	case KindOrganization:
		return d.permitted(OrganizationSee, s)
	case KindMaintainer:
		return d.permitted(MaintainerSee, s)
	default:
		return false, nil
	}
}

// seenRecord asks whether a record is there and may be seen.
func seenRecord[K comparable, R any](t Table[K, R], key K, sees func(R) (bool, error)) (bool, error) {
	record, ok, err := t.Get(key)
	if err != nil || !ok {
		return false, err
	}
	return sees(record)
}

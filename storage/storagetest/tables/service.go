package tables

import (
	"pgregory.net/rapid"

	"gatehouse/core"
)

// This file says once more what keys, billing, tickets, buckets and links, and what people and the outbox remember,
// have to hold.

// rankUndo is the last in the order of SW2.
const rankUndo = 9

func (w *world) addService() {
	w.tables = append(w.tables, &model[string, core.PublicKey]{
		name: "key", table: func(x core.Tx) core.Table[string, core.PublicKey] { return x.Keys() },
		key: func(k core.PublicKey) string { return k.Fingerprint }, primary: func(k core.PublicKey) core.Key { return key(raw(k.Fingerprint)) },
		draw: drawKey,
		indexes: []index[core.PublicKey]{{core.KeysOfAccount, 1, false, func(k core.PublicKey) []core.Key {
			return always(key(n(k.Account), at(k.Added), raw(k.Fingerprint)))
		}}},
		counts: func(k core.PublicKey, add counting) { add(true, core.CountKeys, k.Account.Ref()) },
	}, &model[core.OrganizationID, core.Billing]{
		name: "billing", table: func(x core.Tx) core.Table[core.OrganizationID, core.Billing] { return x.Billings() },
		key: func(b core.Billing) core.OrganizationID { return b.Organization }, primary: func(b core.Billing) core.Key { return key(n(b.Organization)) },
		draw: drawBilling,
	}, ticketModel(), &model[core.CommentKey, core.Comment]{
		name: "comment", table: func(x core.Tx) core.Table[core.CommentKey, core.Comment] { return x.Comments() },
		key:     func(c core.Comment) core.CommentKey { return core.CommentKey{Ticket: c.Ticket, N: c.N} },
		primary: func(c core.Comment) core.Key { return key(n(c.Ticket), n(c.N)) }, draw: drawComment,
	}, bucketModel(), &model[core.LinkID, core.Link]{
		name: "link", table: func(x core.Tx) core.Table[core.LinkID, core.Link] { return x.Links() },
		key: func(l core.Link) core.LinkID { return l.ID }, primary: func(l core.Link) core.Key { return key(n(l.ID)) }, draw: drawLink,
		indexes: []index[core.Link]{
			{core.LinksOfProject, 1, false, func(l core.Link) []core.Key { return always(key(n(l.Project), name(l.Name), n(l.ID))) }},
			{core.LinksOfBucket, 1, false, func(l core.Link) []core.Key { return always(key(n(l.Bucket), n(l.Project), n(l.ID))) }},
		},
		counts: func(l core.Link, add counting) { add(true, core.CountLinks, l.Project.Ref(), l.Bucket.Ref()) },
	}, &model[core.UndoKey, core.Undo]{
		name: "undo", table: func(x core.Tx) core.Table[core.UndoKey, core.Undo] { return x.Undos() },
		key:     func(u core.Undo) core.UndoKey { return core.UndoKey{Account: u.Account, N: u.N} },
		primary: func(u core.Undo) core.Key { return key(n(u.Account), n(u.N)) },
		draw:    drawUndo, rank: rankUndo, due: core.Undo.Due, item: func(u core.Undo) core.DueItem { return core.DueItem{Account: u.Account, N: u.N} },
	}, &model[core.SavedFilterKey, core.SavedFilter]{
		name: "saved filter", table: func(x core.Tx) core.Table[core.SavedFilterKey, core.SavedFilter] { return x.SavedFilters() },
		key: func(f core.SavedFilter) core.SavedFilterKey {
			return core.SavedFilterKey{Account: f.Account, Screen: f.Screen, Name: f.Name}
		},
		primary: func(f core.SavedFilter) core.Key { return key(n(f.Account), raw(f.Screen), raw(f.Name)) }, draw: drawSavedFilter,
	}, &model[string, core.Mailing]{
		name: "mailing", table: func(x core.Tx) core.Table[string, core.Mailing] { return x.Mailings() },
		key: func(m core.Mailing) string { return m.Address }, primary: func(m core.Mailing) core.Key { return key(raw(m.Address)) },
		draw: drawMailing,
	})
}

func ticketModel() modelled {
	open := func(t core.Ticket) bool { return t.State != core.TicketClosed }
	passed := func(t core.Ticket) bool { return open(t) && t.With == core.WithSupport }
	return &model[core.TicketID, core.Ticket]{
		name: "ticket", table: func(x core.Tx) core.Table[core.TicketID, core.Ticket] { return x.Tickets() },
		key: func(t core.Ticket) core.TicketID { return t.ID }, primary: func(t core.Ticket) core.Key { return key(n(t.ID)) }, draw: drawTicket,
		indexes: []index[core.Ticket]{
			{core.TicketsOfAuthor, 1, false, func(t core.Ticket) []core.Key { return always(key(n(t.Author), n(t.ID))) }},
			{core.TicketsOfProject, 1, false, func(t core.Ticket) []core.Key { return always(key(n(t.Project), n(t.ID))) }},
			{core.TicketsOfOrganization, 1, false, func(t core.Ticket) []core.Key { return always(key(n(t.Organization), n(t.ID))) }},
			{core.TicketsOfMaintainer, 1, false, func(t core.Ticket) []core.Key { return always(key(n(t.Maintainer), n(t.ID))) }},
			{core.OpenTickets, 0, false, func(t core.Ticket) []core.Key { return only(open(t), key(n(t.ID))) }},
			{core.OpenTicketsOfAuthor, 1, false, func(t core.Ticket) []core.Key { return only(open(t), key(n(t.Author), n(t.ID))) }},
			{core.OpenTicketsOfProject, 1, false, func(t core.Ticket) []core.Key { return only(open(t), key(n(t.Project), n(t.ID))) }},
			{core.OpenTicketsOfMaintainer, 1, false, func(t core.Ticket) []core.Key {
				return only(open(t), key(n(t.Maintainer), n(t.ID)))
			}},
			{core.OpenTicketsWithSupport, 0, false, func(t core.Ticket) []core.Key { return only(passed(t), key(n(t.ID))) }},
		},
		counts: func(t core.Ticket, add counting) {
			scopes := []core.Ref{{}, t.Project.Ref(), t.Organization.Ref(), t.Maintainer.Ref(), t.Author.Ref()}
			add(true, core.CountTickets, scopes...)
			add(open(t), core.CountOpenTickets, scopes...)
			add(passed(t), core.CountOpenTickets, core.System)
		},
	}
}

func bucketModel() modelled {
	return &model[core.BucketID, core.Bucket]{
		name: "bucket", table: func(x core.Tx) core.Table[core.BucketID, core.Bucket] { return x.Buckets() },
		key: func(b core.Bucket) core.BucketID { return b.ID }, primary: func(b core.Bucket) core.Key { return key(n(b.ID)) }, draw: drawBucket,
		indexes: []index[core.Bucket]{
			{core.BucketsOfProject, 1, false, func(b core.Bucket) []core.Key { return always(key(n(b.Project), name(b.Name), n(b.ID))) }},
			{core.BucketsOfOrganization, 1, false, func(b core.Bucket) []core.Key {
				return always(key(n(b.Organization), name(b.Name), n(b.ID)))
			}},
			{core.SharedBucketsOfOrganization, 1, false, func(b core.Bucket) []core.Key {
				return only(b.Share != nil, key(n(b.Organization), name(b.Name), n(b.ID)))
			}},
		},
		counts: func(b core.Bucket, add counting) {
			add(true, core.CountBuckets, b.Project.Ref(), b.Organization.Ref())
		},
	}
}

func drawKey(t *rapid.T) core.PublicKey {
	return core.PublicKey{
		Fingerprint: one(t, "fingerprint", "SHA256:a", "SHA256:ab", "SHA256:b"), Account: id[core.AccountID](t, "account"),
		Type: "ssh-ed25519", Blob: []byte{1, 2}, Added: moment(t, "added"), LastUsed: maybeMoment(t, "used"), Security: rapid.Bool().Draw(t, "security"),
	}
}

func drawBilling(t *rapid.T) core.Billing {
	return core.Billing{
		Organization: id[core.OrganizationID](t, "organization"), Version: maybe[uint64](t, "version"), City: names.Draw(t, "city"),
		Contact: maybe[core.AccountID](t, "contact"),
	}
}

func drawTicket(t *rapid.T) core.Ticket {
	return core.Ticket{
		ID: id[core.TicketID](t, "id"), Project: id[core.ProjectID](t, "project"), Organization: id[core.OrganizationID](t, "organization"),
		Maintainer: id[core.MaintainerID](t, "maintainer"), Author: id[core.AccountID](t, "author"), Kind: core.TicketQuestion,
		With:  one(t, "with", core.WithMaintainer, core.WithSupport),
		State: one(t, "state", core.TicketOpen, core.TicketAnswered, core.TicketClosed), Comments: rapid.IntRange(0, 3).Draw(t, "comments"),
	}
}

func drawComment(t *rapid.T) core.Comment {
	return core.Comment{
		Ticket: id[core.TicketID](t, "ticket"), N: id[uint64](t, "n"), Author: id[core.AccountID](t, "author"), Time: moment(t, "time"),
		Text: "first line\nsecond", Staff: rapid.Bool().Draw(t, "staff"),
	}
}

func drawBucket(t *rapid.T) core.Bucket {
	b := core.Bucket{
		ID: id[core.BucketID](t, "id"), Project: id[core.ProjectID](t, "project"), Organization: id[core.OrganizationID](t, "organization"),
		Name: names.Draw(t, "name"), Owner: id[core.AccountID](t, "owner"),
	}
	if rapid.Bool().Draw(t, "shared") {
		b.Share = &core.Sharing{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{2, 3}, By: 1, At: moment(t, "at")}
	}
	return b
}

func drawLink(t *rapid.T) core.Link {
	return core.Link{
		ID: id[core.LinkID](t, "id"), Project: id[core.ProjectID](t, "project"), Organization: id[core.OrganizationID](t, "organization"),
		Bucket: id[core.BucketID](t, "bucket"), Name: names.Draw(t, "name"), By: 1, At: moment(t, "at"),
	}
}

func drawUndo(t *rapid.T) core.Undo {
	project := drawProject(t)
	return core.Undo{
		Account: id[core.AccountID](t, "account"), N: id[uint64](t, "n"), Done: moment(t, "done"), Action: "project.rename",
		Event: core.EventRef{Chain: drawChain(t), Sequence: 1}, Before: core.UndoState{Project: &project},
	}
}

func drawSavedFilter(t *rapid.T) core.SavedFilter {
	return core.SavedFilter{
		Account: id[core.AccountID](t, "account"), Screen: one(t, "screen", "requests", "projects"), Name: names.Draw(t, "name"),
		Filter: "state:pending", Desc: rapid.Bool().Draw(t, "desc"),
	}
}

func drawMailing(t *rapid.T) core.Mailing {
	m := core.Mailing{Address: one(t, "address", "ana@acme.test", "bo@zed.test"), Version: maybe[uint64](t, "version")}
	for range rapid.IntRange(0, 2).Draw(t, "sent") {
		m.Sent = append(m.Sent, moment(t, "at"))
	}
	return m
}

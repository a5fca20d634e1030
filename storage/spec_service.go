package storage

import "gatehouse/core"

// This file says how the records are kept that are no membership: keys, billing, tickets, buckets and what people and
// the outbox remember.

var keySpec = spec[string, core.PublicKey]{
	name: "key", layout: recordLayouts[colKeys],
	keyOf: func(k *core.PublicKey) string { return k.Fingerprint },
	key:   checkedText,
	entries: func(k *core.PublicKey, e *entries) {
		e.add(core.KeysOfAccount).num(uint64(k.Account)).num(uint64(k.Added)).text(k.Fingerprint)
	},
	count: func(k *core.PublicKey, t *tally) { t.one(core.CountKeys, k.Account.Ref()) },
}

var billingSpec = spec[core.OrganizationID, core.Billing]{
	name: "billing", layout: recordLayouts[colBillings],
	keyOf: func(b *core.Billing) core.OrganizationID { return b.Organization },
	key:   number1[core.OrganizationID],
}

var ticketSpec = spec[core.TicketID, core.Ticket]{
	name: "ticket", layout: recordLayouts[colTickets], kind: core.KindTicket,
	keyOf: func(t *core.Ticket) core.TicketID { return t.ID },
	key:   number1[core.TicketID],
	entries: func(t *core.Ticket, e *entries) {
		id := uint64(t.ID)
		author, project, maintainer := uint64(t.Author), uint64(t.Project), uint64(t.Maintainer)
		e.add(core.TicketsOfAuthor).num(author).num(id)
		e.add(core.TicketsOfProject).num(project).num(id)
		e.add(core.TicketsOfOrganization).num(uint64(t.Organization)).num(id)
		e.add(core.TicketsOfMaintainer).num(maintainer).num(id)
		if t.State == core.TicketClosed {
			return
		}
		e.add(core.OpenTickets).num(id)
		e.add(core.OpenTicketsOfAuthor).num(author).num(id)
		e.add(core.OpenTicketsOfProject).num(project).num(id)
		e.add(core.OpenTicketsOfMaintainer).num(maintainer).num(id)
		if t.With == core.WithSupport {
			e.add(core.OpenTicketsWithSupport).num(id)
		}
	},
	count: func(t *core.Ticket, n *tally) {
		scopes := [...]core.Ref{everywhere, t.Project.Ref(), t.Organization.Ref(), t.Maintainer.Ref(), t.Author.Ref()}
		n.one(core.CountTickets, scopes[:]...)
		if t.State == core.TicketClosed {
			return
		}
		n.one(core.CountOpenTickets, scopes[:]...)
		if t.With == core.WithSupport {
			n.one(core.CountOpenTickets, core.System)
		}
	},
}

var commentSpec = spec[core.CommentKey, core.Comment]{
	name: "comment", layout: recordLayouts[colComments],
	keyOf: func(c *core.Comment) core.CommentKey { return core.CommentKey{Ticket: c.Ticket, N: c.N} },
	key: func(b []byte, k core.CommentKey) ([]byte, error) {
		return appendNumber(appendNumber(b, uint64(k.Ticket)), k.N), nil
	},
}

var bucketSpec = spec[core.BucketID, core.Bucket]{
	name: "bucket", layout: recordLayouts[colBuckets], kind: core.KindBucket,
	keyOf: func(b *core.Bucket) core.BucketID { return b.ID },
	key:   number1[core.BucketID],
	entries: func(b *core.Bucket, e *entries) {
		id, name := uint64(b.ID), core.Fold(b.Name)
		e.add(core.BucketsOfProject).num(uint64(b.Project)).text(name).num(id)
		e.add(core.BucketsOfOrganization).num(uint64(b.Organization)).text(name).num(id)
		if b.Share != nil {
			e.add(core.SharedBucketsOfOrganization).num(uint64(b.Organization)).text(name).num(id)
		}
	},
	count: func(b *core.Bucket, t *tally) { t.one(core.CountBuckets, b.Project.Ref(), b.Organization.Ref()) },
}

var linkSpec = spec[core.LinkID, core.Link]{
	name: "link", layout: recordLayouts[colLinks], kind: core.KindLink,
	keyOf: func(l *core.Link) core.LinkID { return l.ID },
	key:   number1[core.LinkID],
	entries: func(l *core.Link, e *entries) {
		id := uint64(l.ID)
		e.add(core.LinksOfProject).num(uint64(l.Project)).text(core.Fold(l.Name)).num(id)
		e.add(core.LinksOfBucket).num(uint64(l.Bucket)).num(uint64(l.Project)).num(id)
	},
	count: func(l *core.Link, t *tally) { t.one(core.CountLinks, l.Project.Ref(), l.Bucket.Ref()) },
}

var undoSpec = spec[core.UndoKey, core.Undo]{
	name: "undo", layout: recordLayouts[colUndos],
	keyOf: func(u *core.Undo) core.UndoKey { return core.UndoKey{Account: u.Account, N: u.N} },
	key: func(b []byte, k core.UndoKey) ([]byte, error) {
		return appendNumber(appendNumber(b, uint64(k.Account)), k.N), nil
	},
	entries: func(u *core.Undo, e *entries) {
		if e.due(u.Due(), rankUndo) {
			e.num(uint64(u.Account)).num(u.N)
		}
	},
}

var savedFilterSpec = spec[core.SavedFilterKey, core.SavedFilter]{
	name: "saved filter", layout: recordLayouts[colSavedFilters],
	keyOf: func(f *core.SavedFilter) core.SavedFilterKey {
		return core.SavedFilterKey{Account: f.Account, Screen: f.Screen, Name: f.Name}
	},
	key: func(b []byte, k core.SavedFilterKey) ([]byte, error) {
		b, err := checkedText(appendNumber(b, uint64(k.Account)), k.Screen)
		if err != nil {
			return nil, err
		}
		return checkedText(b, k.Name)
	},
}

var mailingSpec = spec[string, core.Mailing]{
	name: "mailing", layout: recordLayouts[colMailings],
	keyOf: func(m *core.Mailing) string { return m.Address },
	key:   checkedText,
}

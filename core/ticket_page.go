package core

import "context"

// TicketView is a ticket with the names around it.
type TicketView struct {
	Ticket
	ProjectName      string       `json:"project_name"`
	ProjectState     ProjectState `json:"project_state"`
	OrganizationName string       `json:"organization_name"`
	MaintainerName   string       `json:"maintainer_name"`
	Who              Person       `json:"who"`
	Mine             bool         `json:"mine,omitempty"`
	Awaits           bool         `json:"awaits_you,omitempty"` // open, and with the reader's own desk
	// Contact is the address of the maintainer, and Visits how many visits cite the ticket (ST9); on the page only.
	Contact string `json:"contact,omitempty"`
	Visits  int    `json:"visits,omitempty"`
	// Permissions says of each right whether the reader has it: nil, or the refusal. On the page only.
	Permissions TicketPermissions `json:"-"`
}

// TicketPermissions says of each right on a ticket whether the actor has it: nil, or the refusal.
type TicketPermissions map[TicketRight]*Error

// CommentView is a comment with the name of its author.
type CommentView struct {
	Comment
	Who  Person `json:"who"`
	Mine bool   `json:"mine,omitempty"`
}

// visitsOfTicketCounted is how far the visits that cite a ticket are counted.
const visitsOfTicketCounted = 100

// Ticket gives one ticket, with what the actor may do with it. Visits that cite it are counted to 100. Errors:
// not_found for whoever may not read it (A10); mfa_required.
func (a *Actor) Ticket(ctx context.Context, id TicketID) (TicketView, error) {
	var out TicketView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		t, f, err := r.mayTicket(TicketRead, id)
		if err != nil {
			return err
		}
		d := r.directory()
		if out, err = d.ticketRow(t); err != nil {
			return err
		}
		m, err := d.maintainerOf(t.Maintainer)
		if err != nil {
			return err
		}
		out.Contact = m.Contact
		_, err = d.Tx.Visits().Scan(Scan{Index: VisitsOfTicket, Prefix: Key{Num(id)}, Limit: visitsOfTicketCounted}, func(Visit) (bool, error) {
			out.Visits++
			return true, nil
		})
		f.nameOnce()
		out.Permissions = make(TicketPermissions, len(ticketRights))
		for _, right := range ticketRights {
			out.Permissions[right] = TicketAccess(right, f)
			if a.readsOnly() && right != TicketRead && out.Permissions[right] == nil {
				out.Permissions[right] = refuse(ReasonReadOnly, nil)
			}
			if m := r.me.ReadOnly; m != nil && right != TicketRead && out.Permissions[right] == nil {
				out.Permissions[right] = refuse(ReasonReadOnlyAccount, words{"reason": m.Reason})
			}
		}
		return err
	})
	return out, err
}

// Comments lists what was written on a ticket, oldest first. Sort: newest. Words of the filter are looked for in text
// and author; field: who. Total is exact. Errors: those of Ticket.
func (a *Actor) Comments(ctx context.Context, id TicketID, q Query) (Page[CommentView], error) {
	return list(ctx, a, func(r *reading) (Page[CommentView], error) { return r.comments(id, q) })
}

func (r *reading) comments(id TicketID, q Query) (Page[CommentView], error) {
	var none Page[CommentView]
	t, _, err := r.mayTicket(TicketRead, id)
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["comments"]...)
	if err != nil {
		return none, err
	}
	sort, err := q.sortOf("oldest", "newest")
	if err != nil {
		return none, err
	}
	d := r.directory()
	w := window[Comment]{
		name: "comments/" + sort, forms: []string{"n"}, newest: sort == "newest", filter: f, total: exactly(t.Comments),
		streams: []*stream[Comment]{{
			index: Scan{Prefix: Key{Num(id)}}, scan: r.Comments().Scan, key: func(c Comment) Key { return Key{Num(c.N)} },
		}},
	}
	if !f.empty() {
		w.keep = func(c Comment) (bool, error) {
			who, err := d.person(c.Author, false)
			name := who.names()
			return f.matchTexts(c.Text, who.Email, who.Name) && f.matchFields(func(string) string { return name }), err
		}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, func(c Comment) (CommentView, error) {
		who, err := d.person(c.Author, false)
		return CommentView{Comment: c, Who: who, Mine: c.Author == r.me.ID}, err
	})
}

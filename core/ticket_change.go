package core

import "context"

// TicketInput is what somebody writes who opens a ticket.
type TicketInput struct {
	Kind     TicketKind     // question when empty
	Priority TicketPriority // normal when empty
	Subject  string         // 3–120 characters
	Body     string         // F6: 1–10 000 characters, lines
}

// OpenTicket asks the maintainer of the organization for help with a project (ST1). Users of the project may, visitors
// too; administrators who are no users only ask for the restore of a deleted project, which the ticket names (ST4). The
// members of the maintainer and its contact address are told.
//
// Errors: those of 6.3; not_deleted for a restore of a project that is not deleted; invalid_value for kind and
// priority, invalid_text for subject and body.
func (a *Actor) OpenTicket(ctx context.Context, project ProjectID, in TicketInput) (Ticket, error) {
	var out Ticket
	err := a.do(ctx, attempt{action: "ticket.open", subjects: []Ref{project.Ref()}}, func(c *change) error {
		right := ProjectTicket
		if in.Kind == TicketRestore {
			right = ProjectTicketRestore
		}
		if _, err := c.may(right, project.Ref()); err != nil {
			return err
		}
		p, err := c.project(project)
		if err != nil {
			return err
		}
		if in.Kind == TicketRestore && p.State != ProjectDeleted {
			return refuse(ReasonNotDeleted, words{"project": p.Name})
		}
		if err := in.clean(); err != nil {
			return err
		}
		out, err = c.openTicket(p, in)
		return err
	})
	return out, err
}

// clean checks the input field by field and fills in the defaults.
func (in *TicketInput) clean() (err error) {
	switch in.Kind {
	case "":
		in.Kind = TicketQuestion
	case TicketQuestion, TicketError, TicketLimitIncrease, TicketRestore:
	default:
		return refuse(ReasonInvalidValue, words{"field": "Kind", "allowed": "question, error, limit_increase or restore"}).field("kind")
	}
	switch in.Priority {
	case "":
		in.Priority = PriorityNormal
	case PriorityLow, PriorityNormal, PriorityHigh:
	default:
		return refuse(ReasonInvalidValue, words{"field": "Priority", "allowed": "low, normal or high"}).field("priority")
	}
	if in.Subject, err = cleanLine("subject", in.Subject, TicketSubjectMin, TicketSubjectMax); err != nil {
		return err
	}
	in.Body, err = cleanLongText("body", in.Body)
	return err
}

func (c *change) openTicket(p Project, in TicketInput) (Ticket, error) {
	id, err := c.NextID(KindTicket)
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		ID: TicketID(id), Version: 1, Project: p.ID, Organization: p.Organization, Maintainer: p.Maintainer, Author: c.me.ID,
		Kind: in.Kind, Priority: in.Priority, Subject: in.Subject, Body: in.Body, With: WithMaintainer, State: TicketOpen,
		Opened: c.now, Changed: c.now,
	}
	if err := c.Tickets().Put(t); err != nil {
		return t, err
	}
	c.happened("ticket.open", p.Organization.Ref(), t.subjects(), "",
		Change{Field: "kind", After: string(t.Kind)}, Change{Field: "priority", After: string(t.Priority)})
	return t, c.tellTicketOpened(t, p)
}

// subjects are what an event about the ticket is about. Neither subject line nor texts stand in events (AU13): people
// write into them what they like.
func (t Ticket) subjects() []Ref { return []Ref{t.Project.Ref(), t.ID.Ref()} }

// CommentTicket adds to a ticket (ST7). A comment of staff makes it answered, any other one open; staff who have opened
// it themselves count as who asks. Author and other commenters are told.
//
// Errors: not_found for a ticket that the actor may not see; mfa_required; ticket_closed; invalid_text.
func (a *Actor) CommentTicket(ctx context.Context, id TicketID, text string) (Comment, error) {
	var out Comment
	err := a.do(ctx, attempt{action: "ticket.comment", subjects: []Ref{id.Ref()}}, func(c *change) error {
		t, f, err := c.mayTicket(TicketComment, id)
		if err != nil {
			return err
		}
		if text, err = cleanLongText("text", text); err != nil {
			return err
		}
		out = Comment{
			Ticket: id, N: uint64(t.Comments) + 1, Version: 1, Author: c.me.ID, Time: c.now, Text: text, //nolint:gosec // never negative
			Staff: f.staff() && !f.Author,
		}
		if err := c.Comments().Put(out); err != nil {
			return err
		}
		before := t.State
		t.State = TicketOpen
		if out.Staff {
			t.State = TicketAnswered
		}
		t.Comments++
		c.happened("ticket.comment", t.Organization.Ref(), t.subjects(), "", t.stateChange(before)...)
		if err := c.putTicket(&t); err != nil {
			return err
		}
		return c.tellTicketPeople(t, howAnswered, shortened(text))
	})
	return out, err
}

// putTicket writes a ticket that has changed.
func (c *change) putTicket(t *Ticket) error {
	t.Changed = c.now
	t.Version++
	return c.Tickets().Put(*t)
}

func (t Ticket) stateChange(before TicketState) []Change {
	if t.State == before {
		return nil
	}
	return []Change{{Field: "state", Before: string(before), After: string(t.State)}}
}

// PassTicket hands a ticket over: a member of the maintainer to Support, Support back to the maintainer (ST8). Whoever
// it is with then is told. The next word is theirs: a ticket that was answered is open again.
//
// Errors: not_found for a ticket that the actor may not see; mfa_required; forbidden for everybody whose desk it is not
// with; ticket_closed; stale.
func (a *Actor) PassTicket(ctx context.Context, id TicketID, version uint64) (Ticket, error) {
	return a.changeTicket(ctx, "ticket.pass", id, version, TicketPass, func(c *change, t *Ticket) error {
		before, state := t.With, t.State
		t.With, t.State = WithSupport, TicketOpen
		if before == WithSupport {
			t.With = WithMaintainer
		}
		c.happened("ticket.pass", t.Organization.Ref(), t.subjects(), "",
			append([]Change{{Field: "with", Before: string(before), After: string(t.With)}}, t.stateChange(state)...)...)
		return c.tellTicketPassed(*t)
	})
}

// CloseTicket ends a ticket: author, full-role users and staff may (ST7). Closing a closed one changes nothing (F11).
//
// Errors: not_found for a ticket that the actor may not see; mfa_required; role_restricted, forbidden; stale.
func (a *Actor) CloseTicket(ctx context.Context, id TicketID, version uint64) (Ticket, error) {
	return a.changeTicket(ctx, "ticket.close", id, version, TicketClose, func(c *change, t *Ticket) error {
		return c.setTicketState(t, TicketClosed, "ticket.close", howClosed)
	})
}

// ReopenTicket takes a closed ticket up again: author, full-role users and staff may (ST7). Reopening an open one
// changes nothing (F11).
//
// Errors: those of CloseTicket; not_found also once the project is purged.
func (a *Actor) ReopenTicket(ctx context.Context, id TicketID, version uint64) (Ticket, error) {
	return a.changeTicket(ctx, "ticket.reopen", id, version, TicketReopen, func(c *change, t *Ticket) error {
		if t.State != TicketClosed {
			return nil
		}
		return c.setTicketState(t, TicketOpen, "ticket.reopen", howReopened)
	})
}

func (c *change) setTicketState(t *Ticket, state TicketState, action Action, how string) error {
	before := t.State
	if t.State = state; before == state {
		return nil
	}
	c.happened(action, t.Organization.Ref(), t.subjects(), "", t.stateChange(before)...)
	return c.tellTicketPeople(*t, how, "")
}

// changeTicket runs a change of a ticket: whether the actor may, whether it was looked at as it is now, then the change
// itself. Nothing is written where fn says that nothing happened (F11).
func (a *Actor) changeTicket(
	ctx context.Context, action Action, id TicketID, version uint64, right TicketRight, fn func(*change, *Ticket) error,
) (Ticket, error) {
	var out Ticket
	err := a.do(ctx, attempt{action: action, subjects: []Ref{id.Ref()}}, func(c *change) error {
		t, _, err := c.mayTicket(right, id)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Ticket "+id.Ref().number(), t.Version, version); err != nil {
			return err
		}
		if err := fn(c, &t); err != nil {
			return err
		}
		if c.event != nil {
			if err := c.putTicket(&t); err != nil {
				return err
			}
		}
		out = t
		return nil
	})
	return out, err
}

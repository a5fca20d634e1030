package core

import (
	"context"
	"strings"
)

// JoinProject lets the actor into the project at once: administrators as ordinary members, in both settings of Auto
// Join (A7, S4); staff as visitors, with a reason and an end, while Auto Join is on (R4, V1, V2). entry is looked at for
// staff only and may be nil for administrators. An own invitation or request is superseded (R8, I10).
//
// Errors: those of the access matrix (6.1), the denied ones audited (AU8); not_found and ticket_closed for a ticket that
// is cited (ST9); reason_required, invalid_text, expiry_required, invalid_end.
func (a *Actor) JoinProject(ctx context.Context, id ProjectID, entry *Entry) (Membership, error) {
	var out Membership
	try := attempt{action: "user.join", subjects: []Ref{id.Ref()}, denied: true}
	err := a.do(ctx, try, func(c *change) error {
		f, err := c.may(ProjectJoin, id.Ref())
		if err != nil {
			return err
		}
		p, err := c.project(id)
		if err != nil {
			return err
		}
		m := Membership{Unit: id.Ref(), Account: c.me.ID, Role: p.RoleSet.Default()}
		if f.Admin {
			out, err = c.joinOrdinary(p, m)
			return err
		}
		out, err = c.joinVisiting(p, m, entry)
		return err
	})
	return out, err
}

// joinOrdinary lets an administrator in: own approver, no end (H8).
func (c *change) joinOrdinary(p Project, m Membership) (Membership, error) {
	m.Origin, m.Approver = OriginJoined, c.me.ID
	c.happened("user.join", p.Organization.Ref(), []Ref{p.ID.Ref(), c.me.ID.Ref()}, "", Change{Field: "role", After: string(m.Role)})
	if err := c.clearOverdue(m.Unit, m.Account); err != nil {
		return m, err
	}
	return c.enter(m, c.me)
}

// joinVisiting lets staff in and tells the ordinary active users.
func (c *change) joinVisiting(p Project, m Membership, entry *Entry) (Membership, error) {
	reason, ends, err := c.cleanEntry(p.ID.Ref(), entry)
	if err != nil {
		return m, err
	}
	v := Visit{
		Unit: m.Unit, Account: m.Account, Role: m.Role, Reason: reason, Asked: entry.Term, Ends: ends, Approver: c.me.ID,
		Organization: p.Organization, Ticket: entry.Ticket,
	}
	c.happened("user.join", p.Organization.Ref(), []Ref{p.ID.Ref(), c.me.ID.Ref()}, reason,
		Change{Field: "role", After: string(m.Role)}, Change{Field: "until", After: ends.String()})
	if err := c.clearOverdue(m.Unit, m.Account); err != nil {
		return m, err
	}
	if v, err = c.startVisit(v, c.me, Ref{}); err != nil {
		return m, err
	}
	c.event.Subjects = append(c.event.Subjects, v.ID.Ref())
	if v.Ticket != 0 {
		c.event.Subjects = append(c.event.Subjects, v.Ticket.Ref())
	}
	if err := c.tellVisit(NoticeStaffJoined, v, NoticeFacts{How: howEntered, Text: reason}); err != nil {
		return m, err
	}
	return get(c.Memberships(), MembershipKey{m.Unit, m.Account}, v.ID.Ref())
}

// visiting reports whether the account is in the project as a visitor.
func (r *reading) visiting(id ProjectID, account AccountID) (bool, error) {
	standing, _, err := r.standing(id.Ref(), account)
	return standing == Visiting, err
}

// cleanEntry checks what staff say when they come in: the ticket they cite, reason, then end (R4, ST9, F4, F8). The clock
// of a length starts now.
func (c *change) cleanEntry(unit Unit, entry *Entry) (reason string, ends Moment, err error) {
	if entry == nil {
		return "", 0, refuse(ReasonReasonRequired, nil).field("reason")
	}
	text := entry.Reason
	if entry.Ticket != 0 {
		t, err := c.cited(unit, entry.Ticket)
		if err != nil {
			return "", 0, err
		}
		if strings.TrimSpace(text) == "" {
			text = t.asReason()
		}
	}
	if reason, err = cleanReason(text); err != nil {
		return "", 0, err
	}
	ends, err = checkEntryTerm(entry.Term, c.now)
	return reason, ends, err
}

// LeaveProject takes the actor out of the project (A5): an ordinary member loses the membership, a visitor ends the
// visit. Nobody is told (N5).
//
// Errors: forbidden for who is no direct member; inactive_account, account_expired.
func (a *Actor) LeaveProject(ctx context.Context, id ProjectID) error {
	return a.leaveUnit(ctx, "user.leave", id.Ref(), ProjectLeave)
}

// OpenContent checks that the actor may open the content of the project, and gives the role that counts there (A3):
// the effective role of a user, the creator's role for an administrator from outside.
//
// Errors: those of the access matrix; project_disabled with the reason (P14).
func (a *Actor) OpenContent(ctx context.Context, id ProjectID) (Role, error) {
	var role Role
	err := a.read(ctx, func(r *reading) error {
		f, err := r.facts(id.Ref())
		if err != nil {
			return err
		}
		v := Access(ProjectContent, f)
		if !v.Allowed {
			return v.Err.on(string(ProjectContent), id.Ref())
		}
		if role = v.Role; role == "" {
			role = f.RoleSet.Creator()
		}
		return nil
	})
	return role, err
}

package core

import "maps"

// TicketRight is something that somebody may want to do with a ticket (ST7, ST8).
type TicketRight string

// The rights on a ticket.
const (
	TicketRead    TicketRight = "ticket.read"
	TicketComment TicketRight = "ticket.comment"
	TicketPass    TicketRight = "ticket.pass"
	TicketClose   TicketRight = "ticket.close"
	TicketReopen  TicketRight = "ticket.reopen"
)

// ticketRights are all of them, for the page of a ticket.
var ticketRights = []TicketRight{TicketRead, TicketComment, TicketPass, TicketClose, TicketReopen}

// TicketFacts is everything that a right on a ticket rests on: the account and the project of the ticket, as for
// Access, and the ticket itself.
type TicketFacts struct {
	Facts
	Ticket TicketID
	Author bool // the account has opened it
	State  TicketState
	With   TicketDesk
	// MaintainerName is for the sentences only.
	MaintainerName string
}

// TicketAccess is the one function that decides who may do what with a ticket. It is pure. nil allows.
//
// Readers and commenters are the author, the users of the project, the administrators, the maintainer members and
// Support; for everybody else the ticket is not there (A10). Once the project is deleted, its users read it no more,
// like everything in it (DR1). Author, full-role users and staff close and reopen (ST7); the desk that a ticket is with
// passes it on (ST8).
//
// Errors, in the order of A9: not_found; inactive_account, account_expired; mfa_required, from which the author is
// free; role_restricted, forbidden; ticket_closed.
func TicketAccess(right TicketRight, f TicketFacts) *Error {
	if err := ticketRefusal(right, f); err != nil {
		return err.on(string(right), f.Ticket.Ref())
	}
	return nil
}

func ticketRefusal(right TicketRight, f TicketFacts) *Error {
	switch {
	case !f.reads():
		return notFound(f.Ticket.Ref())
	case !f.Activated:
		return refuse(ReasonInactiveAccount, nil)
	case f.Expired:
		return f.expired()
	case f.MFARequired && !f.MFA && !f.Author:
		return f.lockedOut()
	}
	switch right {
	case TicketRead:
		return nil
	case TicketComment:
		return f.open()
	case TicketPass:
		if !f.answers() {
			return refuse(ReasonForbidden, words{"unit": f.projectName(), "who": f.desk()})
		}
		return f.open()
	case TicketClose, TicketReopen:
		if err := f.closes(); err != nil || right == TicketClose {
			return err
		}
		if f.ProjectPurged { // OR12, DR8: nothing is left to answer about
			return notFound(f.Unit)
		}
		return nil
	default:
		return refuse(ReasonForbidden, words{"unit": f.projectName(), "who": "nobody"})
	}
}

// reads reports whether the account may know of the ticket at all (ST7).
func (f *TicketFacts) reads() bool {
	user := f.Exists && (f.Direct != NoStanding || f.RoleAccess != "")
	return f.Author || user || f.Admin || f.OrganizationStanding == Visiting || f.staff()
}

// answers reports whether the ticket is with the account's own desk (ST8).
func (f *TicketFacts) answers() bool {
	if f.With == WithSupport {
		return f.Account.Support
	}
	return f.maintainerMember()
}

// desk says who a ticket is with.
func (f *TicketFacts) desk() string {
	if f.With == WithSupport {
		return "Support"
	}
	return "a member of " + nameOr(f.MaintainerName, "the maintainer")
}

func (f *TicketFacts) open() *Error {
	if f.State == TicketClosed {
		return refuse(ReasonTicketClosed, words{"n": f.Ticket.Ref().number()})
	}
	return nil
}

// closes is who closes and reopens: author, full-role users, staff.
func (f *TicketFacts) closes() *Error {
	if f.Author || f.staff() {
		return nil
	}
	role := f.RoleAccess
	if f.Direct != NoStanding {
		role = f.RoleSet.Higher(f.DirectRole, f.RoleAccess)
	}
	switch {
	case f.Exists && role.Full():
		return nil
	case f.Exists && role != "" && (f.Direct != NoStanding || !f.Admin):
		return refuse(ReasonRoleRestricted, words{
			"role": string(role), "project": f.projectName(), "full-role users": nameOr(f.fullRoleUsers(), handsOver),
		})
	}
	return refuse(ReasonForbidden, words{
		"unit": f.projectName(), "who": "the author, a user with a full role, a member of " + nameOr(f.MaintainerName, "the maintainer") + " or Support",
	})
}

// lockedOut is the refusal of the MFA lock, with whom to write to (S15, ST5).
func (f *Facts) lockedOut() *Error {
	variant, text := f.lockWords()
	return refuseAs(ReasonMFARequired, variant, text)
}

// lockWords gives the variant and the words for who is locked out because the organization requires MFA: where the
// maintainer has a contact address, it is the way out for who cannot turn MFA on (ST5).
func (f *Facts) lockWords() (string, words) {
	text := words{"organization": f.organizationName()}
	if f.Contact == nil {
		return "", text
	}
	contact := f.Contact()
	if contact == "" {
		return "", text
	}
	maps.Copy(text, words{"contact": contact})
	return variantContact, text
}

// ticketFactsAbout gathers what TicketAccess needs to know, inside this transaction.
func (r *reading) ticketFactsAbout(who Account, t Ticket) (TicketFacts, error) {
	f, err := r.factsAbout(who, t.Project.Ref())
	if err != nil {
		return TicketFacts{}, err
	}
	return r.ticketFacts(f, t)
}

// ticketFacts puts the ticket to the facts about its project.
func (r *reading) ticketFacts(f Facts, t Ticket) (TicketFacts, error) {
	out := TicketFacts{Facts: f, Ticket: t.ID, Author: t.Author == f.Account.ID, State: t.State, With: t.With}
	m, _, err := r.Maintainers().Get(t.Maintainer)
	out.MaintainerName = m.Name
	return out, err
}

// mayTicket reads a ticket and refuses what the actor may not do with it.
func (r *reading) mayTicket(right TicketRight, id TicketID) (Ticket, TicketFacts, error) {
	t, err := get(r.Tickets(), id, id.Ref())
	if err != nil {
		return t, TicketFacts{}, err
	}
	f, err := r.ticketFactsAbout(r.me, t)
	if err != nil {
		return t, f, err
	}
	if refusal := TicketAccess(right, f); refusal != nil {
		return t, f, refusal
	}
	return t, f, nil
}

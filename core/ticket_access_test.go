package core

import (
	"strings"
	"testing"
)

// at puts a ticket to facts: with the maintainer, open, of somebody else.
func at(who func(*Facts), change ...func(*TicketFacts)) TicketFacts {
	f := TicketFacts{Facts: atProject(who), Ticket: 4, State: TicketOpen, With: WithMaintainer, MaintainerName: nameOfMaintainer}
	for _, c := range change {
		c(&f)
	}
	return f
}

// TestTicketAccess is ST7 and ST8, column by column, written down from the text.
func TestTicketAccess(t *testing.T) {
	author := func(f *TicketFacts) { f.Author = true }
	gone := func(f *TicketFacts) { f.Exists, f.Deleted = false, true }
	purged := func(f *TicketFacts) { f.Exists, f.ProjectPurged = false, true }
	closed := func(f *TicketFacts) { f.State = TicketClosed }
	support := func(f *TicketFacts) { f.With = WithSupport }
	const (
		nf, fb, rr, tc, mf = "not_found", "forbidden", "role_restricted", "ticket_closed", "mfa_required"
	)
	type row struct {
		name                                string
		f                                   TicketFacts
		read, comment, pass, close, reopens string
	}
	rows := []row{
		{"author who is an outsider now", at(nobody, author), "yes", "yes", fb, "yes", "yes"},
		{"full role", at(direct(RoleProjectAdmin)), "yes", "yes", fb, "yes", "yes"},
		{"full role by an organization role", at(roleUser(RoleProjectAdmin)), "yes", "yes", fb, "yes", "yes"},
		{"limited role", at(direct(RoleGuest)), "yes", "yes", fb, rr, rr},
		{"limited role by an organization role", at(roleUser(RoleReadOnly)), "yes", "yes", fb, rr, rr},
		{"limited role, author", at(direct(RoleReadOnly), author), "yes", "yes", fb, "yes", "yes"},
		{"administrator", at(administrator), "yes", "yes", fb, fb, fb},
		{"administrator with a limited role (M3)", at(both(administrator, direct(RoleGuest))), "yes", "yes", fb, rr, rr},
		{"administrator with limited role access", at(both(administrator, roleUser(RoleGuest))), "yes", "yes", fb, fb, fb},
		{"administrator with full role access", at(both(administrator, roleUser(RoleProjectAdmin))), "yes", "yes", fb, "yes", "yes"},
		{"visitor who is Support", at(visitorIn), "yes", "yes", fb, "yes", "yes"},
		{"organization visitor", at(organizationVisitor), "yes", "yes", fb, "yes", "yes"},
		{"maintainer member", at(maintainerMember), "yes", "yes", "yes", "yes", "yes"},
		{"maintainer member, with Support", at(maintainerMember, support), "yes", "yes", fb, "yes", "yes"},
		{"Support", at(supportFlag), "yes", "yes", fb, "yes", "yes"},
		{"Support, with Support", at(supportFlag, support), "yes", "yes", "yes", "yes", "yes"},
		{"plain member", at(plainMember), nf, nf, nf, nf, nf},
		{"invitee", at(invited), nf, nf, nf, nf, nf},
		{"requester who is no longer staff", at(requested), nf, nf, nf, nf, nf},
		{"outsider", at(nobody), nf, nf, nf, nf, nf},

		{"closed, author", at(nobody, author, closed), "yes", tc, fb, "yes", "yes"},
		{"closed, maintainer member", at(maintainerMember, closed), "yes", tc, tc, "yes", "yes"},
		{"closed, limited role", at(direct(RoleGuest), closed), "yes", tc, fb, rr, rr},

		{"deleted project, user", at(direct(RoleProjectAdmin), gone), nf, nf, nf, nf, nf},
		{"deleted project, author", at(direct(RoleProjectAdmin), gone, author), "yes", "yes", fb, "yes", "yes"},
		{"deleted project, administrator", at(administrator, gone), "yes", "yes", fb, fb, fb},
		{"deleted project, maintainer member", at(maintainerMember, gone), "yes", "yes", "yes", "yes", "yes"},
		{"purged project, author", at(nobody, purged, closed, author), "yes", tc, fb, "yes", nf},
		{"purged project, Support", at(supportFlag, purged, closed), "yes", tc, fb, "yes", nf},
		{"purged project, administrator", at(administrator, purged, closed), "yes", tc, fb, fb, fb},

		{"locked out, full role (S15)", at(both(direct(RoleProjectAdmin), mfaMissing)), mf, mf, mf, mf, mf},
		{"locked out, maintainer member", at(both(maintainerMember, mfaMissing)), mf, mf, mf, mf, mf},
		{"locked out, outsider: still hidden (A10)", at(mfaMissing), nf, nf, nf, nf, nf},
		{"locked out, author: may go on asking (ST5)", at(mfaMissing, author), "yes", "yes", fb, "yes", "yes"},
		{"no MFA, none required", at(both(maintainerMember, mfaOff)), "yes", "yes", "yes", "yes", "yes"},

		{"not activated author", at(func(f *Facts) { f.Activated = false }, author), "inactive_account", "inactive_account", "inactive_account", "inactive_account", "inactive_account"},
		{"expired member", at(both(maintainerMember, func(f *Facts) { f.Expired = true })), "account_expired", "account_expired", "account_expired", "account_expired", "account_expired"},
	}
	for _, r := range rows {
		wants := map[TicketRight]string{TicketRead: r.read, TicketComment: r.comment, TicketPass: r.pass, TicketClose: r.close, TicketReopen: r.reopens}
		for _, right := range ticketRights {
			err, got := TicketAccess(right, r.f), "yes"
			if err != nil {
				got = string(err.Reason)
				if strings.ContainsAny(err.Error(), "{}") || err.Subject != TicketID(4).Ref() || err.Op != string(right) {
					t.Errorf("%s, %s: %+v", r.name, right, err)
				}
			}
			if got != wants[right] {
				t.Errorf("%s, %s: %s, want %s", r.name, right, got, wants[right])
			}
		}
		if err := TicketAccess("ticket.burn", r.f); err == nil {
			t.Errorf("%s: an unknown right is given", r.name)
		}
	}
}

// TestTicketSentences: what is refused says who can, and never a name to whom the ticket is hidden (A10).
func TestTicketSentences(t *testing.T) {
	for _, c := range []struct {
		right TicketRight
		f     TicketFacts
		want  string
	}{
		{TicketPass, at(direct(RoleProjectAdmin)), "You have no right to do this in Nightly ETL; a member of Partner One can."},
		{TicketPass, at(maintainerMember, func(f *TicketFacts) { f.With = WithSupport }), "You have no right to do this in Nightly ETL; Support can."},
		{TicketClose, at(direct(RoleGuest)), "Your role guest in Nightly ETL does not allow this. Ask pia@example.test."},
		{TicketComment, at(direct(RoleGuest), func(f *TicketFacts) { f.State = TicketClosed }), "Ticket 4 is closed. Reopen it first."},
		{TicketRead, at(nobody), "There is no ticket 4 that you may see. Check the number."},
	} {
		if got := TicketAccess(c.right, c.f).Error(); got != c.want {
			t.Errorf("%s: %q, want %q", c.right, got, c.want)
		}
	}
}

// TestLockedOutPeopleAreShownTheContact is ST5.
func TestLockedOutPeopleAreShownTheContact(t *testing.T) {
	locked := both(direct(RoleProjectAdmin), mfaMissing)
	const without = "Acme requires MFA and yours is off. Turn it on under Account."
	const with = "Acme requires MFA and yours is off. Turn it on under Account, or write to help@partner-one.test."
	for contact, want := range map[string]string{"": without, "help@partner-one.test": with} {
		f := atProject(both(locked, func(f *Facts) { f.Contact = func() string { return contact } }))
		if got := Access(ProjectContent, f).Err.Error(); got != want {
			t.Errorf("access: %q, want %q", got, want)
		}
		if got := TicketAccess(TicketRead, TicketFacts{Facts: f, Ticket: 4}).Error(); got != want {
			t.Errorf("ticket: %q, want %q", got, want)
		}
	}
	if got := Access(ProjectContent, atProject(locked)).Err.Error(); got != without {
		t.Errorf("without a contact: %q", got)
	}
}

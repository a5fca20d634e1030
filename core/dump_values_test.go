package core_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// valueParts are what texts are made of: what the gates of section 2.1 change, refuse, count or let in.
var valueParts = []string{
	"a", "Z", "7", " ", "  ", "-", "_", ".", "@", "É", "e\u0301", "ß", "開発", "م", "<&>", "\"", "\\", "\u2028", "\u200d", "\u202e", "\n", "\r\n", "\t",
	"\x1b[2J", "👩\u200d💻", "\ufeff", "\u00a0", "\uffff", "xx", "name", "123456789012", "ana@acme.test", "İ", "ﬁ", "\u0344",
}

// value draws a text of up to some hundred characters.
func value(t *rapid.T, what string) string {
	var b strings.Builder
	for range pick(t, what+" parts", 9) {
		b.WriteString(strings.Repeat(oneOf(t, what, valueParts), 1+pick(t, what+" times", 3)*pick(t, what+" more", 30)))
	}
	return b.String()
}

// TestValuesSurviveADump gives random texts to the use cases that keep texts. Whatever a gate lets in, every gate lets
// in: the house at the end, which the fixture dumps and imports, is the same (X3, X6).
func TestValuesSurviveADump(t *testing.T) {
	suite.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		h := newFixture(t)
		text := func(what string) string { return value(t, what) }
		some := func(what string) *string { return ptr(text(what)) }
		ana, pia, sam := h.as("ana"), h.as("pia"), h.as("sam")
		kept := 0
		try := func(err error) {
			switch {
			case err == nil:
				kept++
			case core.AsError(err).Code == core.CodeInternal, core.AsError(err).Code == core.CodeUnavailable:
				t.Fatal(err)
			}
		}
		for range 4 {
			_, err := ana.RenameAccount(ctx, text("name"))
			try(err)
			_, err = ana.RenameOrganization(ctx, h.acme, 0, text("organization"))
			try(err)
			_, err = ana.CreateRole(ctx, h.acme, text("role"), text("description"))
			try(err)
			_, err = ana.CreateProject(ctx, h.acme, text("project"), "")
			try(err)
			_, err = ana.SetBilling(ctx, h.acme, 0, core.BillingPatch{LegalName: some("legal"), Address1: some("address"), City: some("city")})
			try(err)
			_, err = ana.SetBilling(ctx, h.acme, 0, core.BillingPatch{TaxID: some("tax"), PaymentLabel: some("label"), PostalCode: some("code")})
			try(err)
			_, err = pia.CreateBucket(ctx, h.etl, core.BucketInput{Name: text("bucket"), Description: text("about")})
			try(err)
			ticket, err := pia.OpenTicket(ctx, h.etl, core.TicketInput{Subject: text("subject"), Body: text("body")})
			try(err)
			if err == nil {
				_, err = pia.CommentTicket(ctx, ticket.ID, text("comment"))
				try(err)
			}
			_, err = pia.SaveFilter(ctx, core.SavedFilter{Screen: "requests", Name: text("filter"), Filter: text("terms")})
			try(err)
			_, err = sam.JoinProject(ctx, h.etl, &core.Entry{Reason: text("reason"), Term: core.Term{For: 60}})
			try(err)
			if m, in := h.membership(h.etl.Ref(), "sam"); in {
				_, err = pia.RevokeVisit(ctx, m.Visit, 0, text("note"))
				try(err)
			}
			_, err = sam.DisableProject(ctx, h.etl, 0, text("disabled"), 0)
			try(err)
			if err == nil {
				_, err = sam.EnableProject(ctx, h.etl, 0)
				try(err)
			}
			_, err = h.as("lea").RenameMaintainer(ctx, h.partnerOne, 0, text("maintainer"))
			try(err)
			_, err = h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, text("contact"))
			try(err)
		}
	})
}

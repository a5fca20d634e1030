package organization

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/layout"
	"gatehouse/tui/screen/setting"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// billing is the tab Billing: what the organization is billed by (B1–B5).
type billing struct {
	*setting.Page
	rec    core.BillingView
	loaded bool
	err    error
}

func newBilling(e *app.Env, ref core.Unit) *billing {
	s := &billing{Page: setting.NewPage(e, ref)}
	s.Items = []setting.Item{
		s.item("Legal name", func(b core.BillingView) string { return b.LegalName }),
		s.item("Address", func(b core.BillingView) string { return address(b) }),
		s.item("Tax id", func(b core.BillingView) string { return b.TaxID }),
		s.item("Bills go to", func(b core.BillingView) string { return b.Email }),
		s.item("Contact", contactText),
		s.item("Order", func(b core.BillingView) string { return b.OrderReference }),
		s.item("Payment", func(b core.BillingView) string { return b.PaymentLabel }),
	}
	s.Items[len(s.Items)-1].About = func() []string {
		if s.rec.Audited {
			return []string{"", "You look at this as staff: this view stands in the activity of " + s.rec.OrganizationName + "."}
		}
		return nil
	}
	return s
}

// address puts the lines of the address in one.
func address(b core.BillingView) string {
	var parts []string
	for _, p := range []string{b.Address1, b.Address2, strings.TrimSpace(b.PostalCode + " " + b.City), b.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func contactText(b core.BillingView) string {
	switch {
	case b.Who == nil:
		return ""
	case b.Gone:
		return b.Who.Label() + " (no longer a member)"
	}
	return b.Who.Label()
}

func (s *billing) item(label string, of func(core.BillingView) string) setting.Item {
	return setting.Item{
		Label: label, May: s.May(core.OrganizationBillingEdit), Change: func() tea.Cmd { return s.edit(label) },
		Value: func() theme.Span {
			if v := of(s.rec); v != "" {
				return theme.Span{Text: v}
			}
			return theme.Span{Role: theme.Faint, Text: "not given"}
		},
		Command: func() string { return fmt.Sprintf("gatehouse org billing set %d --legal-name NAME", s.Head.Ref.ID) },
	}
}

// Init implements app.Screen.
func (s *billing) Init() tea.Cmd { return tea.Batch(s.Page.Init(), s.load()) }

// load reads billing. A view of staff stands in the log, which is a change of the house: only administrators, whose views
// leave no trace, see changes live.
func (s *billing) load() tea.Cmd {
	actor, id := s.Env.Session.Actor, core.OrganizationID(s.Head.Ref.ID)
	return app.Load(s.Env, "billing", func(ctx context.Context) (core.BillingView, error) { return actor.Billing(ctx, id) })
}

// Refresh implements app.Refresher.
func (s *billing) Refresh() tea.Cmd {
	if s.loaded && (s.rec.Audited || s.err != nil) {
		return s.Page.Refresh()
	}
	return tea.Batch(s.Page.Refresh(), s.load())
}

// Update implements app.Screen.
func (s *billing) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(app.Loaded[core.BillingView]); ok {
		s.loaded, s.err = true, m.Err
		if m.Err == nil {
			s.rec = m.Value
		}
		return nil
	}
	return s.Page.Update(msg)
}

// View implements app.Screen.
func (s *billing) View(r layout.Rect) string {
	switch {
	case s.err != nil:
		return s.Refused(r.W, s.err)
	case !s.loaded:
		return ""
	}
	return s.Page.View(r)
}

// edit opens the form with all fields, at that of the row.
func (s *billing) edit(label string) tea.Cmd {
	d := unit.DeskOf(s.Env)
	may := func(h *unit.Head) error { return h.May(core.OrganizationBillingEdit) }
	return d.Open(s.Head.Ref, may, func(h *unit.Head) (card.Card, error) {
		b, err := d.Actor.Billing(d.Ctx, core.OrganizationID(h.Ref.ID))
		if err != nil {
			return nil, err
		}
		f := billingForm(d, h, b, d.Still(h.Ref, 0, may))
		f.First = label
		return f, nil
	})
}

func billingForm(d unit.Desk, h *unit.Head, b core.BillingView, still func(context.Context) error) *form.Form {
	contact := ""
	if b.Who != nil {
		contact = b.Who.Email
	}
	id := core.OrganizationID(h.Ref.ID)
	field := func(name, label, value string, limit int, help string) *form.Field {
		return &form.Field{Name: name, Label: label, Value: value, Limit: limit, Help: help}
	}
	return &form.Form{
		Heading: "Billing of " + h.Name(), Button: "Save", StillThere: still,
		Fields: []*form.Field{
			field("legal_name", "Legal name", b.LegalName, 200, "All fields may stay empty."),
			field("address1", "Address", b.Address1, 200, ""),
			field("address2", "Address 2", b.Address2, 200, ""),
			field("postal_code", "Postal code", b.PostalCode, 20, ""),
			field("city", "City", b.City, 100, ""),
			field("country", "Country", b.Country, 2, "The two letters of ISO 3166, such as CH or DE."),
			field("tax_id", "Tax id", b.TaxID, 40, "Letters, digits, blanks and . - /"),
			field("email", "Bills go to", b.Email, 254, "An e-mail address."),
			field("contact", "Contact", contact, 254, "The e-mail address of a member of "+h.Name()+"."),
			field("order_reference", "Order", b.OrderReference, 60, "The reference of your purchase order."),
			field("payment_label", "Payment", b.PaymentLabel, 60, "How you pay, in words: \"invoice\". Never the number of a card."),
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			text := func(name string) *string { s := v.Text(name); return &s }
			patch := core.BillingPatch{
				LegalName: text("legal_name"), Address1: text("address1"), Address2: text("address2"), City: text("city"),
				PostalCode: text("postal_code"), Country: text("country"), TaxID: text("tax_id"), Email: text("email"),
				OrderReference: text("order_reference"), PaymentLabel: text("payment_label"),
			}
			if v.Text("contact") != contact { // one who is no longer a member stays until somebody else is named
				patch.Contact = text("contact")
			}
			_, err := d.Actor.SetBilling(ctx, id, b.Version, patch)
			return unit.Done{Text: "Saved the billing of " + h.Name() + "."}, err
		},
	}
}

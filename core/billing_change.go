package core

import (
	"context"
	"strings"

	"golang.org/x/text/language"
)

// billingCardDigits in a row could be a card number, which must not land here (B4).
const billingCardDigits = 12

// BillingView is what an organization is billed by, with names.
type BillingView struct {
	Billing
	OrganizationName string `json:"organization_name"`
	// Who is the billing contact; Gone says that the person is no longer a member.
	Who  *Person `json:"contact_account,omitempty"`
	Gone bool    `json:"contact_gone,omitempty"`
	// Audited says that this view stands in the activity of the organization (B5).
	Audited bool `json:"audited,omitempty"`
}

// BillingPatch changes fields of billing; nil leaves one as it is, an empty text clears it. Contact is an e-mail address.
type BillingPatch struct {
	LegalName, Address1, Address2, City, PostalCode, Country, TaxID, Email, OrderReference, Contact, PaymentLabel *string
}

// Billing shows what an organization is billed by (B1, B5): to administrators, and to staff, visitors included, each of
// whose views stands in the log. Errors: those of 6.4; read_only for staff in a house that is only read.
func (a *Actor) Billing(ctx context.Context, id OrganizationID) (BillingView, error) {
	var out BillingView
	own := false
	try := attempt{action: "billing.view", subjects: []Ref{id.Ref()}, reads: true}
	err := a.read(ctx, func(r *reading) error {
		f, err := r.may(OrganizationBillingView, id.Ref())
		if err != nil || !f.Admin {
			return err
		}
		own = true
		out, err = r.billing(id)
		return err
	})
	if err != nil || own {
		return out, err
	}
	err = a.do(ctx, try, func(c *change) error {
		if _, err := c.may(OrganizationBillingView, id.Ref()); err != nil {
			return err
		}
		if out, err = c.billing(id); err != nil {
			return err
		}
		out.Audited = true
		c.happened("billing.view", id.Ref(), []Ref{id.Ref()}, "")
		return nil
	})
	return out, err
}

// billing reads the record with its names; nothing filled in is a record too.
func (r *reading) billing(id OrganizationID) (BillingView, error) {
	b, _, err := r.Billings().Get(id)
	if err != nil {
		return BillingView{}, err
	}
	b.Organization = id
	v := BillingView{Billing: b, OrganizationName: r.unitName(id.Ref())}
	if b.Contact == 0 {
		return v, nil
	}
	acc, err := r.account(b.Contact)
	if err != nil {
		return v, err
	}
	who := r.personOf(acc, false)
	standing, _, err := r.standing(id.Ref(), b.Contact)
	v.Who, v.Gone = &who, standing != Ordinary
	return v, err
}

// SetBilling changes fields of billing (B1, B4): administrators. One event names the fields; those about people stand
// there without their values (AU13).
//
// Errors: those of 6.4; stale; invalid_text and invalid_value with the field; invalid_email; target_not_in_org for a
// contact who is no member.
func (a *Actor) SetBilling(ctx context.Context, id OrganizationID, version uint64, patch BillingPatch) (BillingView, error) {
	var out BillingView
	err := a.do(ctx, attempt{action: "billing.change", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(OrganizationBillingEdit, id.Ref()); err != nil {
			return err
		}
		held, _, err := c.Billings().Get(id)
		if err != nil {
			return err
		}
		held.Organization = id
		if err := c.unchanged(id.Ref(), "The billing of "+c.unitName(id.Ref()), held.Version, version); err != nil {
			return err
		}
		b := held
		if err := c.applyBilling(&b, patch); err != nil {
			return err
		}
		if err := c.putBilling(held, b); err != nil {
			return err
		}
		out, err = c.billing(id)
		return err
	})
	return out, err
}

// putBilling stores billing with its event, when something has changed (F11).
func (c *change) putBilling(before, after Billing) error {
	changes := billingChanges(before, after)
	if len(changes) == 0 {
		return nil
	}
	id := after.Organization
	after.Version = before.Version + 1
	c.happened("billing.change", id.Ref(), []Ref{id.Ref()}, "", changes...)
	c.undoable(UndoState{Billing: &before}, UndoState{Billing: &after})
	return c.Billings().Put(after)
}

// applyBilling checks the fields in their order, then the contact (A9).
func (c *change) applyBilling(b *Billing, p BillingPatch) error {
	for _, f := range []struct {
		name string
		from *string
		to   *string
		read func(field, s string) (string, error)
	}{
		{"legal_name", p.LegalName, &b.LegalName, billingLine(BillingLegalNameMax)},
		{"address1", p.Address1, &b.Address1, billingLine(BillingAddressMax)},
		{"address2", p.Address2, &b.Address2, billingLine(BillingAddressMax)},
		{"city", p.City, &b.City, billingLine(BillingCityMax)},
		{"postal_code", p.PostalCode, &b.PostalCode, billingLine(BillingPostalMax)},
		{"country", p.Country, &b.Country, cleanCountry},
		{"tax_id", p.TaxID, &b.TaxID, cleanTaxID},
		{"email", p.Email, &b.Email, cleanBillingEmail},
		{"order_reference", p.OrderReference, &b.OrderReference, billingLine(BillingOrderMax)},
		{"payment_label", p.PaymentLabel, &b.PaymentLabel, cleanPaymentLabel},
	} {
		if f.from == nil {
			continue
		}
		clean, err := f.read(f.name, *f.from)
		if err != nil {
			return err
		}
		*f.to = clean
	}
	if p.Contact == nil {
		return nil
	}
	var err error
	b.Contact, err = c.billingContact(b.Organization, *p.Contact)
	return err
}

func billingLine(most int) func(string, string) (string, error) {
	return func(field, s string) (string, error) { return optionalLine(field, s, most) }
}

// optionalLine is a line that may be empty: nothing, or only blanks.
func optionalLine(field, s string, most int) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return cleanLine(field, s, 0, most)
}

// cleanCountry takes a country of ISO 3166-1 by its two letters, in any case.
func cleanCountry(field, s string) (string, error) {
	if s = strings.TrimSpace(s); len(s) <= 2 {
		s = strings.ToUpper(s)
	}
	if s == "" {
		return "", nil
	}
	if len(s) > 2 || !knownCountry(s) {
		return "", invalidValue(field, "a country of ISO 3166-1 by its two letters, such as CH or DE").field(field)
	}
	return s, nil
}

// formerCountries have a number of the United Nations, but no code of ISO 3166-1 (any more).
var formerCountries = map[string]bool{"AN": true, "CS": true, "NT": true, "SU": true, "XK": true, "YU": true}

// knownCountry reports whether two letters are one of the 249 codes of ISO 3166-1. The tables of the language package
// also know reserved codes, which the United Nations give no number.
func knownCountry(s string) bool {
	if len(s) != 2 {
		return false
	}
	r, err := language.ParseRegion(s)
	return err == nil && r.IsCountry() && r.String() == s && r.Canonicalize() == r && r.M49() != 0 && !formerCountries[s]
}

func cleanTaxID(field, s string) (string, error) {
	s, err := optionalLine(field, s, BillingTaxMax)
	for _, r := range s {
		if !letterOrDigit(r) && !strings.ContainsRune(" .-/", r) {
			return "", invalidValue(field, "letters, digits, blanks and . - /").field(field)
		}
	}
	return s, err
}

func cleanBillingEmail(field, s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	clean, err := cleanEmail(s)
	if err != nil {
		return "", AsError(err).field(field)
	}
	return clean, nil
}

// cleanPaymentLabel refuses what could be the number of a card, also one written in groups.
func cleanPaymentLabel(field, s string) (string, error) {
	s, err := optionalLine(field, s, BillingPaymentMax)
	digits := 0
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case r != ' ' && r != '-':
			digits = 0
		}
		if digits >= billingCardDigits {
			return "", invalidValue(field, "a label such as \"invoice\" or \"card ending in 1234\": never the number of a card").field(field)
		}
	}
	return s, err
}

// billingContact finds the contact: an ordinary member of the organization.
func (c *change) billingContact(id OrganizationID, email string) (AccountID, error) {
	if strings.TrimSpace(email) == "" {
		return 0, nil
	}
	clean, err := cleanEmail(email)
	if err != nil {
		return 0, AsError(err).field("contact")
	}
	acc, ok, err := c.accountByEmail(clean)
	if err != nil {
		return 0, err
	}
	standing := NoStanding
	if ok {
		if standing, _, err = c.standing(id.Ref(), acc.ID); err != nil {
			return 0, err
		}
	}
	if standing != Ordinary {
		return 0, refuse(ReasonTargetNotInOrg, words{"target": clean, "organization": c.unitName(id.Ref())}).field("contact")
	}
	return acc.ID, nil
}

// billingField is one field of billing with how it stands in the log.
type billingField struct {
	name    string
	private bool // AU13
	text    func(*Billing) string
	copy    func(to, from *Billing)
}

var billingFields = []billingField{
	{"legal_name", false, func(b *Billing) string { return b.LegalName }, func(to, from *Billing) { to.LegalName = from.LegalName }},
	{"address1", false, func(b *Billing) string { return b.Address1 }, func(to, from *Billing) { to.Address1 = from.Address1 }},
	{"address2", false, func(b *Billing) string { return b.Address2 }, func(to, from *Billing) { to.Address2 = from.Address2 }},
	{"city", false, func(b *Billing) string { return b.City }, func(to, from *Billing) { to.City = from.City }},
	{"postal_code", false, func(b *Billing) string { return b.PostalCode }, func(to, from *Billing) { to.PostalCode = from.PostalCode }},
	{"country", false, func(b *Billing) string { return b.Country }, func(to, from *Billing) { to.Country = from.Country }},
	{"tax_id", false, func(b *Billing) string { return b.TaxID }, func(to, from *Billing) { to.TaxID = from.TaxID }},
	{"email", true, func(b *Billing) string { return b.Email }, func(to, from *Billing) { to.Email = from.Email }},
	{"order_reference", false, func(b *Billing) string { return b.OrderReference }, func(to, from *Billing) { to.OrderReference = from.OrderReference }},
	{"contact", true, func(b *Billing) string { return b.Contact.String() }, func(to, from *Billing) { to.Contact = from.Contact }},
	{"payment_label", false, func(b *Billing) string { return b.PaymentLabel }, func(to, from *Billing) { to.PaymentLabel = from.PaymentLabel }},
}

func billingChanges(before, after Billing) []Change {
	var changes []Change
	for _, f := range billingFields {
		ch := Change{Field: f.name, Before: f.text(&before), After: f.text(&after)}
		if ch.Before == ch.After {
			continue
		}
		if f.private {
			ch.Before, ch.After = "", ""
		}
		changes = append(changes, ch)
	}
	return changes
}

// undoBilling puts the fields back that one change has touched, when none of them was touched since (U1).
func (c *change) undoBilling(before, after Billing) error {
	id := before.Organization
	if _, err := c.may(OrganizationBillingEdit, id.Ref()); err != nil {
		return err
	}
	held, _, err := c.Billings().Get(id)
	if err != nil {
		return err
	}
	held.Organization = id
	b := held
	for _, f := range billingFields {
		if f.text(&before) == f.text(&after) {
			continue
		}
		if f.text(&held) != f.text(&after) {
			return c.undoStale(id.Ref())
		}
		f.copy(&b, &before)
	}
	if b.Contact != held.Contact && b.Contact != 0 {
		acc, err := c.account(b.Contact)
		if err != nil {
			return err
		}
		standing, _, err := c.standing(id.Ref(), b.Contact)
		if err != nil {
			return err
		}
		if standing != Ordinary {
			return refuse(ReasonTargetNotInOrg, words{"target": acc.label(), "organization": c.unitName(id.Ref())}).field("contact")
		}
	}
	return c.putBilling(held, b)
}

package core

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/ssh"
)

// This file checks the records of a dump that are neither units nor access: keys, billing, tickets, buckets and links,
// and what people and the outbox remember.

func (c *recordRules) key(k *PublicKey) {
	c.version(k.Version)
	c.someone("account", k.Account, false)
	if a, ok := c.known.account(k.Account); ok && a.removed {
		c.wrong("account %d is removed and keeps no keys (AC8)", k.Account)
	}
	c.publicKey(k)
	c.line1("label", k.Label, 0, KeyLabelMax)
	c.moment("added", k.Added)
}

// publicKey checks that blob, type, fingerprint and the mark of security keys say the same.
func (c *recordRules) publicKey(k *PublicKey) {
	pub, err := ssh.ParsePublicKey(k.Blob)
	if err != nil || pub.Type() != k.Type {
		c.wrong("blob is no public key of the type %q", k.Type)
		return
	}
	sum := sha256.Sum256(k.Blob)
	if k.Fingerprint != "SHA256:"+base64.RawStdEncoding.EncodeToString(sum[:]) {
		c.wrong("fingerprint does not fit blob")
	}
	kind, refusal := kindOfKey(pub)
	if refusal != nil {
		c.wrong("a key of the type %q is not accepted: %s", k.Type, strings.TrimSuffix(refusal.Message, "."))
		return
	}
	if k.Security != kind.security {
		c.wrong("security_key must be %t for %s (AC4)", kind.security, k.Type)
	}
}

func (c *recordRules) billing(b *Billing) {
	c.version(b.Version)
	c.unit(b.Organization.Ref())
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"legal_name", b.LegalName, BillingLegalNameMax},
		{"address1", b.Address1, BillingAddressMax},
		{"address2", b.Address2, BillingAddressMax},
		{"city", b.City, BillingCityMax},
		{"postal_code", b.PostalCode, BillingPostalMax},
		{"tax_id", b.TaxID, BillingTaxMax},
		{"order_reference", b.OrderReference, BillingOrderMax},
		{"payment_label", b.PaymentLabel, BillingPaymentMax},
	} {
		c.line1(f.name, f.value, 0, f.most)
	}
	if b.Country != "" && (len(b.Country) != 2 || strings.Trim(b.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		c.wrong("country must be two capital letters, not %q (B4)", b.Country)
	}
	if strings.ContainsFunc(b.TaxID, func(r rune) bool { return !letterOrDigit(r) && !strings.ContainsRune(" ./-", r) }) {
		c.wrong("tax_id must be letters, digits, blanks and . / - (B4)")
	}
	if longDigits(b.PaymentLabel) {
		c.wrong("payment_label must not hold 12 digits in a row (B4)")
	}
	if b.Email != "" {
		c.email("email", b.Email)
	}
	c.someone("contact", b.Contact, true)
}

// longDigits reports whether a text could hold the number of a card (B4).
func longDigits(s string) bool {
	n := 0
	for _, r := range s {
		if n++; r < '0' || r > '9' {
			n = 0
		}
		if n == 12 {
			return true
		}
	}
	return false
}

// within checks that a record of a project stands in the organization of that project.
func (c *recordRules) within(project ProjectID, organization OrganizationID) projectFact {
	p, ok := c.known.project(project)
	switch {
	case !ok:
		c.wrong("project %d is not there", project)
	case p.organization != organization:
		c.wrong("project %d belongs to organization %d, not to %d (H13, SB15)", project, p.organization, organization)
	}
	return p
}

func (c *recordRules) ticket(t *Ticket) {
	c.number(t.ID.Ref(), t.Version)
	p := c.within(t.Project, t.Organization)
	if o, ok := c.known.organization(t.Organization); ok && o.maintainer != t.Maintainer && p.state != ProjectPurged {
		c.wrong("the maintainer is %d, but that of organization %d is %d (H13)", t.Maintainer, t.Organization, o.maintainer)
	}
	if p.state == ProjectPurged && t.State != TicketClosed {
		c.wrong("it is %s, but its project is gone for good (OR12)", t.State)
	}
	c.unit(t.Maintainer.Ref())
	c.someone("author", t.Author, false)
	oneOf(c, "ticket_kind", t.Kind, TicketQuestion, TicketError, TicketLimitIncrease, TicketRestore)
	oneOf(c, "priority", t.Priority, PriorityLow, PriorityNormal, PriorityHigh)
	c.line1("subject", t.Subject, TicketSubjectMin, TicketSubjectMax)
	c.long("body", t.Body)
	oneOf(c, "with", t.With, WithMaintainer, WithSupport)
	oneOf(c, "state", t.State, TicketOpen, TicketAnswered, TicketClosed)
	c.moment("opened", t.Opened)
	c.moment("changed", t.Changed)
	if t.Comments < 0 {
		c.wrong("comments must not be negative")
	}
}

// long is F6.
func (c *recordRules) long(field, s string) {
	c.clean(field, s, func(s string) (string, error) { return cleanLongText(field, s) })
}

func (c *recordRules) comment(m *Comment) {
	c.version(m.Version)
	if _, ok := c.known.ticket(m.Ticket); !ok {
		c.wrong("ticket %d is not there", m.Ticket)
	}
	if m.N == 0 || m.N > maxNumber {
		c.wrong("n must be 1 or more")
	}
	c.someone("author", m.Author, false)
	c.moment("time", m.Time)
	c.long("text", m.Text)
}

// cited checks that a ticket that is cited is there, and about the same project (ST9).
func (c *recordRules) cited(id TicketID, unit Unit) {
	if id == 0 {
		return
	}
	switch project, ok := c.known.ticket(id); {
	case !ok:
		c.wrong("ticket %d is not there (ST9)", id)
	case project.Ref() != unit:
		c.wrong("ticket %d is about project %d, not about %s (ST9)", id, project, unit)
	}
}

func (c *recordRules) bucket(b *Bucket) {
	c.number(b.ID.Ref(), b.Version)
	if p := c.within(b.Project, b.Organization); p.state == ProjectPurged {
		c.wrong("project %d is purged and keeps no buckets (DR8)", b.Project)
	}
	c.name(b.Name)
	c.note("description", b.Description)
	c.someone("owner", b.Owner, false)
	c.moment("created", b.Created)
	if s := b.Share; s != nil {
		c.sharing(s)
	}
}

func (c *recordRules) sharing(s *Sharing) {
	oneOf(c, "the type of share", s.Type, ShareProjectMembers, ShareOrganizationMembers, ShareSelectedProjects, ShareSelectedUsers)
	c.someone("shared by", s.By, false)
	c.moment("shared at", s.At)
	if len(s.Projects) > 0 && s.Type != ShareSelectedProjects || len(s.Users) > 0 && s.Type != ShareSelectedUsers {
		c.wrong("a bucket shared with %s has no such targets (SB7)", s.Type)
	}
	for _, id := range s.Projects {
		c.unit(id.Ref())
	}
	for _, id := range s.Users {
		c.someone("a target", id, false)
	}
}

func (c *recordRules) link(l *Link) {
	c.number(l.ID.Ref(), l.Version)
	if p := c.within(l.Project, l.Organization); p.state == ProjectPurged {
		c.wrong("project %d is purged and keeps no links (DR8)", l.Project)
	}
	switch b, ok := c.known.bucket(l.Bucket); {
	case !ok:
		c.wrong("bucket %d is not there (SB9)", l.Bucket)
	case !b.shared || b.organization != l.Organization:
		c.wrong("bucket %d is not shared in organization %d (SB1, SB9)", l.Bucket, l.Organization)
	}
	c.name(l.Name)
	c.someone("by", l.By, false)
	c.moment("at", l.At)
}

func (c *recordRules) savedFilter(f *SavedFilter) {
	c.version(f.Version)
	c.someone("account", f.Account, false)
	if a, ok := c.known.account(f.Account); ok && a.removed {
		c.wrong("%s is removed and keeps no filters (AC8)", f.Account.Ref())
	}
	c.line1("screen", f.Screen, 1, 50)
	c.line1("name", f.Name, 1, SavedFilterNameMax)
	c.line1("filter", f.Filter, 0, noticeText)
	c.line1("sort", f.Sort, 0, 50)
}

func (c *recordRules) mailing(m *Mailing) {
	c.version(m.Version)
	c.email("address", m.Address)
	for _, sent := range [][]Moment{m.Sent, m.Urgent} {
		var before Moment
		for _, at := range sent {
			c.moment("sent", at)
			if at < before {
				c.wrong("sent must go from old to new")
			}
			before = at
		}
	}
}

// undo checks what it takes to take back an action (U1): the record that would be put back, and the event.
func (c *recordRules) undo(u *Undo) {
	c.version(u.Version)
	c.someone("account", u.Account, false)
	if u.N == 0 || u.N > maxNumber {
		c.wrong("n must be 1 or more")
	}
	c.moment("done", u.Done)
	if u.Action == "" {
		c.wrong("action is missing")
	}
	if !c.known.event(EventKey(u.Event)) {
		c.wrong("the event %d of %s is not there (U1)", u.Event.Sequence, u.Event.Chain)
	}
	before, ok := c.undoState(&u.Before)
	after, none := c.undoState(&u.After)
	switch {
	case !ok:
		c.wrong("before must hold exactly one record")
	case !none && after != "":
		c.wrong("after must hold one record or none")
	case after != "" && after != before || after == "" && before != "membership":
		c.wrong("after must hold the same record as before")
	}
	for _, id := range u.Revoked {
		if !c.known.invitation(id) {
			c.wrong("invitation %d is not there", id)
		}
	}
}

// undoState gives the kind of the one record of a state, and checks what an undo would put into the house again. ok is
// false unless there is exactly one.
func (c *recordRules) undoState(s *UndoState) (kind string, ok bool) {
	n := 0
	is := func(name string, there bool, check func()) {
		if there {
			n++
			kind = name
			check()
		}
	}
	is("maintainer", s.Maintainer != nil, func() { c.number(s.Maintainer.ID.Ref(), s.Maintainer.Version); c.name(s.Maintainer.Name) })
	is("organization", s.Organization != nil, func() { c.number(s.Organization.ID.Ref(), s.Organization.Version); c.name(s.Organization.Name) })
	is("billing", s.Billing != nil, func() { c.unit(s.Billing.Organization.Ref()) })
	is("project", s.Project != nil, func() { c.number(s.Project.ID.Ref(), s.Project.Version); c.name(s.Project.Name) })
	is("bucket", s.Bucket != nil, func() { c.number(s.Bucket.ID.Ref(), s.Bucket.Version); c.name(s.Bucket.Name) })
	is("membership", s.Membership != nil, func() { c.version(s.Membership.Version); c.unit(s.Membership.Unit) })
	is("request", s.Request != nil, func() { c.knownRequest(s.Request.ID) })
	is("invitation", s.Invitation != nil, func() { c.number(s.Invitation.ID.Ref(), s.Invitation.Version) })
	return kind, n == 1
}

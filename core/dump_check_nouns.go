package core

import "encoding/hex"

// This file checks the records of a dump against section 2.2: who and what there is.

const (
	totpSecret       = 20 // bytes (AC15)
	importHashesMost = 10 // at most (AC16)
	importHashLeast  = 16 // bytes
)

func (c *importCheck) account(a *Account) {
	c.number(a.ID.Ref(), a.Version)
	oneOf(c, "state", a.State, AccountNotActivated, AccountActive, AccountExpired, AccountRemoved)
	if a.State == AccountRemoved {
		if a.Email != "" || a.Name != "" || a.TOTP != nil || a.Enrolling != nil || a.ReadOnly != nil || a.Duties != nil {
			c.wrong("a removed account keeps neither address, name, MFA, mark nor duties (AC8)")
		}
	} else {
		c.person(a)
	}
	if a.TOTP != nil && len(a.TOTP.Secret) != totpSecret {
		c.wrong("the secret of totp must have %d bytes (AC15)", totpSecret)
	}
	if a.Enrolling != nil && len(a.Enrolling.Secret) != totpSecret {
		c.wrong("the secret of enrolling must have %d bytes (AC15)", totpSecret)
	}
	if a.Noticed < 0 || a.Noticed > len(accountNoticeDays) {
		c.wrong("noticed must lie between 0 and %d", len(accountNoticeDays))
	}
	c.codes(a)
	c.fits("enrol_again", a.EnrolAgain != 0, a.EnrolAgain != 0 && a.TOTP == nil && a.State != AccountRemoved)
	c.duties(a)
	if a.EnrolAgain != 0 {
		c.result.EnrolAgain++
	}
	c.line1("theme", a.Prefs.Theme, 0, 50)
	c.line1("glyphs", a.Prefs.Glyphs, 0, 50)
	c.line1("mouse", a.Prefs.Mouse, 0, 50)
	c.accounts.add(uint64(a.ID), knownAccount{c.line, a.State == AccountRemoved, a.SecurityKeys})
}

// codes checks the recovery codes and the count of wrong codes (AC15, AC16).
func (c *importCheck) codes(a *Account) {
	if a.SecurityKeys < 0 {
		c.wrong("security_keys must not be negative")
	}
	if r := a.Recovery; r != nil {
		c.fits("recovery", true, a.TOTP != nil)
		c.moment("recovery made", r.Made)
		if r.Memory < recoveryMemoryMin || r.Memory > recoveryMemoryMax {
			c.wrong("the memory of recovery must lie between %d and %d KiB", recoveryMemoryMin, recoveryMemoryMax)
		}
		if len(r.Salt) == 0 || len(r.Hashes) > importHashesMost {
			c.wrong("recovery must have a salt and at most %d hashes (AC16)", importHashesMost)
		}
		for _, h := range r.Hashes {
			if len(h) < importHashLeast {
				c.wrong("the hash of a recovery code must have %d bytes or more", importHashLeast)
			}
		}
	}
	if t := a.Throttle; t != nil && (t.Failures < 0 || t.Locks < 0) {
		c.wrong("failures and locks must not be negative")
	}
}

// person checks what an account says of somebody who was not removed.
func (c *importCheck) person(a *Account) {
	c.email("email", a.Email)
	if _, twice := c.emails[digestOf(a.Email)]; twice {
		c.wrong("the address %s belongs to an account above (H4)", a.Email)
	}
	c.emails[digestOf(a.Email)] = struct{}{}
	if a.Name != "" || a.State != AccountNotActivated {
		c.name(a.Name)
	}
	if a.Support {
		c.moment("expires", a.Expires) // AC13
	}
}

func (c *importCheck) maintainer(m *Maintainer) {
	c.number(m.ID.Ref(), m.Version)
	c.name(m.Name)
	oneOf(c, "state", m.State, UnitActive, UnitDeleted)
	if m.Contact != "" {
		c.email("contact", m.Contact)
	}
	c.maintainers.add(uint64(m.ID), struct{}{})
}

func (c *importCheck) organization(o *Organization) {
	c.number(o.ID.Ref(), o.Version)
	c.unit(o.Maintainer.Ref())
	c.name(o.Name)
	oneOf(c, "state", o.State, UnitActive, UnitDeleted)
	oneOf(c, "deciders", o.Deciders, DecidersAnyUser, DecidersFullRole)
	if err := checkPendingHours("pending_hours", o.PendingHours); err != nil {
		c.wrong("%s", AsError(err).Message)
	}
	oneOf(c, "mfa", o.MFA.State, MFAOff, MFAScheduled, MFARequired)
	c.fits("the moment of mfa", o.MFA.At != 0, o.MFA.State == MFAScheduled)
	c.someone("mfa by", o.MFA.By, o.MFA.State != MFAScheduled)
	oneOf(c, "new_members", o.NewMembers, NewMembersAdmin, NewMembersDefault)
	c.organizations.add(uint64(o.ID), o.Maintainer)
}

func (c *importCheck) role(r *OrganizationRole) {
	c.version(r.Version)
	c.unit(r.Organization.Ref())
	if !roleID(r.ID) {
		c.wrong("the id must be capitals, digits and underscores, with a letter first, not %q (OR3)", r.ID)
	}
	c.line1("name", r.Name, 1, 50)
	c.line1("description", r.Description, 0, 200)
	c.roles[OrganizationRoleKey{r.Organization, r.ID}] = struct{}{}
}

// roleID reports whether a text is an id of OR3.
func roleID(s string) bool {
	for i, r := range s {
		capital := 'A' <= r && r <= 'Z'
		if !capital && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 50
}

func (c *importCheck) project(p *Project) {
	c.number(p.ID.Ref(), p.Version)
	c.name(p.Name)
	c.unit(p.Organization.Ref())
	if m, ok := c.organizations.get(uint64(p.Organization)); ok && m != p.Maintainer && p.State != ProjectPurged {
		c.wrong("the maintainer is %d, but that of organization %d is %d", p.Maintainer, p.Organization, m)
	}
	oneOf(c, "role_set", p.RoleSet, RoleSetStandard, RoleSetProtected)
	c.template(p)
	c.line1("price_label", p.PriceLabel, 0, 60)
	if p.UserLimit < 1 || p.UserLimit > 10_000 {
		c.wrong("user_limit must lie between 1 and 10000")
	}
	oneOf(c, "state", p.State, ProjectActive, ProjectDeleted, ProjectPurged)
	if p.State != ProjectPurged {
		c.fits("deleted", p.Deleted != 0, p.State == ProjectDeleted)
	}
	c.fits("purged", p.Purged != 0, p.State == ProjectPurged)
	c.someone("deleted_by", p.DeletedBy, true)
	if d := p.Disabled; d != nil {
		c.reason(d.Reason, false)
		c.moment("disabled since", d.Since)
		c.someone("disabled by", d.By, false)
	}
	c.projects.add(uint64(p.ID), knownProject{p.Organization, p.RoleSet, p.State == ProjectPurged})
}

func (c *importCheck) template(p *Project) {
	for _, t := range shipped {
		if t.ID == p.Template {
			if t.RoleSet != p.RoleSet {
				c.wrong("template %s has other roles than %s (P10)", p.Template, p.RoleSet)
			}
			return
		}
	}
	c.wrong("there is no template %q", p.Template)
}

func (c *importCheck) grant(g *Grant) {
	c.version(g.Version)
	p, ok := c.projects.get(uint64(g.Project))
	switch {
	case !ok:
		c.wrong("project %d is not there", g.Project)
	case p.organization != g.Organization:
		c.wrong("project %d belongs to organization %d, not to %d", g.Project, p.organization, g.Organization)
	case !p.roles.Has(g.Level) || g.Level == RoleShare:
		c.wrong("the level %q is none of project %d (OR6)", string(g.Level), g.Project)
	}
	c.knownRole(g.Organization, g.RoleID)
}

func (c *importCheck) knownRole(o OrganizationID, id string) {
	if _, ok := c.roles[OrganizationRoleKey{o, id}]; !ok {
		c.wrong("organization %d has no role %q", o, id)
	}
}

func (c *importCheck) code(code *ActivationCode) {
	c.version(code.Version)
	if !isHash(code.Hash) {
		c.wrong("hash must be 64 hex digits")
	}
	c.someone("account", code.Account, false)
	if _, ok := c.invitations.get(uint64(code.Invitation)); code.Invitation != 0 && !ok {
		c.wrong("invitation %d is not there", code.Invitation)
	}
	c.moment("issued", code.Issued)
	c.moment("expires", code.Expires)
}

// noticeText bounds the texts of notifications: they hold names and reasons, and words around them.
const noticeText = 2_000

func (c *importCheck) notification(n *Notification) {
	c.number(n.ID.Ref(), n.Version)
	c.someone("recipient", n.Recipient, n.Address != "" || n.Contact != 0)
	if n.Address != "" {
		c.clean("address", n.Address, cleanEmail)
	}
	if n.Event == "" {
		c.wrong("event is missing")
	}
	c.noticeWording(n)
	c.line1("withdrawn_note", n.WithdrawnNote, 0, noticeText)
	c.line1("mail error", n.Mail.Error, 0, noticeText)
	c.line1("mail cause", n.Mail.Cause, 0, noticeText)
	c.moment("created", n.Created)
	if n.Code != nil {
		c.moment("the expiry of the code", n.Code.Expires)
		if _, ok := c.invitations.get(uint64(n.Code.Invitation)); n.Code.Invitation != 0 && !ok {
			c.wrong("invitation %d is not there", n.Code.Invitation)
		}
	}
	oneOf(c, "mail", n.Mail.State, MailQueued, MailSent, MailFailed, MailOff)
	c.refs(n.Subjects)
}

func (c *importCheck) attempt(a *Attempt) {
	c.version(a.Version)
	c.chainRef(a.Chain)
	c.fits("actor", a.Actor != 0, a.ActorName == "")
	c.someone("actor", a.Actor, true)
	c.refs(a.Subjects)
	c.moment("first", a.First)
	if a.Key == "" || a.Action == "" || a.Reason == "" || a.Count < 0 {
		c.wrong("key, action and reason must be there, and count must not be negative")
	}
	c.line1("key", a.Key, 1, noticeText)
}

func (c *importCheck) event(e *Event) {
	if e.Chain != c.chain.chain || c.chain.previous == "" {
		c.closeChain()
		c.chain, c.chainDone = chainLink{chain: e.Chain, previous: FirstPrevious}, false
		c.chainRef(e.Chain)
	}
	if !c.chainDone {
		if problem := c.chain.check(*e); problem != "" {
			c.chainDone = true
			c.wrong("%s (AU12)", problem)
		}
	}
	c.moment("time", e.Time)
	if e.Due > e.Time {
		c.wrong("it was due after it was written (V10)")
	}
	oneOf(c, "outcome", e.Outcome, OutcomeDone, OutcomeDenied)
	c.fits("actor", e.Actor != 0, e.ActorName == "")
	c.someone("actor", e.Actor, true)
	if e.Action == "" || e.Origin == "" {
		c.wrong("action and origin must be there")
	}
	c.refs(e.Subjects)
}

// closeChain remembers where a chain ended, for its head.
func (c *importCheck) closeChain() {
	if c.chain.previous != "" && !c.chainDone {
		c.heads = append(c.heads, Head{Chain: c.chain.chain, Sequence: c.chain.sequence, Hash: c.chain.previous})
	}
}

// head checks the head of a chain: heads stand in the order of their chains, as the events do.
func (c *importCheck) head(h *Head) {
	c.openHeads()
	if b, err := hex.DecodeString(h.Hash); err != nil || len(b) != 32 {
		c.wrong("hash must be 64 hex digits")
	}
	for c.headsSeen < len(c.heads) && compareKeys(RefKey(c.heads[c.headsSeen].Chain), RefKey(h.Chain)) < 0 {
		c.wrong("the head of %s is missing", c.heads[c.headsSeen].Chain)
		c.headsSeen++
	}
	switch {
	case c.headsSeen == len(c.heads) || c.heads[c.headsSeen].Chain != h.Chain:
		if !c.chainDone {
			c.wrong("there is a head of %s, but no event", h.Chain)
		}
	case c.heads[c.headsSeen] != *h:
		c.headsSeen++
		c.wrong("the head of %s does not fit its newest event (AU12)", h.Chain)
	default:
		c.headsSeen++
	}
}

// openHeads closes the last chain when the heads begin.
func (c *importCheck) openHeads() {
	if c.chain.previous != "" {
		c.closeChain()
		c.chain = chainLink{}
	}
}

// headsFit checks at the end that every chain had its head.
func (c *importCheck) headsFit() {
	c.openHeads()
	for ; c.headsSeen < len(c.heads); c.headsSeen++ {
		c.wrong("the head of %s is missing", c.heads[c.headsSeen].Chain)
	}
}

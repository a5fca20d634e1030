package core

// This file checks the records of a dump against section 2.2: who and what there is.

const (
	totpSecret       = 20 // bytes (AC15)
	importHashesMost = 10 // at most (AC16)
	importHashLeast  = 16 // bytes
)

func (c *recordRules) account(a *Account) {
	c.number(a.ID.Ref(), a.Version)
	oneOf(c, "state", a.State, AccountNotActivated, AccountActive, AccountExpired, AccountRemoved)
	if a.State == AccountRemoved {
		if a.Email != "" || a.Name != "" || a.TOTP != nil || a.Enrolling != nil || a.ReadOnly != nil || a.Duties != nil {
			c.wrong("a removed account keeps neither address, name, MFA, mark nor duties (AC8)")
		}
	} else {
		c.person(a)
	}
	if a.TOTP != nil {
		c.secret("totp", a.TOTP.Secret)
	}
	if a.Enrolling != nil {
		c.secret("enrolling", a.Enrolling.Secret)
	}
	if a.Noticed < 0 || a.Noticed > len(accountNoticeDays) {
		c.wrong("noticed must lie between 0 and %d", len(accountNoticeDays))
	}
	c.codes(a)
	c.fits("enrol_again", a.EnrolAgain != 0, a.EnrolAgain != 0 && a.TOTP == nil && a.State != AccountRemoved)
	c.duties(a)
	c.line1("theme", a.Prefs.Theme, 0, 50)
	c.line1("glyphs", a.Prefs.Glyphs, 0, 50)
	c.line1("mouse", a.Prefs.Mouse, 0, 50)
	c.past("created", a.Created)
	c.past("activated", a.Activated)
}

// secret checks the length of a secret that is in clear, as in a dump.
func (c *recordRules) secret(of string, secret []byte) {
	if !Sealed(secret) && len(secret) != totpSecret {
		c.wrong("the secret of %s must have %d bytes (AC15)", of, totpSecret)
	}
}

// codes checks the recovery codes and the count of wrong codes (AC15, AC16).
func (c *recordRules) codes(a *Account) {
	if a.SecurityKeys < 0 {
		c.wrong("security_keys must not be negative")
	}
	if r := a.Recovery; r != nil {
		if a.TOTP == nil {
			c.wrong("there are recovery codes, but no TOTP (AC16)")
		}
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
func (c *recordRules) person(a *Account) {
	c.email("email", a.Email)
	// Nobody has told their name before they are activated, also when the account expires first (section 2.2).
	if waiting := a.State == AccountNotActivated || a.State == AccountExpired && a.Activated == 0; a.Name != "" || !waiting {
		c.name(a.Name)
	}
	if a.Support {
		c.moment("expires", a.Expires) // AC13
	}
}

func (c *recordRules) maintainer(m *Maintainer) {
	c.number(m.ID.Ref(), m.Version)
	c.name(m.Name)
	oneOf(c, "state", m.State, UnitActive, UnitDeleted)
	if m.Contact != "" {
		c.email("contact", m.Contact)
	}
}

func (c *recordRules) organization(o *Organization) {
	c.number(o.ID.Ref(), o.Version)
	c.unit(o.Maintainer.Ref())
	if state, ok := c.known.maintainer(o.Maintainer); ok && state != UnitActive && o.State == UnitActive {
		c.wrong("its maintainer %d is deleted (MT10)", o.Maintainer)
	}
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
}

func (c *recordRules) role(r *OrganizationRole) {
	c.version(r.Version)
	c.unit(r.Organization.Ref())
	c.line1("description", r.Description, 0, RoleDescriptionMax)
	if r.ID == RoleDefault || r.ID == RoleAdmin {
		if r.Name != r.ID || !r.BuiltIn {
			c.wrong("the role %s is built in, with its id as its name (OR2)", r.ID)
		}
		return
	}
	if r.Description == "" {
		c.wrong("a role has a description (OR3)")
	}
	if r.BuiltIn {
		c.wrong("only ADMIN and DEFAULT are built in (OR2)")
	}
	c.clean("name", r.Name, func(s string) (string, error) {
		clean, id, err := cleanRoleName(s)
		if err == nil && id != r.ID {
			c.wrong("the name %q gives the id %s, not %q (OR3)", s, id, r.ID)
		}
		return clean, err
	})
}

func (c *recordRules) project(p *Project) {
	c.number(p.ID.Ref(), p.Version)
	c.name(p.Name)
	c.unit(p.Organization.Ref())
	o, ok := c.known.organization(p.Organization)
	if ok && o.maintainer != p.Maintainer && p.State != ProjectPurged {
		c.wrong("the maintainer is %d, but that of organization %d is %d (H1)", p.Maintainer, p.Organization, o.maintainer)
	}
	if ok && o.state != UnitActive && p.State == ProjectActive {
		c.wrong("it is active, but organization %d is deleted (DR12)", p.Organization)
	}
	oneOf(c, "role_set", p.RoleSet, RoleSetStandard, RoleSetProtected)
	c.template(p)
	c.line1("price_label", p.PriceLabel, 0, PriceLabelMax)
	if p.UserLimit < 1 || p.UserLimit > UserLimitMax {
		c.wrong("user_limit must lie between 1 and %d", UserLimitMax)
	}
	oneOf(c, "state", p.State, ProjectActive, ProjectDeleted, ProjectPurged)
	if p.State != ProjectPurged {
		c.fits("the moment of its deletion (DR1)", p.Deleted != 0, p.State == ProjectDeleted)
	}
	c.fits("purged", p.Purged != 0, p.State == ProjectPurged)
	c.someone("deleted_by", p.DeletedBy, true)
	if d := p.Disabled; d != nil {
		c.reason(d.Reason, false)
		c.moment("disabled since", d.Since)
		c.someone("disabled by", d.By, false)
	}
}

func (c *recordRules) template(p *Project) {
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

func (c *recordRules) grant(g *Grant) {
	c.version(g.Version)
	p, ok := c.known.project(g.Project)
	switch {
	case !ok:
		c.wrong("project %d is not there", g.Project)
	case p.state == ProjectPurged:
		c.wrong("project %d is purged and keeps no grants (DR8)", g.Project)
	case p.organization != g.Organization:
		c.wrong("project %d belongs to organization %d, not to %d", g.Project, p.organization, g.Organization)
	case !p.roles.Has(g.Level) || g.Level == RoleShare:
		c.wrong("the level %q is none of project %d (OR6)", string(g.Level), g.Project)
	}
	c.knownRole(g.Organization, g.RoleID)
}

func (c *recordRules) knownRole(o OrganizationID, id string) {
	if !c.known.role(OrganizationRoleKey{o, id}) {
		c.wrong("organization %d has no role %q (OR14)", o, id)
	}
}

func (c *recordRules) code(code *ActivationCode) {
	c.version(code.Version)
	if !isHash(code.Hash) {
		c.wrong("hash must be 64 hex digits")
	}
	c.someone("account", code.Account, false)
	c.invited(code.Invitation)
	c.moment("issued", code.Issued)
	c.moment("expires", code.Expires)
}

// noticeText bounds the texts of notifications: they hold names and reasons, and words around them.
const noticeText = 2_000

func (c *recordRules) notification(n *Notification) {
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
		c.invited(n.Code.Invitation) // a code without an expiry works for 7 days from when it is made (AC19)
	}
	oneOf(c, "mail", n.Mail.State, MailQueued, MailSent, MailFailed, MailOff)
	c.refs(n.Subjects)
}

func (c *recordRules) attempt(a *Attempt) {
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

func (c *recordRules) event(e *Event) {
	c.chainRef(e.Chain)
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

func (c *recordRules) head(h *Head) {
	c.chainRef(h.Chain)
	if !isHash(h.Hash) {
		c.wrong("hash must be 64 hex digits")
	}
	if !c.known.event(EventKey{h.Chain, h.Sequence}) {
		c.wrong("there is no event %d of %s (AU12)", h.Sequence, h.Chain)
	}
}

package core

// This file checks the records of a dump that say who may enter: requests, visits, memberships, invitations.

func (c *recordRules) request(q *Request) {
	c.number(q.ID.Ref(), q.Version)
	c.unit(q.Project.Ref())
	c.unit(q.Organization.Ref())
	c.someone("requester", q.Requester, false)
	c.reason(q.Reason, false)
	c.cited(q.Ticket, q.Project.Ref())
	c.term(q.Asked)
	c.moment("filed", q.Filed)
	c.moment("lapses", q.Lapses)
	oneOf(c, "state", q.State, RequestPending, RequestApproved, RequestRejected, RequestWithdrawn, RequestLapsed, RequestSuperseded, RequestVoid)
	c.fits("decided", q.Decided != 0, q.State != RequestPending)
	c.someone("by", q.By, q.State != RequestApproved && q.State != RequestRejected)
	c.fits("granted", q.Granted != 0, q.State == RequestApproved)
	c.fits("visit", q.Visit != 0, q.State == RequestApproved)
	c.note("note", q.Note)
	if q.ForSupport && !q.Undecidable {
		c.wrong("for_support stands beside undecidable only")
	}
	if q.Reminded < 0 || q.Reminded > 3 {
		c.wrong("reminded must lie between 0 and 3")
	}
	for _, v := range [...]VisitID{q.Extends, q.Visit} {
		if _, ok := c.known.visit(v); v != 0 && !ok {
			c.wrong("visit %d is not there", v)
		}
	}
}

func (c *recordRules) knownRequest(id RequestID) {
	if !c.known.request(id) {
		c.wrong("request %d is not there", id)
	}
}

func (c *recordRules) visit(v *Visit) {
	c.number(v.ID.Ref(), v.Version)
	c.unit(v.Unit)
	c.someone("account", v.Account, false)
	c.projectRole(v.Unit, v.Role)
	if v.Basis != 0 {
		c.knownRequest(v.Basis)
	}
	for _, id := range v.Extensions {
		c.knownRequest(id)
	}
	oneOf(c, "state", v.State, VisitActive, VisitLeft, VisitRevoked, VisitEnded)
	c.moment("started", v.Started)
	c.moment("ends", v.Ends)
	c.fits("ended", v.Ended != 0, v.State != VisitActive)
	c.someone("by", v.By, true)
	c.note("cause", v.Cause)
	c.reason(v.Reason, false)
	c.cited(v.Ticket, v.Unit)
	c.term(v.Asked)
	c.someone("approver", v.Approver, false)
	c.fits("organization", v.Organization != 0, v.Unit.Kind != KindMaintainer)
	if v.Organization != 0 {
		c.unit(v.Organization.Ref())
	}
}

// projectRole checks that a role stands on projects only, and is one of the project's set (RO8).
func (c *recordRules) projectRole(unit Unit, role Role) {
	if unit.Kind != KindProject {
		c.fits("role", role != "", false)
		return
	}
	if p, ok := c.known.project(ProjectID(unit.ID)); ok && !p.roles.Has(role) {
		c.wrong("project %d has no role %q (RO8)", unit.ID, string(role))
	}
}

func (c *recordRules) organizationRoles(unit Unit, roles []string) {
	if unit.Kind != KindOrganization {
		c.fits("roles", len(roles) > 0, false)
		return
	}
	seen := map[string]bool{}
	for _, id := range roles {
		if seen[id] {
			c.wrong("the role %q is there twice", id)
		}
		seen[id] = true
		c.knownRole(OrganizationID(unit.ID), id)
	}
}

func (c *recordRules) membership(m *Membership) {
	c.version(m.Version)
	c.unit(m.Unit)
	c.someone("account", m.Account, false)
	c.member(m)
	c.moment("since", m.Since)
	oneOf(c, "origin", m.Origin, OriginCreated, OriginAdded, OriginInvited, OriginJoined, OriginVisit)
	c.projectRole(m.Unit, m.Role)
	c.organizationRoles(m.Unit, m.Roles)
	if m.Unit.Kind == KindOrganization && hasRole(m.Roles, RoleDefault) == m.Visitor() {
		c.wrong("ordinary members have DEFAULT, visitors have no roles (OR2, V1)")
	}
	c.reason(m.Reason, !m.Visitor())
	c.someone("inviter", m.Inviter, true)
	c.someone("approver", m.Approver, true)
	c.fits("visit", m.Visit != 0, m.Visitor())
	if m.Visitor() {
		c.moment("until", m.Until)
		if unit, ok := c.known.visit(m.Visit); !ok || unit != m.Unit {
			c.wrong("visit %d to %s is not there (V1)", m.Visit, m.Unit)
		}
	} else if m.Unit.Kind != KindProject {
		c.fits("an end, which only memberships in projects have (TM1),", m.Until != 0, false)
	}
}

func (c *recordRules) invitation(i *Invitation) {
	c.number(i.ID.Ref(), i.Version)
	c.unit(i.Unit)
	c.someone("account", i.Account, false)
	c.someone("inviter", i.Inviter, false)
	c.someone("resender", i.Resender, true)
	c.moment("sent", i.Sent)
	oneOf(c, "state", i.State, InvitationPending, InvitationAccepted, InvitationDeclined, InvitationCancelled,
		InvitationLapsed, InvitationSuperseded, InvitationVoid)
	c.projectRole(i.Unit, i.Role)
	if i.State == InvitationPending { // a role that was deleted later stays in the others (OR14)
		c.organizationRoles(i.Unit, i.Roles)
	}
	c.someone("by", i.By, true)
	c.reason(i.Reason, true)
	if i.Unit.Kind != KindProject && (i.Reason != "" || i.Until != 0) {
		c.wrong("invitations to %s have neither reason nor until (I12)", i.Unit.Kind)
	}
	c.moment("lapses", i.Lapses)
	if i.State != InvitationLapsed {
		c.fits("ended", i.Ended != 0, i.State != InvitationPending)
	}
}

// invited checks a reference to an invitation, or none.
func (c *recordRules) invited(id InvitationID) {
	if id != 0 && !c.known.invitation(id) {
		c.wrong("invitation %d is not there", id)
	}
}

// member checks that a membership fits the account that has it, and the project that it is in.
func (c *recordRules) member(m *Membership) {
	a, ok := c.known.account(m.Account)
	switch {
	case !ok:
	case a.removed:
		c.wrong("%s is removed and a member of nothing (AC8)", m.Account.Ref())
	case m.Unit.Kind == KindProject && m.Uncounted != a.support:
		c.wrong("%s counts wrongly toward the user limit (P17)", m.Account.Ref())
	case m.Unit.Kind == KindMaintainer && !m.Visitor() && !a.dated:
		c.wrong("%s is staff and has no expiry (AC13)", m.Account.Ref())
	}
	if p, ok := c.known.project(ProjectID(m.Unit.ID)); m.Unit.Kind == KindProject && ok && p.state == ProjectPurged {
		c.wrong("project %d is purged and has no users (DR8)", m.Unit.ID)
	}
}

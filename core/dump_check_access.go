package core

// This file checks the records of a dump that say who may enter: requests, visits, memberships, invitations.

func (c *importCheck) request(q *Request) {
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
	if q.Reminded < 0 || q.Reminded > 3 {
		c.wrong("reminded must lie between 0 and 3")
	}
	for _, v := range [...]VisitID{q.Extends, q.Visit} {
		if v != 0 {
			c.named = append(c.named, namedVisit{c.line, v})
		}
	}
	c.requests.add(uint64(q.ID), struct{}{})
}

// visitsNamed checks at the end that the visits that requests name were there.
func (c *importCheck) visitsNamed() {
	for _, n := range c.named {
		if _, ok := c.visits.get(uint64(n.visit)); !ok {
			c.wrongAt(n.line, "visit %d is not there", n.visit)
		}
	}
}

func (c *importCheck) knownRequest(id RequestID) {
	if _, ok := c.requests.get(uint64(id)); !ok {
		c.wrong("request %d is not there", id)
	}
}

func (c *importCheck) visit(v *Visit) {
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
	c.visits.add(uint64(v.ID), v.Unit)
}

// projectRole checks that a role stands on projects only, and is one of the project's set (RO8).
func (c *importCheck) projectRole(unit Unit, role Role) {
	p, ok := c.projects.get(unit.ID)
	switch {
	case unit.Kind != KindProject:
		c.fits("role", role != "", false)
	case ok && !p.roles.Has(role):
		c.wrong("project %d has no role %q (RO8)", unit.ID, string(role))
	}
}

func (c *importCheck) organizationRoles(unit Unit, roles []string) {
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

func (c *importCheck) membership(m *Membership) {
	c.version(m.Version)
	c.unit(m.Unit)
	c.someone("account", m.Account, false)
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
		if unit, ok := c.visits.get(uint64(m.Visit)); !ok || unit != m.Unit {
			c.wrong("visit %d to %s is not there (V1)", m.Visit, m.Unit)
		}
	} else if m.Unit.Kind != KindProject {
		c.fits("until", m.Until != 0, false) // TM1
	}
}

func (c *importCheck) invitation(i *Invitation) {
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
	c.invitations.add(uint64(i.ID), struct{}{})
}

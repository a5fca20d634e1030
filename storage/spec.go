package storage

import "gatehouse/core"

// Ranks of the due collection: the order of SW2.
const (
	rankAccount byte = iota + 1
	rankProject
	rankVisit
	rankRequest
	rankInvitation
	rankMembership
	rankOrganization
	rankAttempt
	rankUndo
)

// spec says how the records of one table are kept.
type spec[K comparable, R any] struct {
	name   string
	layout layout
	// keyOf gives the primary key of a record; key writes it behind the collection byte.
	keyOf func(r *R) K
	key   func(b []byte, k K) ([]byte, error)
	// entries and count may be nil.
	entries func(r *R, e *entries)
	count   func(r *R, t *tally)
	// kind is the kind of numbers that the primary key is, if it is one.
	kind core.Kind
	// byHand reads a plain record without reflection, see plain.go. It may be nil.
	byHand func(value []byte, r *R) bool
	// kept makes a transaction remember the last few records that were asked for by key, or that they are not there.
	kept bool
}

func number1[N ~uint64](b []byte, n N) ([]byte, error) { return appendNumber(b, uint64(n)), nil }

func checkedText(b []byte, s string) ([]byte, error) {
	if err := keyText(s); err != nil {
		return nil, err
	}
	return appendText(b, s), nil
}

var accountSpec = spec[core.AccountID, core.Account]{
	name: "account", layout: recordLayouts[colAccounts], kind: core.KindAccount, byHand: plainAccount, kept: true,
	keyOf: func(a *core.Account) core.AccountID { return a.ID },
	key:   number1[core.AccountID],
	entries: func(a *core.Account, e *entries) {
		id := uint64(a.ID)
		if a.State != core.AccountRemoved {
			row := a.Row()
			e.cover(&row)
			e.add(core.AccountsByEmail).text(core.Fold(a.Email)).num(id)
			e.add(core.AccountsByName).text(core.Fold(a.Name)).num(id)
			if a.Support {
				e.add(core.SupportAccounts).num(id)
			}
		}
		if e.due(a.Due(), rankAccount) {
			e.num(id)
		}
	},
	count: func(a *core.Account, t *tally) {
		if a.State != core.AccountRemoved {
			t.one(core.CountAccounts, everywhere)
		}
	},
}

var codeSpec = spec[string, core.ActivationCode]{
	name: "activation code", layout: recordLayouts[colCodes],
	keyOf: func(c *core.ActivationCode) string { return c.Hash },
	key:   checkedText,
	entries: func(c *core.ActivationCode, e *entries) {
		e.add(core.CodesOfAccount).num(uint64(c.Account)).text(c.Hash)
	},
}

var maintainerSpec = spec[core.MaintainerID, core.Maintainer]{
	name: "maintainer", layout: recordLayouts[colMaintainers], kind: core.KindMaintainer, kept: true,
	keyOf: func(m *core.Maintainer) core.MaintainerID { return m.ID },
	key:   number1[core.MaintainerID],
	entries: func(m *core.Maintainer, e *entries) {
		if m.State == core.UnitActive {
			e.add(core.MaintainersByName).text(core.Fold(m.Name)).num(uint64(m.ID))
		}
	},
	count: func(m *core.Maintainer, t *tally) {
		if m.State == core.UnitActive {
			t.one(core.CountMaintainers, everywhere)
		}
	},
}

var organizationSpec = spec[core.OrganizationID, core.Organization]{
	name: "organization", layout: recordLayouts[colOrganizations], kind: core.KindOrganization, byHand: plainOrganization, kept: true,
	keyOf: func(o *core.Organization) core.OrganizationID { return o.ID },
	key:   number1[core.OrganizationID],
	entries: func(o *core.Organization, e *entries) {
		id := uint64(o.ID)
		if o.State == core.UnitActive {
			row, name := o.Row(), core.Fold(o.Name)
			e.cover(&row)
			e.add(core.OrganizationsByName).text(name).num(id)
			e.add(core.OrganizationsOfMaintainer).num(uint64(o.Maintainer)).text(name).num(id)
		}
		if e.due(o.Due(), rankOrganization) {
			e.num(id)
		}
	},
	count: func(o *core.Organization, t *tally) {
		if o.State == core.UnitActive {
			t.one(core.CountOrganizations, everywhere, o.Maintainer.Ref())
		}
	},
}

var projectSpec = spec[core.ProjectID, core.Project]{
	name: "project", layout: recordLayouts[colProjects], kind: core.KindProject, kept: true,
	keyOf:   func(p *core.Project) core.ProjectID { return p.ID },
	key:     number1[core.ProjectID],
	entries: projectEntries,
	byHand:  plainProject,
	count: func(p *core.Project, t *tally) {
		switch p.State {
		case core.ProjectActive:
			t.one(core.CountProjects, everywhere, p.Maintainer.Ref(), p.Organization.Ref())
		case core.ProjectDeleted:
			t.one(core.CountDeletedProjects, everywhere, p.Organization.Ref())
		case core.ProjectPurged:
			t.one(core.CountPurgedProjects, everywhere, p.Organization.Ref())
		}
	},
}

func projectEntries(p *core.Project, e *entries) {
	id, organization := uint64(p.ID), uint64(p.Organization)
	row := p.Row()
	e.cover(&row)
	if p.State == core.ProjectActive || p.State == core.ProjectDeleted {
		e.add(core.ProjectIDsOfOrganization).num(organization).num(id)
	}
	switch p.State {
	case core.ProjectActive:
		name := core.Fold(p.Name)
		e.add(core.ProjectsByName).text(name).num(id)
		e.add(core.ProjectsOfMaintainer).num(uint64(p.Maintainer)).text(name).num(id)
		e.add(core.ProjectsOfOrganization).num(organization).text(name).num(id)
		if p.Expires != 0 {
			e.add(core.ProjectsByExpiry).num(uint64(p.Expires)).num(id)
		}
	case core.ProjectDeleted:
		e.add(core.DeletedProjects).num(uint64(p.Deleted)).num(id)
		e.add(core.DeletedProjectsOfOrganization).num(organization).num(uint64(p.Deleted)).num(id)
	case core.ProjectPurged:
		e.add(core.PurgedProjects).num(uint64(p.Purged)).num(id)
		e.add(core.PurgedProjectsOfOrganization).num(organization).num(uint64(p.Purged)).num(id)
	}
	if e.due(p.Due(), rankProject) {
		e.num(id)
	}
}

var membershipSpec = spec[core.MembershipKey, core.Membership]{
	name: "membership", layout: recordLayouts[colMemberships], byHand: plainMembership, kept: true,
	keyOf: func(m *core.Membership) core.MembershipKey { return m.Key() },
	key: func(b []byte, k core.MembershipKey) ([]byte, error) {
		return appendNumber(appendRef(b, k.Unit), uint64(k.Account)), nil
	},
	entries: func(m *core.Membership, e *entries) {
		account := uint64(m.Account)
		e.add(core.MembershipsOfAccount).num(account).ref(m.Unit)
		if !m.Visitor() && m.Until != 0 {
			e.add(core.TemporaryMemberships).ref(m.Unit).num(uint64(m.Until)).num(account)
		}
		for _, role := range m.Roles {
			if role != core.RoleDefault {
				e.add(core.HoldersOfRole).ref(m.Unit).text(role).num(account)
			}
		}
		if e.due(m.Due(), rankMembership) {
			e.ref(m.Unit).num(account)
		}
	},
	count: func(m *core.Membership, t *tally) {
		t.one(core.CountMemberships, m.Account.Ref())
		if m.Visitor() {
			t.one(core.CountVisitors, m.Unit)
			return
		}
		t.one(core.CountMembers, m.Unit)
		if m.Unit.Kind == core.KindProject && !m.Uncounted {
			t.one(core.CountUsers, m.Unit)
		}
	},
}

package tables

import (
	"gatehouse/core"
)

// This file says once more, from the comments of package core and with none of the code under test, what each index,
// counter and due entry has to hold.

// Parts of keys, short.
func n[N ~uint64](v N) core.Part               { return core.Num(v) }
func at(m core.Moment) core.Part               { return core.Num(m) }
func name(s string) core.Part                  { return core.Text(core.Fold(s)) }
func raw(s string) core.Part                   { return core.Text(s) }
func key(parts ...core.Part) core.Key          { return parts }
func of(r core.Ref) core.Key                   { return core.RefKey(r) }
func join(a core.Key, b ...core.Part) core.Key { return append(append(core.Key{}, a...), b...) }

// only gives the key when the condition holds.
func only(condition bool, k core.Key) []core.Key {
	if condition {
		return []core.Key{k}
	}
	return nil
}

func always(k core.Key) []core.Key { return []core.Key{k} }

// newWorld makes an empty model of every table.
func newWorld() *world {
	w := &world{}
	w.addPeople()
	w.addUnits()
	w.addAccess()
	w.addRecords()
	w.addService()
	return w
}

func (w *world) addPeople() {
	present := func(a core.Account) bool { return a.State != core.AccountRemoved }
	accounts := &model[core.AccountID, core.Account]{
		name: "account", table: func(x core.Tx) core.Table[core.AccountID, core.Account] { return x.Accounts() },
		key: func(a core.Account) core.AccountID { return a.ID }, primary: func(a core.Account) core.Key { return key(n(a.ID)) },
		draw: drawAccount, rank: 1, due: core.Account.Due, item: func(a core.Account) core.DueItem { return core.DueItem{Ref: a.ID.Ref()} },
		indexes: []index[core.Account]{
			{core.AccountsByEmail, 0, true, func(a core.Account) []core.Key { return only(present(a), key(name(a.Email), n(a.ID))) }},
			{core.AccountsByName, 0, true, func(a core.Account) []core.Key { return only(present(a), key(name(a.Name), n(a.ID))) }},
			{core.SupportAccounts, 0, false, func(a core.Account) []core.Key { return only(present(a) && a.Support, key(n(a.ID))) }},
		},
		counts: func(a core.Account, add counting) { add(present(a), core.CountAccounts, core.Ref{}) },
		rows:   rowsOf(func(x core.Tx) rowScanner[core.AccountRow] { return x.Accounts() }), row: func(a core.Account) any { return a.Row() },
	}
	w.tables = append(w.tables, accounts, &model[string, core.ActivationCode]{
		name: "code", table: func(x core.Tx) core.Table[string, core.ActivationCode] { return x.Codes() },
		key: func(c core.ActivationCode) string { return c.Hash }, primary: func(c core.ActivationCode) core.Key { return key(raw(c.Hash)) },
		draw: drawCode,
		indexes: []index[core.ActivationCode]{
			{core.CodesOfAccount, 1, false, func(c core.ActivationCode) []core.Key { return always(key(n(c.Account), raw(c.Hash))) }},
		},
	})
}

func (w *world) addUnits() {
	w.tables = append(w.tables, &model[core.MaintainerID, core.Maintainer]{
		name: "maintainer", table: func(x core.Tx) core.Table[core.MaintainerID, core.Maintainer] { return x.Maintainers() },
		key: func(m core.Maintainer) core.MaintainerID { return m.ID }, primary: func(m core.Maintainer) core.Key { return key(n(m.ID)) },
		draw: drawMaintainer,
		indexes: []index[core.Maintainer]{
			{core.MaintainersByName, 0, false, func(m core.Maintainer) []core.Key {
				return only(m.State == core.UnitActive, key(name(m.Name), n(m.ID)))
			}},
		},
		counts: func(m core.Maintainer, add counting) {
			add(m.State == core.UnitActive, core.CountMaintainers, core.Ref{})
		},
	}, &model[core.OrganizationID, core.Organization]{
		name: "organization", table: func(x core.Tx) core.Table[core.OrganizationID, core.Organization] { return x.Organizations() },
		key: func(o core.Organization) core.OrganizationID { return o.ID }, primary: func(o core.Organization) core.Key { return key(n(o.ID)) },
		draw: drawOrganization, rank: 7, due: core.Organization.Due,
		item: func(o core.Organization) core.DueItem { return core.DueItem{Ref: o.ID.Ref()} },
		indexes: []index[core.Organization]{
			{core.OrganizationsByName, 0, true, func(o core.Organization) []core.Key {
				return only(o.State == core.UnitActive, key(name(o.Name), n(o.ID)))
			}},
			{core.OrganizationsOfMaintainer, 1, true, func(o core.Organization) []core.Key {
				return only(o.State == core.UnitActive, key(n(o.Maintainer), name(o.Name), n(o.ID)))
			}},
		},
		counts: func(o core.Organization, add counting) {
			add(o.State == core.UnitActive, core.CountOrganizations, core.Ref{}, o.Maintainer.Ref())
		},
		rows: rowsOf(func(x core.Tx) rowScanner[core.OrganizationRow] { return x.Organizations() }),
		row:  func(o core.Organization) any { return o.Row() },
	}, projectModel())
}

func projectModel() modelled {
	active := func(p core.Project) bool { return p.State == core.ProjectActive }
	deleted := func(p core.Project) bool { return p.State == core.ProjectDeleted }
	purged := func(p core.Project) bool { return p.State == core.ProjectPurged }
	return &model[core.ProjectID, core.Project]{
		name: "project", table: func(x core.Tx) core.Table[core.ProjectID, core.Project] { return x.Projects() },
		key: func(p core.Project) core.ProjectID { return p.ID }, primary: func(p core.Project) core.Key { return key(n(p.ID)) },
		draw: drawProject, rank: 2, due: core.Project.Due, item: func(p core.Project) core.DueItem { return core.DueItem{Ref: p.ID.Ref()} },
		indexes: []index[core.Project]{
			{core.ProjectsByName, 0, true, func(p core.Project) []core.Key { return only(active(p), key(name(p.Name), n(p.ID))) }},
			{core.ProjectsOfMaintainer, 1, true, func(p core.Project) []core.Key {
				return only(active(p), key(n(p.Maintainer), name(p.Name), n(p.ID)))
			}},
			{core.ProjectsOfOrganization, 1, true, func(p core.Project) []core.Key {
				return only(active(p), key(n(p.Organization), name(p.Name), n(p.ID)))
			}},
			{core.ProjectsByExpiry, 0, true, func(p core.Project) []core.Key {
				return only(active(p) && p.Expires != 0, key(at(p.Expires), n(p.ID)))
			}},
			{core.DeletedProjects, 0, true, func(p core.Project) []core.Key { return only(deleted(p), key(at(p.Deleted), n(p.ID))) }},
			{core.DeletedProjectsOfOrganization, 1, true, func(p core.Project) []core.Key {
				return only(deleted(p), key(n(p.Organization), at(p.Deleted), n(p.ID)))
			}},
			{core.PurgedProjects, 0, true, func(p core.Project) []core.Key { return only(purged(p), key(at(p.Purged), n(p.ID))) }},
			{core.PurgedProjectsOfOrganization, 1, true, func(p core.Project) []core.Key {
				return only(purged(p), key(n(p.Organization), at(p.Purged), n(p.ID)))
			}},
			{core.ProjectIDsOfOrganization, 1, false, func(p core.Project) []core.Key {
				return only(p.State != core.ProjectPurged, key(n(p.Organization), n(p.ID)))
			}},
		},
		counts: func(p core.Project, add counting) {
			add(active(p), core.CountProjects, core.Ref{}, p.Maintainer.Ref(), p.Organization.Ref())
			add(deleted(p), core.CountDeletedProjects, core.Ref{}, p.Organization.Ref())
			add(purged(p), core.CountPurgedProjects, core.Ref{}, p.Organization.Ref())
		},
		rows: rowsOf(func(x core.Tx) rowScanner[core.ProjectRow] { return x.Projects() }), row: func(p core.Project) any { return p.Row() },
	}
}

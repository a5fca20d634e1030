package demo

import (
	"context"
	"fmt"
	"time"

	"gatehouse/core"
)

// Size says how many records a large house has. Each project gets the users that are left over by the organizations:
// memberships are spread evenly.
type Size struct {
	Maintainers, Organizations, Projects, Accounts, Memberships int
}

// Large is the house of a million projects.
var Large = Size{Maintainers: 40, Organizations: 100_000, Projects: 1_000_000, Accounts: 1_000_000, Memberships: 3_000_000}

// Progress is told how many of the records are made.
type Progress func(done, total int)

// FillLarge loads a house of the given size into an empty store, all or nothing. Every organization and project has
// the event of its creation. The cast names a support engineer, an administrator and a maintainer member.
func FillLarge(ctx context.Context, store core.Store, now time.Time, size Size, progress Progress) (Cast, error) {
	g := &generator{size: size, now: core.At(now), progress: progress, heads: make([]core.Head, size.Organizations+1)}
	g.total = size.Maintainers + size.Organizations*5 + size.Projects*2 + size.Accounts + size.Memberships
	if err := store.Load(ctx, func(put func(any) error) error {
		g.put = put
		return g.run(ctx)
	}, nil); err != nil {
		return nil, err
	}
	return Cast{
		{ID: 1, Email: personAddress(1), Who: "support engineer"},
		{ID: g.admin(1), Email: personAddress(uint64(g.admin(1))), Who: "administrator of " + organizationName(1)},
		{ID: g.agent(1), Email: personAddress(uint64(g.agent(1))), Who: "member of the maintainer " + maintainerName(1)},
	}, nil
}

type generator struct {
	size        Size
	now         core.Moment
	progress    Progress
	put         func(any) error
	done, total int
	memberships int
	heads       []core.Head
}

// adminsEach is how many administrators each organization has, agentsEach how many members each maintainer.
const (
	adminsEach = 2
	agentsEach = 5
)

func (g *generator) run(ctx context.Context) error {
	for _, part := range []func() error{g.settings, g.accounts, g.maintainers, g.organizations, g.projects, g.writeHeads} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) add(records ...any) error {
	for _, r := range records {
		if err := g.put(r); err != nil {
			return err
		}
		g.done++
	}
	if g.progress != nil && g.done%10_000 < len(records) {
		g.progress(g.done, g.total)
	}
	return nil
}

func (g *generator) settings() error {
	return g.add(core.Settings{Created: g.now, Demo: true}, core.Counters{
		core.KindAccount: uint64(g.size.Accounts), core.KindMaintainer: uint64(g.size.Maintainers),
		core.KindOrganization: uint64(g.size.Organizations), core.KindProject: uint64(g.size.Projects),
		core.KindRequest: uint64(g.size.Organizations / requestEvery), core.KindVisit: uint64(g.size.Organizations / visitEvery),
	})
}

func (g *generator) accounts() error {
	for i := range uint64(g.size.Accounts) {
		n := i + 1
		acc := core.Account{
			ID: core.AccountID(n), Version: 1, Email: personAddress(n), Name: personName(n), State: core.AccountActive,
			Confirmed: true, Created: g.past(n),
		}
		if staff := n == 1 || g.isAgent(n); staff {
			acc.Support, acc.Expires = n == 1, g.now.Add(300*core.Day)
		}
		if n%3 != 0 || n == 1 {
			acc.TOTP = &core.TOTP{Secret: secretOf(n), Enrolled: acc.Created}
		}
		if err := g.add(acc); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) maintainers() error {
	for i := range g.size.Maintainers {
		id := core.MaintainerID(i + 1)
		if err := g.add(core.Maintainer{ID: id, Version: 1, Name: maintainerName(uint64(id)), State: core.UnitActive, Created: g.now.Add(-400 * core.Day)}); err != nil {
			return err
		}
		for k := range agentsEach {
			if err := g.member(id.Ref(), g.agent(uint64(id))+core.AccountID(k), core.Membership{Origin: core.OriginAdded}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *generator) organizations() error {
	for i := range uint64(g.size.Organizations) {
		id := core.OrganizationID(i + 1)
		o := core.Organization{
			ID: id, Version: 1, Maintainer: g.maintainerOf(id), Name: organizationName(uint64(id)), State: core.UnitActive,
			AutoJoin: id%4 != 0, Deciders: core.DecidersAnyUser, PendingHours: 72, MFA: core.MFASetting{State: core.MFAOff},
			NewMembers: core.NewMembersAdmin, Created: g.past(uint64(id)),
		}
		if err := g.add(o, g.event("organization.create", id, g.admin(id), id.Ref()),
			core.OrganizationRole{Organization: id, ID: core.RoleDefault, Version: 1, Name: core.RoleDefault, Description: "Every member", BuiltIn: true},
			core.OrganizationRole{Organization: id, ID: core.RoleAdmin, Version: 1, Name: core.RoleAdmin, Description: "Administrators", BuiltIn: true},
		); err != nil {
			return err
		}
		for k := range adminsEach {
			if err := g.member(id.Ref(), g.admin(id)+core.AccountID(k), core.Membership{
				Origin: core.OriginAdded, Roles: []string{core.RoleAdmin, core.RoleDefault},
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *generator) projects() error {
	visits := g.size.Organizations/visitEvery - g.size.Organizations/(4*visitEvery)
	left := g.size.Memberships - g.memberships - visits
	for i := range uint64(g.size.Projects) {
		id := core.ProjectID(i + 1)
		org := core.OrganizationID(i*uint64(g.size.Organizations)/uint64(g.size.Projects) + 1)
		p := core.Project{
			ID: id, Version: 1, Organization: org, Maintainer: g.maintainerOf(org), Name: projectName(uint64(id)),
			Template: "production", RoleSet: core.RoleSetStandard, PriceLabel: "by contract", UserLimit: 10,
			State: core.ProjectActive, Created: g.past(uint64(id)),
		}
		if id%50 == 0 {
			p.Template, p.PriceLabel, p.UserLimit = "poc6months", "fixed fee", 5
			p.Expires = g.now.Add(time.Duration(10+id%170) * core.Day)
		}
		users := (left*int(i+1))/g.size.Projects - (left*int(i))/g.size.Projects
		if err := g.add(p, g.event("project.create", org, g.user(uint64(id), 0), id.Ref(), org.Ref())); err != nil {
			return err
		}
		if err := g.access(p); err != nil {
			return err
		}
		for k := range users {
			role := []core.Role{core.RoleProjectAdmin, core.RoleGuest, core.RoleReadOnly}[k%3]
			if err := g.member(id.Ref(), g.user(uint64(id), k), core.Membership{Origin: core.OriginAdded, Role: role}); err != nil {
				return err
			}
		}
	}
	return nil
}

// requestEvery and visitEvery say in which organizations somebody asks to enter the last project, or is inside. Auto
// Join is off in the former and on in the latter.
const (
	requestEvery = 20
	visitEvery   = 25
)

// access lets staff ask for the last project of some organizations, and be in that of others.
func (g *generator) access(p core.Project) error {
	org := uint64(p.Organization)
	perOrg := uint64(g.size.Projects / g.size.Organizations)
	if perOrg == 0 || uint64(p.ID)%perOrg != 0 {
		return nil
	}
	who := g.agent(uint64(p.Maintainer)) + core.AccountID(org%agentsEach)
	asked := core.Term{For: core.Length(60 * (1 + org%72))}
	filed := g.now.Add(-time.Duration(org%47) * time.Hour)
	switch {
	case org%requestEvery == 0:
		id := core.RequestID(org / requestEvery)
		return g.add(core.Request{
			ID: id, Version: 1, Project: p.ID, Organization: p.Organization, Requester: who, Reason: reasonOf(org), Asked: asked,
			Filed: filed, Lapses: filed.Add(72 * time.Hour), State: core.RequestPending, Reminded: int(g.now.Sub(filed) / (18 * time.Hour)),
		}, g.eventAt(filed, "request.file", p.Organization, who, reasonOf(org), id.Ref(), p.ID.Ref(), who.Ref()))
	case org%visitEvery == 0 && org%4 != 0:
		id := core.VisitID(org / visitEvery)
		v := core.Visit{
			ID: id, Version: 1, Unit: p.ID.Ref(), Account: who, Role: core.RoleProjectAdmin, State: core.VisitActive, Started: g.now,
			Ends: asked.End(g.now), Reason: reasonOf(org), Asked: asked, Approver: who, Organization: p.Organization,
		}
		return g.add(v, core.Membership{
			Unit: v.Unit, Account: who, Version: 1, Since: g.now, Origin: core.OriginVisit, Role: v.Role, Until: v.Ends,
			Reason: v.Reason, Approver: who, Visit: id,
		}, g.eventAt(g.now, "user.join", p.Organization, who, v.Reason, p.ID.Ref(), who.Ref(), id.Ref()))
	}
	return nil
}

func reasonOf(n uint64) string {
	forms := [...]string{"INC-%d: nightly load fails", "INC-%d: dashboard is empty", "CHG-%d: version update", "Review %d with the customer"}
	return fmt.Sprintf(forms[n/20%4], n)
}

func (g *generator) member(unit core.Unit, who core.AccountID, m core.Membership) error {
	m.Unit, m.Account, m.Version, m.Since = unit, who, 1, g.past(unit.ID)
	g.memberships++
	return g.add(m)
}

// event makes the next event in the chain of an organization, in its early days.
func (g *generator) event(action core.Action, org core.OrganizationID, actor core.AccountID, subjects ...core.Ref) core.Event {
	at := g.past(uint64(org)).Add(time.Duration(g.heads[org].Sequence) * time.Minute)
	return g.eventAt(at, action, org, actor, "", subjects...)
}

func (g *generator) eventAt(at core.Moment, action core.Action, org core.OrganizationID, actor core.AccountID, reason string, subjects ...core.Ref) core.Event {
	h := &g.heads[org]
	if h.Sequence == 0 {
		*h = core.Head{Chain: org.Ref(), Hash: core.FirstPrevious}
	}
	e := core.Event{
		Action: action, Actor: actor, Chain: org.Ref(), Origin: core.OriginLocal, Outcome: core.OutcomeDone,
		Previous: h.Hash, Reason: reason, Sequence: h.Sequence + 1, Subjects: subjects, Time: at,
	}
	e.Hash = e.ComputeHash()
	h.Sequence, h.Hash = e.Sequence, e.Hash
	return e
}

func (g *generator) writeHeads() error {
	for _, h := range g.heads {
		if h.Sequence == 0 {
			continue
		}
		if err := g.add(h); err != nil {
			return err
		}
	}
	return nil
}

// past gives each record a moment in the last year.
func (g *generator) past(n uint64) core.Moment {
	return g.now.Add(-time.Duration(30+n*7919%330) * core.Day)
}

func (g *generator) maintainerOf(org core.OrganizationID) core.MaintainerID {
	return core.MaintainerID(uint64(org)%uint64(g.size.Maintainers) + 1)
}

// agent is the first member of a maintainer; the accounts behind the support engineer are theirs.
func (g *generator) agent(m uint64) core.AccountID { return core.AccountID(2 + (m-1)*agentsEach) }

func (g *generator) isAgent(n uint64) bool {
	return n >= 2 && n < 2+uint64(g.size.Maintainers)*agentsEach
}

// admin is the first administrator of an organization.
func (g *generator) admin(id core.OrganizationID) core.AccountID {
	return g.pick(uint64(id) * adminsEach)
}

// user is the k-th user of a project: neighbours in the list of accounts, so that nobody is in twice.
func (g *generator) user(project uint64, k int) core.AccountID {
	return g.pick(project*3 + uint64(k))
}

// pick spreads numbers over the accounts that are nobody's staff.
func (g *generator) pick(n uint64) core.AccountID {
	first := 2 + uint64(g.size.Maintainers)*agentsEach
	return core.AccountID(first + n%(uint64(g.size.Accounts)-first))
}

var (
	colours = []string{"Amber", "Basalt", "Cedar", "Dusk", "Ember", "Fern", "Granite", "Hazel", "Iris", "Jade", "Kelp", "Linen", "Maple", "Nickel", "Ochre", "Pearl", "Quartz", "Rowan", "Slate", "Teal"}
	places  = []string{"Harbor", "Valley", "Bridge", "Summit", "Meadow", "Canal", "Quarry", "Forest", "Island", "Station", "Market", "Tower"}
	works   = []string{"ledger", "pipeline", "forecast", "archive", "telemetry", "index", "portal", "planner", "register", "monitor", "dashboard", "simulator", "catalog", "scheduler", "gateway"}
	kinds   = []string{"Group", "Works", "Labs", "Bank", "Health", "Energy", "Foods", "Logistics"}
)

func maintainerName(n uint64) string { return fmt.Sprintf("%s Services %d", colours[n%20], n) }

func organizationName(n uint64) string {
	return fmt.Sprintf("%s %s %s %d", colours[n%20], places[n/20%12], kinds[n/240%8], n)
}

func projectName(n uint64) string {
	return fmt.Sprintf("%s %s %s %d", colours[n*7%20], places[n*5%12], works[n*11%15], n)
}

func personName(n uint64) string {
	return firstNames[n%uint64(len(firstNames))] + " " + lastNames[n/uint64(len(firstNames))%uint64(len(lastNames))]
}

func personAddress(n uint64) string {
	return address(firstNames[n%uint64(len(firstNames))]+fmt.Sprint(n), "people.test")
}

// secretOf is a second factor that nobody has: the accounts of the large house are not signed in to with codes.
func secretOf(n uint64) []byte {
	s := make([]byte, 20)
	for i := range s {
		s[i] = byte(n >> (8 * (i % 8)))
	}
	return s
}

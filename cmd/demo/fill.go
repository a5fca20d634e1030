package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"gatehouse/core"
)

// The people that the story of the demo is about.
const (
	Ana = "ana@acme.test"
	Ben = "ben@acme.test"
	Pia = "pia@acme.test"
	Sam = "sam@support.test"
	Lea = "lea.moreau@partner-one.test"
)

// Fill makes the small house in an empty store: a dozen organizations under three maintainers, some 60 projects, 150
// people, requests in every state, visits about to end, an organization that requires MFA with people missing it, and
// projects about to expire. The same seed and moment give the same house. It ends at now; the cast says whom to be.
func Fill(ctx context.Context, store core.Store, now time.Time, seed uint64) (Cast, error) {
	return FillSealed(ctx, store, now, seed, nil)
}

// FillSealed is [Fill] for a house that outlives the process: its secrets are sealed by the sealer.
func FillSealed(ctx context.Context, store core.Store, now time.Time, seed uint64, sealer core.Sealer) (Cast, error) {
	b := &builder{
		ctx: ctx, now: now.Add(-history), rand: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // a demo wants the same names each time
		ids: map[string]core.AccountID{}, units: map[string]uint64{},
	}
	b.options = core.Options{Clock: b.clock, Random: randomReader{b.rand}, Sealer: sealer, RecoveryMemory: demoRecoveryMemory}
	b.house = core.New(store, b.options)
	b.support()
	b.maintainers()
	b.organizations()
	b.past()
	b.wait(now.Sub(b.now) - today)
	b.read()
	b.present()
	b.wait(now.Sub(b.now) - time.Hour)
	b.mails()
	b.wait(now.Sub(b.now))
	b.do("finish", b.finish)
	return b.cast(), b.err
}

// finish marks the house as a demo, whose clock may be moved. Nobody acts in it, so it has no event.
func (b *builder) finish() error {
	return b.house.Store().Update(b.ctx, func(tx core.Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		s.Demo = true
		if err := tx.PutSettings(s); err != nil {
			return err
		}
		return confirm(tx)
	})
}

// confirm marks most addresses as confirmed, as mailed codes would have done (AC21): no mail is sent from a demo,
// and nobody acts in it, so it has no event.
func confirm(tx core.Tx) error {
	var people []core.Account
	_, err := tx.Accounts().Scan(core.Scan{}, func(a core.Account) (bool, error) {
		if a.State == core.AccountActive && !a.Confirmed && a.ID%19 != 0 {
			people = append(people, a)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, a := range people {
		a.Confirmed = true
		a.Version++
		if err := tx.Accounts().Put(a); err != nil {
			return err
		}
	}
	return nil
}

// today is how long before now the present begins: what still waits or runs was started in these hours.
const today = 10 * time.Hour

func (b *builder) cast() Cast {
	parts := []struct{ email, who string }{
		{Ana, "administrator of Acme"},
		{Sam, "support engineer"},
		{Pia, "user of Nightly ETL in Acme"},
		{Lea, "member of the maintainer Partner One"},
		{Ben, "the other administrator of Acme"},
	}
	cast := make(Cast, 0, len(parts))
	for _, p := range parts {
		cast = append(cast, Part{ID: b.ids[p.email], Email: p.email, Who: p.who})
	}
	return cast
}

func (b *builder) support() {
	b.do("init", func() error {
		acc, err := b.house.Init(b.ctx, core.InitInput{Email: Sam, Name: supportNames[0], Maintainer: maintainerNames[0]})
		b.ids[Sam] = acc.ID
		return err
	})
	b.do("first maintainer", func() error {
		page, err := b.as(Sam).Maintainers(b.ctx, core.Query{})
		if err == nil {
			b.units["maintainer "+maintainerNames[0]] = uint64(page.Items[0].ID)
		}
		return err
	})
	b.enrol(Sam)
	for i, email := range []string{"sue@support.test", "ravi@support.test"} {
		days := []int{300, 70}[i] // Ravi's account is due for renewal soon
		b.do("create "+email, func() error {
			acc, code, err := b.as(Sam).CreateAccount(b.ctx, core.AccountInput{
				Email: email, Support: true, Expires: core.At(b.now.Add(time.Duration(days) * core.Day)),
			})
			if err != nil {
				return err
			}
			b.ids[email] = acc.ID
			return b.activate(code, supportNames[i+1])
		})
		if i == 1 {
			b.enrol(email) // Sue has no MFA yet: she cannot ask
		}
	}
}

func (b *builder) maintainers() {
	names := [][]string{{"Nora Quist", "Emil Thorsen"}, {"Léa Moreau", "Max Keller"}, {"Priya Nair", "Tom Ashby"}}
	for i, name := range maintainerNames {
		if i > 0 {
			b.do("create "+name, func() error {
				m, err := b.as(Sam).CreateMaintainer(b.ctx, name)
				b.units["maintainer "+name] = uint64(m.ID)
				return err
			})
		}
		for j, email := range maintainerMembers[i] {
			b.member(Sam, email, names[i][j], core.AddInput{Unit: b.maintainer(name).Ref()})
			b.enrol(email)
		}
		b.do("leave "+name, func() error { return b.as(Sam).LeaveMaintainer(b.ctx, b.maintainer(name)) })
	}
}

func (b *builder) organizations() {
	for _, seed := range organizationSeeds {
		founder := maintainerMembers[seed.maintainer][0]
		b.do("create "+seed.name, func() error {
			o, err := b.as(founder).CreateOrganization(b.ctx, b.maintainer(maintainerNames[seed.maintainer]), seed.name)
			b.units["organization "+seed.name] = uint64(o.ID)
			return err
		})
		people := b.people(seed.name, seed.domain, founder)
		b.do("leave "+seed.name, func() error { return b.as(founder).LeaveOrganization(b.ctx, b.org(seed.name)) })
		b.wait(time.Hour)
		b.projects(seed.name, seed.projects, people)
	}
}

// people gives an organization two or three administrators, some plain members, and future project users who are not
// members; it returns their addresses, administrators first. One address in an organization is not activated yet.
func (b *builder) people(org, domain, founder string) []string {
	var people []string
	admins := 2 + b.rand.IntN(2)
	for i := range admins + 2 {
		name := b.name()
		email := address(name, domain)
		switch {
		case org == "Acme" && i == 0:
			name, email = "Ana Castro", Ana
		case org == "Acme" && i == 1:
			name, email = "Ben Haas", Ben
		}
		add := core.AddInput{Unit: b.org(org).Ref()}
		if i >= admins {
			add.Roles = []string{core.RoleDefault}
		}
		if i == admins+1 {
			name = "" // invited, but the code was not redeemed yet
		}
		b.member(founder, email, name, add)
		locked := org == "Indigo Health" && i == 1 // an administrator whom Require MFA locks out
		if name != "" && (i < admins || b.rand.IntN(2) == 0) && !locked {
			b.enrol(email)
		}
		people = append(people, email)
	}
	return people
}

func (b *builder) name() string {
	for {
		name := firstNames[b.rand.IntN(len(firstNames))] + " " + lastNames[b.rand.IntN(len(lastNames))]
		if _, used := b.units["person "+name]; !used {
			b.units["person "+name] = 1
			return name
		}
	}
}

func (b *builder) projects(org string, names []string, people []string) {
	admin := people[0]
	for i, name := range names {
		template := "production"
		switch {
		case name == "Research enclave" || name == "Fraud signals":
			template = "protected"
		case i == 4:
			template = "poc6months"
		}
		b.createProject(people[i%2], org, name, template)
		b.staff(people[i%2], name, org, template == "protected")
		if i%3 == 2 {
			b.do("leave "+name, func() error { return b.as(people[i%2]).LeaveProject(b.ctx, b.project(name)) })
		}
		b.wait(time.Duration(b.rand.IntN(90)) * time.Minute)
	}
	_ = admin
}

// staff gives a project one to four users who work on it.
func (b *builder) staff(by, project, org string, protected bool) {
	domain := ""
	for _, s := range organizationSeeds {
		if s.name == org {
			domain = s.domain
		}
	}
	roles := []core.Role{core.RoleProjectAdmin, core.RoleGuest, core.RoleProjectAdmin, core.RoleReadOnly}
	if protected {
		roles = []core.Role{core.RoleProductionManager, core.RoleDeveloper, core.RoleReviewer, core.RoleReadOnly}
	}
	if project == "Nightly ETL" {
		b.user(by, project, Pia, "Pia Rossi", core.RoleProjectAdmin, true)
		b.user(by, project, "gus@acme.test", "Gus Weiss", core.RoleGuest, true)
		b.user(by, project, "rio@acme.test", "Rio Tanaka", core.RoleReadOnly, false)
		return
	}
	for i := range 1 + b.rand.IntN(3) {
		name := b.name()
		at := domain
		if b.rand.IntN(5) == 0 {
			at = "consult.test" // people from outside
		}
		b.user(by, project, address(name, at), name, roles[i], b.rand.IntN(3) > 0)
	}
}

func (b *builder) user(by, project, email, name string, role core.Role, mfa bool) {
	b.member(by, email, name, core.AddInput{Unit: b.project(project).Ref(), Role: role})
	if mfa {
		b.enrol(email)
	}
}

// randomReader lets the seeded source stand in for real randomness: a demo has nothing to hide.
type randomReader struct{ r *rand.Rand }

func (r randomReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r.r.Uint32())
	}
	return len(p), nil
}

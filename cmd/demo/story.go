package demo

import (
	"slices"
	"time"

	"gatehouse/core"
)

const (
	ravi  = "ravi@support.test"
	nora  = "nora.quist@harbor.test"
	priya = "priya.nair@northwind.test"
)

// past is what happened in the weeks before today: visits that are over, and requests that are decided.
func (b *builder) past() {
	b.wait(2 * core.Day)
	b.join(Sam, "Nightly ETL", "INC-12: nightly load fails at 02:00", 4*time.Hour)
	b.join(Lea, "Genome index", "Quarterly review with the customer", 2*core.Day)
	b.wait(3 * core.Day)

	fjord, indigo := b.firstAdmin("Fjord Energy"), b.firstAdmin("Indigo Health")
	b.autoJoinOff(fjord, "Fjord Energy")
	b.autoJoinOff(indigo, "Indigo Health")
	b.autoJoinOff(b.firstAdmin("Juniper Credit"), "Juniper Credit")
	b.autoJoinOff(b.firstAdmin("Blue Heron Labs"), "Blue Heron Labs")
	b.do("deciders", func() error {
		_, err := b.as(fjord).SetDeciders(b.ctx, b.org("Fjord Energy"), 0, core.DecidersFullRole)
		return err
	})

	first := b.request(Sam, "Turbine health", "INC-17: alarms are late since the update", 4*time.Hour)
	b.wait(2 * time.Hour)
	b.approve(b.decider("Turbine health"), first, core.Term{})
	second := b.request(ravi, "Grid forecast", "Look at the forecast model together", 2*core.Day)
	b.wait(5 * time.Hour)
	b.reject(b.decider("Grid forecast"), second, "Use the staging copy, please.")
	third := b.request(nora, "Outage map", "Check of the map tiles before the audit", 8*time.Hour)
	b.wait(4 * core.Day) // nobody answers: it lapses
	_ = third
	fourth := b.request(Sam, "Scorecards", "INC-21: scoring job runs out of memory", 2*time.Hour)
	b.do("withdraw", func() error {
		_, err := b.as(Sam).WithdrawRequest(b.ctx, fourth, 0)
		return err
	})
	b.do("require MFA", func() error {
		_, err := b.as(indigo).RequireMFA(b.ctx, b.org("Indigo Health"), 0, true)
		return err
	})
	b.oldInvitations()
	b.desk()
	b.trials()
	b.buckets()
	b.oldTickets()
	b.offices()
	b.bills()
	b.roles()
	b.accounts()
	b.delta()
}

// trials are projects with an end: some are over and deleted, some will be soon.
func (b *builder) trials() {
	cobalt, heron := b.firstAdmin("Cobalt Mining"), b.firstAdmin("Blue Heron Labs")
	b.createProject(cobalt, "Cobalt Mining", "Drill log trial", "poc15")
	b.wait(17 * core.Day) // expires and is deleted
	b.createProject(heron, "Blue Heron Labs", "Microscope quick look", "demo")
	b.createProject(heron, "Blue Heron Labs", "Protein folding trial", "poc15")
	b.createProject(b.firstAdmin("Kestrel Air"), "Kestrel Air", "Delay prediction trial", "poc15")
	b.do("delete", func() error {
		_, err := b.as(b.firstAdmin("Gillespie Press")).DeleteProject(b.ctx, b.project("Print runs"), 0)
		return err
	})
	b.wait(10 * core.Day) // the quick look is deleted, the trials have a few days left
}

// offices shows what else an organization decides: a project closed for a while, more users than agreed.
func (b *builder) offices() {
	b.do("disable", func() error {
		_, err := b.as(Sam).DisableProject(b.ctx, b.project("Port slots"), 0, "Storage is being moved to the new region", core.At(b.now.Add(9*core.Day)))
		return err
	})
	b.do("limit", func() error {
		limit := 2
		_, err := b.as(Sam).SetProject(b.ctx, b.project("Recipe lab"), 0, core.ProjectPatch{UserLimit: &limit})
		return err
	})
}

// present is what waits, runs or is about to end when the visitor arrives.
func (b *builder) present() {
	b.addUser(b.firstAdmin("Blue Heron Labs"), "Cohort browser", Ana, core.RoleProjectAdmin, "Shared study with Acme", 0)
	b.addUser(Ana, "Churn model", "max.keller@partner-one.test", core.RoleGuest, "Model review", 20*core.Day)

	b.request(Sam, "Cohort browser", "INC-41: cohort query times out", 4*time.Hour)
	b.request(Lea, "Imaging pipeline", "Sizing for the renewal", 2*core.Day)
	b.wait(3 * time.Hour)
	b.request(ravi, "Turbine health", "INC-44: missing rows since Thursday", 90*time.Minute)
	b.request(nora, "Price curves", "Quarterly review", core.Day)
	b.request(Lea, "Cohort browser", "Quarterly review with the customer", core.Day)
	b.request(priya, "Fraud signals", "CHG-7: rule engine update", 6*time.Hour)

	granted := b.request(Sam, "Claims intake", "INC-40: intake queue is stuck", 12*time.Hour)
	b.approve(b.decider("Claims intake"), granted, core.Term{})
	short := b.request(ravi, "Branch traffic", "INC-43: counters drift", 4*time.Hour)
	b.wait(time.Hour)
	b.approve(b.decider("Branch traffic"), short, core.Term{For: core.Minutes(6*time.Hour + 40*time.Minute)})
	b.join(Sam, "Invoice archive", "INC-42: two invoices are shown twice", 8*time.Hour)
	b.join("max.keller@partner-one.test", "Customer 360", "Import of the new customer list", 3*core.Day)
	b.do("organization visit", func() error {
		_, err := b.as(ravi).JoinOrganization(b.ctx, b.org("Kestrel Air"), core.Entry{Reason: "Onboarding of the new administrators", Term: lengthOf(2 * core.Day)})
		return err
	})
	b.do("end", func() error {
		return b.endOldest(Ana, "Invoice archive")
	})
	b.join(Sam, "Invoice archive", "INC-42: check after the fix", 6*time.Hour+30*time.Minute)
	b.mfaDate()
	b.tickets()
	b.invitations()
	b.ends()
}

// endOldest lets a person leave or revoke the visit that runs in a project.
func (b *builder) endOldest(by, project string) error {
	page, err := b.as(by).Visits(b.ctx, core.VisitQuery{Unit: b.project(project).Ref(), Active: true})
	if err != nil || len(page.Items) == 0 {
		return err
	}
	_, err = b.as(by).RevokeVisit(b.ctx, page.Items[0].ID, 0, "Done for today, thank you.")
	return err
}

// firstAdmin gives the first administrator of an organization.
func (b *builder) firstAdmin(org string) string {
	return b.find(b.org(org).Ref(), func(m core.MemberView) bool {
		return m.Kind == core.MemberOrdinary && slices.Contains(m.Roles, core.RoleAdmin) && m.Person.State == core.AccountActive
	})
}

// decider gives a user of the project who may decide its requests.
func (b *builder) decider(project string) string {
	return b.find(b.project(project).Ref(), func(m core.MemberView) bool {
		return m.Kind == core.MemberOrdinary && m.Role.Full() && m.Person.MFA != nil && *m.Person.MFA
	})
}

func (b *builder) find(unit core.Unit, fits func(core.MemberView) bool) string {
	email := ""
	b.do("find a person of "+unit.String(), func() error {
		page, err := b.as(Sam).Members(b.ctx, unit, core.Query{Limit: 100})
		if err != nil {
			return err
		}
		for _, m := range page.Items {
			if fits(m) {
				email = m.Person.Email
				return nil
			}
		}
		return errNobody
	})
	return email
}

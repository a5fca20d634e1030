package demo

import (
	"slices"

	"gatehouse/core"
)

// roles gives some organizations roles of their own, members who hold them, and projects that they open (OR3, OR4).
// Acme has all there is to see: a team that enters a project, everybody who reads another, and an external user.
func (b *builder) roles() {
	b.role(Ana, "Acme", "dev team", "Builds and mends the loads")
	b.role(Ana, "Acme", "on call", "Gets up at night when a load fails")
	plain := b.find(b.org("Acme").Ref(), func(m core.MemberView) bool {
		return m.Kind == core.MemberOrdinary && !slices.Contains(m.Roles, core.RoleAdmin) && m.Person.State == core.AccountActive
	})
	b.assign(Ana, "Acme", Ben, "DEV_TEAM")
	if plain != "" {
		b.assign(Ana, "Acme", plain, "DEV_TEAM", "ON_CALL")
	}
	b.grant(Ana, "Nightly ETL", "DEV_TEAM", core.RoleGuest)
	b.grant(Ana, "Invoice archive", "DEV_TEAM", core.RoleGuest)
	b.grant(Ana, "Invoice archive", "ON_CALL", core.RoleProjectAdmin)
	b.grant(Ana, "Churn model", core.RoleDefault, core.RoleReadOnly)

	juniper := b.firstAdmin("Juniper Credit")
	b.role(juniper, "Juniper Credit", "auditors", "Read what the rules decided")
	b.grant(juniper, "Fraud signals", "AUDITORS", core.RoleReviewer)
	b.grant(juniper, "Fraud signals", core.RoleDefault, core.RoleReadOnly)
}

func (b *builder) role(by, org, name, description string) {
	b.do("role "+name, func() error {
		_, err := b.as(by).CreateRole(b.ctx, b.org(org), name, description)
		return err
	})
}

func (b *builder) assign(by, org, email string, roles ...string) {
	b.do("roles of "+email, func() error {
		_, err := b.as(by).AssignRoles(b.ctx, b.org(org), b.ids[email], 0, roles, nil)
		return err
	})
}

func (b *builder) grant(by, project, role string, level core.Role) {
	b.do("grant of "+project, func() error {
		_, err := b.as(by).GrantRole(b.ctx, b.project(project), role, level)
		return err
	})
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newRole() *cobra.Command {
	return newNoun("role", "roles in organizations, and the projects that they open",
		m.newRoleList(),
		m.newRoleCreate(),
		m.newRoleDelete(),
		m.newRoleChange("assign ROLE,… EMAIL --org O", "give a member roles", true),
		m.newRoleChange("unassign ROLE,… EMAIL --org O", "take roles away from a member", false),
		m.newRoleGrant(),
		m.newRoleRevoke(),
	)
}

// roleRow is a row of the list of roles: a role of an organization, or a grant of a project.
type roleRow struct {
	*core.RoleView
	*core.GrantView
}

func (m *Main) newRoleList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list {--org O | --project P}",
		Short: "list the roles of an organization, or the grants of a project",
		Long: `Lists the roles of an organization with how many members hold each and how
many projects it opens; of a project, which roles open it at which level. A
number with + is the least that it can be.

Fields of --filter for --org: name, description, id.`,
	}
	unit := addUnitFlags(cmd, false)
	must(cmd.Flags().MarkHidden("maintainer"))
	cmd.MarkFlagsOneRequired("org", "project")
	return asList(m, cmd, []string{"id"},
		[]column[roleRow]{
			{title: "ROLE", cell: roleRow.role},
			{title: "LEVEL", cell: func(r roleRow) string { return r.grant(func(g *core.GrantView) string { return string(g.Level) }) }},
			{title: "PROJECT", cell: func(r roleRow) string {
				return r.grant(func(g *core.GrantView) string { return fmt.Sprintf("%d %s", g.Project.ID, g.Project.Name) })
			}},
			{title: "MEMBERS", cell: func(r roleRow) string { return r.count(func(v *core.RoleView) int { return v.Members }) }, right: true},
			{title: "INVITED", cell: func(r roleRow) string { return r.count(func(v *core.RoleView) int { return v.Invitations }) }, right: true},
			{title: "GRANTS", cell: func(r roleRow) string { return r.count(func(v *core.RoleView) int { return v.Grants }) }, right: true},
			{title: "DESCRIPTION", cell: func(r roleRow) string {
				if r.RoleView == nil {
					return "-"
				}
				return r.Description
			}},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[roleRow], error) {
			u, err := unit.resolve(ctx, m, a)
			if err != nil {
				return nil, err
			}
			if u.Kind == core.KindProject {
				return grantRows(ctx, a, core.ProjectID(u.ID))
			}
			return func(q core.Query) (core.Page[roleRow], error) {
				p, err := a.Roles(ctx, core.OrganizationID(u.ID), q)
				rows := core.Page[roleRow]{Total: p.Total, Next: p.Next}
				for _, v := range p.Items {
					rows.Items = append(rows.Items, roleRow{RoleView: &v})
				}
				return rows, err
			}, nil
		})
}

// grantRows gives the grants of a project, which core gives whole.
func grantRows(ctx context.Context, a *core.Actor, id core.ProjectID) (fetcher[roleRow], error) {
	grants, err := a.Grants(ctx, id)
	var rows []roleRow
	for _, g := range grants {
		rows = append(rows, roleRow{GrantView: &g})
	}
	return held(rows, func(r roleRow) []string { return []string{r.RoleID, string(r.Level)} }), err
}

func (r roleRow) role() string {
	if r.RoleView != nil {
		return r.ID
	}
	return r.RoleID
}

func (r roleRow) grant(of func(*core.GrantView) string) string {
	if r.GrantView == nil {
		return "-"
	}
	return of(r.GrantView)
}

func (r roleRow) count(of func(*core.RoleView) int) string {
	if r.RoleView == nil {
		return "-"
	}
	n := number(of(r.RoleView))
	if r.AtLeast {
		n += "+"
	}
	return n
}

func (m *Main) newRoleCreate() *cobra.Command {
	var org, description string
	cmd := &cobra.Command{
		Use:   "create NAME --org O --description D",
		Short: "make a role of your own",
		Long: `Makes a role. Its id is the name in capitals with underscores: "dev team"
becomes DEV_TEAM.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			rec, err := a.CreateRole(ctx, id, args[0], description)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("created role %s in organization %d", rec.ID, id))
		}),
	}
	addOrgFlag(cmd, &org)
	cmd.Flags().StringVar(&description, "description", "", "what it is for: `D`")
	must(cmd.MarkFlagRequired("description"))
	return cmd
}

func addOrgFlag(cmd *cobra.Command, org *string) {
	cmd.Flags().StringVar(org, "org", "", "the organization `O`, by number or name")
	must(cmd.MarkFlagRequired("org"))
}

func (m *Main) newRoleDelete() *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   "delete ROLE --org O",
		Short: "delete a role, and take it from members, invitations and grants",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			impact, err := a.RoleImpact(ctx, id, args[0])
			if err != nil {
				return err
			}
			if err := a.Rehearsing().DeleteRole(ctx, id, args[0]); err != nil {
				return err
			}
			if err := m.confirm("Delete role "+args[0]+"?", impact.Lines()); err != nil {
				return err
			}
			if err := a.DeleteRole(ctx, id, args[0]); err != nil {
				return err
			}
			return m.printDone(roleDeleted{uint64(id), args[0], true}, fmt.Sprintf("deleted role %s of organization %d", args[0], id))
		}),
	}
	addOrgFlag(cmd, &org)
	return cmd
}

// roleDeleted is what deleting a role answers.
type roleDeleted struct {
	Organization uint64 `json:"organization"`
	ID           string `json:"id"`
	Deleted      bool   `json:"deleted"`
}

func (m *Main) newRoleChange(use, short string, assign bool) *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			roles, err := parseList("ROLE", args[0])
			if err != nil {
				return err
			}
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			account := core.Address(args[1])
			add, remove := roles, []string(nil)
			if !assign {
				add, remove = nil, roles
			}
			rec, err := a.AssignRoles(ctx, id, account, 0, add, remove)
			if err != nil {
				return err
			}
			return m.printDone(memberResult{Membership: rec, Email: args[1]}, fmt.Sprintf("%s has %s in organization %d", args[1], sentence(rec.Roles), id))
		}),
	}
	addOrgFlag(cmd, &org)
	return cmd
}

func (m *Main) newRoleGrant() *cobra.Command {
	var project, level string
	cmd := &cobra.Command{
		Use:   "grant ROLE --project P --level L",
		Short: "open a project to all holders of a role",
		Long: `Opens a project to all holders of an organization role, without a join step.
Levels: ` + levels(core.RoleSetStandard) + `; in a protected project ` + levels(core.RoleSetProtected) + `.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			rec, err := a.GrantRole(ctx, id, args[0], core.Role(level))
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("%s opens project %d at level %s", rec.RoleID, id, rec.Level))
		}),
	}
	addProjectFlag(cmd, &project)
	cmd.Flags().StringVar(&level, "level", "", "the level `L`, a project role except share")
	must(cmd.MarkFlagRequired("level"))
	return cmd
}

// levels lists the levels that grants may have in a set.
func levels(set core.RoleSet) string {
	var names []string
	for _, l := range set.GrantLevels() {
		names = append(names, string(l))
	}
	return strings.Join(names, ", ")
}

func addProjectFlag(cmd *cobra.Command, project *string) {
	cmd.Flags().StringVar(project, "project", "", "the project `P`, by number or name")
	must(cmd.MarkFlagRequired("project"))
}

func (m *Main) newRoleRevoke() *cobra.Command {
	var project, level string
	cmd := &cobra.Command{
		Use:   "revoke ROLE --project P",
		Short: "close a project to the holders of a role",
		Long:  "Takes the grants of a role away: the one at --level, or without it all of them.\nSupport may do so in a deleted project too, named by its number.",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			if err := a.RevokeGrant(ctx, id, args[0], core.Role(level)); err != nil {
				return err
			}
			what := args[0]
			if level != "" {
				what += " at level " + level
			}
			return m.printDone(grantRevoked{uint64(id), args[0], core.Role(level), true}, fmt.Sprintf("%s no longer opens project %d", what, id))
		}),
	}
	addProjectFlag(cmd, &project)
	cmd.Flags().StringVar(&level, "level", "", "only the level `L`; without it all of them")
	return cmd
}

// grantRevoked is what taking a grant away answers.
type grantRevoked struct {
	Project uint64    `json:"project"`
	Role    string    `json:"role"`
	Level   core.Role `json:"level,omitempty"`
	Revoked bool      `json:"revoked"`
}

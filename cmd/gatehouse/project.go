package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newProject() *cobra.Command {
	return newNoun("project", "projects: where the work is, and what people enter",
		m.newProjectList(),
		m.newProjectShow(),
		m.newProjectCreate(),
		m.newProjectRename(),
		m.newProjectSet(),
		m.newProjectJoin(),
		m.newProjectLeave(),
		m.newProjectDisable(),
		m.newProjectEnable(),
		m.newProjectDelete(),
		m.newProjectRestore(),
		m.newProjectPurge(),
		m.newProjectRemove(),
		m.newProjectMove(),
	)
}

func (m *Main) newProjectList() *cobra.Command {
	var org, maintainer string
	var deleted bool
	var user string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the projects that you may see",
		Long: `Lists the projects that you may see. With --user those that a person uses,
as far as you may see their users. --deleted lists those that wait 60 days to
be purged, and behind them those that were: for Support all, for administrators
those of --org.

Fields of --filter: name, org, maintainer, template, state (active, disabled,
deleted, purged), id.`,
	}
	cmd.Flags().StringVar(&org, "org", "", "only those of the organization `O`")
	cmd.Flags().StringVar(&maintainer, "maintainer", "", "only those of the maintainer `M`")
	cmd.Flags().BoolVar(&deleted, "deleted", false, "those that were deleted, and those that were purged")
	cmd.Flags().StringVar(&user, "user", "", "those that the person `EMAIL` uses, directly or through a role")
	cmd.MarkFlagsMutuallyExclusive("org", "maintainer")
	cmd.MarkFlagsMutuallyExclusive("user", "deleted")
	return asList(m, cmd, []string{"name", "expires", "deleted"},
		[]column[core.ProjectView]{
			{title: "ID", cell: func(v core.ProjectView) string { return number(v.ID) }, right: true},
			{title: "NAME", cell: func(v core.ProjectView) string { return v.Name }},
			{title: "ORGANIZATION", cell: func(v core.ProjectView) string { return v.Organization.Name }},
			{title: "TEMPLATE", cell: func(v core.ProjectView) string { return v.Template }},
			{title: "USERS", cell: func(v core.ProjectView) string { return usersText(v.Users, v.UserLimit) }, right: true},
			{title: "WAITING", cell: func(v core.ProjectView) string { return number(v.Pending) }, right: true},
			{title: "EXPIRES", cell: func(v core.ProjectView) string { return orNever(v.Expires) }},
			{title: "STATE", cell: projectState},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.ProjectView], error) {
			asked := core.ProjectQuery{Deleted: deleted, User: user}
			var err error
			if org != "" {
				if asked.Organization, err = m.organizationID(ctx, a, org); err != nil {
					return nil, err
				}
			}
			if maintainer != "" {
				if asked.Maintainer, err = m.maintainerID(ctx, a, maintainer); err != nil {
					return nil, err
				}
			}
			return func(q core.Query) (core.Page[core.ProjectView], error) {
				asked.Query = q
				return a.Projects(ctx, asked)
			}, nil
		})
}

func projectState(v core.ProjectView) string {
	switch {
	case v.State == core.ProjectDeleted:
		return "deleted, purged at " + v.PurgeAt.String()
	case v.State == core.ProjectPurged:
		return "purged at " + v.Purged.String()
	case v.Locked:
		return string(v.State) + ", locked: you have no MFA"
	case v.IsDisabled || v.Disabled != nil:
		return "disabled"
	}
	return string(v.State)
}

func (m *Main) newProjectShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show PROJECT",
		Short: "show a project",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := m.project(ctx, a, args[0])
			if err != nil {
				return err
			}
			if v.State == core.ProjectPurged {
				return m.printThing(v, m.purgedFields(v))
			}
			fields := []field{
				{"id", number(v.ID)},
				{"name", v.Name},
				{"organization", fmt.Sprintf("%d %s", v.Organization.ID, v.Organization.Name)},
				{"maintainer", fmt.Sprintf("%d %s", v.Maintainer.ID, v.Maintainer.Name)},
				{"template", v.Template},
				{"roles", string(v.RoleSet)},
				{"state", projectState(v)},
				{"expires", orNever(v.Expires)},
				{"price label", orNone(v.PriceLabel)},
				{"users", usersText(v.Users, v.UserLimit)},
				{"visitors", number(v.Visitors)},
				{"waiting requests", number(v.Pending)},
				{"you are", orDash(string(v.Relation))},
				{"your role", orDash(string(v.Role))},
				{"created", momentOrDash(v.Created)},
			}
			if v.Over { // P16
				fields = append(fields, field{"ask for more", fmt.Sprintf("gatehouse ticket open --project %d --kind limit_increase --subject S --body B", v.ID)})
			}
			if v.Tickets > 0 {
				fields = append(fields, field{"open tickets", number(v.Tickets)})
			}
			if d := v.Disabled; d != nil {
				fields = append(fields, field{"disabled", d.Reason}, field{"disabled since", d.Since.String()}, field{"expected back", orUnknown(d.ExpectedEnd)})
			}
			return m.printThing(v, fields)
		}),
	}
}

// purgedFields are what remains of a purged project (section 13).
func (m *Main) purgedFields(v core.ProjectView) []field {
	return []field{
		{"id", number(v.ID)},
		{"name", v.Name},
		{"organization", fmt.Sprintf("%d %s", v.Organization.ID, v.Organization.Name)},
		{"state", projectState(v)},
		{"created", momentOrDash(v.Created)},
		{"deleted", momentOrDash(v.Deleted)},
		{"deleted by", m.person(v.DeletedBy)},
		{"purged", v.Purged.String()},
	}
}

// orNone is how an empty price label is shown (section 2.2).
func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func orUnknown(at core.Moment) string {
	if at == 0 {
		return "not known"
	}
	return at.String()
}

// project gives the project that arg names.
func (m *Main) project(ctx context.Context, a *core.Actor, arg string) (core.ProjectView, error) {
	id, err := m.projectID(ctx, a, arg)
	if err != nil {
		return core.ProjectView{}, err
	}
	return a.Project(ctx, id)
}

func (m *Main) newProjectCreate() *cobra.Command {
	var org, template string
	cmd := &cobra.Command{
		Use:   "create NAME --org O",
		Short: "create a project (administrators)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			rec, err := a.CreateProject(ctx, id, args[0], template)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("created project %d, %s", rec.ID, rec.Name))
		}),
	}
	cmd.Flags().StringVar(&org, "org", "", "the organization `O` that it belongs to")
	cmd.Flags().StringVar(&template, "template", "", "the template `T`; without it production")
	must(cmd.MarkFlagRequired("org"))
	return cmd
}

func (m *Main) newProjectRename() *cobra.Command {
	return renameVerb(m, core.KindProject, "PROJECT", m.projectID, (*core.Actor).RenameProject,
		func(rec core.Project) string { return rec.Name })
}

func (m *Main) newProjectSet() *cobra.Command {
	var template, expires, label string
	var limit int
	cmd := &cobra.Command{
		Use:   "set PROJECT",
		Short: "change template, expiry, price label or user limit (Support)",
		Args:  arguments(1, 1),
	}
	cmd.Flags().StringVar(&template, "template", "", "another template `T` with the same roles")
	cmd.Flags().StringVar(&expires, "expires", "", "when it expires: a moment `T`, or never")
	cmd.Flags().StringVar(&label, "price-label", "", "the price label: `TEXT`; empty for none")
	cmd.Flags().IntVar(&limit, "user-limit", 0, "how many users it is meant for: `N`, 1 to 10,000; exceeding it blocks nothing")
	cmd.MarkFlagsOneRequired("template", "expires", "price-label", "user-limit")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var p core.ProjectPatch
		if cmd.Flags().Changed("template") {
			p.Template = &template
		}
		if cmd.Flags().Changed("expires") {
			var at core.Moment
			var err error
			if expires != "never" {
				if at, err = parseMoment("--expires", expires); err != nil {
					return err
				}
			}
			p.Expires = &at
		}
		if cmd.Flags().Changed("price-label") {
			p.PriceLabel = &label
		}
		if cmd.Flags().Changed("user-limit") {
			p.UserLimit = &limit
		}
		return m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := a.SetProject(ctx, id, 0, p)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("%s: template %s, expires %s, price label %s, user limit %d",
				rec.Name, rec.Template, orNever(rec.Expires), orNone(rec.PriceLabel), rec.UserLimit))
		})(cmd, args)
	}
	return cmd
}

func (m *Main) newProjectJoin() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "join PROJECT",
		Short: "join a project, as administrator or as staff",
		Long: `Joins a project. Administrators of its organization join as users. Staff join as
visitors, with --reason or --ticket, and --for or --until; with Auto Join off
they ask instead: "gatehouse request create".`,
		Args: arguments(1, 1),
	}
	entry := addEntryFlags(cmd)
	entry.addTicket(cmd)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		var terms *core.Entry
		if entry.given() {
			e, err := entry.entry(m)
			if err != nil {
				return err
			}
			terms = &e
		}
		id, err := m.projectID(ctx, a, args[0])
		if err != nil {
			return err
		}
		member, err := a.JoinProject(ctx, id, terms)
		if err != nil {
			return err
		}
		said := fmt.Sprintf("you are a user of project %d as %s", id, member.Role)
		if member.Visitor() {
			said = fmt.Sprintf("you are inside project %d as %s until %s (visit %d)", id, member.Role, member.Until, member.Visit)
		}
		return m.printDone(member, said)
	})
	return cmd
}

func (m *Main) newProjectLeave() *cobra.Command {
	return leaveVerb(m, core.KindProject, "PROJECT", "leave a project, as user or visitor", m.projectID, (*core.Actor).LeaveProject)
}

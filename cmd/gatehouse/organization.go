package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newOrganization() *cobra.Command {
	return newNoun("org", "organizations: their settings and what hangs on them",
		m.newOrganizationList(),
		m.newOrganizationShow(),
		m.newOrganizationCreate(),
		m.newOrganizationRename(),
		m.newOrganizationDelete(),
		m.newOrganizationJoin(),
		m.newOrganizationLeave(),
		m.newOrganizationMove(),
		m.newOrganizationSet(),
		m.newOrganizationImpact(),
		m.newOrganizationBilling(),
	)
}

func (m *Main) newOrganizationList() *cobra.Command {
	var maintainer string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the organizations that you may see",
		Long: `Lists the organizations that you may see: your own, those of your maintainers,
and for Support all.

Fields of --filter: name, maintainer, auto_join, mfa (auto_join:off).`,
	}
	cmd.Flags().StringVar(&maintainer, "maintainer", "", "only those of the maintainer `M`")
	return asList(m, cmd, []string{"name"},
		[]column[core.OrganizationView]{
			{title: "ID", cell: func(v core.OrganizationView) string { return number(v.ID) }, right: true},
			{title: "NAME", cell: func(v core.OrganizationView) string { return v.Name }},
			{title: "MAINTAINER", cell: func(v core.OrganizationView) string { return v.Maintainer.Name }},
			{title: "PROJECTS", cell: func(v core.OrganizationView) string { return number(v.Projects) }, right: true},
			{title: "MEMBERS", cell: func(v core.OrganizationView) string { return number(v.Members) }, right: true},
			{title: "WAITING", cell: func(v core.OrganizationView) string { return number(v.Pending) }, right: true},
			{title: "AUTO JOIN", cell: func(v core.OrganizationView) string { return onOff(v.AutoJoin) }},
			{title: "REQUIRE MFA", cell: func(v core.OrganizationView) string { return string(v.MFA.State) }},
			{title: "YOU ARE", cell: func(v core.OrganizationView) string { return orDash(string(v.Relation)) }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.OrganizationView], error) {
			asked := core.OrganizationQuery{All: true}
			if maintainer != "" {
				id, err := m.maintainerID(ctx, a, maintainer)
				if err != nil {
					return nil, err
				}
				asked.Maintainer = id
			}
			return func(q core.Query) (core.Page[core.OrganizationView], error) {
				asked.Query = q
				return a.Organizations(ctx, asked)
			}, nil
		})
}

func (m *Main) newOrganizationShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show ORG",
		Short: "show an organization with its settings",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := m.organization(ctx, a, args[0])
			if err != nil {
				return err
			}
			return m.printThing(v, []field{
				{"id", number(v.ID)},
				{"name", v.Name},
				{"state", string(v.State)},
				{"maintainer", fmt.Sprintf("%d %s", v.Maintainer.ID, v.Maintainer.Name)},
				{"auto join", onOff(v.AutoJoin)},
				{"deciders", string(v.Deciders)},
				{"pending time", hoursText(v.PendingHours)},
				{"require MFA", mfaSettingText(v.MFA)},
				{"new members get", string(v.NewMembers)},
				{"projects", number(v.Projects)},
				{"members", number(v.Members)},
				{"visitors", number(v.Visitors)},
				{"waiting requests", number(v.Pending)},
				{"you are", orDash(string(v.Relation))},
				{"created", momentOrDash(v.Created)},
			})
		}),
	}
}

func mfaSettingText(s core.MFASetting) string {
	if s.At != 0 {
		return fmt.Sprintf("%s for %s", s.State, s.At)
	}
	return string(s.State)
}

// organization gives the organization that arg names.
func (m *Main) organization(ctx context.Context, a *core.Actor, arg string) (core.OrganizationView, error) {
	id, err := m.organizationID(ctx, a, arg)
	if err != nil {
		return core.OrganizationView{}, err
	}
	return a.Organization(ctx, id)
}

func (m *Main) newOrganizationCreate() *cobra.Command {
	var maintainer string
	cmd := &cobra.Command{
		Use:   "create NAME --maintainer M",
		Short: "create an organization inside a maintainer",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.maintainerID(ctx, a, maintainer)
			if err != nil {
				return err
			}
			rec, err := a.CreateOrganization(ctx, id, args[0])
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("created organization %d, %s", rec.ID, rec.Name))
		}),
	}
	cmd.Flags().StringVar(&maintainer, "maintainer", "", "the maintainer `M` that it is assigned to")
	must(cmd.MarkFlagRequired("maintainer"))
	return cmd
}

func (m *Main) newOrganizationRename() *cobra.Command {
	return renameVerb(m, core.KindOrganization, "ORG", m.organizationID, (*core.Actor).RenameOrganization,
		func(rec core.Organization) string { return rec.Name })
}

func (m *Main) newOrganizationDelete() *cobra.Command {
	return &cobra.Command{
		Use:   "delete ORG",
		Short: "delete an organization without active projects",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, args[0])
			if err != nil {
				return err
			}
			// Support without MFA may delete what it may not look at (S16): then there is only the number to show.
			v, err := a.Organization(ctx, id)
			name := fmt.Sprintf("organization %d", id)
			impact := []string{"Its memberships, roles and invitations end. There is no restore."}
			if err == nil {
				name = fmt.Sprintf("organization %d, %s", id, v.Name)
				impact = append(impact, fmt.Sprintf("It has %s and %s.", plural(v.Members, "member"), plural(v.Visitors, "visitor")))
			}
			if err := a.Rehearsing().DeleteOrganization(ctx, id, v.Version); err != nil {
				return err
			}
			if err := m.confirm("Delete "+name+"?", impact); err != nil {
				return err
			}
			if err := a.DeleteOrganization(ctx, id, v.Version); err != nil {
				return err
			}
			return m.printDone(deleted{uint64(id), core.UnitDeleted}, "deleted "+name)
		}),
	}
}

func (m *Main) newOrganizationJoin() *cobra.Command {
	return visitVerb(m, core.KindOrganization, "ORG", "visit an organization as staff", m.organizationID, (*core.Actor).JoinOrganization)
}

func (m *Main) newOrganizationLeave() *cobra.Command {
	return leaveVerb(m, core.KindOrganization, "ORG", "leave an organization, as member or visitor", m.organizationID,
		(*core.Actor).LeaveOrganization)
}

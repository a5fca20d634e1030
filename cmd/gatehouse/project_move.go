package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newProjectMove() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "move PROJECT --to O",
		Short: "move a project to another organization",
		Long: `Moves a project to another organization. Users, invitations, requests, tickets,
template and expiry go along; role grants end, because roles belong to the
organization. It needs membership of the maintainers of both, or Support.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			org, err := m.organizationID(ctx, a, to)
			if err != nil {
				return err
			}
			impact, err := a.MoveImpact(ctx, id, org)
			if err != nil {
				return err
			}
			if impact.Refused != nil {
				return impact.Refused
			}
			if _, err := a.Rehearsing().MoveProject(ctx, id, 0, org); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Move project %d, %s?", id, impact.Project.Name), impact.Lines()); err != nil {
				return err
			}
			rec, err := a.MoveProject(ctx, id, 0, org)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("moved project %d, %s, to organization %d, %s", rec.ID, rec.Name, rec.Organization, impact.To.Name))
		}),
	}
	cmd.Flags().StringVar(&to, "to", "", "the organization `O`, by number or name")
	must(cmd.MarkFlagRequired("to"))
	return cmd
}

func (m *Main) newProjectRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove PROJECT",
		Short: "remove an empty project for good, at once",
		Long: `Removes a project for good, at once: there is no restore. It must be empty: no
role opens it, nobody but you is in it, and it has no buckets or links.
Administrators only.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			impact, err := a.RemoveProjectImpact(ctx, id)
			if err != nil {
				return err
			}
			if impact.Refused != nil {
				return impact.Refused
			}
			if _, err := a.Rehearsing().RemoveProject(ctx, id, 0); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Remove project %d, %s, for good?", id, impact.Project.Name), impact.RemovalLines()); err != nil {
				return err
			}
			rec, err := a.RemoveProject(ctx, id, 0)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("removed project %d, %s, for good", rec.ID, rec.Name))
		}),
	}
}

func (m *Main) newOrganizationMove() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "move ORG --to M",
		Short: "give an organization to another maintainer",
		Long: `Gives an organization to another maintainer, with its projects and tickets.
Visits of people who are no staff for it any more end. It needs membership of
both maintainers, or Support.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, args[0])
			if err != nil {
				return err
			}
			maintainer, err := m.maintainerID(ctx, a, to)
			if err != nil {
				return err
			}
			impact, err := a.OrganizationMoveImpact(ctx, id, maintainer)
			if err != nil {
				return err
			}
			if _, err := a.Rehearsing().MoveOrganization(ctx, id, 0, maintainer); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Give organization %d, %s, to %s?", id, impact.Organization.Name, impact.To.Name), impact.Lines()); err != nil {
				return err
			}
			rec, err := a.MoveOrganization(ctx, id, 0, maintainer)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("organization %d, %s, belongs to maintainer %d, %s", rec.ID, rec.Name, rec.Maintainer, impact.To.Name))
		}),
	}
	cmd.Flags().StringVar(&to, "to", "", "the maintainer `M`, by number or name")
	must(cmd.MarkFlagRequired("to"))
	return cmd
}

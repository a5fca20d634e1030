package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newProjectDisable() *cobra.Command {
	var reason, end string
	cmd := &cobra.Command{
		Use:   "disable PROJECT --reason R",
		Short: "close a project for a while (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			at, err := optionalMoment("--expected-end", end)
			if err != nil {
				return err
			}
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := a.DisableProject(ctx, id, 0, reason, at)
			if err != nil {
				return err
			}
			return m.printDone(rec, rec.Name+" is disabled")
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, shown to everybody who is refused")
	cmd.Flags().StringVar(&end, "expected-end", "", "when it is expected back: a moment `T`")
	return cmd
}

func (m *Main) newProjectEnable() *cobra.Command {
	return &cobra.Command{
		Use:   "enable PROJECT",
		Short: "open a disabled project again (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := a.EnableProject(ctx, id, 0)
			if err != nil {
				return err
			}
			return m.printDone(rec, rec.Name+" is enabled")
		}),
	}
}

func (m *Main) newProjectDelete() *cobra.Command {
	return &cobra.Command{
		Use:   "delete PROJECT",
		Short: "delete a project; Support can restore it for 60 days",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.projectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			impact, err := a.DeleteProjectImpact(ctx, id)
			if err != nil {
				return err
			}
			if _, err := a.Rehearsing().DeleteProject(ctx, id, 0); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Delete project %d, %s?", id, impact.Project.Name), impact.Lines()); err != nil {
				return err
			}
			rec, err := a.DeleteProject(ctx, id, 0)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("deleted project %d, %s; Support can restore it until %s", rec.ID, rec.Name, rec.PurgeAt()))
		}),
	}
}

func (m *Main) newProjectRestore() *cobra.Command {
	var expires string
	cmd := &cobra.Command{
		Use:   "restore PROJECT",
		Short: "bring a deleted project back (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			at, err := optionalMoment("--expires", expires)
			if err != nil {
				return err
			}
			id, err := m.deletedProjectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := a.RestoreProject(ctx, id, at)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("restored project %d, %s; it expires: %s", rec.ID, rec.Name, orNever(rec.Expires)))
		}),
	}
	cmd.Flags().StringVar(&expires, "expires", "", "when it expires: a moment `T`; without it never")
	return cmd
}

func (m *Main) newProjectPurge() *cobra.Command {
	return &cobra.Command{
		Use:   "purge PROJECT",
		Short: "purge a deleted project before its 60 days are over (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.deletedProjectID(ctx, a, args[0])
			if err != nil {
				return err
			}
			if v, err := a.Project(ctx, id); err == nil { // it is open, so there is nothing to ask
				return &core.Error{
					Code: core.CodeConflict, Reason: core.ReasonNotDeleted, Message: v.Name + " is not deleted.", Next: "Delete it first.",
				}
			}
			if _, err := a.Rehearsing().PurgeProject(ctx, id); err != nil {
				return err
			}
			err = m.confirm(fmt.Sprintf("Purge project %d?", id), []string{
				"What is in it is gone for good. Its history and activity stay.",
			})
			if err != nil {
				return err
			}
			rec, err := a.PurgeProject(ctx, id)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("purged project %d, %s", rec.ID, rec.Name))
		}),
	}
}

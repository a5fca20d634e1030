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
			// Support without MFA may delete what it may not look at (S16): then there is only the number to show.
			v, err := a.Project(ctx, id)
			name, impact := fmt.Sprintf("project %d", id), []string(nil)
			if err == nil {
				name = fmt.Sprintf("project %d, %s", id, v.Name)
				impact = append(impact, fmt.Sprintf("%s and %s lose access; %s void.",
					plural(v.Users, "counted user"), plural(v.Visitors, "visitor"), plural(v.Pending, "waiting request")+" become"+verbS(v.Pending)))
			}
			impact = append(impact,
				fmt.Sprintf("It can be restored by Support until %s; then it is purged.", a.House().Now().Add(core.Grace)),
				"Take your data out first.") // DR14
			if err := m.confirm("Delete "+name+"?", impact); err != nil {
				return err
			}
			rec, err := a.DeleteProject(ctx, id, v.Version)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("deleted project %d, %s; Support can restore it until %s", rec.ID, rec.Name, rec.PurgeAt()))
		}),
	}
}

// verbS is the s of a verb behind one thing.
func verbS(n int) string {
	if n == 1 {
		return "s"
	}
	return ""
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

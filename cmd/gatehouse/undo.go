package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newUndo() *cobra.Command {
	var show bool
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "take back your latest decision, for five minutes",
		Long: `Takes back your latest decision of the last five minutes that can be: a setting
of an organization, a name, a contact, billing, a role, a rejected request, a
cancelled invitation, somebody removed. It passes the same checks as the
opposite would now, and is refused when somebody has changed the same since.`,
		Args: arguments(0, 0),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
			if !show {
				v, err := a.Undo(ctx, core.EventRef{})
				if err != nil {
					return err
				}
				return m.printDone(v, fmt.Sprintf("undid: %s: %s", v.What, v.Back))
			}
			v, ok, err := a.LastUndo(ctx)
			if err != nil {
				return err
			}
			if !ok {
				return core.NothingToUndo()
			}
			return m.printThing(v, []field{
				{"what", v.What}, {"now", v.Now}, {"then", v.Back}, {"done", v.Done.String()}, {"until", v.Until.String()},
			})
		}),
	}
	cmd.Flags().BoolVar(&show, "show", false, "only say what would be taken back")
	return cmd
}

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
cancelled invitation, somebody removed. It says what that is, and asks. It passes
the same checks as the opposite would now, and is refused when somebody has
changed the same since. What others have decided is never undone.`,
		Args: arguments(0, 0),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
			v, ok, err := a.LastUndo(ctx)
			if err != nil {
				return err
			}
			if !ok {
				return core.NothingToUndo(v.NotYours...)
			}
			if show {
				return m.printThing(v, undoFields(v))
			}
			taken, err := a.Foresee(func(a *core.Actor) error { _, err := a.Undo(ctx, v.Event); return err })
			if err != nil {
				return err
			}
			if err := m.confirm("Undo it?", append(undoImpact(v), taken.Lines()...)); err != nil {
				return err
			}
			done, err := a.Undo(ctx, v.Event) // that one, even when a newer one comes meanwhile
			if err != nil {
				return err
			}
			done.NotYours = v.NotYours
			return m.printDone(done, fmt.Sprintf("undid: %s: %s", done.What, done.Back))
		}),
	}
	cmd.Flags().BoolVar(&show, "show", false, "only say what would be taken back")
	return cmd
}

func undoFields(v core.UndoView) []field {
	fields := []field{{"what", v.What}, {"now", v.Now}, {"then", v.Back}, {"done", v.Done.String()}, {"until", v.Until.String()}}
	if v.Revoked > 0 {
		fields = append(fields, field{"stays revoked", number(v.Revoked)})
	}
	for _, line := range v.NotYours {
		fields = append(fields, field{"not yours", line})
	}
	return fields
}

// undoImpact says what an undo will take back, as the card of the interface does.
func undoImpact(v core.UndoView) []string {
	lines := []string{v.What + ": now " + v.Now + ", then " + v.Back + ". You did it at " + v.Done.String() + "."}
	return append(lines, v.Stays()...)
}

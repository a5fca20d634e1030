package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// newMemberHandOver is the way out where nobody runs an organization any more (M19).
func (m *Main) newMemberHandOver() *cobra.Command {
	var org, reason string
	cmd := &cobra.Command{
		Use:   "hand-over EMAIL --org O --reason R",
		Short: "make somebody administrator where no administrator can act",
		Long: `Makes a person administrator of an organization whose administrators cannot
act: there is none, or all are not activated, expired or removed. Support only,
with MFA, whatever Auto Join says. All members, all users of its projects and
the maintainer are told, with the reason.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, org)
			if err != nil {
				return err
			}
			text, err := m.readText("--reason", reason)
			if err != nil {
				return err
			}
			rec, code, err := a.HandOver(ctx, id, args[0], text)
			if err != nil {
				return err
			}
			said := fmt.Sprintf("%s is now an administrator of organization %d; everybody whom it concerns was told", args[0], id)
			return m.printLines(memberResult{rec, args[0], resultOfCode(code)}, said+m.codeSaid(code, args[0]))
		}),
	}
	cmd.Flags().StringVar(&org, "org", "", "the organization `O`, by number or name")
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	must(cmd.MarkFlagRequired("org"))
	return cmd
}

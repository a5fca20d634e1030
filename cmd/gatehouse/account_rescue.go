package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newAccountConfirm() *cobra.Command {
	return &cobra.Command{
		Use:   "confirm EMAIL",
		Short: "say that an address belongs to its person (Support)",
		Long: `Takes the mark "not confirmed" from an account whose activation code was shown
to somebody else. Do it when you have made sure that the address is the person's.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id := core.Address(args[0])
			acc, err := a.ConfirmAddress(ctx, id)
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), acc.Email+" is confirmed")
		}),
	}
}

func (m *Main) newAccountCode() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "code EMAIL",
		Short: "issue a new activation code for who lost all keys (Support)",
		Long: `Issues an activation code for an account, active or not. Redeemed with an SSH key
it lets the person in again, with everything the account has. The person is told.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			code, err := a.IssueCode(ctx, core.Address(args[0]), reason)
			if err != nil {
				return err
			}
			of, err := a.FindAccount(ctx, args[0])
			if err != nil {
				return err
			}
			id := of.ID
			return m.printIssued(map[string]any{"id": id, "email": args[0]}, "a code was issued for "+args[0], args[0], code)
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	return cmd
}

// printIssued is printDone with an activation code: it is shown this once, or goes by mail (AC19).
func (m *Main) printIssued(value map[string]any, sentence, email, code string) error {
	if code == "" {
		return m.printLines(value, sentence+"\n"+codeMailed(email))
	}
	value["code"] = code
	return m.printLines(value, sentence+"\n"+m.codeText(code))
}

// codeMailed tells where an activation code is that nobody is shown.
func codeMailed(email string) string { return "the activation code goes to " + email + " by mail" }

func (m *Main) newAccountRemove() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "remove EMAIL",
		Short: "remove an account for good (Support)",
		Long: `Removes an account: it leaves every unit, its visits end, its pending requests and
invitations become void, its keys, MFA and codes go, and its name and address are
wiped. The log keeps its number. The last member or administrator of a unit and
the last Support account stay.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			if err := a.Rehearsing().RemoveAccount(ctx, core.Address(args[0]), reason); err != nil {
				return err
			}
			impact, err := a.RemoveAccountImpact(ctx, core.Address(args[0]))
			if err != nil {
				return err
			}
			id := impact.Account
			if err := m.confirm("Remove "+args[0]+" for good?", removeImpact(impact)); err != nil {
				return err
			}
			if err := a.RemoveAccount(ctx, id, reason); err != nil {
				return err
			}
			return m.printDone(map[string]any{"id": id, "state": core.AccountRemoved}, args[0]+" is removed; the log keeps the number "+id.String())
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	return cmd
}

// removeImpact says what goes with an account.
func removeImpact(impact core.AccountImpact) []string {
	lines := []string{"It cannot be undone. The account is in no unit."}
	if len(impact.Units) > 0 {
		lines[0] = "It cannot be undone. The account leaves:"
	}
	for _, u := range impact.Units {
		line := "  " + unitText(u.Unit) + " " + u.Name
		if u.Visit != 0 {
			line += " (a visit)"
		}
		lines = append(lines, line)
	}
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{impact.Deleted, "deleted project, which it is in too", "deleted projects, which it is in too"},
		{impact.Requests, "pending request becomes void", "pending requests become void"},
		{impact.Invitations, "pending invitation becomes void", "pending invitations become void"},
		{impact.Keys, "SSH key goes", "SSH keys go"},
	} {
		switch c.n {
		case 0:
		case 1:
			lines = append(lines, "  1 "+c.one)
		default:
			lines = append(lines, fmt.Sprintf("  %d %s", c.n, c.many))
		}
	}
	return append(lines, impact.RevokedLines()...)
}

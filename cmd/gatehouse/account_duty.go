package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newAccountReadOnly() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "read-only EMAIL {on|off}",
		Short: "keep an account to reading, or let it change things again (Support)",
		Long: `Keeps an account to reading, for programs and auditors: every change is refused,
whatever its roles. It still signs in, turns its MFA on, marks notices as read, and
takes the exports that it may take. Pending invitations that it sent are revoked,
and named. Needs your own MFA. The person is told.`,
		Args: arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			on, err := parseSwitch("The second argument", args[1])
			if err != nil {
				return err
			}
			acc, err := a.SetReadOnly(ctx, core.Address(args[0]), on, reason)
			if err != nil {
				return err
			}
			said := acc.Email + " may change things"
			if acc.ReadOnly != nil {
				said = acc.Email + " is read-only"
			}
			return m.printDone(resultOf(acc), said)
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	return cmd
}

func (m *Main) newAccountDuty() *cobra.Command {
	var reason, expires string
	cmd := &cobra.Command{
		Use:   "duty EMAIL DUTY {on|off}",
		Short: "give an account a part of what Support may do, or take it away (Support)",
		Long: `Gives an account a duty, which is a part of what Support may do, until it expires:

    backup     take backups and exports without secrets; needs no MFA, so that a
               timer can sign in with a key alone
    restore    see and restore deleted projects
    projects   set template, expiry, price label and user limit, disable and enable
    outbox     read the outbox and retry mails

Needs your own MFA. The person is told.`,
		Args: arguments(3, 3),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			on, err := parseSwitch("The third argument", args[2])
			if err != nil {
				return err
			}
			at, err := optionalMoment("--expires", expires)
			if err != nil {
				return err
			}
			acc, err := a.SetDuty(ctx, core.Address(args[0]), core.Duty(args[1]), on, reason, at)
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), "duties of "+acc.Email+": "+dutiesText(acc.Duties))
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why: `R`, "+core.Characters(core.ReasonMin, core.ReasonMax))
	cmd.Flags().StringVar(&expires, "expires", "", "when the duty expires: a moment `T`, at most 365 days ahead")
	return cmd
}

func readOnlyText(m *core.ReadOnlyMark) string {
	if m == nil {
		return "no"
	}
	return "since " + m.Since.String() + ": " + m.Reason
}

func dutiesText(duties []core.DutyGrant) string {
	var parts []string
	for _, g := range duties {
		parts = append(parts, string(g.Duty)+" until "+g.Expires.String())
	}
	return orDash(strings.Join(parts, ", "))
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/tui/qr"
)

func (m *Main) newAccountMFA() *cobra.Command {
	return newNoun("mfa", "the second factor: one-time codes (TOTP)",
		&cobra.Command{
			Use:   "enrol",
			Short: "make a secret and show it, also as a QR code",
			Long: `Makes a secret for one-time codes and shows it with its otpauth URL and QR code.
Put it into an authenticator, then confirm it with a code within ten minutes:
until then the second factor stays off.`,
			Args: arguments(0, 0),
			RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
				e, err := a.EnrolMFA(ctx)
				if err != nil {
					return err
				}
				return m.printEnrolling(e)
			}),
		},
		&cobra.Command{
			Use:   "confirm CODE",
			Short: "turn the second factor on with a first code",
			Args:  arguments(1, 1),
			RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
				code, err := m.readText("CODE", args[0])
				if err != nil {
					return err
				}
				codes, err := a.ConfirmMFA(ctx, code)
				if err != nil {
					return err
				}
				return m.printRecovery(map[string]any{"id": a.ID(), "mfa": true}, "your MFA is on", codes)
			}),
		},
		&cobra.Command{
			Use:   "codes",
			Short: "make a new set of recovery codes",
			Long: `Makes ten new recovery codes and shows them this once; the old ones are worth
nothing then. Each stands in for one code of your authenticator.`,
			Args: arguments(0, 0),
			RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
				if _, err := a.Rehearsing().RenewRecoveryCodes(ctx); err != nil {
					return err
				}
				if err := m.confirm("Make new recovery codes?", []string{"The codes that you have now are worth nothing then."}); err != nil {
					return err
				}
				codes, err := a.RenewRecoveryCodes(ctx)
				if err != nil {
					return err
				}
				return m.printRecovery(map[string]any{"id": a.ID()}, "your old recovery codes are worth nothing now", codes)
			}),
		},
		m.newMFAOff(),
	)
}

// lockedUnits stands before the units that lock without MFA (S22).
const lockedUnits = "These will lock you out until you turn it on again:"

// lockLines names the units that lock, one a line.
func lockLines(locks []core.OwnUnit) []string {
	var lines []string
	for _, u := range locks {
		line := "  " + unitText(u.Unit) + " " + u.Name
		if u.Visit != 0 {
			line += " (a visit)"
		}
		lines = append(lines, line)
	}
	return lines
}

func (m *Main) printEnrolling(e core.Enrolling) error {
	shown := struct {
		Secret string `json:"secret"`
		URL    string `json:"url"`
	}{e.Secret, e.URL}
	if err := m.printThing(shown, []field{{"secret", e.Secret}, {"URL", e.URL}}); err != nil || m.given.JSON {
		return err
	}
	return m.printQR(e.URL)
}

// printQR draws a code. On a terminal with colours it is black on white, as cameras expect it; elsewhere its light
// parts are painted, which is right for light text on a dark ground, the usual terminal.
func (m *Main) printQR(content string) error {
	term := m.Env("TERM")
	coloured := m.OutTerminal && m.Env("NO_COLOR") == "" && term != "" && term != "dumb" && !monochrome(term)
	lines, err := qr.Lines(content, qr.Style{ASCII: m.given.ASCII, Inverse: !coloured})
	if err != nil {
		return err
	}
	if coloured {
		on, off := ansi.SGR(ansi.AttrBlackForegroundColor, ansi.AttrBrightWhiteBackgroundColor), ansi.SGR(ansi.AttrReset)
		for i := range lines {
			lines[i] = on + lines[i] + off
		}
	}
	_, err = fmt.Fprintln(m.Out, strings.Join(lines, "\n"))
	return err
}

func (m *Main) newMFAOff() *cobra.Command {
	var code, reason string
	cmd := &cobra.Command{
		Use:   "off [EMAIL]",
		Short: "turn your second factor off, or for Support somebody else's",
		Long: `Turns your own second factor off, which takes a code; or with EMAIL and a reason
that of somebody who lost it, which only Support may do.`,
		Args: arguments(0, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			if len(args) == 1 {
				return m.mfaOffOf(ctx, a, args[0], code, reason)
			}
			if reason != "" {
				return misuse("Name the account, or leave --reason out.", "--reason is for somebody else's MFA.")
			}
			given, err := m.readText("--code", code)
			if err != nil {
				return err
			}
			locks, err := a.MFAOffImpact(ctx)
			if err != nil {
				return err
			}
			impact := []string{"Nothing that you are in requires it now."}
			if len(locks) > 0 {
				impact = append([]string{lockedUnits}, lockLines(locks)...)
			}
			if err := m.confirm("Turn your MFA off?", impact); err != nil {
				return err
			}
			if err := a.SwitchOffMFA(ctx, given); err != nil {
				return err
			}
			me, err := a.Me(ctx)
			if err != nil {
				return err
			}
			said := "your MFA is off"
			if me.SecurityKeys > 0 {
				said = "your one-time codes are off; your security key keeps MFA on"
			}
			return m.printDone(map[string]any{"id": a.ID(), "mfa": me.SecurityKeys > 0}, said)
		}),
	}
	cmd.Flags().StringVar(&code, "code", "", "a `CODE` of your authenticator, or a recovery code; - reads it from standard input")
	cmd.Flags().StringVar(&reason, "reason", "", "why Support turns it off: `R`")
	return cmd
}

func (m *Main) mfaOffOf(ctx context.Context, a *core.Actor, email, code, reason string) error {
	if code != "" {
		return misuse("Leave it out, and give --reason.", "--code is for your own MFA.")
	}
	if _, err := a.Rehearsing().SwitchOffMFAOf(ctx, core.Address(email), reason); err != nil {
		return err
	}
	of, err := a.FindAccount(ctx, email)
	if err != nil {
		return err
	}
	id := of.ID
	err = m.confirm("Turn the MFA of "+email+" off?", []string{
		"The secret, the recovery codes and the security keys are removed; " + email + " is told, and is locked out where",
		"MFA is required until it is on again. Who has no other key gets a new activation code.",
	})
	if err != nil {
		return err
	}
	issued, err := a.SwitchOffMFAOf(ctx, id, reason)
	if err != nil {
		return err
	}
	if issued == "" { // another key is left, or the code goes by mail
		return m.printDone(map[string]any{"id": id, "mfa": false}, "the MFA of "+email+" is off")
	}
	return m.printIssued(map[string]any{"id": id, "mfa": false}, "the MFA of "+email+" is off", email, issued)
}

// printRecovery is printDone with the recovery codes, which are shown this once (AC16).
func (m *Main) printRecovery(value map[string]any, sentence string, codes []string) error {
	value["codes"] = codes
	return m.printLines(value, sentence+"\n\nrecovery codes, shown this once; each stands in for one code:\n  "+
		strings.Join(codes, "\n  ")+"\nkeep them where your authenticator is not")
}

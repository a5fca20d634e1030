package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newActivity() *cobra.Command {
	return newNoun("activity", "the audit log: what was done, by whom, and that nobody has rewritten it",
		m.newActivityList(),
		m.newActivityVerify(),
		m.newActivityCheckpoint(),
		m.newActivityExport(),
	)
}

func (m *Main) newActivityList() *cobra.Command {
	var by, action, since, until string
	var system bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list events, the newest first",
		Long: `Lists the events that you may read, the newest first: of one unit, of the system
(accounts and the house itself), or of everything.

Fields of --filter: who, action, about, reason, outcome, origin.`,
	}
	unit := addUnitFlags(cmd, false)
	cmd.Flags().BoolVar(&system, "system", false, "events of accounts and of the house itself")
	cmd.Flags().StringVar(&by, "by", "", "only what the account `EMAIL` did")
	cmd.Flags().StringVar(&action, "action", "", "only the action `A`, such as request.approve, or all of request.")
	cmd.Flags().StringVar(&since, "since", "", "only from the moment `T` on")
	cmd.Flags().StringVar(&until, "until", "", "only before the moment `T`")
	cmd.MarkFlagsMutuallyExclusive("system", "maintainer")
	cmd.MarkFlagsMutuallyExclusive("system", "org")
	cmd.MarkFlagsMutuallyExclusive("system", "project")
	return asList(m, cmd, []string{"newest", "time"},
		[]column[core.EventView]{
			{title: "TIME", cell: func(v core.EventView) string { return v.Time.String() }},
			{title: "CHAIN", cell: func(v core.EventView) string { return fmt.Sprintf("%s#%d", v.Chain, v.Sequence) }},
			{title: "WHO", cell: func(v core.EventView) string { return v.Who }},
			{title: "ACTION", cell: func(v core.EventView) string { return string(v.Action) }},
			{title: "OUTCOME", cell: eventOutcome},
			{title: "ABOUT", cell: func(v core.EventView) string { return orDash(v.About) }},
			{title: "CHANGES", cell: eventChanges},
			{title: "REASON", cell: func(v core.EventView) string { return orDash(v.Reason) }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.EventView], error) {
			asked := core.ActivityQuery{Action: action}
			var err error
			if asked.Unit, err = unit.resolve(ctx, m, a); err != nil {
				return nil, err
			}
			if system {
				asked.Unit = core.System
			}
			if by != "" {
				asked.By = core.Address(by)
			}
			if asked.Since, err = optionalMoment("--since", since); err != nil {
				return nil, err
			}
			if asked.Until, err = optionalMoment("--until", until); err != nil {
				return nil, err
			}
			return func(q core.Query) (core.Page[core.EventView], error) {
				asked.Query = q
				return a.Activity(ctx, asked)
			}, nil
		})
}

func eventOutcome(v core.EventView) string {
	if v.Count > 0 {
		return fmt.Sprintf("%s %d times", v.Outcome, v.Count)
	}
	return v.Outcome
}

// eventChanges writes the changes of an event in one line: "auto_join on → off". What was written down later than it was
// due says when that was (V10).
func eventChanges(v core.EventView) string {
	var parts []string
	if v.Due != 0 && v.Due != v.Time {
		parts = append(parts, "due "+v.Due.String())
	}
	for _, c := range v.Changes {
		part := c.Field
		if c.Subject != nil {
			part = c.Subject.String() + " " + part
		}
		switch {
		case c.Before != "" && c.After != "":
			part += " " + c.Before + " → " + c.After
		case c.After != "":
			part += " " + c.After
		case c.Before != "":
			part += " no longer " + c.Before
		}
		parts = append(parts, part)
	}
	return orDash(strings.Join(parts, "; "))
}

// parseChain reads a chain as AU4 writes it; empty is the zero Ref, which means all.
func parseChain(s string) (core.Ref, error) {
	if s == "" {
		return core.Ref{}, nil
	}
	chain, err := core.ParseRef(s)
	if err == nil {
		switch chain.Kind {
		case core.KindMaintainer, core.KindOrganization, core.KindSystem:
			return chain, nil
		default:
		}
	}
	return core.Ref{}, invalidValue("--chain", "maintainer/ID, organization/ID or system")
}

func (m *Main) newActivityVerify() *cobra.Command {
	var chain, from string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "check that the chains of events are whole",
		Long: `Computes the hashes of a chain anew, or of all chains that you may read, and names
the first event that does not fit. The exit code is 1 when a chain is broken.

That the newest events were cut off, or that an older file was put back, shows
only against a checkpoint kept elsewhere: --from takes the line, a file with such
lines (the log is one), or - for standard input.

The last line, on standard error, says how many chains and events were looked at,
and from when to when. On a terminal, where there are more than 20 chains, only
those that are broken are listed.`,
		Args: arguments(0, 0),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
			only, err := parseChain(chain)
			if err != nil {
				return err
			}
			checkpoints, err := m.readCheckpoints(from)
			if err != nil {
				return err
			}
			heads := []core.Head{{Chain: only}}
			if only.IsZero() {
				if heads, err = a.Chains(ctx); err != nil {
					return err
				}
			}
			return m.verifyChains(ctx, a, heads, checkpoints)
		}),
	}
	cmd.Flags().StringVar(&chain, "chain", "", "only the chain `C`: maintainer/ID, organization/ID or system")
	cmd.Flags().StringVar(&from, "from", "", "compare with a `CHECKPOINT`: the line, a file with such lines, or -")
	return cmd
}

func (m *Main) newActivityExport() *cobra.Command {
	var chain string
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "write the events as JSON lines",
		Long: `Writes the events of a chain, or of all chains that you may read, as JSON lines
with every field, so that the hashes can be checked elsewhere. The export itself
is an event. With - they go to standard output.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			only, err := parseChain(chain)
			if err != nil {
				return err
			}
			bar := m.progress("exporting the events")
			defer bar.end()
			size, err := m.writeFile(args[0], func(w io.Writer) error { return a.ExportActivity(bar.in(ctx), only, w) })
			bar.end()
			if err != nil || args[0] == "-" {
				return err
			}
			return m.printDone(written{args[0], size}, saidEvents+args[0])
		}),
	}
	cmd.Flags().StringVar(&chain, "chain", "", "only the chain `C`: maintainer/ID, organization/ID or system")
	return cmd
}

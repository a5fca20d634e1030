package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newWhy() *cobra.Command {
	return &cobra.Command{
		Use:   "why EMAIL PROJECT",
		Short: "explain why a person can or cannot enter a project",
		Long: `Walks the rules in the order in which they are asked, marks the one that decides,
and ends in the next step and who can take it. Everybody may ask about
themselves.`,
		Args: arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			account, err := accountID(ctx, a, args[0])
			if err != nil {
				return err
			}
			project, err := m.projectID(ctx, a, args[1])
			if err != nil {
				return err
			}
			why, err := a.Why(ctx, account, project)
			if err != nil {
				return err
			}
			if m.given.JSON {
				return writeJSON(m.Out, m.OutTerminal, why)
			}
			return m.printLines(nil, whyText(why))
		}),
	}
}

func whyText(w core.Why) string {
	var lines []string
	for _, s := range w.Steps {
		mark := " "
		if s.Deciding {
			mark = ">"
		}
		lines = append(lines, fmt.Sprintf("%s %-11s  %-6s  %s", mark, s.Outcome, s.Rule, s.Sentence))
	}
	lines = append(lines, w.Sentence)
	if w.Next != "" {
		next := "Next: " + w.Next
		if w.Who != "" {
			next += " (" + w.Who + ")"
		}
		lines = append(lines, next)
	}
	return strings.Join(lines, "\n")
}

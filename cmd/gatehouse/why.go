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
themselves. Where there is no such project, the exit code is 3.`,
		Args: arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			account := core.Address(args[0])
			project, err := m.projectID(ctx, a, args[1])
			if err != nil {
				return err
			}
			why, err := a.Why(ctx, account, project)
			if err != nil {
				return err
			}
			if err := m.printAnswer(why, whyText(why)); err != nil || why.Reason != core.ReasonNotFound {
				return err
			}
			return &core.Error{ // the answer says why; the exit code says that there is nothing to enter
				Code: core.CodeNotFound, Reason: core.ReasonNotFound,
				Message: fmt.Sprintf("There is no project %d.", project), Next: "Check the number.",
			}
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

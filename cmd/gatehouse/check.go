package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// checkResult is what check answers.
type checkResult struct {
	Clean  bool     `json:"clean"`
	Faults []string `json:"faults"`
}

func (m *Main) newCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "verify every invariant and every chain of the house",
		Long: `Verifies that every record can be read and is found where it should be, that the
rules hold between the records, and that every chain of events is whole. It
needs no account; over SSH it is for Support. The exit code is 1 when something is
wrong.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			h, err := m.house(ctx)
			if err != nil {
				return err
			}
			result := checkResult{Faults: []string{}}
			bar := m.progress("checking")
			defer bar.end()
			report := func(fault string) { result.Faults = append(result.Faults, fault) }
			err = m.checkHouse(bar.in(ctx), h, report)
			bar.end()
			if err != nil {
				return err
			}
			result.Clean = len(result.Faults) == 0
			return m.tellCheck(result)
		},
	}
}

// checkHouse checks all of a house: as its owner at the local console, whoever acts there, over SSH as the account of the
// session.
func (m *Main) checkHouse(ctx context.Context, h *core.House, report func(fault string)) error {
	if m.remote != nil {
		return m.remoteActor().Check(ctx, report)
	}
	if err := h.Store().Check(ctx, report); err != nil {
		return err
	}
	return core.CheckInvariants(ctx, h.Store(), h.Now(), report)
}

func (m *Main) tellCheck(result checkResult) error {
	if result.Clean {
		return m.printDone(result, "the house is clean")
	}
	if m.given.JSON {
		if err := writeJSON(m.Out, m.OutTerminal, result); err != nil {
			return err
		}
		return &toldError{1}
	}
	for _, fault := range result.Faults {
		if err := writeLine(m.Out, fault); err != nil {
			return err
		}
	}
	if err := writeLine(m.Err, fmt.Sprintf("gatehouse: found %s.", plural(len(result.Faults), "fault"))); err != nil {
		return err
	}
	return &toldError{1}
}

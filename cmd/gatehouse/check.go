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
needs no account. The exit code is 1 when something is wrong.`,
		Args: arguments(0, 0),
		RunE: m.owning(func(ctx context.Context, h *core.House, _ []string) error {
			result := checkResult{Faults: []string{}}
			bar := m.progress("faults")
			report := func(fault string) {
				result.Faults = append(result.Faults, fault)
				bar.at(len(result.Faults), 0)
			}
			err := h.Store().Check(ctx, report)
			if err == nil {
				err = core.CheckInvariants(ctx, h.Store(), h.Now(), report)
			}
			bar.end()
			if err != nil {
				return err
			}
			result.Clean = len(result.Faults) == 0
			return m.tellCheck(result)
		}),
	}
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

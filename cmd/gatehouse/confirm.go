package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// confirm prints what a destructive verb will do, one line each, and asks. Yes, or --yes, is nil; anything else is
// the error to end with. Without a terminal nobody can be asked, and without --yes nothing is done.
func (m *Main) confirm(question string, impact []string) error {
	m.asked = impact
	if m.given.Yes {
		if m.given.JSON {
			return nil // the error stream is for JSON; the impact is what the verb answers
		}
		return m.printImpact(impact)
	}
	if !m.InTerminal || !m.OutTerminal || m.given.JSON {
		return &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonConfirmationRequired,
			Message: strings.Join(append([]string{question}, impact...), "\n"),
			Next:    "Read what it does, then confirm with --yes.",
		}
	}
	if err := m.printImpact(impact); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(m.Err, "%s [y/N] ", text.Clean(question)); err != nil {
		return err
	}
	answer, err := bufio.NewReader(m.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return &core.Error{
		Code: core.CodeInvalid, Reason: reasonCancelled, Message: "Nothing was changed.", Next: "Answer y to do it.",
	}
}

func (m *Main) printImpact(impact []string) error {
	for _, line := range impact {
		if err := writeLine(m.Err, line); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// bulkResult is what a verb with several ids answers for one of them: a result or an error.
type bulkResult struct {
	ID     any      `json:"id"` // a number; what is none stays as it was typed
	Result any      `json:"result,omitempty"`
	Error  *failure `json:"error,omitempty"`
}

// bulkFailure is what stands on the error stream for one id that failed, where JSON is asked for: the error as any verb
// gives it, and which id it is about.
type bulkFailure struct {
	ID    any     `json:"id"`
	Error failure `json:"error"`
}

// turn is one record of a bulk: what doing it does, or would do when the actor rehearses.
type turn struct {
	value    any
	sentence string
	impact   string // what is lost, before it is confirmed
}

// eachConfirmed does something to each record, after it has said what that does to those that it would be done to, and
// was told to. The others are refused with what the rehearsal said; where those are all, nothing is asked.
func (m *Main) eachConfirmed(a *core.Actor, question string, args []string, do func(a *core.Actor, arg string) (turn, error)) error {
	var impact []string
	refused := map[string]error{}
	for _, arg := range args {
		t, err := do(a.Rehearsing(), arg)
		if err != nil {
			refused[arg] = err
			continue
		}
		impact = append(impact, t.impact)
	}
	if len(impact) > 0 {
		if err := m.confirm(question, impact); err != nil {
			return err
		}
	}
	return m.each(args, func(arg string) (any, string, error) {
		if err := refused[arg]; err != nil {
			return nil, "", err
		}
		t, err := do(a, arg)
		return t.value, t.sentence, err
	})
}

// writeLines writes a text line by line.
func writeLines(w io.Writer, lines string) error {
	for l := range strings.SplitSeq(lines, "\n") {
		if err := writeLine(w, l); err != nil {
			return err
		}
	}
	return nil
}

// each does one thing after another and tells how each went; a failure does not stop the rest. do gives the thing
// made or changed and a sentence about it. The error ends the run with the code of the first that failed. Errors stand on
// the error stream, in JSON one line for each, and in the list of results.
func (m *Main) each(ids []string, do func(id string) (value any, sentence string, err error)) error {
	answer := page[bulkResult]{Total: len(ids)}
	code := 0
	for _, id := range ids {
		value, sentence, err := do(id)
		if err == nil {
			m.did(sentence)
			value, sentence = m.answered(value, sentence)
		}
		result := bulkResult{ID: id, Result: value}
		if n, err := strconv.ParseUint(id, 10, 64); err == nil {
			result.ID = n
		}
		out, line := m.Out, sentence
		if err != nil {
			known := describe(err)
			if code == 0 {
				code = exitCode(known)
			}
			f := shown(known)
			result.Result, result.Error = nil, &f
			out, line = m.Err, known.Error()
		}
		answer.Items = append(answer.Items, result)
		if m.given.JSON {
			if result.Error != nil {
				if err := writeJSON(m.Err, false, bulkFailure{result.ID, *result.Error}); err != nil {
					return err
				}
			}
			continue
		}
		switch {
		case len(ids) > 1:
			line = id + ": " + line
		case err != nil:
			line = "gatehouse: " + line // as every other error of a verb
		}
		if err := writeLines(out, line); err != nil {
			return err
		}
	}
	if m.given.JSON {
		if err := writeJSON(m.Out, m.OutTerminal, answer); err != nil {
			return err
		}
	}
	if code != 0 {
		return &toldError{code}
	}
	return nil
}

// writeLine writes one line of text from people.
func writeLine(w io.Writer, line string) error {
	_, err := fmt.Fprintln(w, text.Clean(line))
	return err
}

package main

import (
	"bytes"
	"encoding/json"
	"slices"

	"gatehouse/core"
)

// withTaken is an answer with what the deed took along beside it, as fields of the same object (I17).
type withTaken struct {
	answer any
	taken  core.Taken
}

// MarshalJSON implements json.Marshaler.
func (w withTaken) MarshalJSON() ([]byte, error) {
	answer, err := json.Marshal(w.answer)
	if err != nil {
		return nil, err
	}
	taken, err := json.Marshal(w.taken)
	if err != nil {
		return nil, err
	}
	body := bytes.TrimSuffix(answer, []byte("}"))
	if len(body) == len(answer) || len(taken) <= len("{}") { // an answer that is no object has no room for it
		return answer, nil
	}
	if len(body) > len("{") {
		body = append(body, ',')
	}
	return append(body, taken[1:]...), nil
}

// answered gives the answer of a deed with what the deed took along: in the value, and as lines below the sentence, but for
// those that were told already when it was asked about.
func (m *Main) answered(value any, sentence string) (any, string) {
	taken := m.taken
	m.taken = core.Taken{}
	if len(taken.Revoked) == 0 {
		return value, sentence
	}
	for _, line := range taken.Lines() {
		if !slices.Contains(m.asked, line) {
			sentence += "\n" + line
		}
	}
	return withTaken{value, taken}, sentence
}

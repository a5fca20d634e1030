package main

import "gatehouse/core"

// codeResult is how the activation code of somebody who is not activated reaches them, in the answer of a verb (AC19).
type codeResult struct {
	// Code is shown this once.
	Code string `json:"code,omitempty"`
	// CodeWithheld says why there is none to see.
	CodeWithheld string `json:"code_withheld,omitempty"`
}

func resultOfCode(given core.GivenCode) codeResult { return codeResult{given.Code, given.Withheld} }

// codeSaid is the line that tells it, on a line of its own, or nothing.
func (m *Main) codeSaid(given core.GivenCode, email string) string {
	switch {
	case given.Code != "":
		return "\n" + m.codeText(given.Code)
	case given.Mailed:
		return "\n" + codeMailed(email)
	case given.Withheld != "":
		return "\n" + given.Withheld
	}
	return ""
}

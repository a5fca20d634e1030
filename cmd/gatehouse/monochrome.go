package main

import (
	"regexp"

	"github.com/xo/terminfo"
)

// terminalName is what a name of a terminal looks like: a client chooses it, and the list of terminals is in files.
var terminalName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+._-]*$`)

// monochrome reports whether a kind of terminal is known to have no colours. One that is not known is taken for a usual
// one.
func monochrome(term string) bool {
	if !terminalName.MatchString(term) {
		return false
	}
	known, err := terminfo.Load(term)
	return err == nil && known.Nums[terminfo.MaxColors] < 8
}

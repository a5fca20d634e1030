package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// TestHelpNamesTheFieldsOfEveryFilter walks the verbs: whatever takes a filter names the fields that core takes (F7).
func TestHelpNamesTheFieldsOfEveryFilter(t *testing.T) {
	aliases := map[string]bool{"project": true, "where": true, "id": true} // of visits, also called unit
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if cmd.Flags().Lookup("filter") == nil {
			return
		}
		path := verbPath(cmd)
		list, known := filtered[path]
		if !known {
			t.Errorf("%s has a filter, and nobody says of which list: see filtered", path)
			return
		}
		if path == "bucket catalog" {
			return // refers to bucket list
		}
		for _, f := range core.FilterFields(list) {
			if !strings.Contains(cmd.Long, f) && (path != "visit list" || !aliases[f]) {
				t.Errorf("the help of %s does not name the field %s:\n%s", path, f, cmd.Long)
			}
		}
	}
	walk((&Main{}).newRoot())
}

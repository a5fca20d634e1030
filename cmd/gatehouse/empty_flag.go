package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// mayBeEmpty are the flags for which an empty value means something: texts of people that core judges, and settings that
// an empty value sets back. For every other flag an empty value is what a script passes whose variable was never set, and
// must not count as leaving the flag out: without --until a membership has no end.
var mayBeEmpty = map[string]bool{
	"reason": true, "note": true, "description": true, "price-label": true, "name": true, "label": true, "subject": true, "body": true,
	"theme": true, "glyphs": true, "mouse": true,
	"filter": true, "after": true, // all rows, from the first
	flagAs: true, flagVia: true, flagSMTP: true, // take back what the environment or config.toml says
}

// emptyVerbs are the verbs of which every flag may be empty.
var emptyVerbs = map[string]bool{"org billing set": true}

// refuseEmpty refuses flags that were given an empty value which means nothing.
func refuseEmpty(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && f.Value.Type() == "string" && f.Value.String() == "" && !mayBeEmpty[f.Name] && !emptyVerbs[verbWords(cmd)] {
			err = misuse("Give it a value, or leave it out.", "--%s has an empty value.", f.Name)
		}
	})
	return err
}

package main

import (
	"regexp"
	"strings"
)

// What cobra says about flags that belong together; it has no types for these.
var (
	notTogether = regexp.MustCompile(`^if any flags in the group \[[^]]*\] are set none of the others can be; \[([^]]*)\] were all set$`)
	oneNeeded   = regexp.MustCompile(`^at least one of the flags in the group \[([^]]*)\] is required$`)
	allNeeded   = regexp.MustCompile(`^required flag\(s\) (.*) not set$`)
)

// groupMisuse turns what cobra says about missing and clashing flags into our words. Anything else is passed on as it
// is, with where to read on.
func groupMisuse(err error) error {
	said := err.Error()
	if m := notTogether.FindStringSubmatch(said); m != nil {
		return misuse("Leave one of them out.", "%s exclude each other.", sentence(flagged(m[1])))
	}
	if m := oneNeeded.FindStringSubmatch(said); m != nil {
		return misuse("Add --help to see what they take.", "Give one of %s.", strings.Join(flagged(m[1]), ", "))
	}
	if m := allNeeded.FindStringSubmatch(said); m != nil {
		names := flagged(strings.NewReplacer(`"`, "", ",", "").Replace(m[1]))
		verb := " is needed."
		if len(names) > 1 {
			verb = " are needed."
		}
		return misuse("Add --help to see what it takes.", "%s", sentence(names)+verb)
	}
	return misuse("Add --help to see how it is used.", "%s.", err)
}

// flagged gives names that stand apart by blanks as flags are written.
func flagged(names string) []string {
	list := strings.Fields(names)
	for i := range list {
		list[i] = "--" + list[i]
	}
	return list
}

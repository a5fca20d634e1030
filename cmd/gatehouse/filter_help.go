package main

import (
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// filtered names the list of core behind each list verb, whose fields its filter takes; empty for a list without fields.
var filtered = map[string]string{
	"account list": "accounts", "account key list": "", "activity list": "activity", "bucket list": "buckets",
	"bucket catalog": "buckets", "inbox list": "inbox", "invitation list": "invitations", "maintainer list": "maintainers",
	"member list": "members", "org list": "organizations", "outbox list": "outbox", "project list": "projects",
	"request list": "requests", "role list": "roles", "session list": "", "template list": "", "ticket list": "tickets",
	"visit list": "visits",
}

// nameFields ends the help of every list verb with the fields of its filter, where the help does not name them itself.
func nameFields(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		nameFields(sub)
	}
	if cmd.Flags().Lookup("filter") == nil || strings.Contains(cmd.Long, "Fields of --filter") {
		return
	}
	if cmd.Long == "" {
		cmd.Long = strings.ToUpper(cmd.Short[:1]) + cmd.Short[1:] + "."
	}
	line := "The words of --filter are looked for in all columns of text; it knows no fields."
	if fields := core.FilterFields(filtered[verbPath(cmd)]); len(fields) > 0 {
		line = "Fields of --filter: " + strings.Join(fields, ", ") + "."
	}
	cmd.Long += "\n\n" + strings.Join(text.Wrap(line, 78), "\n")
}

// verbPath is a command without the name of the program.
func verbPath(cmd *cobra.Command) string {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	return path
}

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// oracleLines are the verbs that take the address of somebody, with {who} for it. A verb whose use has EMAIL in it, and
// a flag that takes one, must stand here, or in oracleExcused with the reason.
var oracleLines = map[string]string{
	"account read-only": "account read-only {who} on --reason Because",
	"account duty":      "account duty {who} backup on --reason Because --expires 2027-01-31",
	"account show":      "account show {who}", "account create": "account create {who}",
	"account expire": "account expire {who} 2027-01-31", "account support": "account support {who} off",
	"account confirm": "account confirm {who}", "account code": "account code {who} --reason Because",
	"account remove": "account remove {who} --reason Because", "account mfa off": "account mfa off {who} --reason Because",
	"member remove": "member remove {who} --org 1", "member role": "member role {who} guest --project 1",
	"member hand-over":    "member hand-over {who} --org 1 --reason Because",
	"project list --user": "project list --user {who}",
	"role assign":         "role assign DEFAULT {who} --org 1", "role unassign": "role unassign ADMIN {who} --org 1",
	"why": "why {who} 1", "session list": "session list {who}",
	"activity list --by": "activity list --by {who}", "bucket create --owner": "bucket create b --project 1 --owner {who}",
	"bucket set --owner": "bucket set 1 --owner {who}", "bucket share --users": "bucket share 1 --type selected_users --users {who}",
	"org billing set --contact": "org billing set 1 --contact {who}",
}

var oracleExcused = map[string]string{
	"init": "there is nobody in the house yet", "account renew": "is for the owner of the file",
	"member add": "makes the account that is absent", "invitation send": "makes the account that is absent",
	"maintainer set": "keeps any address", "maintainer set --contact": "keeps any address", "org billing set --email": "keeps any address",
	"--as": "is for the owner of the file",
}

// A10, trust F3, F4: a verb over SSH says the same about an address whose account the reader may not see and about one
// that no account has: on stdout, on stderr, and in its exit code; also with --yes, which shows what would happen.
func TestVerbsKeepAddressesHidden(t *testing.T) {
	suite.Sequential(t)
	f := newFarHouse(t)
	const hidden, absent = "sux@hidden.test", "suy@hidden.test"
	ctx := t.Context()
	for _, err := range []error{
		second(f.As("sam").CreateAccount(ctx, core.AccountInput{Email: hidden})),
		second(f.As("pia").AddMember(ctx, core.AddInput{Unit: f.ETL.Ref(), Email: "otto@elsewhere.test", Role: core.RoleReadOnly})),
	} {
		f.Must(err)
	}
	for _, reader := range []string{"otto", "pia", "ana"} {
		s := f.session(reader)
		for name, line := range oracleLines {
			for _, flags := range []string{"", " --yes", " --json --yes"} {
				ask := func(who string) string {
					got := f.run(s, "", strings.Fields(strings.ReplaceAll(line, "{who}", who)+flags)...)
					return strings.ReplaceAll(fmt.Sprintf("%d\n%s\n%s", got.code, got.out, got.err), who, "WHO")
				}
				if one, other := ask(hidden), ask(absent); one != other {
					t.Errorf("%s as %s%s\nhidden: %s\nabsent: %s", name, reader, flags, one, other)
				}
			}
		}
	}
}

func second[A, B any](_ A, _ B, err error) error { return err }

// Every verb and every flag that takes an address is in the table above.
func TestVerbsWithAddressesAreKnown(t *testing.T) {
	known := func(name string) {
		_, listed := oracleLines[name]
		if _, excused := oracleExcused[name]; !listed && !excused {
			t.Errorf("%s takes an address: say what it answers to one that is hidden", name)
		}
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		path := strings.TrimPrefix(strings.TrimPrefix(c.CommandPath(), "gatehouse"), " ")
		if strings.Contains(c.Use, "EMAIL") {
			known(path)
		}
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if word, _ := pflag.UnquoteUsage(flag); strings.Contains(word, "EMAIL") {
				known(strings.TrimSpace(path + " --" + flag.Name))
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&Main{}).newRoot())
}

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// withNoun gives a run that has a noun with one verb, which wants a flag and an argument.
func withNoun(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "", 0)
	if err := w.Parse(nil); err != nil {
		t.Fatal(err)
	}
	verb := &cobra.Command{
		Use: "open PROJECT", Args: arguments(1, 1),
		RunE: func(*cobra.Command, []string) error { return w.printDone(nil, "opened") },
	}
	verb.Flags().String("reason", "", "")
	if err := verb.MarkFlagRequired("reason"); err != nil {
		t.Fatal(err)
	}
	noun := newNoun("door", "doors", verb)
	w.markRunning(noun)
	w.root.AddCommand(noun)
	return w
}

func TestMisuseOfNounsAndVerbs(t *testing.T) {
	cases := []struct {
		args string
		want string // empty: it works
	}{
		{"door open 7 --reason broken", ""},
		{"door", `gatehouse door needs a verb. "gatehouse door --help" lists them.`},
		{"door opne 7", `gatehouse door has no command "opne". Did you mean "gatehouse door open"?`},
		{"door open --reason broken", `gatehouse door open needs more arguments. Write it as "gatehouse door open PROJECT`},
		{"door open 7 8 --reason broken", "gatehouse door open takes no more arguments."},
		{"door open 7", "--reason is needed."},
		{"door open 7 --raeson broken", "gatehouse door open has no flag --raeson. Did you mean --reason?"},
		{"doorr open", `gatehouse has no command "doorr". Did you mean "gatehouse door"?`},
	}
	for _, c := range cases {
		w := withNoun(t)
		w.root.SetArgs(strings.Fields(c.args))
		err := w.Run(context.Background())
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.args, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: nothing is wrong with it", c.args)
			continue
		}
		if code := w.report(err); code != 2 || !strings.Contains(w.err.String(), c.want) {
			t.Errorf("%s: exit code %d and %q, want 2 and %q", c.args, code, &w.err, c.want)
		}
	}
}

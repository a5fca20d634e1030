package main

import (
	"strconv"
	"strings"
	"testing"

	"gatehouse/storage"
	"gatehouse/storage/memory"
	"gatehouse/tui/screen/screentest"
)

// offline runs verbs in this process on a house in memory, as a person.
type offline struct {
	*screentest.House
	t *testing.T
}

func newOffline(t *testing.T) *offline {
	t.Helper()
	store, err := storage.Over(t.Context(), memory.New(memory.Options{}), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &offline{screentest.New(t, store), t}
}

// world makes a run on the house; width 0 is no terminal.
func (o *offline) world(width int) *world {
	w := newWorld(o.t, "", width)
	w.Clock, w.opened = o.Clock.Now, o.House.House
	return w
}

func (o *offline) run(width int, as string, words ...string) (code int, out, err string) {
	o.t.Helper()
	w := o.world(width)
	code = w.Execute(o.t.Context(), append(words, "--as", o.Emails[as]))
	return code, w.out.String(), w.err.String()
}

// Names of every kind come whole out of a list that no terminal reads, and a name as it is printed, there or on a
// terminal, is accepted where a unit is named.
func TestPrintedNamesAreAccepted(t *testing.T) {
	o := newOffline(t)
	names := []string{
		"Acme plain", "Zoë 👩\u200d💻", "❤\ufe0f love", "👍🏽 ok", "1\ufe0f\u20e3 first", "می\u200cخواهم", "ශ්\u200dරී ලංකා", "zero\u200bwidth", "soft\u00adhyphen",
		"क्षि marks", "é\u0301\u0301\u0301\u0301\u0301\u0301 tall", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f flag", "non\uffffchar", "日本語",
	}
	for _, name := range names {
		code, out, said := o.run(0, "ana", "project", "create", name, "--org", "1", "--json")
		if code != 0 {
			t.Fatalf("%+q: %s", name, said)
		}
		_, id, _ := strings.Cut(out, `"id":`)
		id, _, _ = strings.Cut(id, ",")
		for _, width := range []int{0, 200} {
			code, out, said := o.run(width, "ana", "project", "show", id)
			if code != 0 {
				t.Fatalf("%+q at %d: %s", name, width, said)
			}
			printed := lineOf(out, "name")
			code, again, said := o.run(width, "ana", "project", "show", printed)
			if code != 0 || again != out {
				t.Errorf("%+q is printed as %+q at width %d, and that is not accepted: %s", name, printed, width, said)
			}
			if plain := strings.NewReplacer("‹U+200B›", "\u200b", "‹U+200C›", "\u200c", "‹U+200D›", "\u200d", "‹U+00AD›", "\u00ad", "‹U+FFFF›", "\uffff").Replace(printed); width == 0 && plain != name {
				t.Errorf("%+q is printed as %+q where no terminal reads", name, printed)
			}
		}
		if n, err := strconv.Atoi(id); err != nil || n < 1 {
			t.Fatalf("no id in %s", out)
		}
	}
}

// lineOf gives the value of a field of a printed thing.
func lineOf(out, field string) string {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, field); ok && strings.TrimLeft(rest, " \t") != rest {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

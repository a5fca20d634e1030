package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gatehouse/core"
)

// spoken are verbs with words that make them change something, or answer, in the house of the screens; where a verb is
// missing it is run as it stands, and must not answer 0 to a full disk either.
var spoken = map[string][]string{
	"account list": {}, "account show": {}, "account create": {"new@acme.test"}, "account rename": {"Samuel"}, "account set": {"--theme", "dark"},
	"account expire": {"sue@support.test", "2026-12-20"}, "account code": {"otto@elsewhere.test", "--reason", "lost it"},
	"account remove": {"otto@elsewhere.test", "--reason", "gone", "--yes"}, "account mfa enrol": {"--as", "pia@data.test"},
	"account mfa codes": {"--yes"}, "account key list": {}, "maintainer list": {}, "maintainer show": {"1"},
	"maintainer create": {"Another"}, "maintainer join": {"1", "--reason", "INC-41: x", "--for", "4h"}, "org list": {"--as", "ana@acme.test"},
	"org create": {"Beta", "--maintainer", "1", "--as", "lea@partner-one.test"}, "org set": {"1", "--auto-join", "off", "--as", "ana@acme.test"},
	"project create": {"Other", "--org", "1", "--as", "ana@acme.test"}, "project delete": {"1", "--yes", "--as", "ana@acme.test"},
	"project rename": {"1", "Another", "--as", "ana@acme.test"}, "project join": {"1", "--reason", "INC-41: x", "--for", "4h"},
	"project set": {"1", "--user-limit", "9"}, "template list": {},
	"member add": {"nia@acme.test", "--org", "1", "--as", "ana@acme.test"}, "member list": {"--org", "1", "--as", "ana@acme.test"},
	"member remove":   {"pia@data.test", "--project", "1", "--yes", "--as", "ana@acme.test"},
	"invitation send": {"nia@acme.test", "--org", "1", "--as", "ana@acme.test"}, "role list": {"--org", "1", "--as", "ana@acme.test"},
	"role create": {"Night", "--org", "1", "--description", "d", "--as", "ana@acme.test"}, "request list": {}, "visit list": {},
	"bucket create": {"logs", "--project", "1", "--as", "pia@data.test"}, "ticket open": {"--project", "1", "--subject", "It fails", "--body", "B", "--as", "pia@data.test"},
	"activity list": {}, "activity verify": {}, "activity checkpoint": {}, "inbox list": {}, "outbox list": {}, "why": {"pia@data.test", "1"},
	"export": {"-"}, "check": {}, "version": {}, "paths": {}, "man": {}, "completion": {"bash"}, "help": {},
}

// TestAnswersThatCannotBeWritten: every verb, with an answer that nobody gets, and --help: it ends with not_writable and
// exit code 6, and where it has changed the house it says what was done, and never to do it again.
func TestAnswersThatCannotBeWritten(t *testing.T) {
	start := newOffline(t)
	alone := map[string]bool{"serve": true, "demo": true, "open": true, "__complete": true, "compact": true}
	changed := 0
	for _, verb := range verbsOf(newTree()) {
		if alone[verb[0]] {
			continue
		}
		args := spoken[strings.Join(verb, " ")]
		for _, words := range [][]string{append(slices.Clone(verb), args...), append(slices.Clone(verb), "--help")} {
			o := start
			if spoken[strings.Join(verb, " ")] != nil && words[len(words)-1] != "--help" {
				o = newOffline(t)
			}
			w := o.world(0)
			w.Out = fullDisk{}
			before := o.events()
			if !slices.Contains(words, "--as") {
				words = append(words, "--as", o.Emails["sam"])
			}
			code := w.Execute(t.Context(), words)
			said, done := w.err.String(), o.events() != before && !answerOnly[strings.Join(verb, " ")]
			switch {
			case code == 0:
				t.Errorf("%v: exit code 0 although nothing was written", words)
			case code == 1 || strings.Contains(said, "went wrong"):
				t.Errorf("%v: exit code %d: %s", words, code, said)
			case done && (code != 6 || strings.Contains(strings.ToLower(said), "try again") || strings.Contains(said, "Nothing was changed")):
				t.Errorf("%v has changed something, and says: %d %s", words, code, said)
			case slices.Contains(words, "--help") || spoken[strings.Join(verb, " ")] != nil:
				if code != 6 || !strings.Contains(said, "could not be written: no space left on device") {
					t.Errorf("%v: exit code %d: %s", words, code, said)
				}
			}
			if done {
				changed++
			}
		}
	}
	if changed < 15 {
		t.Errorf("only %d verbs have changed something", changed)
	}
}

// events counts the events of the house.
func (o *offline) events() int {
	n, err := o.Events(context.Background())
	o.Must(err)
	return n
}

// A lost code is told with the way to another one; a reader that goes away is told nothing where nothing is lost.
func TestLostAnswers(t *testing.T) {
	m := &Main{answer: &outlet{failed: &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}}}
	m.did("created account 9 for new@acme.test\ncode ABCDE-FGHIJ")
	m.verb, _, _ = newTree().Find([]string{"account", "create"})
	e := describe(m.unwritten(nil))
	if e.Reason != core.ReasonNotWritable || exitCode(e) != 6 || strings.Contains(e.Error(), "ABCDE") {
		t.Errorf("%+v", e)
	}
	for _, want := range []string{"no space left on device. Done: created account 9 for new@acme.test.", "gatehouse account code EMAIL"} {
		if !strings.Contains(e.Error(), want) {
			t.Errorf("%q does not say %q", e.Error(), want)
		}
	}
	for verb := range shownOnce {
		if found, rest, err := newTree().Find(strings.Fields(verb)); err != nil || len(rest) > 0 || found.HasSubCommands() {
			t.Errorf("there is no verb %s", verb)
		}
	}
	m = &Main{answer: &outlet{failed: &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}}}
	if code := m.report(m.unwritten(nil)); code != brokenPipe {
		t.Errorf("a reader that went away: exit code %d", code)
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/core"
)

func TestExitCodeFollowsTheCode(t *testing.T) {
	cases := []struct {
		err  error
		want int
	}{
		{&core.Error{Code: core.CodeInternal}, 1},
		{&core.Error{Code: core.CodeInvalid}, 2},
		{&core.Error{Code: core.CodeNotFound}, 3},
		{&core.Error{Code: core.CodeDenied}, 4},
		{&core.Error{Code: core.CodeConflict}, 5},
		{&core.Error{Code: core.CodeUnavailable}, 6},
		{&core.Error{Code: "made_up"}, 1},
		{fmt.Errorf("around: %w", &core.Error{Code: core.CodeConflict}), 5},
		{errors.New("anything"), 1},
		{context.Canceled, 6},
		{&toldError{5}, 5},
	}
	for _, c := range cases {
		w := newWorld(t, "", 0)
		if got := w.report(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestInsideFailuresGoToTheLog(t *testing.T) {
	w := newWorld(t, "", 0)
	w.report(errors.New("a \x1b[2J cause"))
	if strings.Contains(w.err.String(), "cause") || w.out.Len() > 0 {
		t.Errorf("%s%s", &w.out, &w.err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(w.logPath())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), " cause") || !strings.Contains(string(log), "2026-11-21T12:00:00") || strings.Contains(string(log), "\x1b") {
		t.Errorf("log: %q", log)
	}
	info, err := os.Stat(w.logPath())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the log has mode %v", info.Mode())
	}
}

func TestReportAsJSON(t *testing.T) {
	w := newWorld(t, "", 0)
	w.given.JSON = true
	w.report(&core.Error{Code: core.CodeDenied, Reason: core.ReasonReadOnly, Message: "No\x1b[2J.", Next: "Do this."})
	var got map[string]failure
	if err := json.Unmarshal(w.err.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, &w.err)
	}
	if want := (failure{core.CodeDenied, core.ReasonReadOnly, "No\x1b[2J.", "Do this."}); got["error"] != want {
		t.Errorf("got %+v", got)
	}
}

func TestEachGoesOnAndAnswersTheFirstCode(t *testing.T) {
	do := func(id string) (any, string, error) {
		switch id {
		case "2":
			return nil, "", &core.Error{Code: core.CodeConflict, Reason: core.ReasonAlreadyDecided, Message: "Decided."}
		case "3":
			return nil, "", &core.Error{Code: core.CodeNotFound, Reason: core.ReasonNotFound, Message: "Nowhere."}
		}
		return map[string]string{"id": id}, "approved", nil
	}
	w := newWorld(t, "", 0)
	if code := w.report(w.each([]string{"1", "2", "3", "4"}, do)); code != 5 {
		t.Errorf("exit code %d, want 5", code)
	}
	if got, want := w.out.String(), "1: approved\n4: approved\n"; got != want {
		t.Errorf("output %q, want %q", got, want)
	}
	if got, want := w.err.String(), "2: Decided.\n3: Nowhere.\n"; got != want {
		t.Errorf("errors %q, want %q", got, want)
	}

	w = newWorld(t, "", 0)
	w.given.JSON = true
	if code := w.report(w.each([]string{"3", "1"}, do)); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	var answer page[bulkResult]
	if err := json.Unmarshal(w.out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Items) != 2 || answer.Items[0].Error == nil || answer.Items[1].Error != nil ||
		!strings.Contains(w.err.String(), `"id":3`) || strings.Count(w.err.String(), "\n") != 1 { // the one that failed
		t.Errorf("%s%s", &w.out, &w.err)
	}
}

func TestConfirm(t *testing.T) {
	impact := []string{"Acme has 3 members.", "evil \x1b[2J name"}
	cases := []struct {
		name, input string
		width       int
		yes, json   bool
		want        core.Reason
	}{
		{name: "a person says y", input: "y\n", width: 80},
		{name: "a person says Yes", input: "Yes\n", width: 80},
		{name: "a person says n", input: "n\n", width: 80, want: reasonCancelled},
		{name: "a person presses enter", input: "\n", width: 80, want: reasonCancelled},
		{name: "a person ends the input", input: "", width: 80, want: reasonCancelled},
		{name: "nobody is there", input: "y\n", want: core.ReasonConfirmationRequired},
		{name: "nobody is there, --yes", yes: true},
		{name: "--json asks nobody", input: "y\n", width: 80, json: true, want: core.ReasonConfirmationRequired},
		{name: "--json --yes", json: true, yes: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.input, c.width)
			w.given.Yes, w.given.JSON = c.yes, c.json
			err := w.confirm("Delete Acme?", impact)
			if core.ReasonOf(err) != c.want || (c.want == "") != (err == nil) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if err != nil {
				if code := w.report(err); code != 2 {
					t.Errorf("exit code %d, want 2", code)
				}
			}
			if !c.json && !strings.Contains(w.err.String(), "Acme has 3 members.") {
				t.Errorf("the impact was not told: %q", w.err.String())
			}
			if strings.Contains(w.err.String(), "\x1b") || w.out.Len() > 0 {
				t.Errorf("%q%q", w.out.String(), w.err.String())
			}
		})
	}
}

package cell_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
)

// named finds the actions that core writes into the log (AU9).
var named = regexp.MustCompile(`(?:happened\(|alsoIn\(|ction: *|Action\(|action = |Chain\{|return )"([a-z]+\.[a-z_]+)"`)

func TestEventsHaveWords(t *testing.T) {
	files, err := filepath.Glob("../../../core/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no sources")
	}
	quiet := map[string]bool{ // bookkeeping writes no event (AU14)
		"account.preferences": true, "notification.read": true, "outbox.retry": true, "session.list": true, "filter.save": true, "filter.delete": true,
		"activity.verify": true,
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(source, -1) {
			action := string(m[1])
			if quiet[action] {
				continue
			}
			found++
			for _, outcome := range []string{core.OutcomeDone, core.OutcomeDenied} {
				words := cell.What(core.EventView{Event: core.Event{Action: core.Action(action), Outcome: outcome}}).Text
				if words == action || words == "" {
					t.Errorf("%s: %s has no words", filepath.Base(file), action)
				}
				if w := text.Width(words); w > cell.WhatWidth {
					t.Errorf("%q is %d cells wide", words, w)
				}
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d actions were found: the sources are written otherwise by now", found)
	}
}

func TestAbout(t *testing.T) {
	for _, x := range []struct{ who, about, want string }{
		{"sam@support.test", "Nightly ETL, request/5, sam@support.test", "Nightly ETL"},
		{"ana@acme.test", "Nightly ETL, visit/5, sam@support.test", "Nightly ETL, sam@support.test"},
		{"ana@acme.test", "ana@acme.test", "ana@acme.test"},
		{"system", "", ""},
	} {
		if got := cell.About(core.EventView{Who: x.who, About: x.about}); got != x.want {
			t.Errorf("%+v gives %q", x, got)
		}
	}
}

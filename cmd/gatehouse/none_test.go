package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core/suite"
)

// timed are all flags and arguments that take a moment or a length, by verb, with the words that the verb needs besides.
// They are asked with texts that mean "none" elsewhere.
var timed = map[string][]string{
	"init --expires":            {"a@a.test", "--name", "A"},
	"account create --expires":  {"new@acme.test", "--support"},
	"account expire T":          {"sue@support.test"},
	"account support --expires": {"otto@elsewhere.test", "on"},
	"account duty --expires":    {"otto@elsewhere.test", "backup", "on", "--reason", "A timer"},
	"activity list --since":     {}, "activity list --until": {},
	"invitation send --lapses":   {"nia@acme.test", "--project", "1", "--as", "pia@data.test"},
	"invitation send --until":    {"nia@acme.test", "--project", "1", "--as", "pia@data.test"},
	"invitation resend --lapses": {"1", "--as", "pia@data.test"},
	"maintainer join --for":      {"1", "--reason", "INC-41: x"}, "maintainer join --until": {"1", "--reason", "INC-41: x"},
	"member add --until": {"otto@elsewhere.test", "--project", "1", "--as", "pia@data.test"},
	"org join --for":     {"1", "--reason", "INC-41: x"}, "org join --until": {"1", "--reason", "INC-41: x"},
	"org set --pending-time": {"1", "--as", "ana@acme.test"}, "org set --require-mfa": {"1", "--as", "ana@acme.test"},
	"project disable --expected-end": {"1", "--reason", "broken"}, "project restore --expires": {"2"},
	"project set --expires": {"1"},
	"project join --for":    {"1", "--reason", "INC-41: x"}, "project join --until": {"1", "--reason", "INC-41: x"},
	"request approve --for": {"1", "--as", "pia@data.test"}, "request approve --until": {"1", "--as", "pia@data.test"},
	"request create --for": {"1", "--reason", "INC-41: x"}, "request create --until": {"1", "--reason", "INC-41: x"},
	"visit extend --for": {"1", "--reason", "INC-41: x", "--as", "sue@support.test"}, "visit extend --until": {"1", "--reason", "INC-41: x", "--as", "sue@support.test"},
	"serve --idle": nil, "serve --max-age": nil, // checked with the settings
}

// No text of a moment or length that is none elsewhere, and no empty value, counts as leaving the flag out, or as "for
// ever": the verb refuses it and changes nothing. A flag that is missing in the table fails the test.
func TestNoneIsNoMoment(t *testing.T) {
	suite.Sequential(t)
	root := newTree()
	var found []string
	for _, verb := range verbsOf(root) {
		cmd, _, err := root.Find(verb)
		if err != nil || verb[0] == "__complete" {
			continue
		}
		for _, place := range timesOf(cmd) {
			found = append(found, strings.Join(verb, " ")+" "+place)
		}
	}
	open, asking := newOffline(t), newOffline(t)
	for _, line := range [][]string{
		{"project", "create", "Other", "--org", "1", "--as", "ana@acme.test"},
		{"project", "delete", "2", "--yes", "--as", "ana@acme.test"},
		{"project", "join", "1", "--reason", "INC-41: x", "--for", "4h", "--as", "sue@support.test"},
		{"invitation", "send", "nia@acme.test", "--project", "1", "--as", "pia@data.test"},
	} {
		w := open.world(0)
		if code := w.Execute(t.Context(), line); code != 0 {
			t.Fatalf("%v: %s", line, &w.err)
		}
	}
	asking.AutoJoin(false)
	asking.Request("lea", asking.ETL, "INC-41: nightly load fails")
	runs := 0
	for _, place := range found {
		words, known := timed[place]
		if !known {
			t.Errorf("%s takes a time and is not in the table", place)
			continue
		}
		if words == nil {
			continue
		}
		parts, o := strings.Fields(place), open
		if parts[0] == "request" {
			o = asking
		}
		flag := parts[len(parts)-1]
		for _, none := range []string{"0001-01-01", "0001-01-01T00:00:00Z", "1970-01-01", "1970-01-01T00:00:00Z", "0m", "0d", ""} {
			line := append(slices.Clone(parts[:len(parts)-1]), words...)
			switch flag {
			case "T":
				line = append(line[:3:3], append([]string{none}, line[3:]...)...)
			default:
				line = append(line, flag+"="+none)
			}
			if parts[0] == "init" {
				line = append(line, "--db", "memory:")
			} else if !slices.Contains(line, "--as") {
				line = append(line, "--as", o.Emails["sam"])
			}
			w, before := o.world(0), o.events()
			if parts[0] == "init" {
				w.opened = nil
			}
			code := w.Execute(t.Context(), line)
			if reads := strings.HasPrefix(place, "activity list"); code == 0 && !reads || o.events() != before && flag != "--require-mfa" { // its refusal is noted
				t.Errorf("%q: exit code %d, %d events: %s%s", line, code, o.events()-before, &w.out, &w.err)
			}
			runs++
		}
	}
	t.Logf("%d places, %d runs", len(found), runs)
	for place := range timed {
		if !slices.Contains(found, place) {
			t.Errorf("there is no %s", place)
		}
	}
}

// timesOf gives the flags and arguments of a verb that take a moment or a length.
func timesOf(cmd *cobra.Command) (places []string) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		if value == "T" && strings.Contains(usage, "moment") || value == "D" && f.Name != "description" || f.Name == "require-mfa" && value == "on/off/DATE" {
			places = append(places, "--"+f.Name)
		}
	})
	if strings.HasSuffix(cmd.Use, "EMAIL T") {
		places = append(places, "T")
	}
	return places
}

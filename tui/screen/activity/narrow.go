package activity

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/entry"
)

// narrowing is a filter of the log in parts: by who, what, unit and time. In the text of the filter they are words such
// as who:ana and since:2026-11-01, so that they can be typed, seen and taken away there too.
type narrowing struct {
	values map[string]string // by the names below
	words  string            // what belongs to none of them
}

// narrowings are the fields, in the order of the form. Since and until are read here, the others by core.
var narrowings = []struct{ name, label, hint, help string }{
	{"who", "Who", "sam@support.test", "The address, or a part of it; system for what happened by itself."},
	{"action", "What", "request.approve", "The action, or a part of it: request, settings.auto_join, user.join."},
	{"about", "About", "Nightly ETL", "A project, organization, maintainer or person."},
	{"outcome", "Outcome", "denied", "done or denied."},
	{"since", "Since", "7d", sinceHelp},
	{"until", "Until", "2026-12-01", sinceHelp},
}

const sinceHelp = "A day or a moment in UTC, such as 2026-11-01 or 2026-11-01T18:00, or how long ago: 4h, 7d."

// parseNarrowing reads a filter.
func parseNarrowing(filter string) narrowing {
	n := narrowing{values: map[string]string{}}
	var words []string
next:
	for _, w := range strings.Fields(filter) {
		for _, x := range narrowings {
			if value, ok := strings.CutPrefix(w, x.name+":"); ok {
				n.values[x.name] = strings.TrimSpace(n.values[x.name] + " " + value)
				continue next
			}
		}
		words = append(words, w)
	}
	n.words = strings.Join(words, " ")
	return n
}

// String writes the filter.
func (n narrowing) String() string {
	var out []string
	for _, x := range narrowings {
		for w := range strings.FieldsSeq(n.values[x.name]) {
			out = append(out, x.name+":"+w)
		}
	}
	if n.words != "" {
		out = append(out, n.words)
	}
	return strings.Join(out, " ")
}

// query puts the times of a filter where core looks for them.
func query(q core.Query, unit core.Ref, now time.Time) (core.ActivityQuery, error) {
	n := parseNarrowing(q.Filter)
	out := core.ActivityQuery{Query: q, Unit: unit}
	for name, to := range map[string]*core.Moment{"since": &out.Since, "until": &out.Until} {
		if n.values[name] == "" {
			continue
		}
		at, err := moments(name, n.values[name], now)
		if err != nil {
			return out, err
		}
		*to = at
		delete(n.values, name)
	}
	out.Filter = n.String()
	return out, nil
}

// moments reads a moment, or a length as so long ago.
func moments(name, s string, now time.Time) (core.Moment, error) {
	term, err := entry.ParseTerm(s, now)
	switch {
	case err != nil:
		return 0, &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: name,
			Message: name + " must be a day, a moment or how long ago, not " + s + ".", Next: "Write 2026-11-01, 2026-11-01T18:00 or 7d.",
		}
	case term.Until == 0:
		return core.At(now.Add(-term.For.Duration())), nil
	case len(s) == len("18:00"): // the clock: the last time that it said so, where a length of a visit means the next
		if term.Until > core.At(now) {
			return term.Until.Add(-core.Day), nil
		}
	}
	return term.Until, nil
}

// narrowed is the answer of the form.
type narrowed struct{ filter string }

// narrow asks for who, what, unit and time.
func (s *Screen) narrow() tea.Cmd {
	n, now := parseNarrowing(s.List.Filter()), s.env.Session.Now
	f := &form.Form{Heading: "Show only", Button: "Show"}
	for _, x := range narrowings {
		field := &form.Field{Name: x.name, Label: x.label, Value: n.values[x.name], Placeholder: "such as " + x.hint, Help: x.help, Limit: 80}
		if x.help == sinceHelp {
			field.Check = func(v string, _ form.Values) string {
				if v = strings.TrimSpace(v); v != "" {
					if _, err := moments(x.name, v, now()); err != nil {
						return core.AsError(err).Message
					}
				}
				return ""
			}
		}
		f.Fields = append(f.Fields, field)
	}
	f.Send = func(_ context.Context, v form.Values) (tea.Msg, error) {
		to := narrowing{values: map[string]string{}, words: n.words}
		for _, x := range narrowings {
			to.values[x.name] = v.Text(x.name)
		}
		return narrowed{to.String()}, nil
	}
	return card.Show(f)
}

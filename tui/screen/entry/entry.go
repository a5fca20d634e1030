// Package entry is the form in which staff say why and until when they come in: joining, requesting, staying longer, and
// granting another end (R3, R4, R21, R23).
package entry

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/form"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Names of the fields, as core names them in errors.
const (
	FieldReason = "reason"
	FieldTicket = "ticket"
	FieldEnd    = "end"
)

// Default is what forms start with (section 2.2): for 4h.
const Default = "4h"

// Ask opens what is needed to come in: what names the deed, send carries it out and answers with what to say.
type Ask struct {
	Heading string
	Intro   []string
	Button  string
	// Reason and End are what the fields start with; an empty End means Default.
	Reason, End string
	// NoReason leaves the reason out: an approver grants another end only.
	NoReason bool
	// OnlyFor and OnlyUntil keep to the form that was asked in (R21).
	OnlyFor, OnlyUntil bool
	// Tickets are the open tickets of the project, of which one may be cited; it may stand for the reason (ST9).
	Tickets Tickets
	// Starts says from when a length counts: "from joining", "from the approval".
	Starts string
	Now    func() time.Time
	// Send carries it out; done is said as a toast.
	Send func(ctx context.Context, e core.Entry) (done string, err error)
}

// Form makes the form.
func (a Ask) Form() *form.Form {
	if a.End == "" {
		a.End = Default
	}
	f := &form.Form{Heading: a.Heading, Intro: a.Intro, Button: a.Button}
	if !a.NoReason {
		f.Fields = append(f.Fields, &form.Field{
			Name: FieldReason, Label: "Reason", Value: a.Reason, Required: len(a.Tickets.Open) == 0, Check: a.checkReason,
			Placeholder: "such as INC-41: nightly load fails", Help: "Everybody inside reads it. " + core.Characters(core.ReasonMin, core.ReasonMax) + ".",
		})
		f.Fields = append(f.Fields, a.ticketField()...)
	}
	f.Fields = append(f.Fields, &form.Field{
		Name: FieldEnd, Label: a.endLabel(), Value: a.End, Required: true, Limit: core.MomentMax, Help: a.endHelp(),
		Check:    func(v string, _ form.Values) string { return a.check(v) },
		Describe: func(v string, _ form.Values) string { return a.describe(v) },
	})
	f.Send = func(ctx context.Context, v form.Values) (tea.Msg, error) {
		term, err := ParseTerm(v.Text(FieldEnd), a.Now())
		if err != nil {
			return nil, err
		}
		done, err := a.Send(ctx, core.Entry{Reason: v.Text(FieldReason), Term: term, Ticket: ticketOf(v)})
		if err != nil {
			return nil, underEnd(err)
		}
		return app.Toast{Role: theme.Success, Text: done}, nil
	}
	return f
}

func (a Ask) endLabel() string {
	switch {
	case a.OnlyFor:
		return "For"
	case a.OnlyUntil:
		return "Until"
	}
	return "For or until"
}

func (a Ask) endHelp() string {
	switch {
	case a.OnlyFor:
		return "A length: 90m, 4h, 2d."
	case a.OnlyUntil:
		return "A moment: 18:00, or 2026-06-15T18:00 (UTC)."
	}
	return "A length: 90m, 4h, 2d. Or a moment: 18:00, or 2026-06-15T18:00 (UTC)."
}

func (a Ask) check(v string) string {
	term, err := ParseTerm(strings.TrimSpace(v), a.Now())
	switch {
	case err != nil:
		return core.AsError(err).Message
	case a.OnlyFor && term.Until != 0:
		return "A length was asked for; give a length such as 4h."
	case a.OnlyUntil && term.Until == 0:
		return "A moment was asked for; give a moment such as 18:00."
	}
	return ""
}

func (a Ask) describe(v string) string {
	term, err := ParseTerm(strings.TrimSpace(v), a.Now())
	if err != nil {
		return ""
	}
	if term.Until != 0 {
		return "That is in " + text.Length(term.Until.Sub(core.At(a.Now()))) + "."
	}
	return text.Length(term.For.Duration()) + " " + a.Starts + "; now that would be until " +
		text.Exact(term.End(core.At(a.Now())).Time()) + "."
}

// underEnd puts errors about lengths and moments under the one field that holds both.
func underEnd(err error) error {
	e := core.AsError(err)
	switch e.Reason {
	case core.ReasonExpiryRequired, core.ReasonInvalidEnd:
		moved := *e
		moved.Field = FieldEnd
		return &moved
	default:
		return err
	}
}

// ParseTerm reads a length (90m, 4h, 2d, 1w) or a moment in UTC: 18:00 (the next time the clock says so), or as
// [core.ParseMoment] does. The bounds are core's to check. The error is invalid_value about the field end.
func ParseTerm(s string, now time.Time) (core.Term, error) {
	if l, err := core.ParseLength(s); err == nil {
		return core.Term{For: l}, nil
	}
	now = now.UTC()
	clock := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(s), " today"), " UTC")
	if t, err := time.Parse("15:04", clock); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
		if !at.After(now) {
			at = at.Add(24 * time.Hour)
		}
		return core.Term{Until: core.At(at)}, nil
	}
	if at, err := core.ParseMoment(s); err == nil {
		return core.Term{Until: at}, nil
	}
	return core.Term{}, &core.Error{
		Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: FieldEnd,
		Message: fmt.Sprintf("%q is neither a length nor a moment.", s),
		Next:    "Write 4h, 2d, 18:00 or 2026-06-15T18:00.",
	}
}

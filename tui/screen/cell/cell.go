// Package cell holds what many screens write in the same way: people, states, ends, and the lines of a page.
package cell

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Person writes somebody with the Support badge in front, as every list does: "🐙 sam@support.test".
func Person(look *theme.Look, p core.Person) theme.Span {
	label := p.Label()
	if p.Unconfirmed && p.State != core.AccountNotActivated { // who is not activated has nothing to confirm yet
		label += " (not confirmed)"
	}
	if p.Support {
		return theme.Span{Role: theme.Support, Text: look.Glyphs.Support + " " + label}
	}
	return theme.Span{Text: label}
}

// PersonState is Person with the state of an account that cannot act yet, or no more: "otto@else.test (expired)".
func PersonState(look *theme.Look, p core.Person) theme.Span {
	s := Person(look, p)
	switch p.State {
	case core.AccountNotActivated:
		s.Text += " (not activated)"
	case core.AccountExpired:
		s.Text += " (expired)"
	case core.AccountActive:
		if p.OnlyReads {
			s.Text += " (read-only)"
		}
	case core.AccountRemoved:
	}
	return s
}

// PersonName writes somebody with name and address: "Ana Castro <ana@acme.test>".
func PersonName(look *theme.Look, p core.Person) string {
	s := Person(look, p).Text
	if p.Name != "" && p.Email != "" {
		s = p.Name + " " + look.Glyphs.Dot + " " + s
	}
	return s
}

// AccountState writes the state of an account with its glyph.
func AccountState(look *theme.Look, s core.AccountState) theme.Span {
	g := look.Glyphs
	switch s {
	case core.AccountActive:
		return theme.Span{Role: theme.Success, Text: g.On + " active"}
	case core.AccountNotActivated:
		return theme.Span{Role: theme.Warning, Text: g.Off + " not activated"}
	case core.AccountExpired:
		return theme.Span{Role: theme.Danger, Text: g.Warn + " expired"}
	case core.AccountRemoved:
		return theme.Span{Role: theme.Faint, Text: g.Off + " removed"}
	}
	return theme.Span{Text: string(s)}
}

// MFA writes whether MFA is on, or a dot where the reader may not see it (S31).
func MFA(look *theme.Look, on *bool) theme.Span {
	switch {
	case on == nil:
		return theme.Span{Role: theme.Faint, Text: look.Glyphs.Dot}
	case *on:
		return theme.Span{Role: theme.Success, Text: look.Glyphs.On + " on"}
	}
	return theme.Span{Role: theme.Warning, Text: look.Glyphs.Off + " off"}
}

// Switch writes a setting that is on or off: "● on", "○ off".
func Switch(look *theme.Look, on bool) theme.Span {
	if on {
		return theme.Span{Role: theme.Success, Text: look.Glyphs.On + " on"}
	}
	return theme.Span{Role: theme.Faint, Text: look.Glyphs.Off + " off"}
}

// Ends writes an end as seen from now: "in 3 h", "in 2 d"; due when it is past and not swept yet (TM5); never for none.
func Ends(end core.Moment, now time.Time) theme.Span {
	switch {
	case end == 0:
		return theme.Span{Role: theme.Faint, Text: "never"}
	case end.Passed(core.At(now)):
		return theme.Span{Role: theme.Warning, Text: "due"}
	case end.Sub(core.At(now)) < core.Day:
		return theme.Span{Role: theme.Warning, Text: text.Ago(end.Time(), now)}
	}
	return theme.Span{Text: text.Ago(end.Time(), now)}
}

// Expires is Ends for projects: what is over within 7 days is flagged (P12).
func Expires(look *theme.Look, end core.Moment, now time.Time) theme.Span {
	s := Ends(end, now)
	if end != 0 && end.Sub(core.At(now)) < 7*core.Day {
		s.Role = theme.Warning
		s.Text += " " + look.Glyphs.Warn
	}
	return s
}

// Exact writes a moment to the minute with its zone, and how far it is: "2026-06-15 18:05 UTC (in 4 h)".
func Exact(m core.Moment, now time.Time) string {
	if m == 0 {
		return "never"
	}
	return text.Exact(m.Time()) + " (" + text.Ago(m.Time(), now) + ")"
}

// Term writes what somebody asks for: "4 h", "until 2026-06-15 18:00 UTC".
func Term(t core.Term) string {
	if t.Until != 0 {
		return "until " + text.Exact(t.Until.Time())
	}
	return text.Length(t.For.Duration())
}

// ProjectState writes the state of a project.
func ProjectState(look *theme.Look, p core.ProjectView, now time.Time) theme.Span {
	g := look.Glyphs
	switch {
	case p.State == core.ProjectDeleted:
		left := p.PurgeAt.Sub(core.At(now))
		return theme.Span{Role: theme.Faint, Text: g.Off + " deleted, " + text.Length(max(left, 0)) + " to restore"}
	case p.State == core.ProjectPurged:
		return theme.Span{Role: theme.Faint, Text: g.Off + " purged"}
	case p.IsDisabled || p.Disabled != nil:
		return theme.Span{Role: theme.Danger, Text: g.Warn + " disabled"}
	case p.Locked:
		return theme.Span{Role: theme.Warning, Text: g.Warn + " locked"} // for who looks: they have no MFA
	}
	return theme.Span{Role: theme.Success, Text: g.On + " active"}
}

// Users writes counted users against the limit: "4 / 10", "12 / 10 !" (P16).
func Users(look *theme.Look, users, limit int) theme.Span {
	s := theme.Span{Text: fmt.Sprintf("%d / %d", users, limit)}
	if users > limit {
		s.Role, s.Text = theme.Warning, s.Text+" "+look.Glyphs.Warn
	}
	return s
}

// Total writes how many rows a list has: nothing for none, "many" where nobody has counted them.
func Total(n int) string {
	switch {
	case n == 0:
		return ""
	case n < 0:
		return "many"
	}
	return strconv.Itoa(n)
}

// RequestState writes the state of a request.
func RequestState(look *theme.Look, q core.RequestView) theme.Span {
	g := look.Glyphs
	switch q.State {
	case core.RequestPending:
		if q.Due {
			return theme.Span{Role: theme.Warning, Text: g.Warn + " due"}
		}
		return theme.Span{Role: theme.Badge, Text: g.On + " waiting"}
	case core.RequestApproved:
		return theme.Span{Role: theme.Success, Text: g.Done + " approved"}
	case core.RequestRejected:
		return theme.Span{Role: theme.Danger, Text: g.Failed + " rejected"}
	case core.RequestWithdrawn, core.RequestLapsed, core.RequestSuperseded, core.RequestVoid:
	}
	return theme.Span{Role: theme.Faint, Text: g.Off + " " + string(q.State)}
}

// VisitState writes the state of a visit with its glyph.
func VisitState(look *theme.Look, v core.VisitView) theme.Span {
	g := look.Glyphs
	switch v.State {
	case core.VisitActive:
		if v.Due {
			return theme.Span{Role: theme.Warning, Text: g.Warn + " due"}
		}
		return theme.Span{Role: theme.Info, Text: g.Right + " inside"}
	case core.VisitRevoked:
		return theme.Span{Role: theme.Danger, Text: g.Failed + " revoked"}
	case core.VisitLeft, core.VisitEnded:
	}
	return theme.Span{Role: theme.Faint, Text: g.Off + " " + string(v.State)}
}

// Name writes the name of a unit, with a mark and its number where it can be taken for a sibling (trust.md requirement 7).
func Name(look *theme.Look, name string, id uint64, alike bool) theme.Span {
	if !alike {
		return theme.Span{Text: name}
	}
	return theme.Span{Role: theme.Warning, Text: fmt.Sprintf("%s #%d %s", look.Glyphs.Warn, id, name)}
}

// MFARequired writes the setting Require MFA in lists.
func MFARequired(look *theme.Look, s core.MFAState) theme.Span {
	switch s {
	case core.MFARequired:
		return theme.Span{Role: theme.Success, Text: look.Glyphs.On + " required"}
	case core.MFAScheduled:
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " scheduled"}
	case core.MFAOff:
	}
	return theme.Span{Role: theme.Faint, Text: look.Glyphs.Off + " off"}
}

// Role writes a project role, or the organization roles of a member; visitors of an organization have none.
func Role(role core.Role, roles []string) string {
	if role != "" {
		return string(role)
	}
	return strings.Join(roles, ", ")
}

// Fields are the lines of a page: labels on the left, values on the right, wrapped to the width.
type Fields struct {
	look  *theme.Look
	width int
	label int
	lines []string
}

// NewFields begins the lines of a page that is width cells wide; labels take label cells.
func NewFields(look *theme.Look, width, label int) *Fields {
	return &Fields{look: look, width: width, label: label}
}

// Add writes one field. Values of people may be long or strange; they are cleaned and wrapped.
func (f *Fields) Add(label string, value theme.Span) *Fields {
	room := max(f.width-f.label-4, 8)
	for i, line := range text.Wrap(value.Text, room) {
		head := text.Blanks(f.label)
		if i == 0 {
			head = f.look.Paint(theme.Faint, text.Fit(label, f.label))
		}
		f.lines = append(f.lines, "  "+head+"  "+f.look.Paint(value.Role, line))
	}
	return f
}

// Text is Add for a plain value; an empty one is left out.
func (f *Fields) Text(label, value string) *Fields {
	if value == "" {
		return f
	}
	return f.Add(label, theme.Span{Text: value})
}

// Gap leaves a line empty.
func (f *Fields) Gap() *Fields {
	f.lines = append(f.lines, "")
	return f
}

// Heading writes the title of a section.
func (f *Fields) Heading(s string) *Fields {
	f.lines = append(f.lines, "  "+f.look.Paint(theme.Heading, s))
	return f
}

// Paragraph writes wrapped text in a role.
func (f *Fields) Paragraph(role theme.Role, s string) *Fields {
	for _, line := range text.Wrap(s, max(f.width-4, 8)) {
		f.lines = append(f.lines, "  "+f.look.Paint(role, line))
	}
	return f
}

// Lines gives what was written.
func (f *Fields) Lines() []string { return f.lines }

// String gives the lines as one text.
func (f *Fields) String() string { return strings.Join(f.lines, "\n") }

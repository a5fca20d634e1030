package organization

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/screen/unit"
)

// Answers of the cards about Require MFA: they lead to another card.
type (
	askDate struct{}
	askNow  struct{}
)

// fromDate puts the way over a date beside the button that requires MFA now; while there is a date it is left out.
func fromDate(o core.OrganizationView, now card.Button) []card.Button {
	if o.MFA.State == core.MFAScheduled {
		return []card.Button{now}
	}
	return []card.Button{now, {Label: "A date …", Answer: askDate{}}}
}

// goOn opens the card that an answer leads to.
func (b board) goOn(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case askDate:
		return b.ask(askMFADate)()
	case askNow:
		return b.ask(requireNow)()
	}
	return nil
}

// fieldAt is the field of the date, as core names it in errors.
const fieldAt = "at"

// dateDefault is how far ahead the form proposes: time for both notices, 7 days and 1 day before.
const dateDefault = 14 * core.Day

// askMFADate asks from when MFA is required (S28).
func askMFADate(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	start := core.At(d.Now().Add(dateDefault).Truncate(24 * time.Hour))
	heading := "Require MFA in " + o.Name + " from a date"
	if o.MFA.State == core.MFAScheduled {
		start, heading = o.MFA.At, "Move the date of MFA in "+o.Name
	}
	return &form.Form{
		Heading: heading, Button: "Set the date", StillThere: d.Still(h.Ref, o.Version, maySet),
		Intro: []string{"Everybody without MFA is told now, and again 7 days and 1 day before. Then " + o.Name + " and its projects close to who has none."},
		Fields: []*form.Field{{
			Name: fieldAt, Label: "From", Value: start.Time().UTC().Format("2006-01-02T15:04"), Required: true, Limit: core.MomentMax,
			Help: "1 to 90 days ahead: a day such as 2026-12-01, a moment such as 2026-12-01T18:00 (UTC), or a length such as 30d.",
			Check: func(v string, _ form.Values) string {
				if _, err := parseDate(v, d.Now()); err != nil {
					return core.AsError(err).Message
				}
				return ""
			},
			Describe: func(v string, _ form.Values) string {
				at, err := parseDate(v, d.Now())
				if err != nil {
					return ""
				}
				return "MFA is required from " + cell.Exact(at, d.Now()) + "."
			},
		}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			at, err := parseDate(v[fieldAt], d.Now())
			if err != nil {
				return nil, err
			}
			_, err = d.Actor.ScheduleMFA(ctx, o.ID, o.Version, at)
			return unit.Done{Text: "MFA will be required in " + o.Name + " from " + cell.Exact(at, d.Now()) + "."}, err
		},
	}, nil
}

// parseDate reads the date. Its bounds are core's to check.
func parseDate(s string, now time.Time) (core.Moment, error) {
	s = strings.TrimSpace(s)
	term, err := entry.ParseTerm(s, now)
	if err != nil {
		return 0, &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: fieldAt,
			Message: fmt.Sprintf("%q is neither a day nor a length.", s), Next: "Write 2026-12-01, 2026-12-01T18:00 or 30d.",
		}
	}
	return term.End(core.At(now)), nil
}

// listAction shows everybody without MFA (S12, S13).
func (b board) listAction() *keymap.Action {
	return &keymap.Action{
		ID: "organization.mfa-list", Title: "without MFA", Long: "list the people without MFA (the view is audited)", Keys: []string{"i"},
		Group: keymap.GroupAct, Hint: 12, Guard: b.May(core.OrganizationMFAList), Run: b.list,
		Command: func() string {
			return fmt.Sprintf("gatehouse org impact %d --require-mfa on --export people.csv", b.Head.Ref.ID)
		},
	}
}

func (b board) list() tea.Cmd {
	d, id := unit.DeskOf(b.Env), core.OrganizationID(b.Head.Ref.ID)
	name := b.Head.Name()
	return func() tea.Msg {
		impact, err := d.Actor.MFAImpact(d.Ctx, id)
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: &card.Text{Heading: "Without MFA in " + name, Paragraphs: withoutMFA(d, impact)}}
	}
}

// withoutMFA is the whole list, one paragraph a person: administrators first, then who stands apart.
func withoutMFA(d unit.Desk, impact core.MFAImpact) []string {
	if len(impact.People)+len(impact.Apart) == 0 {
		return []string{fmt.Sprintf("Everybody has MFA (%d people).", impact.Covered)}
	}
	out := []string{fmt.Sprintf("%d of %d people inside have no MFA.", len(impact.People), impact.Covered)}
	if impact.Closed > 0 {
		out[0] += " " + d.Look.Glyphs.Warn + " " + unit.Count(impact.Closed, "project") + " would be left without any user who can enter."
	}
	for _, r := range impact.People {
		line := lockedOut(d, r)
		for _, p := range r.Projects {
			line += "\n    " + p.Name
			if p.Role != "" {
				line += " as " + string(p.Role)
			}
		}
		out = append(out, line)
	}
	rest := apart(core.MFAImpact{Apart: impact.Apart}, d, len(impact.Apart))
	return append(append(out, rest...), "Y copies the command that writes this list into a file. Each view and each file stands in the activity.")
}

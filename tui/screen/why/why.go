// Package why shows why somebody can or cannot enter a project, step by step, ending in the next step and who can take
// it (section 24). It is a card, opened with W from requests, people and projects.
package why

import (
	"context"
	"fmt"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Open looks up the answer beside the interface and shows it. Whom one may ask about is core's to say: everybody about
// themselves, whoever sees the users of the project about others (W3).
func Open(e *app.Env, who core.Person, project core.Named) tea.Cmd {
	actor, ctx := e.Session.Actor, e.Ctx()
	s := &sheet{who: who, project: project, self: who.ID == actor.ID()}
	s.load = func(ctx context.Context) (core.Why, error) {
		return actor.Why(ctx, who.ID, core.ProjectID(project.ID))
	}
	s.page.Heading = "Why"
	s.page.Render = s.lines
	return func() tea.Msg {
		y, err := s.load(ctx)
		if err != nil {
			return app.Failed{Err: err}
		}
		s.answer.Store(&y)
		return card.Open{Card: s}
	}
}

// Me is Open about the acting account.
func Me(e *app.Env, project core.Named) tea.Cmd {
	return Open(e, core.Person{ID: e.Session.Actor.ID(), Email: e.Session.Person, Support: e.Session.Support}, project)
}

// Command is the equivalent command line.
func Command(who core.Person, project core.ProjectID) string {
	if who.Email == "" {
		return ""
	}
	return fmt.Sprintf("gatehouse why %s %d", who.Email, project)
}

// sheet is the card. What it shows follows changes of the house: Check, which runs beside the interface, looks again.
type sheet struct {
	page    card.Text
	who     core.Person
	project core.Named
	self    bool
	load    func(ctx context.Context) (core.Why, error)
	answer  atomic.Pointer[core.Why]
}

// Title implements card.Card.
func (s *sheet) Title() string { return s.page.Title() }

// Captures implements card.Card.
func (s *sheet) Captures() bool { return false }

// Check implements card.Checker.
func (s *sheet) Check(ctx context.Context) error {
	y, err := s.load(ctx)
	if err != nil {
		return err
	}
	s.answer.Store(&y)
	return nil
}

// View implements card.Card.
func (s *sheet) View(look *theme.Look, w, h int) card.Body { return s.page.View(look, w, h) }

// Update implements card.Card.
func (s *sheet) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc", "q", "h", "left", "enter", "W":
			return card.Finish(s, nil)
		}
	}
	return s.page.Update(msg)
}

func (s *sheet) lines(look *theme.Look, w int) []string {
	y := s.answer.Load()
	g := look.Glyphs
	mark, role := g.Done, theme.Success
	switch y.Verdict {
	case core.WhyRefused:
		mark, role = g.Failed, theme.Danger
	case core.WhyWaits:
		mark, role = g.On, theme.Badge
	case core.WhyInside, core.WhyMayJoin, core.WhyMayRequest, core.WhyMayAccept:
	}
	badge := ""
	if s.who.Support {
		badge = g.Support + " "
	}
	var out []string
	add := func(role theme.Role, indent int, sentence string) {
		for _, l := range text.Wrap(sentence, max(w-indent, 8)) {
			out = append(out, text.Blanks(indent)+look.Paint(role, l))
		}
	}
	add(theme.Strong, 0, badge+s.who.Label()+" and "+s.project.Name)
	out = append(out, "")
	for i, l := range text.Wrap(s.verdict(*y), max(w-2, 8)) {
		front := "  "
		if i == 0 {
			front = mark + " "
		}
		out = append(out, look.Paint(role, front+l))
	}
	if y.Next != "" {
		add(theme.Plain, 2, y.Next)
	}
	if y.Who != "" {
		add(theme.Faint, 2, "Who can: "+s.whoCan(y.Who))
	}
	out = append(out, "", look.Paint(theme.Heading, "The checks, in order"))
	for _, step := range y.Steps {
		out = append(out, stepLines(look, w, step)...)
	}
	return append(out, "", look.Paint(theme.Marker, g.Cursor)+" "+look.Paint(theme.Faint, "decides"))
}

// verdict is the answer as a sentence about the person.
func (s *sheet) verdict(y core.Why) string {
	subject, is := s.who.Label(), "is "
	sentence := y.Sentence
	if s.self {
		subject, is = "You", "are "
		if y.Verdict == core.WhyWaits {
			sentence = "wait" + sentence[len("waits"):]
		}
	}
	switch y.Verdict {
	case core.WhyInside, core.WhyRefused:
		return subject + " " + is + sentence
	default:
		return subject + " " + sentence
	}
}

func (s *sheet) whoCan(who string) string {
	if who != "the account itself" {
		return who
	}
	if s.self {
		return "you"
	}
	return s.who.Label()
}

// Widths of the columns of a step: outcome and rule.
const (
	outcomeWidth = 13
	ruleWidth    = 5
)

func stepLines(look *theme.Look, w int, step core.Step) []string {
	g := look.Glyphs
	mark, role, body := g.Dot, theme.Faint, theme.Faint
	switch step.Outcome {
	case core.StepPassed:
		mark, role, body = g.Done, theme.Success, theme.Plain
	case core.StepFailed:
		mark = g.Failed // most of these only say what somebody is not; the one that decides stands out
		if step.Deciding {
			role = theme.Danger
		}
	case core.StepNotReached:
	}
	front := "  "
	if step.Deciding {
		front, body = look.Paint(theme.Marker, g.Cursor)+" ", theme.Strong
	}
	head := look.Paint(role, text.Fit(mark+" "+string(step.Outcome), outcomeWidth)) + "  " +
		look.Paint(theme.Faint, text.Fit(step.Rule, ruleWidth)) + "  "
	indent := 2 + outcomeWidth + 2 + ruleWidth + 2
	var out []string
	for i, l := range text.Wrap(step.Sentence, max(w-indent, 12)) {
		line := text.Blanks(indent)
		if i == 0 {
			line = front + head
		}
		out = append(out, line+look.Paint(body, l))
	}
	return out
}

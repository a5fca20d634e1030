package account

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// sessions is the tab of the own sessions over SSH, and for Support the page of those of somebody, or of all (AC5).
type sessions struct {
	rowsScreen[core.SessionFacts]
	of     core.AccountID // zero: of everybody
	others bool           // not the own ones
}

// sessionsPage is the page of the sessions of an account; with zero of everybody.
func sessionsPage(of core.AccountID) app.Page {
	p := app.Page{Kind: "sessions"}
	if of != 0 {
		p.ID = of.String()
	}
	return p
}

// newSessionsOf makes the page of the sessions of the account that the page names, or of everybody.
func newSessionsOf(e *app.Env, p app.Page) *sessions {
	of, err := strconv.ParseUint(p.ID, 10, 64)
	if err != nil && p.ID != "" {
		of = 1<<63 - 1 // no account has it, and the core says so
	}
	return newSessions(e, core.AccountID(of), true)
}

func newSessions(e *app.Env, of core.AccountID, others bool) *sessions {
	s := &sessions{of: of, others: others}
	s.env = e
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.SessionFacts]{
		Noun: "session",
		Source: list.Slice(func(ctx context.Context) ([]core.SessionFacts, error) { return actor.Sessions(ctx, of) },
			func(f core.SessionFacts, _ string) string {
				return f.ID.String() + " " + label(f) + " " + f.Origin + " " + f.Fingerprint
			}),
		ID:      func(f core.SessionFacts) string { return f.ID.String() },
		Columns: s.columns(),
		Empty:   s.empty(),
		NoMarks: true,
		Open:    func(f core.SessionFacts) tea.Cmd { return card.Show(s.detail(f)) },
	})
	s.actions = append([]*keymap.Action{{
		ID: "session.revoke", Title: "end", Keys: []string{"x"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Applies: keymap.One, Hint: 10,
		Run: s.askEnd,
		Command: func() string {
			f, ok := s.List.Current()
			if !ok {
				return ""
			}
			return "gatehouse session revoke " + f.ID.String()
		},
	}}, s.List.Actions()...)
	return s
}

func (s *sessions) columns() []list.Column[core.SessionFacts] {
	ago := func(m core.Moment) string { return text.Ago(m.Time(), s.env.Now()) }
	columns := []list.Column[core.SessionFacts]{
		{Title: "id", Min: 3, Max: 6, Right: true, Cell: list.Text(func(f core.SessionFacts) string { return f.ID.String() })},
		{Title: "from", Min: 15, Max: 40, Cell: list.Text(func(f core.SessionFacts) string { return strings.TrimPrefix(f.Origin, "ssh ") })},
		{Title: "began", Min: 10, Max: 12, Priority: 1, Cell: list.Text(func(f core.SessionFacts) string { return ago(f.Began) })},
		{Title: "last input", Min: 10, Max: 12, Cell: list.Text(func(f core.SessionFacts) string { return ago(f.LastInput) })},
		{Title: "key", Min: 14, Max: 50, Priority: 3, Cell: list.Text(func(f core.SessionFacts) string { return f.Fingerprint })},
		{Title: "", Min: 8, Cell: func(f core.SessionFacts) theme.Span {
			if !f.Own {
				return theme.Span{}
			}
			return theme.Span{Role: theme.Success, Text: "this one"}
		}},
	}
	if !s.others {
		return columns
	}
	who := list.Column[core.SessionFacts]{Title: "account", Min: 18, Max: 36, Cell: func(f core.SessionFacts) theme.Span {
		if f.Person == nil {
			return theme.Span{}
		}
		p := *f.Person
		p.Unconfirmed = false // says nothing here, and takes the place of the address
		return cell.Person(s.env.Look(), p)
	}}
	return append([]list.Column[core.SessionFacts]{columns[0], who}, columns[1:]...)
}

func (s *sessions) empty() list.Empty {
	switch {
	case !s.others:
		return list.Empty{
			Text: "You have no sessions. They are those of people who are signed in over SSH.",
			Hint: "at the local console nobody signs in",
		}
	case s.of != 0:
		return list.Empty{Text: "This account is not signed in over SSH.", Hint: "esc goes back"}
	}
	return list.Empty{Text: "Nobody is signed in over SSH.", Hint: "gatehouse serve lets people in"}
}

// label is whose a session is.
func label(f core.SessionFacts) string {
	if f.Person == nil {
		return ""
	}
	return f.Person.Label()
}

func (s *sessions) detail(f core.SessionFacts) *card.Text {
	now := s.env.Now()
	return &card.Text{Heading: "Session " + f.ID.String(), Render: func(look *theme.Look, w int) []string {
		d := cell.NewFields(look, w, 10)
		if f.Person != nil {
			d.Add("Account", cell.Person(look, *f.Person))
		}
		d.Text("From", f.Origin).Text("Key", f.Fingerprint).Text("Began", cell.Exact(f.Began, now)).
			Text("Last input", cell.Exact(f.LastInput, now))
		if f.Own {
			d.Text("This one", "yes: you are in it")
		}
		return d.Lines()
	}}
}

// Copy implements app.Copier: the fingerprint of the key.
func (s *sessions) Copy() string {
	f, _ := s.List.Current()
	return f.Fingerprint
}

// askEnd names the session that ends, and says when it is the one that the person is in.
func (s *sessions) askEnd() tea.Cmd {
	actor := s.env.Session.Actor
	f, ok := s.List.Current()
	if !ok {
		return nil
	}
	body := []string{"It ends at once. Who has the key can sign in again: remove the key too if it is lost."}
	if f.Own {
		body = []string{"This is the session that you are in: you are signed out at once."}
	}
	facts := [][2]string{{"From", f.Origin}, {"Began", text.Ago(f.Began.Time(), s.env.Now())}, {"Key", f.Fingerprint}}
	if s.others {
		facts = append([][2]string{{"Account", label(f)}}, facts...)
	}
	return card.Show(&card.Confirm{
		Heading: "End session " + f.ID.String() + "?", Danger: keymap.Destructive, Facts: facts, Body: body,
		Buttons: []card.Button{{Label: "End it", Run: func(ctx context.Context) (tea.Msg, error) {
			return unit.Done{Text: "Session " + f.ID.String() + " has ended."}, actor.RevokeSession(ctx, f.ID)
		}}},
	})
}

// Update implements app.Screen.
func (s *sessions) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// Title implements app.Screen.
func (s *sessions) Title() []string {
	if s.others {
		return []string{"Account", "Sessions"}
	}
	return []string{"Account"}
}

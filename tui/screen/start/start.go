// Package start holds what is shown before somebody acts: the form that begins an empty house, and the choice of whom
// to be at the local console, whose owner is trusted (AC2).
package start

import (
	"context"
	"errors"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/theme"
)

// Options say what happens when somebody is chosen.
type Options struct {
	// Become lets the session act as the account.
	Become func(id core.AccountID) tea.Cmd
	// Demo ends the session to open the demo instead; nil offers none.
	Demo func() tea.Cmd
	// Where names the file that the house is kept in, for the text of the form.
	Where string
	// Remember, when set, keeps the account for the next start.
	Remember func(email string) error
}

// Become is the page that makes the session act as the account and goes on to Home.
func Become(id core.AccountID) app.Page { return app.Page{Kind: "become", ID: id.String()} }

// Kinds are the pages "begin", "who" and "become".
func Kinds(o Options) []*app.Kind {
	return []*app.Kind{
		{Name: "begin", Title: "Begin", Alone: true, Make: func(e *app.Env, _ app.Page) app.Screen { return newBegin(e, o) }},
		{Name: "who", Title: "Who are you?", Alone: true, Make: func(e *app.Env, _ app.Page) app.Screen { return newWho(e, o) }},
		{Name: "become", Title: "Become", Make: func(_ *app.Env, p app.Page) app.Screen { return &become{o: o, page: p} }},
	}
}

// begin is the form on an empty house.
type begin struct {
	env     *app.Env
	o       Options
	form    *form.Form
	actions []*keymap.Action
}

// begun is the answer of the form.
type begun struct{ id core.AccountID }

func newBegin(e *app.Env, o Options) *begin {
	s := &begin{env: e, o: o}
	house := e.Session.House
	s.form = &form.Form{
		Inline: true, Button: "Begin",
		Fields: []*form.Field{
			{Name: "email", Label: "Your e-mail", Placeholder: "you@example.test", Required: true, Limit: 254},
			{Name: "name", Label: "Your name", Placeholder: "Ana Castro", Required: true, Limit: 100},
			{Name: "maintainer", Label: "Maintainer", Placeholder: "Harbor Platform", Required: true, Limit: 100,
				Help: "Who looks after the organizations here: your company, or a partner. More can be added later."},
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			acc, err := house.Init(ctx, core.InitInput{Email: v.Text("email"), Name: v.Text("name"), Maintainer: v.Text("maintainer")})
			if err != nil {
				return nil, err
			}
			if o.Remember != nil {
				if err := o.Remember(acc.Email); err != nil {
					return nil, errors.Join(errors.New("the house was made, but the account was not remembered"), err)
				}
			}
			return begun{acc.ID}, nil
		},
	}
	s.actions = []*keymap.Action{{
		ID: "start.demo", Title: "open the demo instead", Keys: []string{"ctrl+o"}, Group: keymap.GroupGo, Hint: 1,
		Hidden: func() bool { return o.Demo == nil },
		Run:    func() tea.Cmd { return o.Demo() },
	}}
	return s
}

func (s *begin) Init() tea.Cmd {
	return s.form.Start(card.Env{Ctx: s.env.Ctx(), Now: s.env.Session.Now, After: s.env.Session.After})
}

func (s *begin) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "ctrl+o" && s.o.Demo != nil {
		return s.o.Demo()
	}
	if b, ok := msg.(begun); ok {
		return s.o.Become(b.id)
	}
	return s.form.Update(msg)
}

func (s *begin) View(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 12)
	f.Gap().Heading("Welcome to Gatehouse")
	f.Paragraph(theme.Plain, "Nobody is in this house yet. The first account belongs to Support: it looks after everything else and stays active for a year.")
	if s.o.Where != "" {
		f.Paragraph(theme.Faint, "The house is kept in "+s.o.Where)
	}
	if s.o.Demo != nil {
		f.Paragraph(theme.Faint, "Only looking? ctrl+o opens a demo with made-up people instead.")
	}
	f.Gap()
	body := s.form.View(look, min(r.W-4, 76), max(r.H-len(f.Lines()), 3))
	out := f.String() + "\n"
	for _, l := range body.Lines {
		out += "  " + l + "\n"
	}
	return out
}

func (s *begin) Actions() []*keymap.Action { return s.actions }
func (s *begin) Title() []string           { return []string{"Begin"} }
func (s *begin) Captures() bool            { return s.form.Captures() }

// who is the choice of an account at the local console.
type who struct {
	env     *app.Env
	list    *list.Model[core.Person]
	actions []*keymap.Action
	above   int // lines above the list in the last View
}

func newWho(e *app.Env, o Options) *who {
	s := &who{env: e}
	house := e.Session.House
	s.list = app.NewList(e, list.Options[core.Person]{
		Noun:   "account",
		Source: rows.From(house.LocalAccounts),
		ID:     func(p core.Person) string { return strconv.FormatUint(uint64(p.ID), 10) },
		Columns: []list.Column[core.Person]{
			{Title: "account", Min: 20, Max: 40, Cell: func(p core.Person) theme.Span { return cell.Person(e.Look(), p) }},
			{Title: "name", Min: 12, Cell: list.Text(func(p core.Person) string { return p.Name })},
		},
		Empty:   list.Empty{Text: "No account of this house can act: none is activated, or all have expired.", Hint: "renew one with: gatehouse account renew EMAIL"},
		NoMarks: true,
		Open:    func(p core.Person) tea.Cmd { return o.Become(p.ID) },
	})
	s.actions = s.list.Actions()
	return s
}

func (s *who) Init() tea.Cmd                    { return s.list.Init() }
func (s *who) Update(msg tea.Msg) tea.Cmd       { return s.list.Update(msg) }
func (s *who) Refresh() tea.Cmd                 { return s.list.Refresh() }
func (s *who) Captures() bool                   { return s.list.Captures() }
func (s *who) Targets() int                     { return s.list.TargetCount() }
func (s *who) Position(look *theme.Look) string { return s.list.Position(look) }
func (s *who) Back() (tea.Cmd, bool)            { return s.list.Back() }
func (s *who) Click(_, y int) tea.Cmd           { return s.list.Click(y - s.above) }
func (s *who) Wheel(by int) tea.Cmd             { return s.list.Scroll(by) }
func (s *who) Actions() []*keymap.Action        { return s.actions }
func (s *who) Title() []string                  { return []string{"Who are you?"} }

func (s *who) View(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 0)
	f.Paragraph(theme.Faint, "Whoever can write the file of a house may act as any of its accounts here. enter chooses; give --as EMAIL to skip this.")
	s.above = len(f.Lines()) + 1
	return f.String() + "\n\n" + s.list.View(layout.Rect{X: r.X, Y: r.Y + s.above, W: r.W, H: max(r.H-s.above, 1)}, look)
}

// become is the page of a moment: it makes the session somebody else.
type become struct {
	o    Options
	page app.Page
}

func (s *become) Init() tea.Cmd {
	id, err := strconv.ParseUint(s.page.ID, 10, 64)
	if err != nil {
		return app.Fail(&core.Error{Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Message: s.page.ID + " is not the number of an account."})
	}
	return s.o.Become(core.AccountID(id))
}

func (s *become) Update(tea.Msg) tea.Cmd    { return nil }
func (s *become) View(layout.Rect) string   { return "" }
func (s *become) Actions() []*keymap.Action { return nil }
func (s *become) Title() []string           { return []string{"Become"} }

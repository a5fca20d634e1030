// Package start holds what is shown before somebody acts: the form that begins an empty house, and the choice of whom
// to be at the local console, whose owner is trusted (AC2).
package start

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/theme"
)

// Options say what happens when somebody is chosen.
type Options struct {
	// Become lets the session act as the account; nil where nobody chooses: there are no pages then.
	Become func(id core.AccountID) tea.Cmd
	// Demo ends the session to open the demo instead; nil offers none.
	Demo func() tea.Cmd
	// Why says, above the choice of an account, why there is one to make: the remembered account cannot act any more.
	Why string
	// Where names the file that the house is kept in, for the text of the form.
	Where string
	// Begun, when set, is called once the house has its first account; only then it is there for others.
	Begun func(ctx context.Context) error
	// Remember, when set, keeps the account for the next start, and answers with what to say about it; ok is false when
	// it could not. The house stands in either case.
	Remember func(email string) (told string, ok bool)
}

// Become is the page that makes the session act as the account and goes on to Home.
func Become(id core.AccountID) app.Page { return app.Page{Kind: "become", ID: id.String()} }

// Kinds are the pages "begin", "who", in a demo also "anybody", and "become".
func Kinds(o Options) []*app.Kind {
	if o.Become == nil {
		return nil
	}
	return []*app.Kind{
		{Name: "begin", Title: "Begin", Alone: true, Make: func(e *app.Env, _ app.Page) app.Screen { return newBegin(e, o) }},
		{Name: "who", Title: "Who are you?", Alone: true, Make: func(e *app.Env, _ app.Page) app.Screen { return newWho(e, o) }},
		{Name: "anybody", Title: "Be somebody else", Make: func(e *app.Env, _ app.Page) app.Screen { return newWho(e, o) }},
		{Name: "become", Title: "Become", Make: func(_ *app.Env, p app.Page) app.Screen { return &become{o: o, page: p} }},
	}
}

// who is the choice of an account at the local console.
type who struct {
	env *app.Env
	rows.Pane[core.Person]
	actions []*keymap.Action
	why     string
}

func newWho(e *app.Env, o Options) *who {
	s := &who{env: e, why: o.Why}
	house := e.Session.House
	s.List = app.NewList(e, list.Options[core.Person]{
		Noun:   "account",
		Source: usable(house),
		ID:     func(p core.Person) string { return strconv.FormatUint(uint64(p.ID), 10) },
		Columns: []list.Column[core.Person]{
			{Title: "account", Min: 20, Max: 40, Cell: func(p core.Person) theme.Span { return cell.Person(e.Look(), p) }},
			{Title: "name", Min: 12, Cell: list.Text(func(p core.Person) string { return p.Name })},
		},
		Empty:   list.Empty{Text: "No account of this house can act: none is activated, or all have expired.", Hint: "renew one with: gatehouse account renew EMAIL"},
		NoMarks: true,
		Open:    func(p core.Person) tea.Cmd { return o.Become(p.ID) },
	})
	s.actions = s.List.Actions()
	return s
}

// usable lists the accounts that can act.
func usable(house *core.House) list.Source[core.Person] { return rows.From(house.LocalAccounts) }

func (s *who) Init() tea.Cmd              { return s.List.Init() }
func (s *who) Update(msg tea.Msg) tea.Cmd { return s.List.Update(msg) }
func (s *who) Refresh() tea.Cmd           { return s.List.Refresh() }
func (s *who) Actions() []*keymap.Action  { return s.actions }

// elsewhere reports whether somebody acts already and looks for another part, in a demo.
func (s *who) elsewhere() bool { return s.env.Page.Kind == "anybody" }

func (s *who) Title() []string {
	if s.elsewhere() {
		return []string{"Be somebody else"}
	}
	return []string{"Who are you?"}
}

func (s *who) View(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 0)
	if s.elsewhere() {
		f.Paragraph(theme.Faint, "Everybody of this house who can act. enter chooses.")
		return s.Draw(r, look, append(f.Lines(), "")...)
	}
	if s.why != "" {
		f.Paragraph(theme.Warning, s.why+" Choose another.")
	}
	f.Paragraph(theme.Faint, "Whoever can write the file of a house may act as any of its accounts here. enter chooses; give --as EMAIL to skip this.")
	return s.Draw(r, look, append(f.Lines(), "")...)
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

package start

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/theme"
)

// begin is the form on an empty house.
type begin struct {
	env     *app.Env
	o       Options
	form    *form.Form
	actions []*keymap.Action
}

// begun is the answer of the form.
type begun struct {
	id   core.AccountID
	told app.Toast
}

func newBegin(e *app.Env, o Options) *begin {
	s := &begin{env: e, o: o}
	house := e.Session.House
	s.form = &form.Form{
		Inline: true, Button: "Begin",
		Fields: []*form.Field{
			{Name: "email", Label: "Your e-mail", Placeholder: "such as you@example.test", Required: true, Limit: core.EmailMax},
			{Name: "name", Label: "Your name", Placeholder: "such as Ana Castro", Required: true, Limit: core.NameMax},
			{
				Name: "maintainer", Label: "Maintainer", Placeholder: "such as Harbor Platform", Required: true, Limit: core.NameMax,
				Help: "Who looks after the organizations here: your company, or a partner. More can be added later.",
			},
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			acc, err := house.Init(ctx, core.InitInput{Email: v.Text("email"), Name: v.Text("name"), Maintainer: v.Text("maintainer")})
			if err == nil && o.Begun != nil {
				err = o.Begun(ctx)
			}
			if err != nil {
				return nil, err
			}
			return begun{acc.ID, remember(o, acc.Email)}, nil
		},
	}
	s.actions = []*keymap.Action{{
		ID: "start.demo", Title: "open the demo instead", Keys: []string{"ctrl+o"}, Group: keymap.GroupGo, Hint: 1,
		Hidden: func() bool { return o.Demo == nil },
		Run:    func() tea.Cmd { return o.Demo() },
	}}
	return s
}

// remember keeps the account for the next start. That it could not is told and undoes nothing: the house is made.
func remember(o Options, email string) app.Toast {
	told := app.Toast{Role: theme.Success, Text: "The house is yours."}
	if o.Remember == nil {
		return told
	}
	said, ok := o.Remember(email)
	if !ok {
		told.Role = theme.Warning
	}
	if said != "" {
		told.Text += " " + said
	}
	return told
}

// telling says something on the page where the session goes on: nothing of this page answers any more then.
func telling(become tea.Cmd, told app.Toast) tea.Cmd {
	return func() tea.Msg {
		msg := become()
		if to, ok := msg.(app.Switch); ok {
			to.Told = told
			return to
		}
		return msg
	}
}

// Init implements app.Screen.
func (s *begin) Init() tea.Cmd {
	return s.form.Start(card.Env{Ctx: s.env.Ctx(), Now: s.env.Session.Now, After: s.env.Session.After})
}

// Update implements app.Screen.
func (s *begin) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "ctrl+o" && s.o.Demo != nil {
		return s.o.Demo()
	}
	if b, ok := msg.(begun); ok {
		return telling(s.o.Become(b.id), b.told)
	}
	return s.form.Update(msg)
}

// roomy is how high the page must be for more than the form and one sentence.
const roomy = 16

// View implements app.Screen.
func (s *begin) View(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, min(r.W, 84), 12)
	if r.H >= roomy {
		f.Gap()
	}
	f.Heading("Welcome to Gatehouse")
	if r.H >= roomy {
		f.Gap()
		f.Paragraph(theme.Plain, "Nobody is in this house yet. The first account belongs to Support: it looks after everything else, and stays active for a year.")
		if s.o.Where != "" {
			f.Paragraph(theme.Faint, "The house is kept in "+s.o.Where)
		}
		if s.o.Demo != nil {
			f.Paragraph(theme.Faint, "Only looking? ctrl+o opens a demo with made-up people instead.")
		}
	} else {
		f.Paragraph(theme.Plain, "The first account belongs to Support, for a year.")
	}
	f.Gap()
	body := s.form.View(look, min(r.W-4, 76), max(r.H-len(f.Lines()), 3))
	out := f.String() + "\n"
	for _, l := range body.Lines {
		out += "  " + l + "\n"
	}
	return out
}

// Actions implements app.Screen.
func (s *begin) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *begin) Title() []string { return []string{"Begin"} }

// Captures implements app.Capturer: the whole page is a form.
func (s *begin) Captures() bool { return true }

// TypingHints implements app.Hinter.
func (s *begin) TypingHints() [][2]string {
	hints := [][2]string{{"enter", "next"}, {"tab", "move"}, {"ctrl+s", "begin"}}
	if s.o.Demo != nil {
		hints = append(hints, [2]string{"ctrl+o", "demo"})
	}
	return append(hints, [2]string{"ctrl+c", "quit"})
}

package account

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// setting is a row of the profile: something about the account, and how it is changed.
type setting struct {
	id, label, value, note string
	change                 func() tea.Cmd // nil: it never changes here
	command                string
}

// profile is the first tab.
type profile struct {
	rowsScreen[setting]
}

func newProfile(e *app.Env) *profile {
	s := &profile{}
	s.env = e
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[setting]{
		Noun: "setting",
		Source: list.Slice(func(ctx context.Context) ([]setting, error) {
			me, err := actor.Me(ctx)
			if err != nil {
				return nil, err
			}
			return s.settings(me), nil
		}, func(x setting, _ string) string { return x.label }),
		ID: func(x setting) string { return x.id },
		Columns: []list.Column[setting]{
			{Title: "setting", Min: 12, Max: 14, Cell: list.Text(func(x setting) string { return x.label })},
			{Title: "value", Min: 34, Max: 40, Cell: func(x setting) theme.Span { return theme.Span{Role: theme.Strong, Text: x.value} }},
			{Title: "", Min: 10, Priority: 1, Cell: func(x setting) theme.Span { return theme.Span{Role: theme.Faint, Text: x.note} }},
		},
		NoFilter: true, NoMarks: true,
		Open: func(x setting) tea.Cmd { return change(x) },
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "profile.edit", Title: "change", Keys: []string{"e", "t"}, Group: keymap.GroupAct, Applies: keymap.One, Hint: 10,
			Guard: s.mayChange, Run: func() tea.Cmd {
				x, ok := s.List.Current()
				if !ok {
					return nil
				}
				return change(x)
			},
			Command: func() string { x, _ := s.List.Current(); return x.command },
		},
	}, s.List.Actions()...)
	return s
}

// Copy implements app.Copier: what the setting is now.
func (s *profile) Copy() string {
	x, _ := s.List.Current()
	return x.value
}

// refusal says why the setting does not change here.
func (x setting) refusal() string { return x.label + ": " + x.note + "." }

func change(x setting) tea.Cmd {
	if x.change == nil {
		return app.Tell(x.refusal())
	}
	return x.change()
}

func (s *profile) mayChange() error {
	if x, ok := s.List.Current(); ok && x.change == nil {
		return keymap.Disabled(x.refusal())
	}
	return nil
}

// settings are the rows; it runs in the command that has read the account.
func (s *profile) settings(me core.AccountView) []setting {
	now := s.env.Session.Now()
	expires := "never"
	renew := "only staff expire"
	if me.Expires != 0 {
		expires = cell.Exact(me.Expires, now)
		renew = "Support renews it"
	}
	kind := "person"
	if me.Support {
		kind = "Support staff"
	}
	mail := "on"
	if me.MailOff {
		mail = "off"
	}
	rows := []setting{
		{id: "email", label: "E-mail", value: me.Email, note: emailNote(me)},
		{id: "name", label: "Name", value: me.Name, change: func() tea.Cmd { return s.rename(me.Name) }, command: "gatehouse account rename NAME"},
		{id: "kind", label: "Kind", value: kind, note: "Support sets it"},
		{id: "expires", label: "Expires", value: expires, note: renew},
	}
	return append(append(rows, ownLimits(me)...), []setting{
		s.choice("theme", "Theme", me.Prefs.Theme, "follows the terminal", append([]string{""}, theme.Names()...)),
		s.choice("glyphs", "Symbols", me.Prefs.Glyphs, "unicode", []string{"", "ascii"}),
		s.choice("mouse", "Mouse", me.Prefs.Mouse, "on locally", []string{"", "on", "off"}),
		s.choice("mail", "Mail", mail, "on", []string{"on", "off"}),
		{id: "created", label: "Since", value: text.Exact(me.Created.Time()), note: "when it was made"},
	}...)
}

// emailNote says why the address stays, and whether it is confirmed (AC21).
func emailNote(me core.AccountView) string {
	if me.Unconfirmed {
		return "never changes; not confirmed, ask Support"
	}
	return "never changes"
}

// choice is a preference with a few values; "" is the default, which goes by the name of standard.
func (s *profile) choice(id, label, value, standard string, values []string) setting {
	shown := func(v string) string {
		if v == "" {
			return standard
		}
		return v
	}
	x := setting{id: id, label: label, value: shown(value), command: "gatehouse account set --" + id + " VALUE"}
	x.change = func() tea.Cmd {
		m := &card.Menu{Heading: label}
		for i, v := range values {
			m.Items = append(m.Items, card.Item{Label: shown(v), Answer: prefer{id, v}})
			if v == value {
				m.Cursor = i
			}
		}
		return card.Show(m)
	}
	return x
}

// prefer is the decision for another preference.
type prefer struct{ id, value string }

func (s *profile) rename(now string) tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "Rename", Button: "Rename",
		Fields: []*form.Field{{Name: "name", Label: "Name", Value: now, Required: true, Limit: core.NameMax}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			_, err := actor.RenameAccount(ctx, v.Text("name"))
			return unit.Done{Text: "Renamed."}, err
		},
	})
}

// Update implements app.Screen.
func (s *profile) Update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(prefer); ok {
		return tea.Batch(s.prefer(p), s.apply(p))
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// prefer keeps a preference with the account.
func (s *profile) prefer(p prefer) tea.Cmd {
	actor := s.env.Session.Actor
	return app.Act(s.env, "Saved.", func(ctx context.Context) error {
		patch := core.PreferencesPatch{}
		off := p.value == "off"
		switch p.id {
		case "theme":
			patch.Theme = &p.value
		case "glyphs":
			patch.Glyphs = &p.value
		case "mouse":
			patch.Mouse = &p.value
		case "mail":
			patch.MailOff = &off
		}
		_, err := actor.SetPreferences(ctx, patch)
		return err
	})
}

// apply shows a preference at once in this session.
func (s *profile) apply(p prefer) tea.Cmd {
	switch p.id {
	case "theme":
		name := p.value
		if name == "" {
			name = "auto"
		}
		return app.Send(app.SetTheme{Theme: name, ASCII: s.env.Look().Glyphs.ASCII})
	case "glyphs":
		return app.Send(app.SetTheme{ASCII: p.value == "ascii"})
	case "mouse":
		if p.value != "" { // the default is known at sign-in only
			return app.Send(app.SetMouse{On: p.value == "on"})
		}
	}
	return nil
}

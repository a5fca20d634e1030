package app_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/theme"
)

// This file is the example that doc.go points to: a list of fruits and the page of one fruit, with a decision.

type fruit struct {
	id    int
	name  string
	owner string
	state string
	note  string
}

// orchard stands in for the house.
type orchard struct {
	fruits  []fruit
	changes chan core.Changed
	fail    error
}

func newOrchard(n int) *orchard {
	names := []string{"Churn model", "Nightly ETL", "日本語プロジェクト", "Old import", "🐙 Octopus e\u0301tude", "نعناع", "Very long name that does not fit anywhere at all"}
	o := &orchard{changes: make(chan core.Changed, 1)}
	for i := range n {
		state := "active"
		if i%4 == 3 {
			state = "deleted"
		}
		o.fruits = append(o.fruits, fruit{i + 1, names[i%len(names)], "ana@acme.test", state, "note " + strconv.Itoa(i+1) + " \x1b[31mred\u202e"})
	}
	return o
}

func (o *orchard) remove(id int) error {
	for i, f := range o.fruits {
		if f.id == id {
			o.fruits = append(o.fruits[:i:i], o.fruits[i+1:]...)
			return nil
		}
	}
	return &core.Error{Code: core.CodeNotFound, Message: "That fruit is gone.", Next: "Refresh with r."}
}

// fruitList is the screen of a list.
type fruitList struct {
	env     *app.Env
	o       *orchard
	list    *list.Model[fruit]
	actions []*keymap.Action
}

// newFruitList makes the screen; nothing is read yet.
func newFruitList(e *app.Env, o *orchard) *fruitList {
	s := &fruitList{env: e, o: o}
	s.list = app.NewList(e, list.Options[fruit]{
		Noun:   "fruit",
		Source: list.Slice(func(context.Context) ([]fruit, error) { return o.fruits, o.fail }, fruitFields),
		ID:     func(f fruit) string { return strconv.Itoa(f.id) },
		Columns: []list.Column[fruit]{
			{Title: "name", Min: 12, Max: 24, Sort: "name", Cell: list.Text(func(f fruit) string { return f.name })},
			{Title: "owner", Min: 14, Max: 20, Priority: 2, Cell: list.Text(func(f fruit) string { return f.owner })},
			{Title: "id", Min: 6, Right: true, Priority: 1, Sort: "id", Cell: list.Text(func(f fruit) string { return strconv.Itoa(f.id) })},
			{Title: "state", Min: 10, Sort: "state", Cell: s.state},
			{Title: "note", Min: 8, Cell: list.Text(func(f fruit) string { return f.note })},
		},
		Empty: list.Empty{Text: "No fruit yet.", Hint: "a new fruit"},
		Open: func(f fruit) tea.Cmd {
			return app.Open(app.Page{Kind: "fruit", ID: strconv.Itoa(f.id)})
		},
	})
	s.actions = append([]*keymap.Action{
		{ID: "fruit.add", Title: "new fruit", Keys: []string{"a"}, Group: keymap.GroupAct, Hint: 15, Run: s.askAdd},
		{
			ID: "fruit.remove", Title: "remove", Keys: []string{"x"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Applies: keymap.Many, Hint: 20,
			Guard: s.mayRemove, Run: s.askRemove, Command: s.removeCommand,
		},
	}, s.list.Actions()...)
	return s
}

func fruitFields(f fruit, field string) string {
	switch field {
	case "id":
		return fmt.Sprintf("%09d", f.id)
	case "state":
		return f.state
	case "", "name":
		return f.name
	}
	return ""
}

func (s *fruitList) state(f fruit) theme.Span {
	g := s.env.Look().Glyphs
	if f.state == "active" {
		return theme.Span{Role: theme.Success, Text: g.On + " active"}
	}
	return theme.Span{Role: theme.Faint, Text: g.Off + " " + f.state}
}

func (s *fruitList) mayRemove() error {
	for _, f := range s.list.Targets() {
		if f.state != "active" {
			return keymap.Disabled(f.name + " is deleted already.")
		}
	}
	return nil
}

func (s *fruitList) removeCommand() string {
	f, ok := s.list.Current()
	if !ok {
		return ""
	}
	return fmt.Sprintf("gatehouse fruit remove %d", f.id)
}

// askAdd opens a form; it sends by itself, so an error leaves what was typed.
func (s *fruitList) askAdd() tea.Cmd {
	o := s.o
	return card.Show(&form.Form{Heading: "New fruit", Button: "Create", Fields: []*form.Field{
		{Name: "name", Label: "Name", Required: true, Limit: 100, Help: "1 to 100 characters."},
		{Name: "owner", Label: "Owner", Placeholder: "name@company"},
		{Name: "state", Label: "State", Kind: form.Choice, Options: []form.Option{{Value: "active", Label: "active"}, {Value: "deleted", Label: "deleted"}}},
		{Name: "mail", Label: "Tell people", Kind: form.Toggle, Value: "on", Describe: func(v string, _ form.Values) string {
			return map[string]string{"on": "Everybody hears of it.", "off": "Nobody hears of it."}[v]
		}},
		{Name: "note", Label: "Note", Kind: form.Note, Limit: 500},
	}, Send: func(_ context.Context, v form.Values) (tea.Msg, error) {
		if strings.Contains(v.Text("name"), "!") {
			return nil, &core.Error{Code: core.CodeInvalid, Field: "name", Message: "No shouting.", Next: "Leave out the !."}
		}
		o.fruits = append(o.fruits, fruit{len(o.fruits) + 1, v.Text("name"), v.Text("owner"), v["state"], v["note"]})
		return added{v.Text("name")}, nil
	}})
}

// added is what the form answers with after it was sent.
type added struct{ name string }

// removed is the decision: it holds ids, never rows.
type removed struct{ ids []int }

func (s *fruitList) askRemove() tea.Cmd {
	c := &card.Confirm{Heading: "Remove?", Danger: keymap.Destructive, Body: []string{"Nobody can eat it afterwards."}}
	d := removed{}
	for _, f := range s.list.Targets() {
		d.ids = append(d.ids, f.id)
		c.Targets = append(c.Targets, f.name)
	}
	c.Buttons = []card.Button{{Label: "Remove", Answer: d}}
	return card.Show(c)
}

// Title implements app.Screen.
func (s *fruitList) Title() []string {
	if s.env.Page.Kind == "veg" {
		return []string{"Vegetables"}
	}
	return []string{"Fruits"}
}

func (s *fruitList) Init() tea.Cmd { return s.list.Init() }

func (s *fruitList) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case added:
		return tea.Batch(s.list.Refresh(), app.Send(app.Toast{Role: theme.Success, Text: "Created " + msg.name + "."}))
	case removed:
		o := s.o
		return app.Act(s.env, fmt.Sprintf("Removed %d.", len(msg.ids)), func(context.Context) error {
			for _, id := range msg.ids {
				if err := o.remove(id); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return s.list.Update(msg)
}

func (s *fruitList) View(r layout.Rect) string        { return s.list.View(r, s.env.Look()) }
func (s *fruitList) Actions() []*keymap.Action        { return s.actions }
func (s *fruitList) Refresh() tea.Cmd                 { return s.list.Refresh() }
func (s *fruitList) Captures() bool                   { return s.list.Captures() }
func (s *fruitList) Targets() int                     { return s.list.TargetCount() }
func (s *fruitList) Position(look *theme.Look) string { return s.list.Position(look) }
func (s *fruitList) Back() (tea.Cmd, bool)            { return s.list.Back() }
func (s *fruitList) Click(_, y int) tea.Cmd           { return s.list.Click(y) }
func (s *fruitList) Wheel(by int) tea.Cmd             { return s.list.Scroll(by) }
func (s *fruitList) Copy() string                     { return s.list.CurrentID() }
func (s *fruitList) Preview(r layout.Rect) string {
	f, ok := s.list.Current()
	if !ok {
		return ""
	}
	look := s.env.Look()
	return look.Paint(theme.Strong, f.name) + "\n" + look.Paint(theme.Faint, "owner ") + look.Paint(theme.Plain, f.owner)
}

// fruitPage is the screen of one fruit: it loads, and shows what came.
type fruitPage struct {
	env   *app.Env
	o     *orchard
	fruit fruit
	err   error
}

func (s *fruitPage) Init() tea.Cmd { return s.Refresh() }

func (s *fruitPage) Refresh() tea.Cmd {
	o, id := s.o, s.env.Page.ID
	return app.Load(s.env, "fruit", func(context.Context) (fruit, error) {
		for _, f := range o.fruits {
			if strconv.Itoa(f.id) == id {
				return f, nil
			}
		}
		return fruit{}, &core.Error{Code: core.CodeNotFound, Message: "There is no fruit " + id + "."}
	})
}

func (s *fruitPage) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(app.Loaded[fruit]); ok {
		s.fruit, s.err = m.Value, m.Err
	}
	return nil
}

func (s *fruitPage) View(layout.Rect) string {
	look := s.env.Look()
	if s.err != nil {
		return "\n  " + look.Paint(theme.Danger, s.err.Error())
	}
	if s.env.Page.Tab == "crash" {
		panic("cannot draw")
	}
	return strings.Join([]string{"", "  " + look.Paint(theme.Strong, s.fruit.name), "  " + s.env.Page.Tab}, "\n")
}

func (s *fruitPage) Actions() []*keymap.Action { return nil }
func (s *fruitPage) Title() []string           { return []string{"Fruits", s.fruit.name} }

// kinds are the pages of the example.
func kinds(o *orchard) []*app.Kind {
	return []*app.Kind{
		{Name: "fruits", Title: "Fruits", Rail: 1, Make: func(e *app.Env, _ app.Page) app.Screen { return newFruitList(e, o) }},
		{Name: "veg", Title: "Vegetables", Rail: 2, Make: func(e *app.Env, _ app.Page) app.Screen { return newFruitList(e, &orchard{}) }},
		{
			Name: "fruit", Title: "Fruit",
			Tabs: func(*app.Session, app.Page) []app.Tab {
				return []app.Tab{{ID: "look", Title: "Look"}, {ID: "taste", Title: "Taste"}, {ID: "crash", Title: "Crash"}}
			},
			Parent: func(app.Page) app.Page { return app.Page{Kind: "fruits"} },
			Make:   func(e *app.Env, _ app.Page) app.Screen { return &fruitPage{env: e, o: o} },
		},
	}
}

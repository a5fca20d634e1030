package app

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/theme"
)

// Restorer has a filter and an order that can be kept under a name and shown again: lists.
type Restorer interface {
	Filterable() bool
	Looked() (filter, sort string, reverse bool)
	Restore(filter, sort string, reverse bool) tea.Cmd
}

// Answers of the menu of saved filters.
type (
	restoreMsg struct {
		page  string
		saved core.SavedFilter
	}
	saveMsg   struct{}
	forgetMsg struct{ saved []core.SavedFilter }
)

// filterPage is the name under which filters of the shown page are kept: "projects", "organization/members".
func (m *Model) filterPage() string {
	name := m.cur.page.Kind
	if name == "org" {
		name = "organization"
	}
	if m.cur.page.Tab != "" {
		name += "/" + m.cur.page.Tab
	}
	return name
}

func (m *Model) restorer() (Restorer, bool) {
	if m.cur == nil || m.alone() {
		return nil, false
	}
	r, ok := m.cur.screen.(Restorer)
	return r, ok && r.Filterable()
}

func (m *Model) noList() bool { _, ok := m.restorer(); return !ok }

// savedAction lists the saved filters of the page, to apply or delete one.
func (m *Model) savedAction() *keymap.Action {
	return &keymap.Action{
		ID: "app.saved-filters", Title: "saved filters", Long: "saved filters of this page: apply, save, delete", Keys: []string{"F"},
		Group: keymap.GroupFind, Hidden: m.noList, Run: m.savedFilters,
	}
}

// saveAction keeps the present filter and order under a name.
func (m *Model) saveAction() *keymap.Action {
	return &keymap.Action{
		ID: "app.save-filter", Title: "save filter", Long: "save the present filter and order under a name", Group: keymap.GroupFind,
		Hidden: m.noList, Run: func() tea.Cmd { return m.card(m.saveForm()) },
	}
}

func (m *Model) savedFilters() tea.Cmd {
	actor, ctx, page := m.s.Actor, m.s.context(), m.filterPage()
	return m.from(m.cur, func() tea.Msg {
		saved, err := actor.SavedFilters(ctx, page)
		if err != nil {
			return Failed{err}
		}
		menu := &card.Menu{Heading: "Saved filters of this page"}
		for _, f := range saved {
			menu.Items = append(menu.Items, card.Item{Label: f.Name, Note: filterNote(f), Answer: restoreMsg{page, f}})
		}
		menu.Items = append(menu.Items, card.Item{Label: "Save the present filter …", Answer: saveMsg{}})
		if len(saved) > 0 {
			menu.Items = append(menu.Items, card.Item{Label: "Delete one …", Answer: forgetMsg{saved}})
		}
		return card.Open{Card: menu}
	})
}

// filterNote says what a saved filter shows.
func filterNote(f core.SavedFilter) string {
	note := f.Filter
	if note == "" {
		note = "everything"
	}
	if f.Sort != "" {
		note += ", by " + f.Sort
	}
	if f.Desc {
		note += ", reversed"
	}
	return note
}

func (m *Model) saveForm() card.Card {
	r, ok := m.restorer()
	if !ok {
		return &card.Text{Heading: "Nothing to save", Paragraphs: []string{"This page has no filter."}}
	}
	actor := m.s.Actor
	f := core.SavedFilter{Screen: m.filterPage()}
	f.Filter, f.Sort, f.Desc = r.Looked()
	return &form.Form{
		Heading: "Save this filter", Button: "Save", Intro: []string{"It shows: " + filterNote(f) + ". F lists what you have saved for this page."},
		Fields: []*form.Field{{Name: "name", Label: "Name", Required: true, Limit: core.SavedFilterNameMax, Help: "The same name replaces what was saved under it."}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			f.Name = v.Text("name")
			_, err := actor.SaveFilter(ctx, f)
			return Toast{theme.Success, fmt.Sprintf("Saved the filter %q. F applies it.", f.Name)}, err
		},
	}
}

// filterAnswer carries out what was chosen from the menu of saved filters.
func (m *Model) filterAnswer(c *slot, msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case restoreMsg:
		r, ok := m.restorer()
		if !ok || c != m.cur || msg.page != m.filterPage() {
			return nil, true
		}
		return tea.Batch(m.from(c, r.Restore(msg.saved.Filter, msg.saved.Sort, msg.saved.Desc)), m.toast(kindInfo, "Filter: "+msg.saved.Name+".")), true
	case saveMsg:
		return m.card(m.saveForm()), true
	case forgetMsg:
		return m.card(m.forgetMenu(msg.saved)), true
	case forgetOne:
		return m.from(c, msg.do), true
	}
	return nil, false
}

// forgetMenu chooses the saved filter to delete.
func (m *Model) forgetMenu(saved []core.SavedFilter) card.Card {
	actor, ctx := m.s.Actor, m.s.context()
	menu := &card.Menu{Heading: "Delete a saved filter"}
	for _, f := range saved {
		menu.Items = append(menu.Items, card.Item{Label: f.Name, Note: filterNote(f), Answer: forgetOne{func() tea.Msg {
			if err := actor.DeleteSavedFilter(ctx, f.Screen, f.Name); err != nil {
				return Failed{err}
			}
			return Toast{theme.Success, fmt.Sprintf("Deleted the filter %q.", f.Name)}
		}}})
	}
	return menu
}

type forgetOne struct{ do tea.Cmd }

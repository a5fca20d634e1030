package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/palette"
	"gatehouse/tui/problem"
	"gatehouse/tui/theme"
)

// runMsg is the answer of the palette when an action was chosen.
type runMsg struct{ action *keymap.Action }

// globalActions live on every page.
func (m *Model) globalActions() []*keymap.Action {
	goTo, window, copies := keymap.GroupGo, keymap.GroupHouse, keymap.GroupCopy
	noCopy := func() error {
		if c, ok := m.cur.screen.(Copier); !ok || c.Copy() == "" {
			return keymap.Disabled("There is nothing to copy here.")
		}
		return nil
	}
	all := []*keymap.Action{
		{ID: "app.palette", Title: "go to", Long: "go to a screen, a unit, a person, or run an action", Keys: []string{":", "ctrl+p"}, Group: goTo, Hint: 90, Run: m.palette},
		{ID: "app.help", Title: "help", Keys: []string{"?"}, Group: goTo, Hint: 91, Run: m.help},
		{ID: "app.back", Title: "back", Keys: []string{"h", "left", "backspace"}, Group: goTo, Run: m.back},
		{ID: "app.escape", Title: "clear or back", Keys: []string{"esc"}, Group: goTo, Run: m.escape},
		{ID: "app.quit", Title: "back, or quit", Keys: []string{"q"}, Group: goTo, Run: m.leave},
		{ID: "app.history-back", Title: "history back", Keys: []string{"["}, Group: goTo, Run: func() tea.Cmd { return m.step(&m.history, &m.forward) }},
		{ID: "app.history-forward", Title: "history forward", Keys: []string{"]"}, Group: goTo, Run: func() tea.Cmd { return m.step(&m.forward, &m.history) }},
		{ID: "app.next-tab", Title: "next tab", Keys: []string{"tab"}, Group: goTo, Hidden: m.noTabs, Run: func() tea.Cmd { return m.tab(1) }},
		{ID: "app.previous-tab", Title: "previous tab", Keys: []string{"shift+tab"}, Group: goTo, Hidden: m.noTabs, Run: func() tea.Cmd { return m.tab(-1) }},
		{ID: "app.copy", Title: "copy", Long: "copy what the cursor is on", Keys: []string{"y"}, Group: copies, Guard: noCopy, Run: m.copyCurrent},
		{ID: "app.copy-command", Title: "copy as command", Keys: []string{"Y"}, Group: copies, Run: m.copyCommand},
		m.undoAction(), m.savedAction(), m.saveAction(),
		{ID: "app.show-copied", Title: "show copied text", Group: copies, Hidden: func() bool { return m.copied == "" }, Run: m.showCopied},
		m.rescuedAction(),
		m.reportAction(),
		{ID: "app.refresh", Title: "refresh", Keys: []string{"r"}, Group: window, Run: m.refreshNow},
		{ID: "app.pause", Title: "pause or resume live updates", Keys: []string{"P"}, Group: window, Run: m.pause},
		{ID: "app.preview", Title: "preview pane", Keys: []string{"p"}, Group: window, Run: m.togglePreview},
		{ID: "app.mouse", Title: "mouse on or off", Keys: []string{"M"}, Group: window, Run: m.toggleMouse},
		{ID: "app.redraw", Title: "redraw", Keys: []string{"ctrl+l"}, Group: window, Run: func() tea.Cmd {
			return tea.Sequence(tea.ClearScreen, tea.RequestWindowSize)
		}},
		{ID: "app.messages", Title: "messages", Long: "show all messages of this session", Group: window, Run: m.messages},
	}
	for _, name := range theme.Names() {
		all = append(all, &keymap.Action{ID: "app.theme-" + name, Title: "theme: " + name, Group: window, Run: func() tea.Cmd {
			return Send(SetTheme{name, m.s.ASCII})
		}})
	}
	all = append(all, &keymap.Action{ID: "app.ascii", Title: "symbols: ASCII or not", Group: window, Run: func() tea.Cmd {
		return Send(SetTheme{"", !m.s.ASCII})
	}})
	for _, k := range m.rail {
		all = append(all, &keymap.Action{
			ID: "app.screen-" + strconv.Itoa(k.Rail), Title: k.Title, Keys: []string{strconv.Itoa(k.Rail)}, Group: goTo, Hidden: m.alone,
			Run: func() tea.Cmd { return m.open(Page{Kind: k.Name}) },
		})
	}
	return all
}

func (m *Model) alone() bool { return m.cur != nil && m.cur.kind.Alone }

func (m *Model) noTabs() bool { return m.cur == nil || len(m.cur.tabs) < 2 }

func (m *Model) togglePreview() tea.Cmd {
	m.preview = !m.preview
	m.relayout()
	if m.preview && m.frame.Preview.Empty() {
		return m.toast(kindInfo, "The preview needs a page with rows and 150 columns.")
	}
	return nil
}

func (m *Model) toggleMouse() tea.Cmd {
	m.s.Mouse = !m.s.Mouse
	if m.s.Mouse {
		return m.toast(kindInfo, "Mouse on: click, wheel, tabs. M turns it off, so that the terminal selects text again.")
	}
	return m.toast(kindInfo, "Mouse off: the terminal selects text.")
}

// items lists every action valid here, and every screen.
func (m *Model) items(help bool) []palette.Item {
	x := m.keys()
	n := m.cur.targets()
	var out []palette.Item
	for _, a := range x.All() {
		if !a.Shown() || !help && a.Group == keymap.GroupMove {
			continue
		}
		it := palette.Item{Title: a.Label(), Group: a.Group, Answer: runMsg{a}}
		keys := x.Keys(a)
		show := keymap.Pretty
		if m.s.ASCII {
			show = keymap.PrettyASCII
		}
		for i, k := range keys {
			if i > 0 && !help {
				break
			}
			it.Key = strings.TrimSpace(it.Key + " " + show(k))
		}
		var why error
		guard(m.cur, func() { why = a.Allowed(n) })
		if why != nil {
			it.Reason = problem.From(why).Message
		}
		out = append(out, it)
	}
	// What can be done comes first, then where one can go, then the keys that fingers know anyway.
	// In each group the page's own actions stand before those of every page; a group of the session's own comes second.
	const own = 1
	order := map[string]int{keymap.GroupAct: 0, keymap.GroupGo: 2, keymap.GroupFind: 3, keymap.GroupMark: 4, keymap.GroupCopy: 5, keymap.GroupMove: 6, keymap.GroupHouse: 7}
	rank := func(it palette.Item) int {
		r, ok := order[it.Group]
		if !ok {
			r = own
		}
		if run, ok := it.Answer.(runMsg); ok && strings.HasPrefix(run.action.ID, "app.") {
			return 2*r + 1
		}
		return 2 * r
	}
	slices.SortStableFunc(out, func(a, b palette.Item) int { return rank(a) - rank(b) })
	return out
}

func (m *Model) palette() tea.Cmd {
	var find func(context.Context, string) ([]palette.Item, error)
	if look, actor := m.s.Find, m.s.Actor; look != nil && !m.alone() {
		find = func(ctx context.Context, words string) ([]palette.Item, error) { return look(ctx, actor, words) }
	}
	return m.card(palette.New("Go to or do", append(m.items(false), m.tabItems()...), false, find))
}

// tabItems are the tabs of the screens of the rail, by name.
func (m *Model) tabItems() []palette.Item {
	if m.alone() {
		return nil
	}
	var out []palette.Item
	for _, k := range m.rail {
		if k.Tabs == nil {
			continue
		}
		for _, t := range k.Tabs(m.s, Page{Kind: k.Name}) {
			out = append(out, palette.Item{Title: k.Title + ": " + t.Title, Group: keymap.GroupGo, Answer: Go{Page: Page{Kind: k.Name, Tab: t.ID}}})
		}
	}
	return out
}

func (m *Model) help() tea.Cmd {
	return m.card(palette.New("Help: keys and actions here", m.items(true), true, nil))
}

// card opens a card at once, so that what is typed behind its key, in one burst too, goes to it and not to the page.
func (m *Model) card(c card.Card) tea.Cmd { return m.openCard(m.cur, card.Open{Card: c}) }

func (m *Model) copyCurrent() tea.Cmd {
	c, ok := m.cur.screen.(Copier)
	if !ok {
		return nil
	}
	return m.copy(Copy{Text: c.Copy()})
}

// copyLimit is what terminals take as one OSC 52 sequence.
const copyLimit = 64 << 10

// copy puts text on the terminal's clipboard. Terminals do not say whether they took it, so the message names the text.
func (m *Model) copy(c Copy) tea.Cmd {
	if c.Text == "" {
		return nil
	}
	if len(c.Text) > copyLimit {
		return m.card(&card.Text{Heading: "Too long for the clipboard: select it here", Paragraphs: []string{c.Text}})
	}
	what := c.What
	if what == "" {
		what = c.Text
		if r := []rune(what); len(r) > 60 {
			what = string(r[:60]) + "…"
		}
	}
	m.copied = c.Text
	return tea.Batch(tea.SetClipboard(c.Text), m.toast(kindInfo, "Copied "+what+". If your terminal refuses, : show copied text."))
}

// showCopied is the fallback for terminals that refuse OSC 52.
func (m *Model) showCopied() tea.Cmd {
	return m.card(&card.Text{Heading: "Select and copy", Paragraphs: []string{m.copied}})
}

// copyCommand copies the command line of an action: at once when there is one, else from a menu.
func (m *Model) copyCommand() tea.Cmd {
	menu := &card.Menu{Heading: "Copy as command"}
	for _, a := range m.keys().All() {
		if a.Command == nil || !a.Shown() || a.ID == "app.undo" { // undo is not about what is on the screen
			continue
		}
		if line := a.Command(); line != "" {
			menu.Items = append(menu.Items, card.Item{Label: a.Label(), Note: line, Answer: Copy{What: line, Text: line}})
		}
	}
	switch len(menu.Items) {
	case 0:
		return m.toast(kindInfo, "No action here has a command.")
	case 1:
		c, _ := menu.Items[0].Answer.(Copy)
		return m.copy(c)
	}
	return m.card(menu)
}

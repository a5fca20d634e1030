package app

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
)

// cacheSize is how many screens keep cursor, marks and scroll while another one is shown.
const cacheSize = 24

// Model is the root: it owns the session, the screens, the cards and the frame. Make it with New.
type Model struct {
	s     *Session
	kinds []*Kind
	byKey map[string]*Kind
	rail  []*Kind
	home  Page

	w, h    int
	frame   layout.Frame
	preview bool
	resized func(w, h int) // tells the output how large the terminal is

	ids     uint64
	cache   []*slot // most recently shown last
	cur     *slot
	history []Page
	forward []Page
	global  []*keymap.Action

	cards   []*shownCard
	cardIDs uint64
	opener  string // the key of the action that ran last; it confirms nothing

	toasts toasts
	live   live
	counts Counts
	// seat is the place at the board of who has what open, nil without a house; attending is what was told there.
	seat      *core.Seat
	attending core.Onlooker
	counted   bool   // the account could do something once
	ended     error  // why the session ends by itself, see expelled
	arming    uint64 // number of the ctrl+c that a second one would complete; 0 when none waits
	armed     bool

	copied  string // the text of the last copy
	rescued string // what was typed in a card that closed by itself
	painter painter
}

// slot is a screen with what the root keeps for it.
type slot struct {
	page    Page
	kind    *Kind
	tabs    []Tab
	env     *Env
	screen  Screen
	stale   bool
	seen    bool   // its record could be seen once
	crashed string // the screen failed; it is not asked again
	index   *keymap.Index
	hints   []*keymap.Action
	actions []*keymap.Action // the slice that the index was made of
}

// New makes the root model. kinds are all pages; start is the page to open first, the zero Page for the first of the
// rail. ctx ends the session.
func New(ctx context.Context, s *Session, kinds []*Kind, start Page) *Model {
	s.prepare(ctx)
	m := &Model{s: s, kinds: kinds, byKey: map[string]*Kind{}, preview: true}
	for _, k := range kinds {
		m.byKey[k.Name] = k
		if k.Rail > 0 {
			m.rail = append(m.rail, k)
		}
	}
	slices.SortStableFunc(m.rail, func(a, b *Kind) int { return a.Rail - b.Rail })
	if len(m.rail) > 0 {
		m.home = Page{Kind: m.rail[0].Name}
	} else if len(kinds) > 0 {
		m.home = Page{Kind: kinds[0].Name}
	}
	m.global = append(m.globalActions(), s.Extra...)
	m.checkKeys()
	m.sit(m.s.context())
	m.w, m.h = layout.Size(0, 0)
	if start == (Page{}) {
		start = m.home
	}
	m.cur = m.slot(start)
	m.relayout()
	return m
}

// checkKeys compares the keymap file with the actions that exist. What is wrong is told at start.
func (m *Model) checkKeys() {
	if m.s.Keys == nil {
		return
	}
	keys, issues := m.s.Keys.Check(m.contexts())
	m.s.Keys, m.s.KeyIssues = keys, append(m.s.KeyIssues, issues...)
}

// Session gives the session of the model.
func (m *Model) Session() *Session { return m.s }

// Page gives the page that is shown, for tests and deep links.
func (m *Model) Page() Page { return m.cur.page }

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor, m.begin(m.cur), m.loadCounts(), m.listen(), m.listenCompany(), m.nextMinute()}
	for _, i := range m.s.KeyIssues {
		m.toasts.log = append(m.toasts.log, entry{m.s.Now(), kindError, "keymap " + i.String()})
	}
	if n := len(m.s.KeyIssues); n > 0 {
		cmds = append(cmds, m.toast(kindError, "keymap "+m.s.KeyIssues[0].String()+more(n-1)+" The defaults keep working."))
	}
	if m.s.Welcome != nil {
		cmds = append(cmds, wrap(address{screen: m.cur.env.id}, m.s.Welcome()))
	}
	return tea.Batch(cmds...)
}

func more(n int) string {
	if n <= 0 {
		return "."
	}
	return fmt.Sprintf(". %d more are under \"messages\" (:).", n)
}

// slot returns the cached screen of a page or makes it.
func (m *Model) slot(p Page) *slot {
	kind := m.byKey[p.Kind]
	if kind == nil {
		kind, p = m.byKey[m.home.Kind], m.home
	}
	var tabs []Tab
	if kind.Tabs != nil {
		tabs = kind.Tabs(m.s, p)
	}
	if p.Tab == "" && slices.ContainsFunc(tabs, func(t Tab) bool { return t.ID == p.ID }) {
		p.Tab, p.ID = p.ID, "" // requests/decided: a list has no id, so what stands there is its tab
	}
	if len(tabs) > 0 && !slices.ContainsFunc(tabs, func(t Tab) bool { return t.ID == p.Tab }) {
		p.Tab = tabs[0].ID
	}
	for i, c := range m.cache {
		if c.page.place() == p.place() && (p == p.place() || p == c.page) {
			m.cache = append(slices.Delete(m.cache, i, i+1), c)
			c.tabs = tabs
			return c
		}
	}
	m.ids++
	c := &slot{page: p, kind: kind, tabs: tabs, env: newEnv(m.s.context(), m.s, p, m.ids)}
	guard(c, func() { c.screen = kind.Make(c.env, p); c.env.screen = c.screen })
	m.cache = append(m.cache, c)
	for len(m.cache) > cacheSize {
		m.cache[0].env.cancel()
		m.cache = slices.Delete(m.cache, 0, 1)
	}
	return c
}

// begin runs Init of a fresh screen.
func (m *Model) begin(c *slot) tea.Cmd {
	var cmd tea.Cmd
	guard(c, func() { cmd = c.screen.Init() })
	return m.from(c, cmd)
}

// show makes a page the current one.
func (m *Model) show(p Page) tea.Cmd {
	before := m.ids
	c := m.slot(p)
	if m.cur != c && m.toasts.here {
		m.toasts.shown = false
	}
	m.cur = c
	m.relayout()
	if m.ids != before {
		if p.ID != "" && m.s.Changes != nil {
			return tea.Batch(m.begin(c), m.loadCounts()) // is it theirs to see: standing
		}
		return m.begin(c)
	}
	if c.stale {
		return m.refresh(c)
	}
	return nil
}

// open goes to a page and remembers the present one.
func (m *Model) open(p Page) tea.Cmd {
	if m.byKey[p.Kind] == nil {
		return m.toast(kindError, "There is no page "+p.String()+".")
	}
	was := m.cur.page
	cmd := m.show(p)
	if m.cur.page.place() != was.place() {
		m.history = append(m.history, was)
		if len(m.history) > 100 {
			m.history = m.history[1:]
		}
		m.forward = nil
	}
	return cmd
}

// back leaves the page: to where one came from, or to its parent.
func (m *Model) back() tea.Cmd {
	if n := len(m.history); n > 0 {
		return m.step(&m.history, &m.forward)
	}
	if m.cur.kind.Rail > 0 || m.cur.kind.Alone {
		return nil
	}
	p := m.home
	if m.cur.kind.Parent != nil {
		p = m.cur.kind.Parent(m.cur.page)
	}
	return m.show(p)
}

// step moves one page along the history.
func (m *Model) step(from, to *[]Page) tea.Cmd {
	n := len(*from)
	if n == 0 {
		return m.toast(kindInfo, "There is no page further in that direction.")
	}
	p := (*from)[n-1]
	*from = (*from)[:n-1]
	*to = append(*to, m.cur.page)
	return m.show(p)
}

// tab changes the tab of the page in place.
func (m *Model) tab(by int) tea.Cmd {
	n := len(m.cur.tabs)
	if n < 2 {
		return nil
	}
	i := slices.IndexFunc(m.cur.tabs, func(t Tab) bool { return t.ID == m.cur.page.Tab })
	p := m.cur.page.place()
	p.Tab = m.cur.tabs[(i+by+n)%n].ID
	return m.show(p)
}

func (m *Model) relayout() {
	_, can := m.cur.screen.(Previewer)
	m.frame = layout.Compute(m.w, m.h, layout.Wishes{Tabs: len(m.cur.tabs) > 0, Preview: m.preview && can, NoRail: m.cur.kind.Alone, Strip: m.strip()})
	m.cur.env.Previewed = !m.frame.Preview.Empty()
}

// keys returns the index of the current screen's actions, rebuilt when the screen has others.
func (m *Model) keys() *keymap.Index {
	c := m.cur
	var a []*keymap.Action
	if c.crashed == "" {
		guard(c, func() { a = c.screen.Actions() })
	}
	if c.index == nil || len(a) != len(c.actions) || len(a) > 0 && a[0] != c.actions[0] {
		c.actions = a
		c.index = m.s.Keys.Index(m.global, a)
		c.hints = c.index.Hints()
	}
	return c.index
}

// Card is the card that takes keys now, or nil; for tests.
func (m *Model) Card() card.Card {
	if c := m.topCard(); c != nil {
		return c.card
	}
	return nil
}

// targets is the number of rows that an action would work on, -1 for screens without rows.
func (c *slot) targets() int {
	if t, ok := c.screen.(Targeter); ok && c.crashed == "" {
		return t.Targets()
	}
	return -1
}

// reset drops all screens, after the session has changed.
func (m *Model) reset(p Page) tea.Cmd {
	for _, c := range m.cache {
		c.env.cancel()
	}
	m.cache, m.history, m.forward, m.cards = nil, nil, nil, nil
	m.counts = Counts{}
	if p == (Page{}) {
		p = m.home
	}
	return tea.Batch(m.show(p), m.loadCounts())
}

// shownCard is a card on the stack with its owner.
type shownCard struct {
	id    uint64
	card  card.Card
	owner *slot
	// waiting cards opened by themselves and take no keys yet; noise counts the keys that went by meanwhile.
	waiting bool
	noise   uint64
	warned  string      // what was said about its target, which has changed
	body    layout.Rect // inside of its border as drawn last; empty before
}

package request

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/theme"
)

// tab is a tab of the page requests: a list, and under it (or beside it, in the preview pane) what is to know about the
// row under the cursor. R are the rows, D is what is read about one of them.
type tab[R, D any] struct {
	env     *app.Env
	list    *list.Model[R]
	actions []*keymap.Action
	// id names a row; about reads about it, block draws it. about may be nil: then block gets no D.
	id    func(R) string
	about func(ctx context.Context, actor *core.Actor, id string) (D, error)
	block func(b *brief, row R, d *D)
	// told, when set, may say something about the row under the cursor that was looked at again after a change.
	told func(before *D, now D) tea.Cmd

	detail D
	known  string // id that detail is about, "" for none
	counts counts
	owed   follow
	before D // what was known about the row owed.was
	listH  int
}

// counts are the numbers behind the tabs.
type counts struct{ waiting, visits int }

const (
	loadAbout  = "about"
	loadCounts = "counts"
	// The block under the list has two fifths of the page, between these many lines; it is there from blockFrom lines on.
	blockLeast, blockMost = 8, 12
	blockFrom             = 16
)

func (t *tab[R, D]) Init() tea.Cmd { return tea.Batch(t.list.Init(), t.count()) }

func (t *tab[R, D]) count() tea.Cmd {
	actor := t.env.Session.Actor
	return app.Load(t.env, loadCounts, func(ctx context.Context) (counts, error) { return countTabs(ctx, actor) })
}

// look reads about the row under the cursor.
func (t *tab[R, D]) look() tea.Cmd {
	id := t.list.CurrentID()
	if id == "" || t.about == nil {
		return nil
	}
	actor, about := t.env.Session.Actor, t.about
	return app.Load(t.env, loadAbout, func(ctx context.Context) (described[D], error) {
		d, err := about(ctx, actor, id)
		return described[D]{id, d}, err
	})
}

func (t *tab[R, D]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[counts]:
		if msg.Err == nil {
			t.counts = msg.Value
		}
		return nil
	case app.Loaded[described[D]]:
		return t.learn(msg)
	case app.Loaded[followed[D]]:
		return t.caughtUp(msg)
	case app.Follow:
		return t.follow()
	case card.BulkDone:
		t.list.Unmark(msg.Done...)
		return t.Refresh()
	}
	return t.take(msg)
}

func (t *tab[R, D]) learn(msg app.Loaded[described[D]]) tea.Cmd {
	if msg.Err != nil {
		t.known = ""
		return nil
	}
	var cmd tea.Cmd
	if t.known == msg.Value.id && t.told != nil {
		cmd = t.told(&t.detail, msg.Value.value)
	}
	t.detail, t.known = msg.Value.value, msg.Value.id
	return cmd
}

// current gives the row under the cursor with what is known about it; d is nil while nothing is.
func (t *tab[R, D]) current() (row R, d *D, ok bool) {
	row, ok = t.list.Current()
	if ok && t.known == t.id(row) {
		d = &t.detail
	}
	return row, d, ok
}

func (t *tab[R, D]) View(r layout.Rect) string {
	look := t.env.Look()
	row, d, ok := t.current()
	t.listH = r.H
	if !ok || t.env.Previewed || r.H < blockFrom {
		return t.list.View(r, look)
	}
	h := max(min(blockMost, r.H*2/5+1), blockLeast)
	t.listH = r.H - h
	top := t.list.View(layout.Rect{X: r.X, Y: r.Y, W: r.W, H: t.listH}, look)
	var b strings.Builder
	b.WriteString(top)
	for range t.listH - 1 - strings.Count(top, "\n") {
		b.WriteByte('\n')
	}
	b.WriteString("\n " + look.Rule(r.W-2))
	for _, l := range t.draw(row, d, r.W, h-1, true) {
		b.WriteString("\n" + l)
	}
	return b.String()
}

// draw gives the lines of the block in at most h lines.
func (t *tab[R, D]) draw(row R, d *D, w, h int, short bool) []string {
	b := newBrief(t.env.Look(), t.env.Now(), t.env.Session.Actor.ID(), w, short)
	t.block(b, row, d)
	return b.cut(h)
}

// Preview draws the row under the cursor beside the list.
func (t *tab[R, D]) Preview(r layout.Rect) string {
	row, d, ok := t.current()
	if !ok {
		return ""
	}
	return strings.Join(t.draw(row, d, r.W, r.H, false), "\n")
}

// TabCount implements app.Counter.
func (t *tab[R, D]) TabCount(tab string) string {
	n := 0
	switch tab {
	case TabWaiting:
		n = t.counts.waiting
	case TabVisits:
		n = t.counts.visits
	}
	return cell.Total(n)
}

// Title implements app.Screen.
func (t *tab[R, D]) Title() []string { return []string{"Requests"} }

func (t *tab[R, D]) Actions() []*keymap.Action        { return t.actions }
func (t *tab[R, D]) Captures() bool                   { return t.list.Captures() }
func (t *tab[R, D]) Targets() int                     { return t.list.TargetCount() }
func (t *tab[R, D]) Position(look *theme.Look) string { return t.list.Position(look) }
func (t *tab[R, D]) Back() (tea.Cmd, bool)            { return t.list.Back() }
func (t *tab[R, D]) Wheel(by int) tea.Cmd             { return t.list.Scroll(by) }
func (t *tab[R, D]) Failure() error                   { return t.list.Err() }
func (t *tab[R, D]) Copy() string                     { return t.list.CurrentID() }

// Click implements app.Clicker; the block under the list takes no clicks.
func (t *tab[R, D]) Click(_, y int) tea.Cmd {
	if y >= t.listH {
		return nil
	}
	return t.list.Click(y)
}

// targets gives the rows that an action means, each with what is known about it.
func (t *tab[R, D]) targets() []R { return t.list.Targets() }

// ids writes the numbers of the targets for a command line.
func (t *tab[R, D]) ids() string {
	rows := t.targets()
	s := make([]string, len(rows))
	for i, r := range rows {
		s[i] = t.id(r)
	}
	return strings.Join(s, " ")
}

// any returns nil when at least one target may, else why the first one may not.
func (t *tab[R, D]) any(stop func(R) error) error {
	var first error
	for _, r := range t.targets() {
		err := stop(r)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

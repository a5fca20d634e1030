package request

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// After a change the rows come first: that one is gone, or has come, is what everybody who looks at the list waits for.
// The numbers behind the tabs, and what is to know about the row under the cursor, follow in one load.

// follow is what is owed behind a reload of the rows.
type follow struct {
	due    bool   // the rows are being loaded again
	armed  bool   // they are there, and the rest is about to be loaded
	taking bool   // an answer of the list is being taken
	was    string // the row that the block was about before the change, "" for none
}

const loadFollow = "follow"

// followed is the answer.
type followed[D any] struct {
	counts counts
	about  described[D]
	left   *described[D] // the row of before, where another one is under the cursor now
}

// described is what was read about one row; id is "" when nothing was.
type described[D any] struct {
	id    string
	value D
}

// Refresh loads the rows again, and then numbers and the row under the cursor.
func (t *tab[R, D]) Refresh() tea.Cmd {
	t.owed.due = true
	if t.known != "" && t.known == t.list.CurrentID() {
		t.owed.was, t.before = t.known, t.detail
	}
	return t.list.Refresh()
}

// take gives the list its answers.
func (t *tab[R, D]) take(msg tea.Msg) tea.Cmd {
	t.owed.taking = t.owed.due
	cmd := t.list.Update(msg)
	t.owed.taking = false
	if !t.owed.due || t.owed.armed || t.list.Loading() {
		return cmd
	}
	t.owed.due, t.owed.armed = false, true
	return tea.Batch(cmd, t.env.Soon())
}

// moved reads about the row that came under the cursor. After a reload that follows anyway.
func (t *tab[R, D]) moved() tea.Cmd {
	if t.owed.taking {
		return nil
	}
	return t.look()
}

// follow loads what the rows did not wait for.
func (t *tab[R, D]) follow() tea.Cmd {
	t.owed.armed = false
	actor, about, id, was := t.env.Session.Actor, t.about, t.list.CurrentID(), t.owed.was
	if t.told == nil || was == id {
		was = ""
	}
	return app.LoadInTurn(t.env, loadFollow, func(ctx context.Context) (followed[D], error) {
		var out followed[D]
		var err error
		if out.counts, err = countTabs(ctx, actor); err != nil || about == nil {
			return out, err
		}
		if was != "" {
			if d, err := about(ctx, actor, was); err == nil { // else it is gone, or not theirs to see any more
				out.left = &described[D]{was, d}
			}
		}
		if id == "" {
			return out, nil
		}
		d, err := about(ctx, actor, id)
		out.about = described[D]{id, d}
		return out, err
	})
}

// caughtUp takes what follow loaded.
func (t *tab[R, D]) caughtUp(msg app.Loaded[followed[D]]) tea.Cmd {
	if msg.Err == nil {
		t.counts = msg.Value.counts
	}
	var cmd tea.Cmd
	if left := msg.Value.left; left != nil && left.id == t.owed.was {
		cmd = t.told(&t.before, left.value)
	}
	t.owed.was = ""
	if id := t.list.CurrentID(); id != "" && (msg.Err != nil || id == msg.Value.about.id) {
		return tea.Batch(cmd, t.learn(app.Loaded[described[D]]{Value: msg.Value.about, Err: msg.Err}))
	}
	return cmd
}

// countTabs gives the numbers behind the tabs.
func countTabs(ctx context.Context, actor *core.Actor) (counts, error) {
	q, err := actor.Requests(ctx, core.RequestQuery{Query: core.Query{Limit: 1}, Tab: core.TabWaiting})
	if err != nil {
		return counts{}, err
	}
	v, err := actor.Visits(ctx, core.VisitQuery{Query: core.Query{Limit: 1}, Active: true})
	return counts{q.Total, v.Total}, err
}

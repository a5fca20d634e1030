package app

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
)

// undoAction is the key z of every page (behaviour 5).
func (m *Model) undoAction() *keymap.Action {
	return &keymap.Action{
		ID: "app.undo", Title: "undo", Long: "undo your latest setting, name, role, rejection, cancel or removal", Keys: []string{"z"},
		Group: keymap.GroupAct, Danger: keymap.Heavy, Hidden: m.alone, Run: m.undo,
		Command: func() string { return "gatehouse undo" },
	}
}

// undo looks up what can be undone and asks with its words: the last action may be one of another session, or one that
// is not on the screen any more. What is confirmed is that action, even when a newer one comes meanwhile.
func (m *Model) undo() tea.Cmd {
	actor, ctx, now := m.s.Actor, m.s.context(), m.s.Now
	if actor == nil {
		return nil
	}
	return m.from(m.cur, func() tea.Msg {
		last, ok, err := actor.LastUndo(ctx)
		if err != nil {
			return Failed{err}
		}
		if !ok {
			return Failed{core.NothingToUndo(last.NotYours...)}
		}
		taken, err := actor.Foresee(func(a *core.Actor) error { _, err := a.Undo(ctx, last.Event); return err })
		if err != nil {
			return Failed{err}
		}
		return card.Open{Card: &card.Confirm{
			Heading: "Undo?", Danger: keymap.Heavy,
			Facts: [][2]string{
				{"What", last.What},
				{"Now", last.Now},
				{"Then", last.Back},
				{"You did it", text.Ago(last.Done.Time(), now()) + ", it can be undone until " + text.Exact(last.Until.Time())},
			},
			Body: slices.Concat([]string{"The undo stands in the activity too, and cannot be undone itself."}, last.Stays(), taken.Lines()),
			Buttons: []card.Button{{Label: "Undo", Run: func(ctx context.Context) (tea.Msg, error) {
				done, err := actor.Undo(ctx, last.Event)
				return acted{"Taken back: " + done.What + ". Now: " + done.Back + "."}, err
			}}},
		}}
	})
}

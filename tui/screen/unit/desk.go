package unit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/theme"
)

// Done answers a card: what was done, and where to go on. Screens that open cards of this package hand their messages
// to [Take].
type Done struct {
	Text string
	// Page is opened when it is set; Back leaves the page of what is gone.
	Page app.Page
	Back bool
}

// Take carries out the answer of a card and reports whether it was one.
func Take(msg tea.Msg) (tea.Cmd, bool) {
	if t, ok := msg.(Then); ok {
		return t.Next, true
	}
	d, ok := msg.(Done)
	if !ok {
		return nil, false
	}
	cmds := []tea.Cmd{app.Send(app.Toast{Role: theme.Success, Text: d.Text})}
	switch {
	case d.Page != app.Page{}:
		cmds = append(cmds, app.Open(d.Page))
	case d.Back:
		cmds = append(cmds, app.Send(app.GoBack{}))
	default:
		cmds = append(cmds, app.Send(app.Reload{}))
	}
	return tea.Sequence(cmds...), true
}

// Desk is what cards are made with, captured when they are asked for: they are built beside the interface.
type Desk struct {
	Ctx   context.Context
	Actor *core.Actor
	Look  *theme.Look
	Now   func() time.Time
}

// DeskOf captures what cards need.
func DeskOf(e *app.Env) Desk {
	return Desk{Ctx: e.Ctx(), Actor: e.Session.Actor, Look: e.Look(), Now: e.Session.Now}
}

// Open reads a unit beside the interface and opens the card that is made of it; what stands in the way is told instead.
func (d Desk) Open(ref core.Unit, stop func(*Head) error, make func(*Head) (card.Card, error)) tea.Cmd {
	return func() tea.Msg {
		h, err := Read(d.Ctx, d.Actor, ref)
		if err == nil {
			err = stop(&h)
		}
		if err == nil {
			err = h.Err
		}
		if err != nil {
			return app.Failed{Err: err}
		}
		c, err := make(&h)
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: c}
	}
}

// OpenRecord reads a record beside the interface and opens the card that is made of it; what stands in the way is told
// instead. [Desk.Open] does the same for units.
func OpenRecord[T any](read func() (T, error), stop func(T) error, make func(T) card.Card) tea.Cmd {
	return func() tea.Msg {
		rec, err := read()
		if err == nil {
			err = stop(rec)
		}
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: make(rec)}
	}
}

// Still closes a card when what it is about changed meanwhile, or cannot be done any more (behaviour 3). version is that
// of the record when the card was opened; 0 does not look at it.
func (d Desk) Still(ref core.Unit, version uint64, stop func(*Head) error) func(context.Context) error {
	return func(ctx context.Context) error {
		h, err := Read(ctx, d.Actor, ref)
		switch {
		case err != nil:
			return err
		case h.Err != nil:
			return h.Err
		case version != 0 && h.version() != version:
			return &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonStale, Subject: ref,
				Message: h.Name() + " was changed while you were looking.", Next: "Look at it again, then decide.",
			}
		}
		return stop(&h)
	}
}

func (h *Head) version() uint64 {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return h.Maintainer.Version
	case core.KindOrganization:
		return h.Organization.Version
	default:
	}
	return h.Project.Version
}

package core

import (
	"context"
	"time"
)

// The kinds of clock that a house may turn out to have. A house is created, imported or filled after it was opened, so
// it stays unknown until the settings say.
const (
	clockUnknown int32 = iota
	clockFixed         // the injected clock, as it is
	clockMovable       // a demo house: the settings say how far it was moved ahead
)

// Now gives the present moment of the house in whole seconds (F7). The clock of a demo house may be ahead.
func (h *House) Now() Moment { return At(h.clock()) + Moment(h.clockAhead.Load()) }

// present is Now inside a transaction. In a demo house it looks how far the clock was moved, perhaps by somebody else
// who has the same store open; elsewhere it reads nothing.
func (h *House) present(tx Tx) (Moment, error) {
	if h.clockKind.Load() != clockFixed {
		s, err := tx.Settings()
		if err != nil {
			return 0, err
		}
		h.knowClock(s)
	}
	return h.Now(), nil
}

func (h *House) knowClock(s Settings) {
	switch {
	case s.Demo:
		h.clockAhead.Store(s.Clock)
		h.clockKind.Store(clockMovable)
	case s.Created != 0:
		h.clockKind.Store(clockFixed)
	}
}

// readClock looks at the clock of the store when the house is opened. A store that cannot be read says so at the first
// use case.
func (h *House) readClock() {
	if h.store == nil {
		return
	}
	err := h.store.View(context.Background(), func(tx Tx) error {
		_, err := h.present(tx)
		return err
	})
	if err != nil {
		h.log.Warn("clock of the house not read", "error", err)
	}
}

// MoveClock moves the clock of a demo house ahead by d, in whole seconds, for everybody who has it open. What has
// become due happens in the next Sweep. It writes no event: no rule of the house is touched.
//
// Errors: forbidden in a house that is no demo house; invalid_value where d is not at least one second.
func (h *House) MoveClock(ctx context.Context, d time.Duration) error {
	const op = "clock.move"
	if h.readOnly {
		return refuse(ReasonReadOnly, nil).on(op, System)
	}
	if d < time.Second {
		return refuse(ReasonInvalidValue, words{"field": "Time", "allowed": "a second or more; a clock is only moved ahead"}).on(op, System).field("time")
	}
	var moved Settings
	err := h.store.Update(ctx, func(tx Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		if !s.Demo {
			return refuse(ReasonForbidden, words{"unit": "this house", "who": "nobody"}).on(op, System)
		}
		s.Clock += int64(d / time.Second)
		moved = s
		return tx.PutSettings(s)
	})
	if err != nil {
		return err
	}
	h.knowClock(moved)
	return nil
}

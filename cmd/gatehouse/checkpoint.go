package main

import (
	"context"
	"time"

	"gatehouse/core"
)

// A checkpoint goes to the log every hour and every thousand events, as long as something happens (trust.md
// requirement 13).
const (
	checkpointHour   = time.Hour
	checkpointEvents = 1_000
)

// logWatch remembers what the log was told last of the chains.
type logWatch struct {
	events int         // of the house, at the last checkpoint
	at     core.Moment // of the last checkpoint
}

// watchLog begins to watch, when the house is opened, and logs at the end what the run has added.
func (m *Main) watchLog(ctx context.Context, h *core.House) {
	events, err := h.Events(ctx)
	if err != nil {
		return
	}
	w := &logWatch{events: events, at: h.Now()}
	m.checkpoints = w
	m.closers = append(m.closers, func() error {
		m.logCheckpoint(context.WithoutCancel(ctx), h, w, true)
		return nil
	})
}

// logCheckpoint writes a checkpoint to the log when it is time for one; at the end of a run also for fewer events, when
// they are the first of their hour or complete a thousand, so that runs of single verbs leave a trail too.
func (m *Main) logCheckpoint(ctx context.Context, h *core.House, w *logWatch, end bool) {
	if w == nil {
		return
	}
	events, err := h.Events(ctx)
	if err != nil || events == w.events {
		return
	}
	now := h.Now()
	due := events-w.events >= checkpointEvents || now.Sub(w.at) >= checkpointHour
	if end && !due {
		due = events/checkpointEvents != w.events/checkpointEvents || m.firstOfHour(ctx, h, w)
	}
	if !due {
		return
	}
	c, err := h.Checkpoint(ctx, w.at.Add(-time.Minute))
	if err != nil || c.Line == "" {
		return // without a key there are none; the house says so where it matters
	}
	m.logger().Info("checkpoint", "line", c.Line)
	w.events, w.at = events, now
}

// firstOfHour reports whether no event stands in this hour from before the run.
func (m *Main) firstOfHour(ctx context.Context, h *core.House, w *logWatch) bool {
	newest, err := h.NewestEventBefore(ctx, w.at)
	return err == nil && newest.Time().Truncate(checkpointHour) != w.at.Time().Truncate(checkpointHour)
}

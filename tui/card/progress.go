package card

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/problem"
	"gatehouse/tui/theme"
)

// Progress carries out long work while it shows how far it is, with a rate and a way to cancel (behaviour 11). The
// answer of the work is delivered when it is done.
type Progress struct {
	Heading string
	// What names the pieces that are counted: "events".
	What string
	// Work runs beside the interface and calls report as often as it likes, from its own goroutine. It must end soon
	// after ctx does.
	Work func(ctx context.Context, report func(done, total int)) (tea.Msg, error)

	env         Env
	cancel      context.CancelFunc
	done, total atomic.Int64
	began       time.Time
	stopping    bool
	failed      problem.Problem
}

type (
	progressTick struct{ card *Progress }
	progressDone struct {
		card   *Progress
		answer tea.Msg
		err    error
	}
)

// progressEvery is how often the bar moves.
const progressEvery = 100 * time.Millisecond

// Title implements Card.
func (p *Progress) Title() string { return p.Heading }

// Captures implements Card.
func (p *Progress) Captures() bool { return false }

// Start implements Starter.
func (p *Progress) Start(env Env) tea.Cmd {
	if p.cancel != nil {
		return nil
	}
	p.env, p.began = env, env.Now()
	ctx, cancel := context.WithCancel(env.Ctx)
	p.cancel = cancel
	work := func() tea.Msg {
		defer cancel()
		answer, err := p.Work(ctx, func(done, total int) {
			p.done.Store(int64(done))
			p.total.Store(int64(total))
		})
		return progressDone{p, answer, err}
	}
	return tea.Batch(work, env.After(progressEvery, progressTick{p}))
}

// Update implements Card.
func (p *Progress) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case progressTick:
		if msg.card == p && p.cancel != nil && p.failed.Message == "" {
			return p.env.After(progressEvery, progressTick{p})
		}
	case progressDone:
		if msg.card != p {
			return nil
		}
		if errors.Is(msg.err, context.Canceled) {
			return Finish(p, nil)
		}
		if msg.err != nil {
			p.failed = problem.From(msg.err)
			return nil
		}
		return Finish(p, msg.answer)
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc", "q", "ctrl+c":
			if p.failed.Message != "" {
				return Finish(p, nil)
			}
			p.stopping = true
			p.cancel()
		}
	}
	return nil
}

// View implements Card.
func (p *Progress) View(look *theme.Look, w, _ int) Body {
	width := min(w, 56)
	done, total := p.done.Load(), p.total.Load()
	lines := []string{p.bar(look, done, total, width), ""}
	rate := ""
	if took := p.env.Now().Sub(p.began); took >= time.Second {
		rate = fmt.Sprintf(", %d a second", done*int64(time.Second)/int64(took))
	}
	switch {
	case p.failed.Message != "":
		lines = append(lines, look.Paint(theme.Danger, look.Glyphs.Failed+" "+p.failed.Text()))
	case p.stopping:
		lines = append(lines, look.Paint(theme.Faint, "Stopping…"))
	case total > 0:
		lines = append(lines, look.Paint(theme.Faint, fmt.Sprintf("%d of %d %s%s", done, total, p.What, rate)))
	default:
		lines = append(lines, look.Paint(theme.Faint, "Beginning…"))
	}
	foot := "esc cancel"
	if p.failed.Message != "" {
		foot = "esc close"
	}
	return Body{Lines: lines, Width: width, Foot: foot}
}

func (p *Progress) bar(look *theme.Look, done, total int64, width int) string {
	full := 0
	if total > 0 {
		full = int(done * int64(width) / total)
	}
	return look.Paint(theme.Accent, strings.Repeat(look.Glyphs.BarFull, full)) +
		look.Paint(theme.Faint, strings.Repeat(look.Glyphs.BarEmpty, width-full))
}

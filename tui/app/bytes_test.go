package app_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"gatehouse/tui/app"
	"gatehouse/tui/driver"
)

// meter counts what a program writes to its terminal.
type meter struct {
	mu    sync.Mutex
	bytes int
	more  chan struct{}
}

func (m *meter) Write(p []byte) (int, error) {
	m.mu.Lock()
	m.bytes += len(p)
	m.mu.Unlock()
	select {
	case m.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (m *meter) take() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.bytes
	m.bytes = 0
	return n
}

// next waits for the next write and returns its bytes.
func (m *meter) next(t *testing.T) int {
	t.Helper()
	select {
	case <-m.more:
	case <-time.After(time.Minute):
		t.Fatal("nothing was written")
	}
	return m.take()
}

// performance.md: at most 300 bytes for a cursor move, 4,500 for a page, and none when idle; through the real renderer.
func TestBytesPerKey(t *testing.T) {
	o := newOrchard(1000)
	for i := range o.fruits { // names keep their wide characters: what the renderer repaints for them is left out again
		o.fruits[i].state = "active"
	}
	s := &app.Session{Person: "ana@acme.test", Now: time.Now, Changes: o.changes}
	m := app.New(context.Background(), s, kinds(o), app.Page{})
	s.Support = true
	out := &meter{more: make(chan struct{}, 1)}
	in, keep := io.Pipe()
	defer func() { _ = keep.Close() }()
	p := tea.NewProgram(m, tea.WithInput(in), tea.WithOutput(app.Thrifty(m, in, out)), tea.WithWindowSize(120, 40), tea.WithFPS(120), tea.WithoutSignalHandler(),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithColorProfile(colorprofile.TrueColor))
	ended := make(chan error, 1)
	go func() { _, err := p.Run(); ended <- err }()
	defer func() {
		p.Quit()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	for frame := 0; frame < 3000; {
		frame += out.next(t)
	}
	press := func(key string) int {
		p.Send(driver.Key(t, key))
		return out.next(t)
	}
	press("j")
	press("j")
	worst := 0
	for range 10 {
		worst = max(worst, press("j"))
	}
	t.Logf("a cursor move writes at most %d bytes", worst)
	if worst > 300 {
		t.Errorf("a cursor move writes %d bytes", worst)
	}
	page := press("pgdown")
	t.Logf("a page writes %d bytes", page)
	if page > 4500 {
		t.Errorf("a page writes %d bytes", page)
	}
	for range 5 { // messages that change nothing write nothing
		p.Send(tea.FocusMsg{})
	}
	p.Send(driver.Key(t, "j"))
	if n := out.next(t); n > 300 {
		t.Errorf("idle messages wrote: %d bytes with the next move", n)
	}
}

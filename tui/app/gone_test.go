package app

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

type stillLife struct{}

func (stillLife) Init() tea.Cmd                         { return nil }
func (s stillLife) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (stillLife) View() tea.View                        { return tea.NewView("still") }

// A client that closes its channel, and keeps the connection, ends what is drawn for it (trust-D5): the stock bridge reads
// sizes from the closed channel for ever instead (trust-J3).
func TestClosedSizesEnd(t *testing.T) {
	in, keep := io.Pipe()
	defer func() { _ = keep.Close() }()
	sizes := make(chan Size)
	ended := make(chan error, 1)
	Guarded(func(text string) { ended <- errors.New(text) }, func() {
		ended <- Show(context.Background(), stillLife{}, RunOptions{
			Input: in, Output: io.Discard, Environ: []string{"TERM=xterm-256color"}, Size: Size{80, 24}, Sizes: sizes,
		})
	})
	sizes <- Size{100, 30} // it is read, so the program runs
	close(sizes)
	select {
	case err := <-ended:
		if !errors.Is(err, ErrGone) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it draws for nobody")
	}
}

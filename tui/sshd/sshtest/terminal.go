package sshtest

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Terminal is a terminal at the client's end, with what it shows.
type Terminal struct {
	t       testing.TB
	session *gossh.Session
	in      io.WriteCloser
	more    chan struct{} // one slot: something was drawn
	ended   chan struct{}

	mu     sync.Mutex
	screen *Screen
	raw    strings.Builder
	code   int
}

// Write takes what the server draws.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	_, _ = t.screen.Write(p)
	t.raw.Write(p)
	t.mu.Unlock()
	select {
	case t.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (t *Terminal) wait() {
	defer close(t.ended)
	err := t.session.Wait()
	var status *gossh.ExitError
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
	case errors.As(err, &status):
		t.code = status.ExitStatus()
	default:
		t.code = -1
	}
}

// Text is what the screen shows, a line for each row, without blanks at the end.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// Raw is every byte that came since the start.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Alternate reports whether the alternate screen is shown, as the interface does.
func (t *Terminal) Alternate() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.Alternate()
}

// Type sends keys as a terminal does: text, and "\r" for enter, "\x1b[A" for the key up.
func (t *Terminal) Type(keys string) *Terminal {
	t.t.Helper()
	if _, err := io.WriteString(t.in, keys); err != nil {
		t.t.Fatalf("typing %q: %v\n%s", keys, err, t.Text())
	}
	return t
}

// TryType sends keys; an error means that nobody takes them any more.
func (t *Terminal) TryType(keys []byte) (int, error) { return t.in.Write(keys) }

// Resize changes the size of the terminal.
func (t *Terminal) Resize(w, h int) *Terminal {
	t.t.Helper()
	t.mu.Lock()
	t.screen.Resize(w, h)
	t.mu.Unlock()
	if err := t.session.WindowChange(h, w); err != nil {
		t.t.Fatal(err)
	}
	return t
}

// Size tells the other end of a size, and leaves the screen of the test as it is.
func (t *Terminal) Size(w, h int) error { return t.session.WindowChange(h, w) }

// Await waits until the screen shows each of the words, one after the other.
func (t *Terminal) Await(words ...string) *Terminal {
	t.t.Helper()
	for _, w := range words {
		t.await(w, func(s string) bool { return strings.Contains(s, w) })
	}
	return t
}

// AwaitGone waits until the screen does not show the words any more.
func (t *Terminal) AwaitGone(words ...string) *Terminal {
	t.t.Helper()
	for _, w := range words {
		t.await("not "+w, func(s string) bool { return !strings.Contains(s, w) })
	}
	return t
}

func (t *Terminal) await(what string, holds func(string) bool) {
	t.t.Helper()
	late := time.NewTimer(Patience)
	defer late.Stop()
	ended := t.ended
	for !holds(t.Text()) {
		select {
		case <-t.more:
		case <-ended:
			ended = nil // look once more at the last that came
			if !holds(t.Text()) {
				t.t.Fatalf("the session ended before %q came:\n%s", what, t.Text())
			}
		case <-late.C:
			t.t.Fatalf("%q never came:\n%s", what, t.Text())
		}
	}
}

// Ended is closed when the session has ended.
func (t *Terminal) Ended() <-chan struct{} { return t.ended }

// Wait waits for the end, and gives the exit code; -1 without one.
func (t *Terminal) Wait() int {
	t.t.Helper()
	select {
	case <-t.ended:
	case <-time.After(Patience):
		t.t.Fatalf("the session never ended:\n%s", t.Text())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.code
}

// CloseInput ends the input, as Ctrl+D does for a command that reads.
func (t *Terminal) CloseInput() { _ = t.in.Close() }

// Close hangs up.
func (t *Terminal) Close() { _ = t.session.Close() }

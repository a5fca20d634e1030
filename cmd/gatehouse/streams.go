package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// errInterrupted is why reading or writing ended: a signal came while the other side kept it waiting. It is a
// context.Canceled, as everything that a signal ends.
var errInterrupted = fmt.Errorf("interrupted while waiting: %w", context.Canceled)

// guardStreams puts gates into the streams of a run: a signal ends what blocks in them, and what could not be written is
// remembered, whatever the verb makes of it. The interface and OpenSSH get what is behind them, see behind.
func (m *Main) guardStreams(interrupted <-chan struct{}) {
	switch {
	case m.remote != nil: // its streams end with the connection
		interrupted = nil
	case m.In != nil:
		m.In = &inlet{from: m.In, interrupted: interrupted}
	}
	m.interrupted = interrupted
	m.answer, m.told = &outlet{to: m.Out, interrupted: interrupted}, &outlet{to: m.Err, interrupted: interrupted}
	m.Out, m.Err = m.answer, m.told
}

// behind gives the stream behind a gate, for programs that need the file itself.
func behind[S any](stream S) S {
	var inside any
	switch gate := any(stream).(type) {
	case *inlet:
		inside = gate.from
	case *outlet:
		inside = gate.to
	}
	if raw, ok := inside.(S); ok {
		return raw
	}
	return stream
}

// moved is how a read or write went.
type moved struct {
	n   int
	err error
}

// inlet reads from a stream until a signal comes: no read of a terminal or pipe can be ended otherwise. It is for one
// reader.
type inlet struct {
	from        io.Reader
	interrupted <-chan struct{}
	buffer      []byte
}

// Read implements io.Reader. A read that was left waiting keeps its buffer, and nothing is read after it.
func (i *inlet) Read(p []byte) (int, error) {
	select {
	case <-i.interrupted:
		return 0, errInterrupted
	default:
	}
	if len(i.buffer) < len(p) {
		i.buffer = make([]byte, len(p))
	}
	buffer := i.buffer[:len(p)]
	done := make(chan moved, 1)
	app.Guarded(nil, func() {
		n, err := i.from.Read(buffer)
		done <- moved{n, err}
	})
	select {
	case got := <-done:
		return copy(p, buffer[:got.n]), got.err
	case <-i.interrupted:
		return 0, errInterrupted
	}
}

// lastWords is how long a run that was interrupted may take to say so, for a reader that has stopped reading too.
const lastWords = time.Second

// outlet writes to a stream until a signal comes, and remembers the first failure. It is safe for use by many goroutines.
type outlet struct {
	to          io.Writer
	interrupted <-chan struct{}
	mu          sync.Mutex
	failed      error
}

// Write implements io.Writer.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed != nil {
		return 0, o.failed
	}
	var got moved
	if o.interrupted == nil {
		got.n, got.err = o.to.Write(p)
	} else {
		got = o.write(p)
	}
	o.failed = got.err
	return got.n, got.err
}

func (o *outlet) write(p []byte) moved {
	done := make(chan moved, 1)
	own := append([]byte(nil), p...) // a write that is left waiting keeps it
	app.Guarded(nil, func() {
		n, err := o.to.Write(own)
		done <- moved{n, err}
	})
	select {
	case got := <-done:
		return got
	case <-o.interrupted:
	}
	timer := time.NewTimer(lastWords)
	defer timer.Stop()
	select {
	case got := <-done:
		return got
	case <-timer.C:
		return moved{0, errInterrupted}
	}
}

func (o *outlet) failure() error {
	if o == nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// openFile opens a file for reading, until a signal comes: a pipe that nobody writes to makes opening wait.
func (m *Main) openFile(path string) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	app.Guarded(nil, func() {
		f, err := os.Open(path) //nolint:gosec // the person names it
		done <- opened{f, err}
	})
	select {
	case got := <-done:
		return got.file, got.err
	case <-m.interrupted:
		return nil, errInterrupted
	}
}

// contentOf gives the content of an open file until a signal comes.
func (m *Main) contentOf(f *os.File) io.Reader { return &inlet{from: f, interrupted: m.interrupted} }

// did remembers what the run has done, for the case that nobody can be told. Only the first line counts: codes stand
// below it.
func (m *Main) did(sentence string) {
	line, _, _ := strings.Cut(sentence, "\n")
	line = strings.TrimSuffix(line, ".")
	if n := len(m.deeds) - 1; n >= 0 && strings.HasPrefix(line, m.deeds[n]) { // the same, and more of it
		m.deeds = m.deeds[:n]
	}
	m.deeds = append(m.deeds, line)
}

// witness counts what was committed outside of the sweep.
func (m *Main) witness(u core.Use) {
	switch u.Action {
	case core.UseSeeOrganization, core.UseWhy, core.UseVerify:
		return
	default:
		m.committed.Add(1)
	}
}

// deedsText says what was done; empty where nothing was.
func (m *Main) deedsText() string {
	switch n := len(m.deeds); {
	case n > candidates:
		return "Done: " + strings.Join(m.deeds[:candidates], "; ") + fmt.Sprintf("; +%d.", n-candidates)
	case n > 0:
		return "Done: " + strings.Join(m.deeds, "; ") + "."
	case m.committed.Load() > 0 && (m.verb == nil || !answerOnly[verbWords(m.verb)]):
		return "What it was asked for is done."
	}
	return ""
}

// answerOnly are the verbs whose work is their answer; that they were asked is all that the house notes.
var answerOnly = map[string]bool{"backup": true, "export": true, "activity export": true, "activity checkpoint": true, "activity verify": true, "org impact": true}

// shownOnce are the verbs whose answer has something that is shown once, with how to get another one.
var shownOnce = map[string]string{
	"account create":      `A new code: "gatehouse account code EMAIL --reason R".`,
	"account code":        `A new code: "gatehouse account code EMAIL --reason R".`,
	"account mfa off":     `A new code: "gatehouse account code EMAIL --reason R".`,
	"account mfa enrol":   `A new secret: "gatehouse account mfa enrol".`,
	"account mfa confirm": `New recovery codes: "gatehouse account mfa codes".`,
	"account mfa codes":   `New recovery codes: "gatehouse account mfa codes".`,
	"invitation send":     `A new code: "gatehouse invitation resend INVITATION".`,
	"invitation resend":   `A new code: "gatehouse invitation resend INVITATION".`,
	"member add":          `A new code: "gatehouse account code EMAIL --reason R" by Support.`,
}

// unwritten is the error of a run whose answer could not be written: what was done stays done, and is not to be done
// again. It is nil where nothing was lost.
func (m *Main) unwritten(err error) error {
	cause := m.answer.failure()
	if cause == nil && err != nil {
		cause = m.told.failure()
	}
	if cause == nil {
		return err
	}
	if errors.Is(cause, context.Canceled) {
		return cause
	}
	done := m.deedsText()
	if done == "" && errors.Is(cause, syscall.EPIPE) { // as a reader such as head does it: every program just ends
		return &toldError{brokenPipe}
	}
	e := &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: cause,
		Message: fmt.Sprintf("The answer could not be written: %v.", pathCause(cause)), Next: "Nothing was changed.",
	}
	if done != "" {
		e.Message += " " + done
		e.Next = "Do not run it again before you have looked."
		if m.verb != nil && shownOnce[verbWords(m.verb)] != "" {
			e.Next = shownOnce[verbWords(m.verb)]
		}
	}
	return e
}

// brokenPipe is the exit code of a program whose reader went away, as shells count the signal.
const brokenPipe = 128 + 13

// nothingLeft is what verbs that make a file, or put one in the place of another, leave when a signal ends them before that
// is done; what they have done is among the deeds.
var nothingLeft = map[string]string{
	"export": noFileWritten, "activity export": noFileWritten, "backup": noFileWritten, "import": "Nothing was imported.",
	"init": "No house was made.", "demo": "No house was made.", "migrate": "No house was written.",
	"restore": "The house is as it was.", "compact": "The house is as it was.",
}

const (
	noFileWritten = "No file was written."
	partSent      = "What was sent is not the whole: throw it away."
)

// interruption is what is said of a run that a signal ended.
func (m *Main) interruption(cause error) *core.Error {
	e := &core.Error{
		Code: core.CodeUnavailable, Reason: reasonInterrupted, Cause: cause,
		Message: "Interrupted before the end.", Next: "Look at what was done, then run it again.",
	}
	switch done := m.deedsText(); {
	case done != "":
		e.Message += " " + done
		e.Next = "The rest was not done."
	case m.verb != nil && nothingLeft[verbWords(m.verb)] != "":
		e.Next = nothingLeft[verbWords(m.verb)]
		if e.Next == noFileWritten && slices.Contains(m.operands, "-") {
			e.Next = partSent
		}
	case errors.Is(cause, errInterrupted) || m.verb != nil && verbWords(m.verb) != "serve":
		e.Next = "Nothing was changed."
	}
	return e
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"gatehouse/core"
	"gatehouse/tui/sshd"
	"gatehouse/tui/text"
)

// sshVariable names another OpenSSH client than the ssh of the path.
const sshVariable = "GATEHOUSE_SSH"

// sshFailed is what OpenSSH answers when it could not connect, was not let in, or lost the connection.
const sshFailed = 255

// sshEnv are the variables that the server is given, those of them that are set (TERM goes with the terminal).
const sshEnv = "SendEnv=LANG LC_ALL LC_CTYPE COLORTERM NO_COLOR TZ"

// sshStreams are what stands at the ends of a call. The error stream is that of the run.
type sshStreams struct {
	in       io.Reader // nil: nothing is read
	out      io.Writer
	terminal bool
}

// sshArguments are those of OpenSSH for a call. The command is one argument, quoted; without one the server draws the
// interface. There is no escape character: "~" is for reasons and names, and a suspended OpenSSH would leave this
// program waiting. Connections that are dead are noticed after 45 seconds.
func sshArguments(to viaAddress, terminal bool, words []string) []string {
	args := []string{"-T"}
	if terminal {
		args = []string{"-t"}
	}
	args = append(args, "-e", "none", "-o", sshEnv, "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3")
	args = append(args, to.portAndUser()...)
	args = append(args, "--", to.Host)
	if len(words) > 0 {
		args = append(args, sshd.Quote(words...))
	}
	return args
}

// ssh runs a call by the OpenSSH client. Exit codes of the server stay; when there was no server to ask, that is
// unavailable.
func (m *Main) ssh(ctx context.Context, c remoteCall, s sshStreams) error {
	program := m.Env(sshVariable)
	if program == "" {
		program = "ssh"
	}
	found, err := exec.LookPath(program)
	if err != nil {
		return missingSSH(program, err)
	}
	cmd := exec.CommandContext(ctx, found, sshArguments(c.to, s.terminal, c.words(m.given))...) //nolint:gosec // --via and GATEHOUSE_SSH are for that
	cmd.Stdin, cmd.Stdout, cmd.Stderr = behind(s.in), behind(s.out), behind(m.Err)
	said := &heldErrors{to: m.Err}
	switch {
	case s.terminal: // all that the server says comes on the output
		cmd.Stderr = &withoutGoodbye{to: m.Err}
	case m.given.JSON:
		cmd.Stderr = said
	}
	// A signal to this program alone goes on; OpenSSH restores the terminal before it ends.
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(syscall.SIGTERM); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		return cmd.Process.Kill()
	}
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	switch {
	case err != nil && ctx.Err() != nil:
		return errors.Join(said.flush(), ctx.Err())
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission), errors.Is(err, syscall.ENOEXEC):
		return missingSSH(program, err)
	}
	return answered(c.to, said, err)
}

// answered is what the end of OpenSSH means: the exit codes of the server are kept, and its own is that nobody could be
// asked.
func answered(to viaAddress, said *heldErrors, err error) error {
	if err == nil || errors.Is(err, exec.ErrWaitDelay) { // a shared connection that stays may hold the streams
		return said.flush()
	}
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return errors.Join(said.flush(), err)
	}
	if code := ended.ExitCode(); code > 0 && code != sshFailed {
		return errors.Join(said.flush(), &toldError{code})
	}
	return unreachable(to, said.lastLine(), err)
}

// unreachable is for a server that did not answer. said is what OpenSSH said last, where that is not on the screen.
func unreachable(to viaAddress, said string, cause error) *core.Error {
	e := &core.Error{
		Code: core.CodeUnavailable, Reason: reasonNoServer, Cause: cause,
		Message: fmt.Sprintf("The server %s could not be asked: it cannot be reached, did not let you in, or went away.", to),
		Next:    "See what OpenSSH says: " + to.line() + ".",
	}
	if said != "" {
		e.Message = fmt.Sprintf("The server %s could not be asked: %s.", to, strings.TrimSuffix(said, "."))
	}
	return e
}

// heldErrors keeps back what comes on the error stream until it is known whether it is from the server: with --json
// that is one JSON value, and the words of OpenSSH are not. What is too long for that is passed on.
type heldErrors struct {
	to   io.Writer
	held bytes.Buffer
	open bool
}

// heldErrorBytes is how much is kept back, in bytes.
const heldErrorBytes = 64 << 10

func (h *heldErrors) Write(b []byte) (int, error) {
	if h.open {
		return h.to.Write(b)
	}
	h.held.Write(b)
	if h.held.Len() > heldErrorBytes {
		return len(b), h.flush()
	}
	return len(b), nil
}

func (h *heldErrors) flush() error {
	h.open = true
	_, err := h.held.WriteTo(h.to)
	return err
}

// lastLine gives the last line that is not empty, for a sentence.
func (h *heldErrors) lastLine() string {
	lines := strings.FieldsFunc(h.held.String(), func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return ""
	}
	return strings.TrimSpace(text.Cut(text.Clean(lines[len(lines)-1]), 300))
}

// goodbye is what OpenSSH says after each command with a terminal, which here is noise.
var goodbye = regexp.MustCompile(`(?m)^(?:Shared connection|Connection) to [^\r\n]+ closed\.\r?\n`)

// withoutGoodbye passes on what OpenSSH says, but its goodbye, which comes in one piece.
type withoutGoodbye struct{ to io.Writer }

func (w *withoutGoodbye) Write(b []byte) (int, error) {
	if kept := goodbye.ReplaceAll(b, nil); len(kept) > 0 {
		if _, err := w.to.Write(kept); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

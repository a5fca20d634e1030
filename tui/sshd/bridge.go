package sshd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/text"
)

// errClosed is why something ended when its client has closed the channel.
var errClosed = errors.New("the client has closed the channel")

// hurryTime is how long a client may take to read what is written after the end.
const hurryTime = 1500 * time.Millisecond

// The exit codes of the bridge itself, of those that all verbs have.
const (
	exitInternal    = 1
	exitUsage       = 2
	exitUnavailable = 6
)

// running is what runs in a channel.
type running struct {
	*channel
	out, err *output // the same with a terminal
	ctx      context.Context
}

// run runs what a channel asked for, sends the exit code, and closes the channel.
func (c *channel) run(command string) {
	r := &running{channel: c}
	r.out = newOutput(c.ssh, c.terminal != nil, c.server.o.Limits.Stall, c.stalled)
	r.err = r.out
	if c.terminal == nil {
		r.err = newOutput(c.ssh.Stderr(), false, c.server.o.Limits.Stall, c.stalled)
	}
	ctx, done, err := c.guest.begin(c.terminal != nil)
	if err != nil {
		r.say("%s", err)
		r.exit(exitUnavailable)
		return
	}
	merged, end := context.WithCancelCause(ctx)
	defer context.AfterFunc(c.gone, func() { end(context.Cause(c.gone)) })()
	defer context.AfterFunc(merged, func() { r.out.hurry(hurryTime); r.err.hurry(hurryTime) })()
	r.ctx = merged
	code, why := r.serve(command)
	end(context.Canceled)
	done(why)
	r.exit(code)
}

// stalled cuts the connection of a client that does not read. What runs in it waits for nothing else.
func (c *channel) stalled() {
	c.server.o.Count(EventStalled)
	c.server.log.Warn("the client does not read, the connection is cut", "address", c.guest.address, "fingerprint", c.guest.fingerprint)
	_ = c.guest.caller.Close()
}

// serve calls the runner, and says why it ended where that was not the person's doing. The reason is for the log of the
// house: why the whole connection ends if it ends now.
func (r *running) serve(command string) (code int, why core.SessionEnd) {
	words, err := Split(command)
	if err != nil {
		r.say("The command cannot be read: %s. Quote it once more for the other end: 'request show \"a b\"'.", err)
		return exitUsage, core.SessionSignedOut
	}
	client := &Client{
		Session: r.guest.session, Address: r.guest.address, Command: command, Args: words, Env: r.env,
		In: r.input(), Out: r.out, Err: r.err, Terminal: r.terminal,
	}
	if r.terminal != nil {
		client.Err = hushed{r.ctx, r.out}
	}
	code, crash := r.call(client)
	if crash != "" {
		r.say("Something failed inside Gatehouse, and ended this session. What was decided is saved. The log has the details under %s.", crash)
		return exitInternal, core.SessionCrashed
	}
	if r.ctx.Err() == nil {
		return code, core.SessionSignedOut
	}
	return r.ended(code)
}

// ended tells why a run ended that did not end by itself.
func (r *running) ended(code int) (int, core.SessionEnd) {
	if r.out.stuck.Load() || r.err.stuck.Load() {
		return exitUnavailable, core.SessionStalled
	}
	var sig app.SignalError
	if errors.As(context.Cause(r.gone), &sig) {
		why := core.SessionSignedOut
		if sig.Signal == syscall.SIGHUP { // the window at the other end was closed
			why = core.SessionDisconnected
		}
		return sig.ExitCode(), why
	}
	if r.gone.Err() != nil {
		return code, ""
	}
	if words := r.farewell(); words != "" && (r.terminal != nil || code != 0) {
		r.say("%s", words)
		return max(code, exitUnavailable), ""
	}
	return code, ""
}

// call is the runner with its panics kept from everybody else (trust-D11). A crash has an id, which is in the log.
func (r *running) call(client *Client) (code int, crash string) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		broken := app.Broken(v)
		code, crash = exitInternal, broken.ID
		r.server.o.Count(EventPanic)
		r.server.log.Error("panic", "id", crash, "address", r.guest.address, "what", broken.Value, "stack", broken.Stack)
		if r.terminal != nil {
			_, _ = r.out.Write([]byte(restore))
		}
	}()
	return r.server.o.Run(r.ctx, client), ""
}

// restore brings a terminal back whose interface could not do it: cursor, paste, mouse and keys as shells want them, the
// ordinary screen.
const restore = "\x1b[<u\x1b[>4m\x1b[?2026l\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1049l\x1b[?25h\x1b[m"

// say tells the person something that is no output of what runs.
func (r *running) say(format string, args ...any) {
	said := fmt.Sprintf("gatehouse: "+format, args...)
	if r.terminal != nil { // which would break it within a word
		said = strings.Join(text.Wrap(said, r.terminal.Width), "\n")
	}
	_, _ = fmt.Fprintln(r.err, said)
}

// exit sends the exit code behind all output, and closes the channel.
func (r *running) exit(code int) {
	r.out.close()
	r.err.close()
	r.place.end()
	_, _ = r.ssh.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(code)})) //nolint:gosec // 0 to 255
	_ = r.ssh.CloseWrite()
	_ = r.ssh.Close()
}

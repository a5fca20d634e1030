package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
)

// overSSH is what the runs over SSH share: each of them is a Main of its own, with the streams, the environment and the
// terminal of its client, over one open house. It touches no file, no variable and no setting of the server.
type overSSH struct {
	house *core.House
	log   *slog.Logger
	clock func() time.Time
	// turns are shared by all interfaces.
	turns app.Turns
	// copies are the backups that are being sent.
	copies copies
	// reach is the line to paste that signs in at this server, as a string; empty while its address is not set.
	reach atomic.Value
	// ended, when set, is told with which exit code a verb or an interface ended.
	ended func(code int)
}

// signIn is the line to paste that signs in at this server, or nothing.
func (o *overSSH) signIn() string {
	line, _ := o.reach.Load().(string) // nothing was stored where no server is set up
	return line
}

// run is an [sshd.Runner]: it does what a client asks for, as the account of its session.
func (o *overSSH) run(ctx context.Context, c *sshd.Client) int {
	if c.Session == nil { // an open door has a runner of its own
		return exitCodes[core.CodeInternal]
	}
	return o.runAs(ctx, c, c.Session.Actor(), opening{})
}

// runAs does what a client asks for as somebody. as says what the interface begins with; its house is that of o.
func (o *overSSH) runAs(ctx context.Context, c *sshd.Client, actor *core.Actor, as opening) int {
	as.House, as.Turns = o.house, o.turns
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := &Main{
		Streams: clientStreams(c), Env: clientEnv(c), Clock: o.clock,
		log: o.log, opened: o.house,
		remote: &remote{client: c, actor: actor, opening: as, copies: &o.copies, cancel: cancel, reach: o.signIn()},
	}
	args := c.Args
	if len(args) > 0 && args[0] == "gatehouse" { // as a screen copies it
		args = args[1:]
	}
	code := m.Execute(ctx, args)
	if o.ended != nil {
		o.ended(code)
	}
	return code
}

// clientStreams are the streams of a client. The interface reads the raw ones of the client itself.
func clientStreams(c *sshd.Client) Streams {
	s := Streams{In: c.In, Out: c.Out, Err: c.Err}
	if c.Terminal != nil {
		s.InTerminal, s.OutTerminal, s.ErrTerminal, s.Width = true, true, true, c.Terminal.Width
	}
	return s
}

// clientEnv is the environment of a client: nothing of the server's.
func clientEnv(c *sshd.Client) func(string) string {
	return func(name string) string {
		if name == "TERM" && c.Terminal != nil {
			return c.Terminal.Term
		}
		return c.Env[name]
	}
}

// remote is what a run over SSH is bound to.
type remote struct {
	client  *sshd.Client
	actor   *core.Actor
	opening opening
	page    app.Page // of the interface, when it was asked for
	copies  *copies
	cancel  context.CancelFunc
	reach   string // the line to paste that signs in at this server
}

// ownerFlags are the global flags that belong to whoever owns the house file, with what to do instead.
var ownerFlags = []struct{ name, message, next string }{
	{"as", "Over SSH your key says who acts, so --as is not taken.", "Leave it out, or sign in with the key of the other account."},
	{"db", "Over SSH the house is the one that this server has open, so --db is not taken.", "Leave it out."},
	{"via", "This is the server already, so --via is not taken.", "Leave it out."},
	{flagAddress, "The address is set where this server runs, so --address is not taken.", "Leave it out."},
	{"smtp", "The mail server is named where this server runs, so --smtp is not taken.", "Leave it out."},
}

// consoleOnly are the verbs of the local console, by their words, with what to do over SSH.
var consoleOnly = map[string]string{
	"init":             "The house of this server is there already; \"gatehouse account create\" makes further accounts.",
	"account activate": "You are signed in, so your account is active. To add a key: \"gatehouse account key add -\".",
	"account renew":    "Ask who runs the server, or another Support account: \"gatehouse account expire EMAIL T\".",
	"outbox send":      "The server sends the outbox by itself; \"gatehouse outbox retry\" makes a mail due.",
	"import":           "Ask who runs the server: an import needs an empty house.",
	"restore":          "Ask who runs the server; for restoring, it must be stopped.",
	"compact":          "Ask who runs the server; for compacting, it must be stopped.",
	"migrate":          "Ask who runs the server; for migrating, it must be stopped.",
	"serve":            "This is the server already.",
	"demo":             "Run it on your own machine.",
	"paths":            "Run it where the files are.",
}

// allowed refuses what a run over SSH may not do, before the verb begins: flags and verbs that belong to the owner of
// the house file (AC2).
func (r *remote) allowed(cmd *cobra.Command) error {
	flags := cmd.Root().PersistentFlags()
	for _, f := range ownerFlags {
		if flags.Changed(f.name) {
			return misuse(f.next, "%s", f.message)
		}
	}
	if completes(cmd) { // it would write to the streams of the server
		return misuse("Run it on your own machine.", "Nothing is completed over SSH.")
	}
	for c := cmd; c.HasParent(); c = c.Parent() {
		if next, ok := consoleOnly[verbWords(c)]; ok {
			return atConsole(c, next)
		}
	}
	return nil
}

// verbWords are the words of a command without the program's name.
func verbWords(cmd *cobra.Command) string {
	_, words, _ := strings.Cut(cmd.CommandPath(), " ")
	return words
}

func atConsole(cmd *cobra.Command, next string) *core.Error {
	return misuse(next, "%s is only for the console of the server.", cmd.CommandPath())
}

// localFile refuses a file of the server: over SSH only - is a file, which is standard input or output.
func (m *Main) localFile(field, path string) error {
	if m.remote == nil || path == "-" {
		return nil
	}
	e := invalidValue(field, "- over SSH, which is standard input or output: the server opens none of its files for you")
	e.Next = "Redirect it where you are: \"… - < FILE\", or \"… - > FILE\"."
	return e
}

// remoteActor is who acts over SSH.
func (m *Main) remoteActor() *core.Actor {
	if m.given.ReadOnly {
		return m.remote.actor.OnlyReading()
	}
	return m.remote.actor
}

// needsTerminal is said to a client that asks for the interface without a terminal.
func needsTerminal() *core.Error {
	return misuse(`Ask for a terminal (ssh -t), or name a verb: "help" lists them.`, "The interface needs a terminal.")
}

// beginVerb prepares a verb at a terminal: a client sends keys, so lines are made of them here.
func (r *remote) beginVerb(m *Main, cmd *cobra.Command) {
	if r.client.Terminal == nil || !cmd.HasParent() || verbWords(cmd) == "open" {
		return
	}
	m.In = newLineInput(r.client.In, r.client.Out, r.cancel)
}

// drawOver shows the interface at the client's terminal. Sweeping and mails are for the server, and why a session ended
// is told by it too.
func (m *Main) drawOver(ctx context.Context, page app.Page) error {
	o := m.remote.opening
	s, page, err := m.beginSession(ctx, o, page)
	if err != nil {
		return err
	}
	options := m.remote.client.RunOptions()
	options.Mono = monochrome(m.Env("TERM"))
	err = app.Run(ctx, s, m.interfaceKinds(s, o, nil), page, options)
	if ctx.Err() != nil || errors.Is(err, app.ErrGone) {
		return &toldError{exitCodes[core.CodeUnavailable]}
	}
	return err
}

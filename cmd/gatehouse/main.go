// Command gatehouse looks after organizations, their projects, and who may come in to help.
//
// Alone it opens the interface; with a noun and a verb it does one thing and ends. This folder only wires: flags
// and arguments in, tables and JSON out. Every rule lives in core. One file holds one noun; the other files are the
// frame that all verbs share: settings, output, failures, confirmation, and the syntax of arguments.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"gatehouse/core"
)

// Main is one run of the program. Everything it touches outside of itself is a field, so that a test, or a session
// without a terminal, starts the real thing with its own streams. Use it as Parse, Run, Close; it serves one run.
type Main struct {
	Streams
	Folders Folders
	// Env looks up an environment variable; empty means not set.
	Env func(name string) string
	// Clock tells the time.
	Clock func() time.Time

	// pace is the clock of lines of progress; nil is the real one.
	pace func() time.Time

	given   settings // what the flags say
	root    *cobra.Command
	args    []string
	running string // the command whose own work has begun
	// verb and operands are that command and its arguments.
	verb     *cobra.Command
	operands []string
	log      *slog.Logger
	logFile  *logFile    // behind log; nil when there is none
	opened   *core.House // the house of --db, once a verb asked for it
	// cannotBe says why the account that config.toml remembers cannot act, so that the interface asks for another.
	cannotBe string
	closers  []func() error
	begun    *newHouse // a house that has no name yet
	// remote is whom a run over SSH is for; nil at the local console.
	remote *remote
	// interrupted closes when a signal ends the run; answer and told are the gates in Out and Err.
	interrupted  <-chan struct{}
	answer, told *outlet
	// deeds says what the verb has done, and committed counts the changes of the house that it made.
	deeds []string
	// taken is what the deeds took along that are not answered yet (I17), and asked what was told before they were done.
	taken core.Taken
	asked []string
	// homeless says that nobody knows where the folders of this user are.
	homeless  bool
	onlyReads string // why nothing may be changed, with what to do, where that is not said on the command line
	committed atomic.Int64
	// checkpoints is what the log knows of the chains; nil without a house.
	checkpoints *logWatch
}

// Streams are where a run reads and writes, and what is at their other end.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// InTerminal, OutTerminal and ErrTerminal say that a person types and reads there.
	InTerminal, OutTerminal, ErrTerminal bool
	// Width is the terminal's width in cells; 0 is unknown.
	Width int
}

// Folders are the program's own folders, each named after it; the files in them may not exist yet.
type Folders struct{ Config, Data, State string }

func main() {
	os.Exit(runProcess(time.Now))
}

// runProcess runs with the streams, environment and signals of this process and gives the exit code.
func runProcess(clock func() time.Time) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal always ends the process
	// A reader that went away is an error of writing, so that what was made for the answer is taken away.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	m := &Main{
		Streams: processStreams(),
		Env:     os.Getenv,
		Clock:   clock,
	}
	m.homeless = !homeKnown()
	m.Folders = processFolders()
	m.collectLess()
	return m.Execute(ctx, os.Args[1:])
}

func processStreams() Streams {
	s := Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(os.Stdin.Fd()),
		OutTerminal: term.IsTerminal(os.Stdout.Fd()),
		ErrTerminal: term.IsTerminal(os.Stderr.Fd()),
	}
	if s.OutTerminal {
		if w, _, err := term.GetSize(os.Stdout.Fd()); err == nil {
			s.Width = w
		}
	}
	return s
}

func processFolders() Folders {
	name := string(os.PathSeparator) + "gatehouse"
	return Folders{
		Config: xdg.ConfigHome + name,
		Data:   xdg.DataHome + name,
		State:  xdg.StateHome + name,
	}
}

// Execute is Parse, Run and Close in a row. It prints what failed and gives the exit code.
func (m *Main) Execute(ctx context.Context, args []string) int {
	m.guardStreams(ctx.Done())
	err := m.Parse(args)
	if err == nil {
		err = m.unwritten(m.Run(ctx))
	}
	code := 0
	if err != nil {
		code = m.report(err)
	}
	if err := m.Close(); err != nil && code == 0 {
		code = m.report(err)
	}
	return code
}

// Parse takes the arguments without the program's name and makes the commands. Whether the arguments make sense is
// found by Run, because each verb judges its own.
func (m *Main) Parse(args []string) error {
	if m.root != nil {
		return errors.New("this run was parsed before")
	}
	if args == nil {
		args = []string{} // else the arguments of the process would be taken
	}
	m.args = args
	m.root = m.newRoot()
	m.root.SetArgs(args)
	m.root.SetIn(m.In)
	m.root.SetOut(m.Out)
	m.root.SetErr(m.Err)
	return nil
}

// Run does what the arguments say.
func (m *Main) Run(ctx context.Context) error {
	if err := m.helpOfNothing(); err != nil {
		return err
	}
	err := m.root.ExecuteContext(ctx)
	var known *core.Error
	if m.remote != nil && errors.As(err, &known) && known.Reason == reasonUsage && strings.HasSuffix(known.Message, tooMany+".") {
		known.Next += " A text with blanks needs quotes twice, as ssh takes one pair away: ssh HOST 'role create \"Night shift\"'; --via needs no second pair."
	}
	if err != nil && m.running == "" && !errors.As(err, &known) {
		return groupMisuse(err)
	}
	if err == nil && m.remote != nil && m.remote.page.Kind != "" {
		// All commands with their flags take 200 kB, and a server has many interfaces at once, for days.
		m.root, m.verb = nil, nil
		return m.drawOver(ctx, m.remote.page)
	}
	return err
}

// Close lets go of everything that Run opened, the last first. It may be called more than once.
func (m *Main) Close() error {
	var all []error
	for i := len(m.closers) - 1; i >= 0; i-- {
		all = append(all, m.closers[i]())
	}
	m.closers = nil
	return errors.Join(all...)
}

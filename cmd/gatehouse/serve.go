package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
)

const serveLong = `Opens the house to many people over SSH: the interface with a terminal, the verbs
without one (ssh -p 2222 HOST request list --json). Who somebody is, the key that
signed says; the name of the user means nothing. Whoever uses one-time codes is
asked for one, and a key that belongs to nobody may only redeem an activation code.

Meanwhile it does what becomes due, and sends the outbox (--smtp). It logs to
standard error, with --json as JSON lines, and to the log in the state folder.

SIGHUP reads config.toml and opens the log anew: limits and the mail server change,
and nobody is dropped. SIGTERM and SIGINT end it within ten seconds, with every
terminal restored and every decision kept; the second one cuts what is left.

Settings of the server in config.toml: listen, host_key, max_sessions,
max_per_account, idle, max_age, metrics.`

func (m *Main) newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "open the house to many people over SSH",
		Long:  serveLong,
		Args:  arguments(0, 0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return m.serve(cmd) },
	}
	m.addServeSettings(cmd)
	return cmd
}

// serving is a house that is open over SSH.
type serving struct {
	m      *Main
	cmd    *cobra.Command
	house  *core.House
	runs   *overSSH
	key    gossh.Signer
	server *sshd.Server
	counts *counts

	listener net.Listener
	metrics  *metricsServer // nil without --metrics
	mails    *delivering
	swept    chan struct{}
	unsaved  <-chan struct{}    // closed when the house takes no more changes
	stop     context.CancelFunc // ends what runs beside the server
	ended    chan error         // what Serve gave
}

// serve opens the house of --db over SSH until a signal ends it.
func (m *Main) serve(cmd *cobra.Command) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Context().Err(); err != nil {
		return err // one came before
	}
	// Signals end this run in its own way: the context of the process ends at SIGHUP too.
	ctx := context.WithoutCancel(cmd.Context())
	if err := m.logAlso(m.Err); err != nil {
		return err
	}
	s, err := m.startServing(ctx, cmd)
	if err != nil {
		return err
	}
	if err := s.tell(); err != nil {
		return errors.Join(err, s.close(ctx))
	}
	return s.until(ctx, signals)
}

// startServing opens the house and takes connections. Who calls it must call close.
func (m *Main) startServing(ctx context.Context, cmd *cobra.Command) (*serving, error) {
	if m.given.ReadOnly {
		return nil, misuse("Leave --read-only out, or override config.toml with --read-only=false; a visitor may ask for --read-only.",
			"A server notes who signs in, so it cannot only read.")
	}
	h, err := m.house(ctx)
	if err != nil {
		return nil, err
	}
	s := &serving{m: m, cmd: cmd, house: h, counts: newCounts(), ended: make(chan error, 1)}
	if s.key, err = m.hostKey(); err != nil {
		return nil, err
	}
	s.runs = m.runner(h)
	s.runs.ended = s.counts.verb
	s.server = sshd.New(sshd.Options{
		House: h, Run: s.runs.run, HostKeys: []gossh.Signer{s.key}, Log: m.logger(), Count: s.counts.event,
	})
	s.limit()
	if s.listener, err = listen("--listen", cmp.Or(m.given.Serve.Listen, defaultListen)); err != nil {
		return nil, err
	}
	if s.metrics, err = m.startMetrics(s); err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	s.start(ctx)
	return s, nil
}

// start begins what runs until close.
func (s *serving) start(ctx context.Context) {
	beside, stop := context.WithCancel(ctx)
	s.stop, s.swept = stop, make(chan struct{})
	app.Guarded(s.failed("the sweep"), func() {
		defer close(s.swept)
		s.m.keepSweeping(beside, s.house)
	})
	s.mails = &delivering{m: s.m, house: s.house}
	s.mails.begin(beside)
	app.Guarded(s.failed("the server"), func() { s.ended <- s.server.Serve(s.listener) })
	if store, ok := s.house.Store().(*storage.Store); ok {
		store.Announce(s.reach("localhost").line())
		s.unsaved = store.Stopped()
	}
}

func (s *serving) failed(what string) func(string) {
	return func(text string) { s.m.logger().Error(what+" failed", "panic", text) }
}

// until waits for signals, and ends the server.
func (s *serving) until(ctx context.Context, signals <-chan os.Signal) error {
	for {
		select {
		case err := <-s.ended:
			return errors.Join(listenFailed("--listen", s.listener.Addr().String(), err), s.close(ctx))
		case <-s.unsaved:
			return s.fail(ctx)
		case sig := <-signals:
			if sig == syscall.SIGHUP {
				s.reload(ctx)
				continue
			}
			s.m.logger().Info("stopping", "signal", sig.String())
			ctx, cut := context.WithCancel(ctx)
			defer cut()
			done := make(chan struct{})
			defer close(done)
			app.Guarded(nil, func() {
				for {
					select {
					case again := <-signals:
						if again != syscall.SIGHUP {
							cut()
						}
					case <-done:
						return
					}
				}
			})
			return s.close(ctx)
		}
	}
}

// fail ends a server whose house takes no more changes, with an error: whoever watches it starts it again, which heals
// (trust-A5). Until then nobody could even sign in.
func (s *serving) fail(ctx context.Context) error {
	var err error
	if store, ok := s.house.Store().(*storage.Store); ok {
		err = store.Failing()
	}
	s.m.logger().Error("stopping: the house takes no more changes", "error", core.Causes(err))
	if stopErr := s.server.Fail(ctx); stopErr != nil {
		s.m.logger().Warn("connections were cut", "error", stopErr)
	}
	return errors.Join(err, s.close(ctx))
}

// close ends the server: at most ten seconds, less when ctx ends. What was cut then is logged, and no failure.
func (s *serving) close(ctx context.Context) error {
	if store, ok := s.house.Store().(*storage.Store); ok {
		store.Announce("")
	}
	if err := s.server.Stop(ctx); err != nil {
		s.m.logger().Warn("connections were cut", "error", err)
	}
	s.metrics.close()
	s.stop()
	<-s.swept
	s.mails.end()
	s.m.logger().Info("stopped")
	return nil
}

// runner gives what runs over SSH in a house.
func (m *Main) runner(h *core.House) *overSSH {
	o := &overSSH{house: h, turns: app.NewTurns(), log: m.logger(), clock: m.Clock}
	o.reach.Store(m.pasted())
	if path, err := databasePath(m.given.DB); err == nil && path != "" {
		o.copies.path = path
		if err := removeCopies(path); err != nil {
			o.log.Warn("a copy of a server that was killed is left", "error", err)
		}
	}
	return o
}

// served is what serve says when it is ready.
type served struct {
	Listen      string `json:"listen"`
	Fingerprint string `json:"fingerprint"`
	SSH         string `json:"ssh"`
	Metrics     string `json:"metrics,omitempty"`
}

// tell says where the server listens and how to come in.
func (s *serving) tell() error {
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	result := served{Listen: s.listener.Addr().String(), Fingerprint: gossh.FingerprintSHA256(s.key.PublicKey()), SSH: s.reach(name).line()}
	lines := fmt.Sprintf("the house is open at %s\nhost key  %s\ncome in   %s", result.Listen, result.Fingerprint, result.SSH)
	if s.metrics != nil {
		result.Metrics = "http://" + s.metrics.address() + "/metrics"
		lines += "\nmetrics   " + result.Metrics
	}
	s.m.logger().Info("listening", "address", result.Listen, "host_key", result.Fingerprint)
	return s.m.printAnswer(result, lines)
}

// reach is how others connect; here is the name of this machine, for a server that listens at all its addresses.
func (s *serving) reach(here string) viaAddress {
	to := viaAddress{Host: here}
	if at, ok := s.listener.Addr().(*net.TCPAddr); ok {
		if !at.IP.IsUnspecified() {
			to.Host = at.IP.String()
		}
		if at.Port != 22 {
			to.Port = at.Port
		}
	}
	return to
}

// listen takes connections at an address; where names the flag.
func listen(where, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	return l, listenFailed(where, address, err)
}

// listenFailed says what to do about an address that cannot be listened at.
func listenFailed(where, address string, err error) error {
	if err == nil {
		return nil
	}
	var cause syscall.Errno
	said, next := err.Error(), "Choose another with "+where+"."
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		said, next = "another program listens there", "End that one, or choose another with "+where+"."
	case errors.Is(err, syscall.EACCES):
		said, next = "ports below 1024 are for root", "Choose a higher one with "+where+", or give the program the right (setcap cap_net_bind_service=+ep)."
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		said = "this machine does not have it"
	case errors.As(err, &cause):
		said = cause.Error()
	}
	return &core.Error{
		Code: core.CodeUnavailable, Reason: reasonAddress, Cause: err,
		Message: fmt.Sprintf("Nobody can be let in at %s: %s.", address, said), Next: next,
	}
}

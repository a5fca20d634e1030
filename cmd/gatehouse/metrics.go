package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/kv"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
)

// counts are the counters of a server. They name nobody: no person, key, address or unit stands in a label.
type counts struct{ set *metrics.Set }

// events are all that a server counts, so that each stands there from the start with 0.
var events = []sshd.Event{
	sshd.EventConnected, sshd.EventDropped, sshd.EventHandshake, sshd.EventSignedIn, sshd.EventRefused, sshd.EventSessionBegan,
	sshd.EventSessionEnded, sshd.EventRequestCut, sshd.EventStalled, sshd.EventPasteCut, sshd.EventPanic,
}

func newCounts() *counts {
	c := &counts{metrics.NewSet()}
	for _, e := range events {
		c.set.NewCounter(eventMetric(e))
	}
	for _, code := range append([]int{0}, allExitCodes()...) {
		c.set.NewCounter(verbMetric(code))
	}
	return c
}

func allExitCodes() []int {
	codes := make([]int, 0, len(exitCodes))
	for _, code := range exitCodes {
		codes = append(codes, code)
	}
	return codes
}

func eventMetric(e sshd.Event) string { return `gatehouse_ssh_events_total{event="` + string(e) + `"}` }

func verbMetric(code int) string {
	return `gatehouse_runs_total{exit_code="` + strconv.Itoa(code) + `"}`
}

// event counts what a server tells.
func (c *counts) event(e sshd.Event) { c.set.GetOrCreateCounter(eventMetric(e)).Inc() }

// verb counts a verb or an interface that ended.
func (c *counts) verb(code int) { c.set.GetOrCreateCounter(verbMetric(code)).Inc() }

// gauges adds the figures of the moment; they are looked up when somebody asks for them.
func (c *counts) gauges(s *serving, now func() time.Time) {
	began := now()
	of := func(figure func(sshd.Figures) int) func() float64 {
		return func() float64 { return float64(figure(s.server.Figures())) }
	}
	for name, value := range map[string]func() float64{
		"gatehouse_ssh_connections":         of(func(f sshd.Figures) int { return f.Connections }),
		"gatehouse_ssh_connections_waiting": of(func(f sshd.Figures) int { return f.Waiting }),
		"gatehouse_ssh_sessions":            of(func(f sshd.Figures) int { return f.Sessions }),
		"gatehouse_ssh_interfaces":          of(func(f sshd.Figures) int { return f.Interfaces }),
		"gatehouse_uptime_seconds":          func() float64 { return now().Sub(began).Seconds() },
		"gatehouse_goroutines":              func() float64 { return float64(runtime.NumGoroutine()) },
		"gatehouse_house_events":            func() float64 { return countOf(s.house.Events) },
		"gatehouse_mails_waiting":           func() float64 { return countOf(s.house.MailsWaiting) },
		"gatehouse_house_commits_total":     func() float64 { return float64(infoOf(s.house).Commits) },
		"gatehouse_house_bytes":             func() float64 { return float64(infoOf(s.house).Size) },
	} {
		c.set.NewGauge(name, value)
	}
	c.set.NewGauge("gatehouse_heap_bytes", func() float64 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapAlloc)
	})
}

// metricsServer answers /metrics and /healthz.
type metricsServer struct {
	listener net.Listener
	server   *http.Server
}

// readable is how long reading the house may take for a server in good health.
const readable = time.Second

// startMetrics answers at --metrics; nil without it.
func (m *Main) startMetrics(s *serving) (*metricsServer, error) {
	if m.given.Serve.Metrics == "" {
		return nil, nil //nolint:nilnil // nobody wants figures
	}
	l, err := listen("--metrics", m.given.Serve.Metrics)
	if err != nil {
		return nil, err
	}
	s.counts.gauges(s, time.Now)
	server := &metricsServer{listener: l, server: &http.Server{
		Handler:           metricsHandler(s.counts.set, s.house, readable),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 13,
	}}
	app.Guarded(s.failed("the metrics server"), func() {
		if err := server.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			m.logger().Error("no metrics any more", "error", err)
		}
	})
	return server, nil
}

// metricsHandler answers GET /metrics in the text form of Prometheus, and GET /healthz with 200 while the house can be
// read within the time that health gives, and changes are saved, else with 503.
func metricsHandler(set *metrics.Set, house *core.House, health time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		set.WritePrometheus(w)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if err := healthy(r.Context(), house, health); err != nil {
			http.Error(w, "the house cannot be used: "+core.AsError(err).Message, http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n")) // whoever asked is gone
	})
	return mux
}

// healthy reports whether the house can be read in time, and its last change was saved. A read that hangs is left behind.
func healthy(ctx context.Context, house *core.House, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	read := make(chan error, 1)
	app.Guarded(func(text string) { read <- errors.New(text) }, func() {
		_, err := house.Empty(ctx)
		if store, ok := house.Store().(*storage.Store); ok && err == nil {
			err = store.Recheck(ctx)
		}
		read <- err
	})
	select {
	case err := <-read:
		return err
	case <-ctx.Done():
		return &core.Error{Code: core.CodeUnavailable, Reason: core.ReasonInternal, Message: "it takes too long.", Cause: ctx.Err()}
	}
}

func (s *metricsServer) address() string { return s.listener.Addr().String() }

// close ends it at once: nobody waits for figures.
func (s *metricsServer) close() {
	if s != nil {
		_ = s.server.Close()
	}
}

// countOf is a number that the house keeps; 0 where it cannot be read.
func countOf(read func(context.Context) (int, error)) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), readable)
	defer cancel()
	n, err := read(ctx)
	if err != nil {
		return 0
	}
	return float64(n)
}

func infoOf(h *core.House) (info kv.Info) {
	if store, ok := h.Store().(*storage.Store); ok {
		info = store.Info()
	}
	return info
}

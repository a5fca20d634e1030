package main

import (
	"context"
	"runtime/debug"
	"sync"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// reload reads the config file again and opens the log anew, without dropping anybody: limits and the mail server take
// effect. When anything in the file is wrong, it is logged, and everything stays as it was.
func (s *serving) reload(ctx context.Context) {
	log := s.m.logger()
	if s.m.logFile != nil {
		if err := s.m.logFile.open(); err != nil {
			log.Warn("the log was not opened anew", "error", err)
		}
	}
	fresh, faults, err := s.m.readSettings(s.cmd)
	for _, fault := range faults {
		log.Error("config.toml was not taken", "fault", fault.Message)
	}
	if err != nil {
		log.Error("the settings were not taken", "error", core.Causes(err))
	}
	if err != nil || len(faults) > 0 {
		return
	}
	old := s.m.given
	fresh.DB, fresh.As, fresh.ReadOnly = old.DB, old.As, old.ReadOnly
	for _, v := range []struct{ name, old, fresh string }{
		{"listen", old.Serve.Listen, fresh.Serve.Listen},
		{"host_key", old.Serve.HostKey, fresh.Serve.HostKey},
		{"metrics", old.Serve.Metrics, fresh.Serve.Metrics},
	} {
		if v.old != v.fresh {
			log.Warn("takes effect when the server starts again", "setting", v.name)
		}
	}
	s.m.given = fresh
	s.limit()
	s.runs.reach.Store(s.m.pasted())
	if old.SMTP != fresh.SMTP || old.Address != fresh.Address {
		s.mails.end()
		s.house.SetMailDelivery(fresh.SMTP != "")
		s.mails.begin(ctx)
	}
	log.Info("config.toml was read again")
}

// limit puts the limits of the settings into force.
func (s *serving) limit() {
	sessions := count(s.m.given.Serve.MaxSessions)
	s.house.LimitSessions(s.m.given.Serve.sessionLimits())
	s.server.Limit(max(1000, 2*sessions)) // a connection may have two
	keepServerMemory(s.m.Env, max(1000, sessions))
}

// delivering sends the outbox of a server, and begins anew when the mail server changes.
type delivering struct {
	m     *Main
	house *core.House

	mu   sync.Mutex
	stop context.CancelFunc
	done chan struct{}
}

// begin sends what is due from now on, where a mail server is named.
func (d *delivering) begin(ctx context.Context) {
	delivery, named := d.m.delivery(d.house)
	if !named {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	d.mu.Lock()
	d.stop, d.done = stop, done
	d.mu.Unlock()
	app.Guarded(func(text string) { d.m.logger().Error("the delivery of mails failed", "panic", text) }, func() {
		defer close(done)
		delivery.Run(ctx)
	})
}

// end stops, and waits until no mail is being sent.
func (d *delivering) end() {
	d.mu.Lock()
	stop, done := d.stop, d.done
	d.stop, d.done = nil, nil
	d.mu.Unlock()
	if stop == nil {
		return
	}
	stop()
	<-done
}

// A server takes so much memory for itself and for each session, before the collector works harder.
const (
	memoryOfServer  = 512 << 20
	memoryOfSession = 2 << 20
)

// keepServerMemory makes the collector work as usual, and harder when a server takes more than its sessions explain,
// unless somebody has set either.
func keepServerMemory(env func(string) string, sessions int) {
	if env("GOGC") == "" {
		debug.SetGCPercent(usualCollector)
	}
	if env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryOfServer + int64(sessions)*memoryOfSession)
	}
}

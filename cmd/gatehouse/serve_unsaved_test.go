package main

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
	"gatehouse/tui/sshd/sshtest"
)

// failingEngine is an engine whose disk can fail, as bolt answers it.
type failingEngine struct {
	kv.Engine
	fault atomic.Pointer[error] // what every write gets; nil when the disk is fine
}

func (e *failingEngine) fails(err error) { e.fault.Store(&err) }

func (e *failingEngine) Update(ctx context.Context, fn func(kv.Writer) error) error {
	if err := e.fault.Load(); err != nil && *err != nil {
		return *err
	}
	return e.Engine.Update(ctx, fn)
}

// newFailingServer opens a house whose disk can fail.
func newFailingServer(t *testing.T) (*openServer, *failingEngine) {
	t.Helper()
	o, engine := newClosedServer(t), &failingEngine{}
	o.opened = func(m *Main) *core.House {
		inner, err := bolt.Open(o.dirs.Data+"/gatehouse.db", bolt.Options{NoSync: true, Now: m.Clock})
		if err != nil {
			t.Fatal(err)
		}
		engine.Engine = inner
		store, err := storage.Over(t.Context(), engine, storage.Options{Clock: m.Clock})
		if err != nil {
			t.Fatal(err)
		}
		m.closers = append(m.closers, store.Close)
		return m.houseOver(store)
	}
	o.open("--metrics", "127.0.0.1:0")
	return o, engine
}

// TestServerThatCannotSave: when a sync fails nobody knows what the disk holds. The health check says so at once, whoever
// is inside is told, and the server ends with an error, so that it is started again (trust-A5).
func TestServerThatCannotSave(t *testing.T) {
	o, engine := newFailingServer(t)
	screen := o.dial("sam").Terminal(100, 30, "").Await("Home")
	verbs := o.dial("sam")
	if text, code := o.get("/healthz"); code != 200 {
		t.Fatalf("health before: %d %s", code, text)
	}
	engine.fails(&kv.OutcomeUnknownError{Path: "house", Cause: syscall.EIO})
	if got := verbs.Run("maintainer rename 1 'Partner Two'", ""); got.Code != 1 || !strings.Contains(got.Err, "not certain that this was saved") {
		t.Errorf("the verb: exit code %d, %s", got.Code, got.Err)
	}
	if text, code := o.get("/healthz"); code != 503 {
		t.Errorf("health: %d %s", code, text)
	}
	err := o.until(t.Context(), nil) // which ends by itself
	if exitCode(describe(err)) != 1 || core.ReasonOf(err) != core.ReasonOutcomeUnknown {
		t.Errorf("the server ended with %v", err)
	}
	<-screen.Ended()
	if said := screen.Raw(); !strings.Contains(said, "the server could not save, and stops") {
		t.Errorf("the screen says %.300q at the end", said[max(0, len(said)-300):])
	}
}

// TestFullDiskIsToldAndHeals: while nothing can be written the health check fails, and it recovers with the disk, though
// nobody else writes.
func TestFullDiskIsToldAndHeals(t *testing.T) {
	o, engine := newFailingServer(t)
	sam := o.dial("sam")
	engine.fails(&kv.NotWritableError{Path: "house", Cause: syscall.ENOSPC})
	if got := sam.Run("maintainer rename 1 'Partner Two'", ""); got.Code != 6 {
		t.Errorf("exit code %d, %s", got.Code, got.Err)
	}
	if text, code := o.get("/healthz"); code != 503 {
		t.Errorf("health on a full disk: %d %s", code, text)
	}
	engine.fails(nil)
	if text, code := o.get("/healthz"); code != 200 {
		t.Errorf("health with room again: %d %s", code, text)
	}
	select {
	case <-o.unsaved:
		t.Error("a full disk stops the server")
	default:
	}
}

// TestOwnFailureCostsNothing: sign-ins that fail because the server cannot write are told why, and only that, and cost
// their address nothing, however many they are.
func TestOwnFailureCostsNothing(t *testing.T) {
	o, engine := newFailingServer(t)
	for name, fault := range map[string]error{
		"outcome unknown": &kv.OutcomeUnknownError{Path: "house", Cause: syscall.EIO},
		"full":            &kv.NotWritableError{Path: "house", Cause: syscall.ENOSPC},
		"other":           errors.New("something else"),
	} {
		engine.fails(fault)
		for range 30 {
			_, talk, err := sshtest.Try(t, o.listener.Addr().String(), sshtest.Login{User: "sam", Keys: []gossh.Signer{o.keys["sam"]}})
			if err == nil {
				t.Fatalf("%s: signed in", name)
			}
			if said := talk.Banners(); strings.Count(said, "\n") != 1 || strings.Contains(said, "not offered") || strings.Contains(said, "failed sign-ins") {
				t.Fatalf("%s: told %q, %v", name, said, err)
			}
		}
		engine.fails(nil)
		_ = o.dial("sam").Close()
	}
}

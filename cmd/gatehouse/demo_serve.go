package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/sshd"
)

// What visitors get when nothing else is said, and how many there may be at most.
const (
	defaultVisitors = 50
	mostVisitors    = 500
	defaultVisit    = 30 * time.Minute
	defaultRest     = 10 * time.Minute
	verbTime        = time.Minute
)

// serveDemo lets visitors look at throwaway houses over SSH until a signal ends it.
func (m *Main) serveDemo(ctx context.Context, f demoFlags) error {
	if err := f.servable(m); err != nil {
		return err
	}
	if err := m.logAlso(m.Err); err != nil {
		return err
	}
	d, err := m.openDemo(ctx, f)
	if err != nil {
		return err
	}
	defer d.stop()
	if err := d.tell(); err != nil {
		return err
	}
	select {
	case <-ctx.Done(): // a signal
	case err = <-d.ended:
	}
	return listenFailed("--serve", f.serve, err)
}

// servable refuses what does not go together.
func (f demoFlags) servable(m *Main) error {
	switch {
	case f.serve == "":
		return misuse("Name an address, such as --serve :2222.", "--serve has no address.")
	case f.save != "":
		return misuse("Leave one of them out: visitors' houses are kept nowhere.", "--save and --serve do not go together.")
	case f.size == "large" && !f.shared:
		return misuse("Add --shared, or leave --size out.", "A large house of one's own is too much for every visitor.")
	case m.given.ReadOnly:
		return misuse("Leave it out; a visitor may ask for --read-only.", "A demo in which nothing can be done shows little.")
	case f.visitors < 1 || f.visitors > mostVisitors:
		return invalidValue("--visitors", fmt.Sprintf("a number from 1 to %d", mostVisitors))
	}
	return nil
}

// demoServer is a demo that is open to visitors.
type demoServer struct {
	m        *Main
	visits   *visits
	server   *sshd.Server
	key      gossh.Signer
	listener net.Listener
	ended    chan error
}

// openDemo begins to listen. Whoever calls it must call stop.
func (m *Main) openDemo(ctx context.Context, f demoFlags) (*demoServer, error) {
	key, err := f.key(m)
	if err != nil {
		return nil, err
	}
	pool := &housePool{
		clock: m.Clock, seed: f.seed, size: f.size, noTour: f.noTour, shared: f.shared, log: m.logger(),
		sweep: m.keepSweeping, large: m.largeHouse,
	}
	d := &demoServer{m: m, key: key, ended: make(chan error, 1)}
	d.visits = newVisits(pool, visitLimits{Visitors: f.visitors, Visit: defaultVisit, Rest: defaultRest, Verb: verbTime}, m.Clock, m.logger())
	// A first house now: what cannot be made is said before anybody comes, and the first visitor does not wait.
	if err := d.visits.rehearse(ctx); err != nil {
		return nil, err
	}
	if d.listener, err = listen("--serve", f.serve); err != nil {
		pool.end()
		return nil, err
	}
	if at, ok := d.listener.Addr().(*net.TCPAddr); ok {
		d.visits.port = at.Port
	}
	d.server = sshd.New(sshd.Options{
		Run: d.visits.run, OpenDoor: true, HostKeys: []gossh.Signer{key}, Log: m.logger(), Clock: m.Clock,
		Limits: sshd.Limits{Sessions: 4 * f.visitors}, // more than may be inside, so that they are refused in words
	})
	keepServerMemory(m.Env, f.visitors)
	guarded(m.logger(), "the server", func() { d.ended <- d.server.Serve(d.listener) })
	return d, nil
}

// key is the key of --host-key, or one for the time that the demo is open.
func (f demoFlags) key(m *Main) (gossh.Signer, error) {
	if f.hostKey != "" {
		key, made, err := sshd.HostKey(f.hostKey)
		if made {
			m.logger().Info("host key made", "path", f.hostKey)
		}
		return key, err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return gossh.NewSignerFromKey(private)
}

// largeHouse makes a million projects in a file that is gone at the end.
func (m *Main) largeHouse(ctx context.Context) (core.Store, demo.Cast, error) {
	dir, err := m.scratch()
	if err != nil {
		return nil, nil, err
	}
	store, err := storage.Open(ctx, "bolt:"+dir.Path("gatehouse.db"), storage.Options{Clock: m.Clock, NoSync: true})
	if err != nil {
		return nil, nil, err
	}
	cast, err := m.fillDemo(ctx, store, "large", 0, nil)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, cast, nil
}

// tell says where visitors come in.
func (d *demoServer) tell() error {
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	if at, ok := d.listener.Addr().(*net.TCPAddr); ok && !at.IP.IsUnspecified() {
		name = at.IP.String()
	}
	result := struct {
		Listen      string `json:"listen"`
		Fingerprint string `json:"fingerprint"`
		SSH         string `json:"ssh"`
		Visitors    int    `json:"visitors"`
		Shared      bool   `json:"shared"`
	}{d.listener.Addr().String(), gossh.FingerprintSHA256(d.key.PublicKey()), d.visits.line(name), d.visits.limits.Visitors, d.visits.pool.shared}
	houses := "each in a house of their own"
	if result.Shared {
		houses = "all in one house"
	}
	d.m.logger().Info("demo open", "address", result.Listen, "host_key", result.Fingerprint, "visitors", result.Visitors, "shared", result.Shared)
	return d.m.printAnswer(result, fmt.Sprintf("the demo is open at %s\nhost key  %s\nvisit it  %s\nvisitors  up to %d, %s, for %s",
		result.Listen, result.Fingerprint, result.SSH, result.Visitors, houses, inMinutes(d.visits.limits.Visit)))
}

// stop lets visitors go and closes what is left.
func (d *demoServer) stop() {
	if err := d.server.Stop(context.Background()); err != nil { // within its own limit
		d.m.logger().Warn("connections were cut", "error", err)
	}
	d.m.logger().Info("demo closed")
	d.visits.pool.end()
}

func inMinutes(d time.Duration) string { return strconv.Itoa(int(d/time.Minute)) + " minutes" }

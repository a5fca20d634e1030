package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/memory"
	"gatehouse/tui/screen/tour"
)

// demoHouse is a filled house that visitors over SSH are in.
type demoHouse struct {
	house *core.House
	cast  demo.Cast
	// tour is the walkthrough of a private house; nil in a shared one and with --no-tour.
	tour  *tour.Tour
	close func()

	// Of a shared house, under the lock of its door:
	made   time.Time
	inside int
	part   int // of the cast, for the next visitor
}

// housePool gives visitors their houses. A private one is a copy of a filled house that costs nothing to make: the two
// share in memory what neither changes, and nothing else.
type housePool struct {
	clock  func() time.Time
	seed   uint64
	size   string
	noTour bool
	shared bool
	log    *slog.Logger
	// large makes the large house, which lives in a file.
	large func(context.Context) (core.Store, demo.Cast, error)
	// sweep keeps a house swept until ctx ends.
	sweep func(context.Context, *core.House)

	mu       sync.Mutex
	template *memory.Engine
	cast     demo.Cast
	filled   time.Time

	door   sync.Mutex // held while somebody comes into the shared house or leaves it
	common *demoHouse // the shared house; nil while nobody is inside
}

const (
	// templateAge is how old the filled house may be that copies are made of: what is about to end in it is to end soon.
	templateAge = 15 * time.Minute
	// sharedAge is how long a shared house takes in visitors; then the next one gets a new house.
	sharedAge = 2 * time.Hour
	// guestGrowth is by how many bytes the house of one visitor may grow, sharedGrowth that of all.
	guestGrowth  = 4 << 20
	sharedGrowth = 64 << 20
	// guestRecovery is how many KiB hashing a recovery code takes in a house without secrets.
	guestRecovery = 64
)

// fork gives a store with a copy of the filled house.
func (p *housePool) fork(ctx context.Context, growth int64) (*storage.Store, demo.Cast, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.clock(); p.template == nil || now.Sub(p.filled) > templateAge || now.Before(p.filled) {
		engine := memory.New(memory.Options{Now: p.clock})
		store, err := storage.Over(ctx, engine, storage.Options{Clock: p.clock})
		if err != nil {
			return nil, nil, err
		}
		cast, err := demo.Fill(ctx, store, now, p.seed)
		if err != nil {
			return nil, nil, errors.Join(err, store.Close())
		}
		if p.template != nil {
			_ = p.template.Close() // in memory nothing can fail
		}
		p.template, p.cast, p.filled = engine, cast, now
	}
	engine := p.template.Fork(memory.Options{Now: p.clock, Limit: p.template.Info().Size + growth})
	store, err := storage.Over(ctx, engine, storage.Options{Clock: p.clock})
	return store, p.cast, err
}

// private opens a house for one visitor, with the walkthrough.
func (p *housePool) private(ctx context.Context) (*demoHouse, error) {
	store, cast, err := p.fork(ctx, guestGrowth)
	if err != nil {
		return nil, err
	}
	leads := tour.New()
	h := &demoHouse{cast: cast}
	h.house = core.New(store, core.Options{Clock: p.clock, Log: p.log, Witness: leads.Witness, RecoveryMemory: guestRecovery})
	if !p.noTour {
		scene, err := sceneOf(ctx, h.house, cast)
		if err != nil {
			return nil, errors.Join(err, store.Close())
		}
		scene.Guest = true
		leads.Begin(scene)
		h.tour = leads
	}
	h.close = p.sweeping(h.house, store)
	return h, nil
}

// sweeping keeps a house swept until it is closed.
func (p *housePool) sweeping(h *core.House, store core.Store) (close func()) {
	ctx, stop := context.WithCancel(context.Background())
	swept := make(chan struct{})
	guarded(p.log, "the sweep of a demo", func() {
		defer func() { swept <- struct{}{} }()
		p.sweep(ctx, h)
	})
	return sync.OnceFunc(func() {
		stop()
		<-swept
		if err := store.Close(); err != nil {
			p.log.Warn("demo house not closed", "error", err)
		}
	})
}

// together takes a visitor into the house that all share, as the next of its cast. A house that everybody has left is
// gone; one that has taken in visitors for long enough takes no more.
func (p *housePool) together(ctx context.Context) (*demoHouse, core.AccountID, error) {
	p.door.Lock()
	defer p.door.Unlock()
	if old := p.common; old == nil || (p.size != "large" && p.clock().Sub(old.made) > sharedAge) {
		h, err := p.openShared(ctx)
		if err != nil {
			return nil, 0, err
		}
		p.common = h // whoever is inside the old one stays there; the last one closes it
	}
	h := p.common
	h.inside++
	as := h.cast[h.part%len(h.cast)].ID
	h.part++
	return h, as, nil
}

// openShared opens a house for all.
func (p *housePool) openShared(ctx context.Context) (*demoHouse, error) {
	var (
		store core.Store
		cast  demo.Cast
		err   error
	)
	if p.size == "large" {
		store, cast, err = p.large(ctx)
	} else {
		store, cast, err = p.fork(ctx, sharedGrowth)
	}
	if err != nil {
		return nil, err
	}
	h := &demoHouse{cast: cast, made: p.clock()}
	h.house = core.New(keepCast(store, cast), core.Options{Clock: p.clock, Log: p.log, RecoveryMemory: guestRecovery})
	h.close = p.sweeping(h.house, store)
	return h, nil
}

// leave lets a visitor go. The house that everybody has left is closed, so that the next visitor finds a new one; the
// large one stays, because making it takes long.
func (p *housePool) leave(h *demoHouse) {
	if !p.shared {
		h.close()
		return
	}
	p.door.Lock()
	defer p.door.Unlock()
	h.inside--
	if h.inside > 0 || p.size == "large" {
		return
	}
	if p.common == h {
		p.common = nil
	}
	h.close()
}

// end closes the shared house when the server has stopped.
func (p *housePool) end() {
	p.door.Lock()
	defer p.door.Unlock()
	if h := p.common; h != nil {
		p.common = nil
		h.close()
	}
}

// castKeeper is the store of a shared demo: whom visitors may be stays as it is, whoever decides otherwise.
type castKeeper struct {
	core.Store
	cast demo.Cast
}

func keepCast(s core.Store, cast demo.Cast) core.Store { return &castKeeper{s, cast} }

// Update implements core.Store. Changes after which somebody of the cast could not be played any more are refused with
// forbidden, whole.
func (s *castKeeper) Update(ctx context.Context, fn func(core.Tx) error) error {
	return s.Store.Update(ctx, func(tx core.Tx) error {
		before, err := s.parts(tx)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		after, err := s.parts(tx)
		if err != nil {
			return err
		}
		for i, was := range before {
			is := after[i]
			if is.State != was.State || is.Email != was.Email || is.Support != was.Support || is.MFA() != was.MFA() ||
				(is.Expires != 0 && (was.Expires == 0 || is.Expires < was.Expires)) {
				return &core.Error{
					Code: core.CodeDenied, Reason: core.ReasonForbidden, Subject: was.ID.Ref(),
					Message: fmt.Sprintf("%s stays as it is: other visitors of this demo play that part.", was.Email),
					Next:    `Your own demo lets you: "gatehouse demo".`,
				}
			}
		}
		return nil
	})
}

// parts reads the accounts of the cast.
func (s *castKeeper) parts(tx core.Tx) ([]core.Account, error) {
	out := make([]core.Account, 0, len(s.cast))
	for _, p := range s.cast {
		acc, _, err := tx.Accounts().Get(p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, acc)
	}
	return out, nil
}

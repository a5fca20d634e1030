package core

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand" //nolint:depguard // the one place where the real randomness is chosen, as the clock is below
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a house is given from outside. The zero value is a house with the real clock and randomness.
type Options struct {
	// Clock gives the present time; nil means the clock of the machine.
	Clock func() time.Time
	// Random gives secrets and codes; nil means crypto/rand.
	Random io.Reader
	// Sealer seals the secrets that must be read back; nil means a key that lives as long as the process, for houses
	// that do too (memory:, tests).
	Sealer Sealer
	// Signer signs checkpoints; nil means that there are none (AU12).
	Signer ed25519.PrivateKey
	// ReadOnly makes every use case that changes something answer read_only.
	ReadOnly bool
	// MailDelivery says that somebody sends the outbox; without it mails are "off" (N4).
	MailDelivery bool
	// RecoveryMemory is how many KiB hashing a recovery code takes; zero means 19 MiB. Throwaway houses take less.
	RecoveryMemory int
	// Log takes what a person need not see; nil drops it.
	Log *slog.Logger
	// Witness is told of what has succeeded, for the walkthrough of a demo; nil is nobody. It is called by many
	// goroutines, after the commit, and must neither wait nor use the house.
	Witness func(Use)
}

// House is one installation: all its accounts, maintainers, organizations and projects. It is safe for use by many
// goroutines.
type House struct {
	store    Store
	clock    func() time.Time
	random   io.Reader
	sealer   Sealer
	signer   ed25519.PrivateKey
	readOnly bool
	mail     atomic.Bool
	log      *slog.Logger
	witness  func(Use)

	recoveryMemory int // KiB

	sessions *register
	presence Presence
	// rehearsal marks a house over a transaction that is taken back, see [Actor.Rehearse]: it knows the sessions, and neither
	// opens nor closes any.
	rehearsal bool

	clockKind  atomic.Int32 // see present
	clockAhead atomic.Int64 // how far a demo clock was moved ahead, in seconds
}

// New opens the house that store keeps.
func New(store Store, o Options) *House {
	h := &House{sessions: &register{}, store: store, clock: o.Clock, random: o.Random, readOnly: o.ReadOnly, log: o.Log}
	h.mail.Store(o.MailDelivery)
	if h.clock == nil {
		h.clock = time.Now //nolint:forbidigo // the one place where the real clock is chosen
	}
	if h.random == nil {
		h.random = rand.Reader
	}
	h.witness = o.Witness
	h.recoveryMemory = cmp.Or(o.RecoveryMemory, recoveryMemory)
	h.sealer, h.signer = o.Sealer, o.Signer
	if h.sealer == nil {
		h.sealer = processSealer()
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.readClock()
	return h
}

// processSealer seals with a key that is drawn once and forgotten with the process.
var processSealer = sync.OnceValue(func() Sealer {
	key := make([]byte, SealKeySize)
	_, _ = rand.Read(key) // never fails: without randomness the program does not run
	s, err := NewSealer(key, rand.Reader)
	if err != nil {
		return MissingKey("of the process")
	}
	return s
})

// ReadOnly reports whether the house refuses every change.
func (h *House) ReadOnly() bool { return h.readOnly }

// SetMailDelivery says whether somebody sends the outbox from now on, see [Options]: a server reads its settings again
// while it runs.
func (h *House) SetMailDelivery(on bool) { h.mail.Store(on) }

// Store gives the store of the house, for checks, backup and bulk work by cmd.
func (h *House) Store() Store { return h.store }

// Watch delivers what committed changes touched, see [Store].
func (h *House) Watch(ctx context.Context) <-chan Changed { return h.store.Watch(ctx) }

// OriginLocal is the origin of what is done at the local console (AU2).
const OriginLocal = "local"

// As gives the actor that does things as the account. Whether the account exists and may act is checked in every use
// case, inside its transaction.
func (h *House) As(id AccountID) *Actor { return &Actor{house: h, id: id, origin: OriginLocal} }

// Actor is an account that does things. It holds no state of the account, so it is never out of date.
type Actor struct {
	house  *House
	id     AccountID
	origin string
	// session is the session that the actor acts in; nil at the local console.
	session *Session
	// onlyReads makes every change answer read_only, in a house that changes otherwise.
	onlyReads bool
	// rehearses makes every change be checked and not written.
	rehearses bool
	// taken, when set, is where each change adds what it took along.
	taken *Taken
}

// Rehearsing gives the same actor, whose changes are done whole and taken back, each for itself (see [Actor.Rehearse]): nil
// says that the use case would be done now. So who may not do it, or has not given what it needs, hears that before the
// consequences are told (A10). A denied attempt is audited as any other, and a wrong code counts.
func (a *Actor) Rehearsing() *Actor {
	b := *a
	b.rehearses, b.taken = true, nil
	return &b
}

// From gives the same actor with another origin: "ssh 192.0.2.7" (AU2).
func (a *Actor) From(origin string) *Actor {
	b := *a
	b.origin = origin
	return &b
}

// OnlyReading gives the same actor, who changes nothing: every use case that changes something answers read_only.
func (a *Actor) OnlyReading() *Actor {
	b := *a
	b.onlyReads = true
	return &b
}

// readsOnly reports whether the actor changes nothing: the house only reads, or the actor does.
func (a *Actor) readsOnly() bool { return a.house.readOnly || a.onlyReads }

// Session is the session that the actor acts in; nil at the local console.
func (a *Actor) Session() *Session { return a.session }

// ID is the account of the actor.
func (a *Actor) ID() AccountID { return a.id }

// House is the house that the actor acts in.
func (a *Actor) House() *House { return a.house }

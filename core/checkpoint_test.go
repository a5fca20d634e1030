package core_test

import (
	"bytes"
	"crypto/ed25519"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

var testSigner = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// chained is a house whose organization has n events, and a checkpoint of it.
func chained(t *testing.T, store core.Store, n int) (*fixture, core.Checkpoint) {
	t.Helper()
	h := newFixtureOver(t, store, core.Options{Signer: testSigner})
	h.put(func(tx core.Tx) error {
		head, _, err := tx.Heads().Get(h.acme.Ref())
		if err != nil {
			return err
		}
		if head.Hash == "" {
			head = core.Head{Chain: h.acme.Ref(), Hash: core.FirstPrevious}
		}
		for head.Sequence < uint64(n) {
			head.Sequence++
			e := core.Event{
				Action: "project.rename", Actor: h.id("ana"), Chain: head.Chain, Origin: core.OriginLocal, Outcome: core.OutcomeDone,
				Previous: head.Hash, Sequence: head.Sequence, Subjects: []core.Ref{h.etl.Ref()}, Time: h.now(),
			}
			e.Hash = e.ComputeHash()
			head.Hash = e.Hash
			if err := tx.Events().Put(e); err != nil {
				return err
			}
		}
		return tx.Heads().Put(head)
	})
	return h, must(h.as("sam").Checkpoint(ctx))(t)
}

// eventAt reads one event.
func (h *fixture) eventAt(n int) (e core.Event) {
	h.get(func(tx core.Tx) (err error) {
		e, _, err = tx.Events().Get(core.EventKey{Chain: h.acme.Ref(), Sequence: uint64(n)})
		return err
	})
	return e
}

// verified gives the first broken event of the chain, by the chain itself and by the checkpoint.
func (h *fixture) verified(t *testing.T, c core.Checkpoint) (chain, checkpoint uint64) {
	t.Helper()
	v := must(h.as("sam").VerifyChain(ctx, h.acme.Ref(), nil))(t)
	then := must(h.as("sam").VerifyCheckpoint(ctx, c))(t)
	for _, v := range then.Chains {
		if v.Chain == h.acme.Ref() {
			checkpoint = v.FirstBroken
			if (v.FirstBroken == 0) != v.OK || !v.OK == then.OK {
				t.Fatalf("%+v", then)
			}
		}
	}
	return v.FirstBroken, checkpoint
}

// TestTamperingInTheStore is trust-F2 through the store: what a chain shows is named, and what it cannot show, a
// checkpoint that was kept elsewhere does.
func TestTamperingInTheStore(t *testing.T) {
	suite.Sequential(t)
	n, step := 300, 47
	engines := map[string]func(*testing.T) core.Store{
		"memory": func(t *testing.T) core.Store { return openMemory(t) },
		"bolt": func(t *testing.T) core.Store {
			s, err := storage.Open(ctx, filepath.Join(t.TempDir(), "house.db"), storage.Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		},
	}
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			h, c := chained(t, open(t), n)
			chain := h.acme.Ref()
			if a, b := h.verified(t, c); a != 0 || b != 0 {
				t.Fatalf("the whole chain: %d, %d", a, b)
			}
			head := core.Head{Chain: chain, Sequence: uint64(n), Hash: h.eventAt(n).Hash}
			for at := 1; at <= n; at += step {
				good, here := h.eventAt(at), uint64(at)
				put := func(e core.Event) { h.put(func(tx core.Tx) error { return tx.Events().Put(e) }) }
				drop := func(n int) {
					h.put(func(tx core.Tx) error { return tx.Events().Delete(core.EventKey{Chain: chain, Sequence: uint64(n)}) })
				}
				edited := good
				edited.Reason = "nothing to see"
				put(edited)
				if a, _ := h.verified(t, c); a != here {
					t.Errorf("edited at %d: named %d", at, a)
				}
				drop(at)
				if a, _ := h.verified(t, c); a != here {
					t.Errorf("taken away at %d: named %d", at, a)
				}
				put(good)
				if at < n {
					next := h.eventAt(at + 1)
					one, two := next, good
					one.Sequence, two.Sequence = good.Sequence, next.Sequence
					put(one)
					put(two)
					if a, _ := h.verified(t, c); a != here {
						t.Errorf("swapped at %d: named %d", at, a)
					}
					put(good)
					put(next)
				}
				// The tail and the head go together: the chain is whole, and only the checkpoint shows it.
				before := h.eventAt(max(at-1, 1))
				if at > 1 {
					cut := core.Head{Chain: chain, Sequence: here - 1, Hash: before.Hash}
					var tail []core.Event
					h.put(func(tx core.Tx) error {
						tail = nil
						for i := at; i <= n; i++ {
							key := core.EventKey{Chain: chain, Sequence: uint64(i)}
							e, _, err := tx.Events().Get(key)
							if err != nil {
								return err
							}
							tail = append(tail, e)
							if err := tx.Events().Delete(key); err != nil {
								return err
							}
						}
						return tx.Heads().Put(cut)
					})
					if a, b := h.verified(t, c); a != 0 || b != here {
						t.Errorf("cut before %d: the chain says %d, the checkpoint %d", at, a, b)
					}
					// Written anew with other events and fitting hashes, longer than before.
					rewrite(h, chain, cut, n+3)
					if a, b := h.verified(t, c); a != 0 || b != uint64(n) {
						t.Errorf("written anew from %d on: the chain says %d, the checkpoint %d", at, a, b)
					}
					h.put(func(tx core.Tx) error {
						for i := n + 1; i <= n+3; i++ {
							if err := tx.Events().Delete(core.EventKey{Chain: chain, Sequence: uint64(i)}); err != nil {
								return err
							}
						}
						for _, e := range tail {
							if err := tx.Events().Put(e); err != nil {
								return err
							}
						}
						return tx.Heads().Put(head)
					})
				}
			}
			if a, b := h.verified(t, c); a != 0 || b != 0 {
				t.Fatalf("put back as it was: %d, %d", a, b)
			}
		})
	}
}

// rewrite goes on behind a head with other events whose hashes fit.
func rewrite(h *fixture, chain core.Ref, from core.Head, to int) {
	h.put(func(tx core.Tx) error {
		from := from // the function may run twice
		for from.Sequence < uint64(to) {
			from.Sequence++
			e := core.Event{
				Action: "project.rename", Actor: h.id("ben"), Chain: chain, Origin: core.OriginLocal, Outcome: core.OutcomeDone,
				Previous: from.Hash, Sequence: from.Sequence, Time: h.now(),
			}
			e.Hash = e.ComputeHash()
			from.Hash = e.Hash
			if err := tx.Events().Put(e); err != nil {
				return err
			}
		}
		return tx.Heads().Put(from)
	})
}

// TestCheckpointLine: one line that survives being broken by a mail, and that cannot be changed.
func TestCheckpointLine(t *testing.T) {
	h, c := chained(t, openMemory(t), 5)
	if strings.Contains(c.Line, "\n") || !strings.HasPrefix(c.Line, "gatehouse-checkpoint 2026-03-02T10:00:00Z ") {
		t.Fatalf("the line is %q", c.Line)
	}
	broken := strings.ReplaceAll(c.Line, " ", "\n\t ")
	for what, text := range map[string]string{
		"as it is": c.Line, "broken into lines": broken,
		"in a log":  "time=x level=INFO msg=checkpoint line=\"" + c.Line + "\"\nother line\n",
		"in a mail": "Hello,\n\n" + c.Line + "\n\nBye\n",
	} {
		found, err := core.FindCheckpoints([]byte(text))
		if err != nil || len(found) != 1 || found[0].Line != c.Line {
			t.Errorf("%s: %+v, %v", what, found, err)
			continue
		}
		if checked := must(h.as("sam").VerifyCheckpoint(ctx, found[0]))(t); !checked.OK || len(checked.Chains) != len(c.Heads) {
			t.Errorf("%s: %+v", what, checked)
		}
	}
	changed := strings.Replace(c.Line, "#5=", "#4=", 1)
	found := must(core.FindCheckpoints([]byte(changed)))(t)
	if checked := must(h.as("sam").VerifyCheckpoint(ctx, found[0]))(t); checked.OK || !strings.Contains(checked.Problem, "changed") {
		t.Errorf("a changed line: %+v", checked)
	}
	for _, bad := range []string{"", "gatehouse-checkpoint", c.Line[:len(c.Line)/2], strings.Replace(c.Line, "organization/1", "organization", 1)} {
		if _, err := core.FindCheckpoints([]byte(bad)); core.ReasonOf(err) != core.ReasonInvalidValue {
			t.Errorf("%q: %v", bad, err)
		}
	}
	other := core.New(h.Store(), core.Options{Clock: h.clock.Now, Signer: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))})
	if checked := must(other.As(h.id("sam")).VerifyCheckpoint(ctx, c))(t); checked.OK || !strings.Contains(checked.Problem, "another key") {
		t.Errorf("signed by another key: %+v", checked)
	}
}

// TestCheckpointShowsWhatItsReaderReads is AU7 and AU12: it names the chains that its reader may read, is no event, and
// needs the key.
func TestCheckpointShowsWhatItsReaderReads(t *testing.T) {
	h, c := chained(t, openMemory(t), 5)
	must(h.as("ana").SetAutoJoin(ctx, h.acme, 0, false))(t)
	before := h.countEvents()
	anas := must(h.as("ana").Checkpoint(ctx))(t)
	if len(anas.Heads) != 1 || anas.Heads[0].Chain != h.acme.Ref() {
		t.Errorf("an administrator's checkpoint names %+v", anas.Heads)
	}
	if checked := must(h.as("ana").VerifyCheckpoint(ctx, c))(t); !checked.OK || checked.Hidden != len(c.Heads)-1 {
		t.Errorf("a checkpoint of Support, checked by an administrator: %+v of %d", checked, len(c.Heads))
	}
	if h.countEvents() != before {
		t.Error("a checkpoint is an event")
	}
	blind := core.New(h.Store(), core.Options{Clock: h.clock.Now})
	_, err := blind.As(h.id("sam")).Checkpoint(ctx)
	refused(t, err, core.ReasonKeyMissing)
	// The log gets the chains in which something happened.
	h.pass(core.Day)
	must(h.as("ana").SetAutoJoin(ctx, h.acme, 0, true))(t)
	logged := must(h.Checkpoint(ctx, h.now()))(t)
	if len(logged.Heads) != 1 || logged.Heads[0].Sequence != 7 {
		t.Errorf("the log gets %+v", logged.Heads)
	}
	if nothing := must(h.Checkpoint(ctx, h.in(core.Day)))(t); nothing.Line != "" {
		t.Errorf("nothing happened, and the log gets %q", nothing.Line)
	}
}

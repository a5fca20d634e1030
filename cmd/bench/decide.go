package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// recorder notes the keys and values that each update writes in the end.
type recorder struct {
	kv.Engine
	mu     sync.Mutex
	record bool
	all    [][]write
}

type write struct{ key, value []byte }

// Update implements kv.Engine.
func (r *recorder) Update(ctx context.Context, fn func(kv.Writer) error) error {
	if !r.record {
		return r.Engine.Update(ctx, fn)
	}
	return r.Engine.Update(ctx, func(w kv.Writer) error {
		over := kv.NewOverlay(w)
		if err := fn(over); err != nil {
			return err
		}
		var writes []write
		err := over.Writes(func(key, value []byte, deleted bool) error {
			writes = append(writes, write{bytes.Clone(key), bytes.Clone(value)})
			if deleted {
				writes[len(writes)-1].value = nil
				return w.Delete(key)
			}
			return w.Put(key, value)
		})
		r.mu.Lock()
		r.all = append(r.all, writes)
		r.mu.Unlock()
		return err
	})
}

// decidable is a house on disk with requests that wait.
type decidable struct {
	house    *core.House
	rec      *recorder
	decider  core.AccountID
	requests []core.RequestID
	path     string
}

// pending makes a house of an organization with n projects, in each of which one request waits.
func (r *rig) pending(name string, n int) (*decidable, error) {
	path := filepath.Join(r.dir, name)
	store, err := storage.Open(r.ctx, path, storage.Options{})
	if err != nil {
		return nil, err
	}
	d := &decidable{house: core.New(store, core.Options{}), path: path}
	now := d.house.Now()
	totp := &core.TOTP{Secret: bytes.Repeat([]byte{7}, 20), Enrolled: now}
	d.decider = 2
	err = store.Load(r.ctx, func(put func(any) error) error {
		records := []any{
			core.Settings{Created: now},
			core.Counters{core.KindAccount: 2, core.KindMaintainer: 1, core.KindOrganization: 1, core.KindProject: uint64(n)},
			core.Account{ID: 1, Version: 1, Email: "sam@support.test", Name: "Sam", State: core.AccountActive, Support: true, Expires: now.Add(300 * core.Day), TOTP: totp, Created: now},
			core.Account{ID: 2, Version: 1, Email: "ana@acme.test", Name: "Ana", State: core.AccountActive, TOTP: totp, Created: now},
			core.Maintainer{ID: 1, Version: 1, Name: "Partner One", State: core.UnitActive, Created: now},
			core.Membership{Unit: core.MaintainerID(1).Ref(), Account: 1, Version: 1, Since: now, Origin: core.OriginCreated},
			core.Organization{ID: 1, Version: 1, Maintainer: 1, Name: "Acme", State: core.UnitActive, Deciders: core.DecidersAnyUser, PendingHours: 72,
				MFA: core.MFASetting{State: core.MFAOff}, NewMembers: core.NewMembersAdmin, Created: now},
			core.Membership{Unit: core.OrganizationID(1).Ref(), Account: 2, Version: 1, Since: now, Origin: core.OriginCreated, Roles: []string{core.RoleAdmin, core.RoleDefault}},
		}
		for _, rec := range records {
			if err := put(rec); err != nil {
				return err
			}
		}
		for i := range n {
			id := core.ProjectID(i + 1)
			if err := put(core.Project{ID: id, Version: 1, Organization: 1, Maintainer: 1, Name: fmt.Sprintf("Project %d", id), Template: "production",
				RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive, Created: now}); err != nil {
				return err
			}
			if err := put(core.Membership{Unit: id.Ref(), Account: 2, Version: 1, Since: now, Origin: core.OriginCreated, Role: core.RoleProjectAdmin}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, d.file(r.ctx, n)
}

// file files the requests, many at a time so that they share commits.
func (d *decidable) file(ctx context.Context, n int) error {
	d.requests = make([]core.RequestID, n)
	return together(64, n, func(i int) error {
		q, err := d.house.As(1).FileRequest(ctx, core.ProjectID(i+1), core.Entry{Reason: "INC-41: nightly load fails", Term: core.Term{For: 240}})
		d.requests[i] = q.ID
		return err
	})
}

// together runs n pieces of work with some workers and gives the first error.
func together(workers, n int, work func(i int) error) error {
	next := make(chan int)
	errs := make(chan error, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := work(i); err != nil {
					select {
					case errs <- err:
					default:
					}
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// decisions measures approvals beside bare puts of the same keys and values: alone, and with 64 writers.
func (r *rig) decisions() error {
	for _, c := range []struct {
		what       string
		workers, n int
	}{{"approve, one at a time", 1, 600}, {"approve, 64 writers", 64, 6400}} {
		if err := r.decision(c.what, fmt.Sprintf("decide-%d.db", c.workers), c.workers, c.n); err != nil {
			return err
		}
	}
	return nil
}

// rounds is how often approvals and bare puts take turns, so that a disk or a machine that is busy for a while slows both.
const rounds = 10

func (r *rig) decision(what, name string, workers, n int) error {
	d, err := r.pending(name, n)
	if err != nil {
		return err
	}
	base := d.path + ".raw"
	if err := snapshot(d.path, base); err != nil {
		return err
	}
	twin, err := r.twin(d)
	if err != nil {
		return err
	}
	raw, err := openRaw(base)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Close() }()
	var ours, bare time.Duration
	rows := 0
	for round := range rounds {
		part := d.requests[round*n/rounds : (round+1)*n/rounds]
		twin.rec.all = twin.rec.all[:0]
		if err := twin.approve(r.ctx, part, 64); err != nil {
			return err
		}
		began := time.Now()
		err := d.approve(r.ctx, part, workers)
		ours += time.Since(began)
		if err != nil {
			return err
		}
		began = time.Now()
		count, err := rawPuts(raw, twin.rec.all, workers)
		bare += time.Since(began)
		if err != nil {
			return err
		}
		rows += count
	}
	for _, house := range []*core.House{d.house, twin.house} {
		if err := house.Store().Close(); err != nil {
			return err
		}
	}
	ratio := bare.Seconds() / ours.Seconds()
	r.add(what, fmt.Sprintf("%.0f a second, %.2f of bare", float64(n)/ours.Seconds(), ratio),
		fmt.Sprintf("bare puts of its %d rows: %.0f a second", rows/n, float64(n)/bare.Seconds()), "≥ 0.8 of bare", ratio >= 0.8)
	return nil
}

// approve approves requests.
func (d *decidable) approve(ctx context.Context, requests []core.RequestID, workers int) error {
	return together(workers, len(requests), func(i int) error {
		_, err := d.house.As(d.decider).ApproveRequest(ctx, requests[i], 0, core.Term{})
		return err
	})
}

// twin opens a copy of the house, whose only work is to tell which rows the same decisions write: nothing then stands
// between the house that is measured and its file.
func (r *rig) twin(d *decidable) (*decidable, error) {
	t := &decidable{decider: d.decider, requests: d.requests, path: d.path + ".twin"}
	if err := snapshot(d.path, t.path); err != nil {
		return nil, err
	}
	engine, err := bolt.Open(t.path, bolt.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	t.rec = &recorder{Engine: engine, record: true}
	store, err := storage.Over(r.ctx, t.rec, storage.Options{})
	if err != nil {
		return nil, err
	}
	t.house = core.New(store, core.Options{})
	return t, nil
}

// snapshot copies a file that nobody writes just now.
func snapshot(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

func openRaw(path string) (*bbolt.DB, error) {
	return bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 4 << 30, Timeout: time.Second})
}

// rawPuts writes the recorded rows with bare bbolt and counts them: one transaction for each approval, or as many
// together as there are writers, which is the most that sharing a commit can save.
func rawPuts(db *bbolt.DB, all [][]write, workers int) (int, error) {
	rows := 0
	for from := 0; from < len(all); from += workers {
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, writes := range all[from:min(from+workers, len(all))] {
				rows += len(writes)
				if err := putAll(tx, writes); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return rows, nil
}

func putAll(tx *bbolt.Tx, writes []write) error {
	for _, w := range writes {
		b, err := tx.CreateBucketIfNotExists(w.key[:1])
		if err != nil {
			return err
		}
		if w.value == nil {
			err = b.Delete(w.key[1:])
		} else {
			err = b.Put(w.key[1:], w.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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
	mu  sync.Mutex
	all [][]write
}

type write struct{ key, value []byte }

// Update implements kv.Engine.
func (r *recorder) Update(ctx context.Context, fn func(kv.Writer) error) error {
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
	asker    core.AccountID
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
	d.asker, d.decider = 1, 2
	err = store.Load(r.ctx, func(put func(any) error) error {
		records := []any{
			core.Settings{Created: now},
			core.Counters{core.KindAccount: 2, core.KindMaintainer: 1, core.KindOrganization: 1, core.KindProject: uint64(n)},
			core.Account{ID: 1, Version: 1, Email: "sam@support.test", Name: "Sam", State: core.AccountActive, Support: true, Expires: now.Add(300 * core.Day), TOTP: totp, Created: now},
			core.Account{ID: 2, Version: 1, Email: "ana@acme.test", Name: "Ana", State: core.AccountActive, TOTP: totp, Created: now},
			core.Maintainer{ID: 1, Version: 1, Name: "Partner One", State: core.UnitActive, Created: now},
			core.Membership{Unit: core.MaintainerID(1).Ref(), Account: 1, Version: 1, Since: now, Origin: core.OriginCreated},
			core.Organization{
				ID: 1, Version: 1, Maintainer: 1, Name: "Acme", State: core.UnitActive, Deciders: core.DecidersAnyUser, PendingHours: 72,
				MFA: core.MFASetting{State: core.MFAOff}, NewMembers: core.NewMembersAdmin, Created: now,
			},
			core.Membership{Unit: core.OrganizationID(1).Ref(), Account: 2, Version: 1, Since: now, Origin: core.OriginCreated, Roles: []string{core.RoleAdmin, core.RoleDefault}},
		}
		for _, rec := range records {
			if err := put(rec); err != nil {
				return err
			}
		}
		for i := range n {
			id := core.ProjectID(i + 1)
			if err := put(core.Project{
				ID: id, Version: 1, Organization: 1, Maintainer: 1, Name: fmt.Sprintf("Project %d", id), Template: "production",
				RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive, Created: now,
			}); err != nil {
				return err
			}
			if err := put(core.Membership{Unit: id.Ref(), Account: 2, Version: 1, Since: now, Origin: core.OriginCreated, Role: core.RoleProjectAdmin}); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	projects := make([]core.ProjectID, n)
	for i := range projects {
		projects[i] = core.ProjectID(i + 1)
	}
	return d, d.file(r.ctx, projects)
}

// pendingLarge takes a copy of the large house, where one request waits in each of n projects from all over it: what an
// approval writes then lies on pages far apart.
func (r *rig) pendingLarge(name string, n int) (*decidable, error) {
	d := &decidable{path: filepath.Join(r.dir, name)}
	if err := snapshot(r.large, d.path); err != nil {
		return nil, err
	}
	store, err := storage.Open(r.ctx, d.path, storage.Options{})
	if err != nil {
		return nil, err
	}
	d.house = core.New(store, core.Options{})
	var projects []core.ProjectID
	err = store.Update(r.ctx, func(tx core.Tx) error {
		projects, err = d.people(tx, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, d.file(r.ctx, projects)
}

// people adds somebody who asks and somebody who decides, and gives projects from all over the house in which both can.
func (d *decidable) people(tx core.Tx, n int) ([]core.ProjectID, error) {
	now := d.house.Now()
	totp := &core.TOTP{Secret: bytes.Repeat([]byte{7}, 20), Enrolled: now}
	for i, who := range []*core.AccountID{&d.asker, &d.decider} {
		id, err := tx.NextID(core.KindAccount)
		if err != nil {
			return nil, err
		}
		*who = core.AccountID(id)
		acc := core.Account{ID: *who, Version: 1, Email: fmt.Sprintf("bench-%d@support.test", i), Name: "Bench", State: core.AccountActive, TOTP: totp, Created: now}
		if acc.Support = i == 0; acc.Support {
			acc.Expires = now.Add(300 * core.Day)
		}
		if err := tx.Accounts().Put(acc); err != nil {
			return nil, err
		}
	}
	last, err := tx.LastIDs()
	if err != nil {
		return nil, err
	}
	var projects []core.ProjectID
	rnd, seen := rand.New(rand.NewPCG(1, 2)), map[core.ProjectID]bool{}
	for tries := 0; len(projects) < n && tries < 100*n; tries++ {
		id := core.ProjectID(rnd.Uint64N(last[core.KindProject]) + 1)
		p, ok, err := tx.Projects().Get(id)
		if err != nil {
			return nil, err
		}
		if !ok || seen[id] || p.State != core.ProjectActive {
			continue
		}
		o, _, err := tx.Organizations().Get(p.Organization)
		if err != nil {
			return nil, err
		}
		if o.AutoJoin {
			continue
		}
		seen[id] = true
		projects = append(projects, id)
		m := core.Membership{Unit: id.Ref(), Account: d.decider, Version: 1, Since: now, Origin: core.OriginAdded, Role: core.RoleProjectAdmin}
		if err := tx.Memberships().Put(m); err != nil {
			return nil, err
		}
	}
	return projects, nil
}

// file files the requests, many at a time so that they share commits.
func (d *decidable) file(ctx context.Context, projects []core.ProjectID) error {
	d.requests = make([]core.RequestID, len(projects))
	return together(64, len(projects), func(i int) error {
		q, err := d.house.As(d.asker).FileRequest(ctx, projects[i], core.Entry{Reason: "INC-41: nightly load fails", Term: core.Term{For: 240}})
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

// decisions measures approvals beside bare puts of the same keys and values: alone, and with 64 writers, in a house of
// their own and in the large one.
func (r *rig) decisions() error {
	for _, c := range []struct {
		what, name string
		pending    func(name string, n int) (*decidable, error)
		workers, n int
	}{
		{"approve, one at a time", "decide-1.db", r.pending, 1, 600},
		{"approve, 64 writers", "decide-64.db", r.pending, 64, 6400},
		{"approve, one at a time, large house", "decide-large-1.db", r.pendingLarge, 1, 600},
		{"approve, 64 writers, large house", "decide-large-64.db", r.pendingLarge, 64, 1920},
	} {
		d, err := c.pending(c.name, c.n)
		if err != nil {
			return err
		}
		if err := r.decision(c.what, d, c.workers); err != nil {
			return err
		}
	}
	return nil
}

// rounds is how often approvals and bare puts take turns, so that a disk or a machine that is busy for a while slows both.
const rounds = 10

func (r *rig) decision(what string, d *decidable, workers int) error {
	n := len(d.requests)
	base := d.path + ".raw"
	if err := snapshot(d.path, base); err != nil {
		return err
	}
	writes, err := r.rowsWritten(d)
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
		from, to := round*n/rounds, (round+1)*n/rounds
		began := time.Now()
		err := d.approve(r.ctx, d.requests[from:to], workers)
		ours += time.Since(began)
		if err != nil {
			return err
		}
		began = time.Now()
		count, err := rawPuts(raw, writes[from:to], workers)
		bare += time.Since(began)
		if err != nil {
			return err
		}
		rows += count
	}
	if err := d.house.Store().Close(); err != nil {
		return err
	}
	for _, path := range []string{d.path, base} {
		_ = os.Remove(path) // the copies of a large house fill a disk
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

// rowsWritten makes the same decisions in a copy of the house and gives what each of them writes. So nothing stands
// between the house that is measured and its file, and the copy is gone, with all that waits to go to the disk.
func (r *rig) rowsWritten(d *decidable) ([][]write, error) {
	path := d.path + ".twin"
	if err := snapshot(d.path, path); err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(path) }()
	engine, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	rec := &recorder{Engine: engine}
	store, err := storage.Over(r.ctx, rec, storage.Options{})
	if err != nil {
		return nil, err
	}
	twin := &decidable{house: core.New(store, core.Options{}), decider: d.decider}
	if err := twin.approve(r.ctx, d.requests, 64); err != nil {
		return nil, err
	}
	return rec.all, store.Close()
}

// snapshot copies a file that nobody writes just now.
func snapshot(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
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

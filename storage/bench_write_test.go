package storage_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// recorder notes what each update writes in the end.
type recorder struct {
	kv.Engine
	writes []write
}

type write struct{ key, value []byte }

func (r *recorder) Update(ctx context.Context, fn func(kv.Writer) error) error {
	return r.Engine.Update(ctx, func(w kv.Writer) error {
		over := kv.NewOverlay(w)
		if err := fn(over); err != nil {
			return err
		}
		r.writes = r.writes[:0]
		return over.Writes(func(key, value []byte, deleted bool) error {
			r.writes = append(r.writes, write{bytes.Clone(key), bytes.Clone(value)})
			if deleted {
				r.writes[len(r.writes)-1].value = nil
				return w.Delete(key)
			}
			return w.Put(key, value)
		})
	})
}

// approval puts what approving a request puts: the request, visit, membership, three notifications, event and head.
func approval(x core.Tx, i uint64) error {
	project, account := core.ProjectID(i%1000+1), core.AccountID(i%777+1)
	request := core.Request{
		ID: core.RequestID(i), Version: 2, Project: project, Organization: 7, Requester: account, Reason: "The checkout answers with an error since noon",
		Asked: core.Term{For: 240}, Filed: 1_700_000_000, Lapses: 1_700_100_000, State: core.RequestApproved, Decided: 1_700_001_000, By: 3,
		Granted: 1_700_020_000, Visit: core.VisitID(i),
	}
	puts := []func() error{
		func() error { return x.Requests().Put(request) },
		func() error {
			return x.Visits().Put(core.Visit{
				ID: core.VisitID(i), Version: 1, Unit: project.Ref(), Account: account, Role: core.RoleProjectAdmin, Basis: core.RequestID(i),
				State: core.VisitActive, Started: 1_700_001_000, Ends: 1_700_020_000, Reason: request.Reason, Asked: request.Asked, Approver: 3, Organization: 7,
			})
		},
		func() error {
			return x.Memberships().Put(core.Membership{
				Unit: project.Ref(), Account: account, Version: 1, Since: 1_700_001_000, Origin: core.OriginVisit, Role: core.RoleProjectAdmin,
				Until: 1_700_020_000, Reason: request.Reason, Approver: 3, Visit: core.VisitID(i),
			})
		},
		func() error {
			event := core.Event{
				Action: "request.approve", Actor: 3, Chain: core.OrganizationID(7).Ref(), Origin: "local", Outcome: core.OutcomeDone, Sequence: i,
				Subjects: []core.Ref{core.RequestID(i).Ref(), project.Ref(), account.Ref()}, Time: 1_700_001_000, Previous: core.FirstPrevious,
			}
			event.Hash = event.ComputeHash()
			if err := x.Events().Put(event); err != nil {
				return err
			}
			return x.Heads().Put(core.Head{Chain: event.Chain, Sequence: i, Hash: event.Hash})
		},
	}
	for n := range uint64(3) {
		puts = append(puts, func() error {
			return x.Notifications().Put(core.Notification{
				ID: core.NotificationID(i*3 + n + 1), Version: 1, Recipient: core.AccountID(n + 1), Event: core.NoticeRequestApproved,
				Subjects: []core.Ref{core.RequestID(i).Ref()}, Subject: "Request 41 was approved until 18:00", Body: request.Reason,
				Created: 1_700_001_000, Mail: core.Mail{State: core.MailQueued},
			})
		})
	}
	for _, put := range puts {
		if err := put(); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkApprovalRows writes the rows of an approval through the tables, and then the same keys and values with bare
// bbolt, in turns, each with its own sync; at least 0.8 of the bare speed is asked for.
func BenchmarkApprovalRows(b *testing.B) {
	dir := b.TempDir()
	engine, err := bolt.Open(filepath.Join(dir, "house.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	rec := &recorder{Engine: engine}
	s, err := storage.Over(context.Background(), rec, storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	raw, err := bbolt.Open(filepath.Join(dir, "raw.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 4 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	var ours, bare time.Duration
	rows, n := 0, uint64(0)
	for b.Loop() {
		n++
		began := time.Now()
		if err := s.Update(context.Background(), func(x core.Tx) error { return approval(x, n) }); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(began)
		rows += len(rec.writes)
		began = time.Now()
		if err := rawWrites(raw, rec.writes); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(began)
	}
	b.ReportMetric(float64(n)/ours.Seconds(), "approvals/s")
	b.ReportMetric(float64(n)/bare.Seconds(), "raw-approvals/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-raw")
	b.ReportMetric(float64(rows)/float64(n), "rows")
	b.ReportMetric(0, "ns/op")
}

func rawWrites(db *bbolt.DB, writes []write) error {
	return db.Update(func(tx *bbolt.Tx) error {
		for _, w := range writes {
			bucket, err := tx.CreateBucketIfNotExists(w.key[:1])
			if err != nil {
				return err
			}
			if w.value == nil {
				err = bucket.Delete(w.key)
			} else {
				err = bucket.Put(w.key, w.value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

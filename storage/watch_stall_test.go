package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
)

// Who never fetches a change delays nobody (trust-D4): with 500 watchers, 50 of which never read, every other one hears of
// the last commit, and no commit waits. The worst times are logged; what is held is far above them, for busy machines.
func TestWatchersThatNeverRead(t *testing.T) {
	const watchers, stalled, commits = 500, 50, 200
	for _, where := range []string{"memory:", filepath.Join(t.TempDir(), "house.db")} {
		name := "bolt"
		if where == "memory:" {
			name = "memory"
		}
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			store, err := storage.Open(ctx, where, storage.Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			last := core.AccountID(commits).Ref()
			var mu sync.Mutex
			var late []time.Duration
			var committed time.Time
			var heard sync.WaitGroup
			var stuck []<-chan core.Changed
			for i := range watchers {
				c := store.Watch(ctx)
				if i < stalled {
					stuck = append(stuck, c)
					continue
				}
				heard.Go(func() {
					for what := range c {
						if what.All || slices.Contains(what.Refs, last) {
							now := time.Now()
							mu.Lock()
							late = append(late, now.Sub(committed))
							mu.Unlock()
							return
						}
					}
				})
			}
			var took []time.Duration
			for i := range commits {
				begun := time.Now()
				if i == commits-1 {
					mu.Lock()
					committed = begun
					mu.Unlock()
				}
				err := store.Update(ctx, func(tx core.Tx) error {
					id := core.AccountID(i + 1)
					return tx.Accounts().Put(core.Account{ID: id, Version: 1, Email: fmt.Sprintf("a%d@x.test", i), Name: "A", State: core.AccountActive})
				})
				if err != nil {
					t.Fatal(err)
				}
				took = append(took, time.Since(begun))
			}
			done := make(chan struct{})
			go func() { heard.Wait(); close(done) }()
			select {
			case <-done:
			case <-time.After(time.Minute):
				t.Fatalf("only %d of %d watchers heard of the last commit", len(late), watchers-stalled)
			}
			slices.Sort(took)
			slices.Sort(late)
			t.Logf("%d watchers, %d never read: commit and publish p50 %v, worst %v; the last commit seen p50 %v, p99 %v",
				watchers, stalled, took[len(took)/2], took[len(took)-1], late[len(late)/2], late[len(late)*99/100])
			// One slot each: what nobody fetched is one change, with all that happened or the word that it is too much.
			for _, c := range stuck {
				what := <-c
				if !what.All && !slices.Contains(what.Refs, last) {
					t.Fatalf("a merged change lost the last commit: %+v", what)
				}
				if n := len(c); n > 1 {
					t.Fatalf("%d changes lie in a slot", n)
				}
			}
		})
	}
}

package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
)

// drive runs fn with the interface of a house, at a page, at 120×40, as one of its people.
func (r *rig) drive(path string, who core.AccountID, page string, fn func(b *testing.B, d *driver.Driver) error) error {
	house, err := r.open(path)
	if err != nil {
		return err
	}
	defer func() { _ = house.Store().Close() }()
	me, err := house.As(who).Me(r.ctx)
	if err != nil {
		return err
	}
	p, err := app.ParsePage(page)
	if err != nil {
		return err
	}
	done := false
	testing.Benchmark(func(b *testing.B) {
		if done {
			return // once is enough: fn counts for itself
		}
		done = true
		s := &app.Session{House: house}
		screen.Become(s, house.As(who), me, screen.Wishes{Theme: "dark"})
		d := driver.New(b, driver.Options{Session: s, Kinds: screen.Kinds(start.Options{}), Page: p, Width: 120, Height: 40})
		err = fn(b, d)
	})
	return err
}

// keys measures Update and View of a key in the list of all projects, at a thousand and at a million, and the heap.
func (r *rig) keys() error {
	little := filepath.Join(r.dir, "little.db")
	store, err := storage.Open(r.ctx, little, storage.Options{NoSync: true})
	if err != nil {
		return err
	}
	cast, err := demo.FillLarge(r.ctx, store, time.Now(), demo.Size{Maintainers: 4, Organizations: 100, Projects: 1000, Accounts: 1000, Memberships: 3000}, nil)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	var medians [2]time.Duration
	for i, h := range []struct {
		path string
		who  core.AccountID
	}{{little, cast[0].ID}, {r.large, r.cast.large[0].ID}} {
		err := r.drive(h.path, h.who, "projects", func(b *testing.B, d *driver.Driver) error {
			medians[i] = keyTime(b, d)
			return nil
		})
		if err != nil {
			return err
		}
	}
	ratio := float64(medians[1]) / float64(medians[0])
	r.add("Update + View per key, 1M rows", us(medians[1]), "1k rows: "+us(medians[0]), "≤ 1 ms and ≤ 1.5 × 1k", medians[1] <= time.Millisecond && ratio <= 1.5)
	return r.heap()
}

func keyTime(b *testing.B, d *driver.Driver) time.Duration {
	for range 150 {
		d.Press("j")
	}
	down, up := driver.Key(b, "j"), driver.Key(b, "k")
	m := d.Model()
	var took []time.Duration
	for i := range 4000 {
		key := down
		if i/20%2 == 1 {
			key = up
		}
		began := time.Now()
		m.Update(key)
		m.View()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// heap browses and filters the large house and looks at the heap on the way.
func (r *rig) heap() error {
	most := uint64(0)
	look := func() {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		most = max(most, s.HeapInuse+s.StackInuse)
	}
	runtime.GC()
	err := r.drive(r.large, r.cast.large[0].ID, "projects", func(_ *testing.B, d *driver.Driver) error {
		for range 40 {
			d.Press("pgdown")
			look()
		}
		d.Press("G")
		look()
		for _, key := range []string{"/", "l", "e", "d", "g", "e", "r", "enter", "pgdown", "pgdown", "G", "g"} {
			d.Press(key)
			look()
		}
		return nil
	})
	r.add("heap and stacks, browsing and filtering 1M", fmt.Sprintf("%.0f MiB", float64(most)/(1<<20)), "", "≤ 128 MiB", most <= 128<<20)
	return err
}

package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

// damageRounds is C of trust-A9; GATEHOUSE_DEEP=1 makes it D.
func damageRounds() int {
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		return 10_000
	case testing.Short():
		return 100
	}
	return 1_000
}

// smallHouse gives the bytes of a house file with some two hundred records of several kinds, at two moments.
func smallHouse(t *testing.T) (older, newer []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house.db")
	s, err := storage.Open(context.Background(), path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	fill := func(from, to core.ProjectID) {
		err := s.Update(context.Background(), func(x core.Tx) error {
			for id := from; id < to; id++ {
				p := core.Project{ID: id, Organization: 1, Maintainer: 1, Name: fmt.Sprintf("Project %d", id), Template: "production", State: core.ProjectActive}
				e := core.Event{Chain: core.OrganizationID(1).Ref(), Sequence: uint64(id), Time: 1, Action: "project.create", Hash: strings.Repeat("a", 64)}
				b := core.Bucket{ID: core.BucketID(id), Project: id, Organization: 1, Name: "raw", Description: strings.Repeat("d", 300)}
				if err := errors.Join(x.Projects().Put(p), x.Events().Put(e), x.Buckets().Put(b)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func() []byte {
		copied := filepath.Join(t.TempDir(), "copy.db")
		if err := s.CopyTo(context.Background(), copied, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	fill(1, 60)
	older = read()
	fill(60, 110)
	newer = read()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return older, newer
}

// TestDamagedHouse is trust-A9: whatever is done to the file, opening it, checking it and reading it gives whole records
// or a message, never a panic and never a hang. A fault that the structure cannot show is for the chains.
func TestDamagedHouse(t *testing.T) {
	suite.Sequential(t)
	older, newer := smallHouse(t)
	noise := rand.New(rand.NewPCG(9, 9))
	path := filepath.Join(t.TempDir(), "house.db")
	const page = 4096
	refused, slowest := 0, time.Duration(0)
	rounds := damageRounds()
	for round := range rounds {
		bad := bytes.Clone(newer)
		at := noise.IntN(len(bad))
		what := ""
		switch round % 5 {
		case 0:
			what = fmt.Sprintf("bit at %d", at)
			bad[at] ^= 1 << noise.IntN(8)
		case 1:
			what = fmt.Sprintf("page %d of noise", at/page)
			for i := at / page * page; i < min(at/page*page+page, len(bad)); i++ {
				bad[i] = byte(noise.Uint32())
			}
		case 2:
			what = fmt.Sprintf("page %d of zeroes", at/page)
			clear(bad[at/page*page : min(at/page*page+page, len(bad))])
		case 3:
			what = fmt.Sprintf("cut at %d", at)
			bad = bad[:at]
		case 4: // an older file was copied over the newer one, and stopped on the way
			at = min(at, len(older))
			what = fmt.Sprintf("the first %d bytes of an older file", at)
			copy(bad, older[:at])
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err := useAll(path)
		slowest = max(slowest, time.Since(began))
		if err == nil {
			continue
		}
		refused++
		if reason := core.ReasonOf(err); reason != core.ReasonHouseDamaged && reason != core.ReasonHouseNewer && reason != core.ReasonOutcomeUnknown {
			t.Errorf("%s: %v", what, err)
		}
		if text := err.Error(); strings.Contains(text, "goroutine") || strings.Contains(text, "\n") || strings.Contains(text, "panic") {
			t.Errorf("%s: a trace instead of a message: %s", what, text)
		}
	}
	t.Logf("%d of %d refused, the slowest took %v", refused, rounds, slowest)
}

// useAll opens the house, checks all of it, and reads and writes a little.
func useAll(path string) (err error) {
	s, err := storage.Open(context.Background(), path, storage.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := s.Check(context.Background(), func(string) {}); err != nil {
		return err
	}
	return s.Update(context.Background(), func(x core.Tx) error {
		p, ok, err := x.Projects().Get(7)
		if err != nil || !ok {
			return err
		}
		p.Name += "!"
		return x.Projects().Put(p)
	})
}

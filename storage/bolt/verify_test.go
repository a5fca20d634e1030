package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/core/suite"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// Verify sees every page that bbolt would read, and nothing it finds harms it.
func TestVerify(t *testing.T) {
	suite.Sequential(t)
	content, _ := sound(t)
	verify := func(content []byte) error {
		path := filepath.Join(t.TempDir(), "house.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := bolt.Open(path, quick.WithoutWalk())
		if err != nil {
			return err
		}
		defer func() { _ = e.Close() }()
		return e.Verify(nilContext)
	}
	if err := verify(content); err != nil {
		t.Errorf("a sound file: %v", err)
	}
	for page := range inUse(t, content) {
		bad := bytes.Clone(content)
		copy(bad[page*pageSize:], make([]byte, pageSize))
		if err := verify(bad); !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("page %d wiped: %v", page, err)
		}
	}
	noise := rand.New(rand.NewPCG(5, 6))
	for round := range 300 {
		bad := bytes.Clone(content)
		at := noise.IntN(len(bad))/pageSize*pageSize + noise.IntN(512)
		bad[at] ^= 1 << noise.IntN(8)
		if err := verify(bad); err != nil && !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("round %d at %d: %v", round, at, err)
		}
	}
}

// What Verify calls sound is sound for bbolt's own check, after many random
// transactions and a load.
func TestVerifyAgreesWithBolt(t *testing.T) {
	suite.Sequential(t)
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, quick)
	err := e.Load(nilContext, func(put func(k, v []byte) error) error {
		for i := range 30_000 {
			if err := put(fmt.Appendf(nil, "%c%06d", 'a'+i/10_000, i), make([]byte, i%300)); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	noise := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		err := e.Update(nilContext, func(w kv.Writer) error {
			for range 200 {
				key := fmt.Appendf(nil, "%c%06d", 'a'+noise.IntN(4), noise.IntN(40_000))
				var err error
				if noise.IntN(3) == 0 {
					err = w.Put(key, make([]byte, noise.IntN(9000)))
				} else {
					err = w.Delete(key)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Verify(nilContext); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	check(t, path, nil)
}

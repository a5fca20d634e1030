// Package storagetest is the contract that every storage engine passes. A new
// engine only has to be plugged in:
//
//	func TestContract(t *testing.T) {
//		storagetest.Engine(t, func(t testing.TB) kv.Engine { … })
//	}
//
// The suite is worth something only because it goes red: its own tests run it
// against engines with one known flaw each.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gatehouse/storage/kv"
)

// Open makes a new, empty engine. The suite closes it; whatever else it needs
// to free it registers with t.Cleanup.
type Open func(t testing.TB) kv.Engine

// Check is one part of the contract.
type Check struct {
	Name string
	Run  func(t testing.TB, open Open)
}

// Checks lists the whole contract.
func Checks() []Check {
	return []Check{
		{"model", model},
		{"values", values},
		{"misuse", misuse},
		{"failed update leaves nothing", failedUpdate},
		{"view is a snapshot", snapshot},
		{"cancelled context", cancelled},
		{"bank transfer", bank},
		{"write skew", writeSkew},
		{"insert phantom", insertPhantom},
		{"delete phantom", deletePhantom},
		{"watch", watch},
		{"slow watcher", slowWatcher},
		{"load", load},
		{"close", closing},
		{"close under load", closingUnderLoad},
	}
}

// Engine runs the whole contract.
func Engine(t *testing.T, open Open) {
	t.Helper()
	for _, check := range Checks() {
		t.Run(check.Name, func(t *testing.T) { check.Run(t, open) })
	}
}

// start opens an engine that is closed at the end of the check.
func start(t testing.TB, open Open) kv.Engine {
	t.Helper()
	e := open(t)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func update(e kv.Engine, fn func(kv.Writer) error) error {
	return e.Update(context.Background(), fn)
}

func view(e kv.Engine, fn func(kv.Reader) error) error {
	return e.View(context.Background(), fn)
}

func put(t testing.TB, e kv.Engine, key, value string) {
	t.Helper()
	if err := update(e, func(w kv.Writer) error { return w.Put([]byte(key), []byte(value)) }); err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
}

// rows reads everything under prefix as key=value texts.
func rows(r kv.Reader, prefix string) ([]string, error) {
	var found []string
	err := r.Scan(kv.Range{Prefix: []byte(prefix)}, func(key, value []byte) (bool, error) {
		found = append(found, fmt.Sprintf("%s=%s", key, value))
		return true, nil
	})
	return found, err
}

func allRows(t testing.TB, e kv.Engine, prefix string) []string {
	t.Helper()
	var found []string
	err := view(e, func(r kv.Reader) (err error) {
		found, err = rows(r, prefix)
		return err
	})
	if err != nil {
		t.Fatalf("scan %q: %v", prefix, err)
	}
	return found
}

func wantRows(t testing.TB, e kv.Engine, prefix string, want ...string) {
	t.Helper()
	if got := allRows(t, e, prefix); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rows under %q are %q, want %q", prefix, got, want)
	}
}

func wantError(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error is %v, want %v", what, got, want)
	}
}

package app

import (
	"context"
	"errors"
	"testing"
)

// What follows a list is loaded by one session of a process after the other, and whoever leaves waits no more.
func TestTurns(t *testing.T) {
	turns := NewTurns()
	load := func(ctx context.Context, fn func() string) Loaded[string] {
		e := newEnv(ctx, &Session{Turns: turns}, Page{}, 1)
		answer, _ := LoadInTurn(e, "rest", func(context.Context) (string, error) { return fn(), nil })().(versioned)
		got, _ := answer.msg.(Loaded[string])
		return got
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	got := load(t.Context(), func() string {
		if other := load(gone, func() string { return "beside" }); !errors.Is(other.Err, context.Canceled) || other.Value != "" {
			t.Errorf("a session that has left got %+v", other)
		}
		return "first"
	})
	if got.Value != "first" || got.Err != nil {
		t.Errorf("the first got %+v", got)
	}
	if got = load(t.Context(), func() string { return "next" }); got.Value != "next" || got.Err != nil {
		t.Errorf("the turn was not given back: %+v", got)
	}
}

// A session that is alone waits for nobody.
func TestNoTurns(t *testing.T) {
	var none Turns
	for range 3 {
		if err := none.take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	none.give()
}

package kv_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"gatehouse/storage/kv"
)

func change(from, to int) kv.Change {
	var c kv.Change
	for i := from; i < to; i++ {
		c.Keys = append(c.Keys, fmt.Appendf(nil, "k%d", i))
	}
	return c
}

// Changes that nobody has fetched are merged, and cut when there are too many.
func TestHubMerges(t *testing.T) {
	var hub kv.Hub
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	slow, quick := hub.Watch(ctx), hub.Watch(ctx)
	hub.Publish(change(0, 2))
	if c := <-quick; len(c.Keys) != 2 {
		t.Errorf("first change: %v", c)
	}
	hub.Publish(change(2, 3))
	if c := <-quick; len(c.Keys) != 1 || string(c.Keys[0]) != "k2" {
		t.Errorf("second change: %v", c)
	}
	if c := <-slow; c.All || len(c.Keys) != 3 || string(c.Keys[2]) != "k2" {
		t.Errorf("merged change: %v", c)
	}
	for i := range 10 {
		hub.Publish(change(i*200, i*200+200))
	}
	if c := <-slow; !c.All || c.Keys != nil {
		t.Errorf("2,000 keys: %v", c)
	}
	hub.Publish(change(0, 5000))
	if c := <-slow; !c.All {
		t.Errorf("5,000 keys at once: %d", len(c.Keys))
	}
	hub.Publish(kv.Change{All: true})
	hub.Publish(change(0, 1))
	if c := <-slow; !c.All {
		t.Errorf("all and one more: %v", c)
	}
}

// The channel ends with its context, and nothing stays behind.
func TestHubForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub kv.Hub
		ctx, cancel := context.WithCancel(context.Background())
		c := hub.Watch(ctx)
		if !hub.Watched() {
			t.Error("nobody watches")
		}
		cancel()
		synctest.Wait()
		if _, open := <-c; open || hub.Watched() {
			t.Error("a watch outlives its context")
		}
		hub.Publish(change(0, 1))
		hub.Close()
		if _, open := <-hub.Watch(context.Background()); open {
			t.Error("a closed hub tells something")
		}
		hub.Close()
	})
}

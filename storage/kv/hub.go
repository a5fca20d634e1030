package kv

import (
	"context"
	"sync"
)

// maxChange is how many keys a Change carries before it is cut to All.
const maxChange = 1024

// Hub tells watchers about commits. The zero Hub is ready.
type Hub struct {
	mu     sync.Mutex
	slots  map[chan Change]struct{}
	closed bool
}

// Watch implements Engine.Watch.
func (h *Hub) Watch(ctx context.Context) <-chan Change {
	slot := make(chan Change, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || ctx.Err() != nil {
		close(slot)
		return slot
	}
	if h.slots == nil {
		h.slots = make(map[chan Change]struct{})
	}
	h.slots[slot] = struct{}{}
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(slot)
	})
	return slot
}

func (h *Hub) drop(slot chan Change) {
	if _, there := h.slots[slot]; there {
		delete(h.slots, slot)
		close(slot)
	}
}

// Publish puts c into every watcher's slot, merged with what still lies there.
// It never waits for a watcher.
func (h *Hub) Publish(c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(c.Keys) > maxChange {
		c = Change{All: true}
	}
	for slot := range h.slots {
		// Only this function sends, under the lock: a slot that was emptied
		// here, or by its watcher, has room.
		select {
		case old := <-slot:
			slot <- old.merge(c)
		default:
			slot <- c
		}
	}
}

func (c Change) merge(next Change) Change {
	if c.All || next.All || len(c.Keys)+len(next.Keys) > maxChange {
		return Change{All: true}
	}
	keys := make([][]byte, 0, len(c.Keys)+len(next.Keys))
	return Change{Keys: append(append(keys, c.Keys...), next.Keys...)}
}

// Watched says whether anybody would hear a Publish.
func (h *Hub) Watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.slots) > 0
}

// Close closes every watcher's channel, now and for later ones.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for slot := range h.slots {
		h.drop(slot)
	}
}

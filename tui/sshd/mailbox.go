package sshd

import (
	"sync"

	"gatehouse/tui/app"
)

// mailbox holds one size, the newest. Whoever puts one never waits: a client may send as many as it likes.
type mailbox struct {
	mu     sync.Mutex
	slot   chan app.Size
	closed bool
}

func newMailbox() *mailbox { return &mailbox{slot: make(chan app.Size, 1)} }

func (m *mailbox) put(size app.Size) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	select {
	case <-m.slot: // nobody has seen it yet, and nobody needs to
	default:
	}
	m.slot <- size
}

// close tells the reader that nobody is there any more.
func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.closed = true
		close(m.slot)
	}
}

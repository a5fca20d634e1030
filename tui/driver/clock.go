package driver

import (
	"sync"
	"time"
)

// Start is the moment at which clocks of tests begin.
var Start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// Clock is a clock that only moves when it is told to. It is safe for use by many goroutines: a server may read it.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock makes a clock that stands at Start.
func NewClock() *Clock { return &Clock{at: Start} }

// Now gives the present moment.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Move puts the clock forward without telling the interface; Driver.Advance does both.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

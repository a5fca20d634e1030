package main

import (
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/tui/sshd/sshtest"
)

// trust-D1: five hundred interfaces, 64 dialling at once, are all up, and all see a change that somebody makes. It fails
// on counts only; how long it took is logged, and `make bench` measures it with the clients in a process of their own.
func TestCrowd(t *testing.T) {
	n := 500
	if testing.Short() {
		n = 50
	}
	dialers := 64
	if underRaceDetector() {
		n, dialers = 100, 16 // each takes ten times as long, and who waits for a turn too long is let go
	}
	o := newServer(t)
	began := time.Now()
	screens, first := make([]*sshtest.Terminal, n), make([]time.Duration, n)
	var dialling sync.WaitGroup
	next := make(chan int)
	for range dialers {
		dialling.Go(func() {
			for i := range next {
				dialled := time.Now()
				screens[i] = o.dial("sam").Terminal(120, 40, "open maintainer/1").Await("Partner One")
				first[i] = time.Since(dialled)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	dialling.Wait()
	up := time.Since(began)
	if got := o.server.Figures().Interfaces; got != n {
		t.Errorf("%d of %d interfaces are up", got, n)
	}
	slices.Sort(first)
	t.Logf("%d up in %v; first frame p50 %v, p99 %v", n, up, first[n/2], first[n*99/100])

	began = time.Now()
	if r := o.dial("sam").Run("maintainer rename 1 'Partner Two'", ""); r.Code != 0 {
		t.Fatal(r.Err)
	}
	for _, s := range screens {
		s.Await("Partner Two")
	}
	t.Logf("all saw the change within %v", time.Since(began))
	var stopped sync.WaitGroup
	for _, s := range screens {
		stopped.Go(s.Close)
	}
	stopped.Wait()
	sshtest.Await(t, "the end of all interfaces", func() bool { return o.server.Figures().Interfaces == 0 })
}

func underRaceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

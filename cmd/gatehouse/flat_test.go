package main

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"gatehouse/tui/sshd/sshtest"
)

// deep asks for the large numbers of `make deep`.
func deep() bool { return os.Getenv("GATEHOUSE_DEEP") != "" }

// verbRounds is how many verbs one server runs (trust-D13).
func verbRounds() int {
	if deep() {
		return 20_000
	}
	return 2_000
}

// heapInUse gives the bytes of the heap that something still refers to.
func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what had a finalizer
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestTrustD13_VerbsLeaveNothing: one server runs thousands of verbs, done, refused and misused, over one connection and
// over many, and its heap is as large afterwards as it was before, within a twentieth. What the log of the test keeps
// comes on top.
func TestTrustD13_VerbsLeaveNothing(t *testing.T) {
	o := newServer(t)
	lines := []string{
		"version", "org list --json", "request list --sort filed:desc", "help member", "account show", "maintainer show 9", "account set --theme no",
		"nonsense", "check --json", "--as ana@acme.test version", "__complete org set --deciders ''",
	}
	client := o.dial("sam")
	n := 0
	run := func(rounds int) {
		for range rounds {
			client.Run(lines[n%len(lines)], "")
			if n++; n%500 == 0 {
				_ = client.Close()
				client = o.dial("sam")
			}
		}
	}
	run(3 * len(lines)) // what is made once and kept
	settled := func() uint64 {
		sshtest.Await(t, "the end of all verbs", func() bool { return o.server.Figures().Sessions == 0 })
		return heapInUse()
	}
	before := settled()
	run(verbRounds())
	after := settled()
	said := fmt.Sprintf("%d verbs: heap %d kB before, %d kB after", verbRounds(), before>>10, after>>10)
	if after > before+before/20+256<<10 {
		t.Error(said)
	}
	t.Log(said)
}

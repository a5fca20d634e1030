package core

import (
	"slices"
	"strconv"
	"testing"

	"gatehouse/core/suite"
)

// madeChain gives a chain of n events with fitting hashes.
func madeChain(n int) []Event {
	chain := OrganizationID(1).Ref()
	events := make([]Event, 0, n)
	previous := FirstPrevious
	for i := range n {
		e := Event{
			Action: "project.rename", Actor: 3, Chain: chain, Origin: OriginLocal, Outcome: OutcomeDone, Previous: previous, Sequence: uint64(i) + 1,
			Subjects: []Ref{ProjectID(1).Ref()}, Time: Moment(1_700_000_000 + i), Changes: []Change{{Field: "name", After: "N" + strconv.Itoa(i)}},
		}
		e.Hash = e.ComputeHash()
		previous = e.Hash
		events = append(events, e)
	}
	return events
}

// walkChain checks events as VerifyChain does, from a place that is known to be good, and gives the first sequence in doubt.
func walkChain(link chainLink, events []Event, head Head) (broken uint64) {
	for _, e := range events {
		if link.check(e) != "" {
			return link.sequence + 1
		}
	}
	_, broken = link.checkHead(head)
	return broken
}

// TestEveryTamperingIsNamed is trust-F2: at each of 1,000 positions an event is edited, taken away, put in, swapped with
// the next, and made the last one. The first bad event is named each time: 5,000 changes, 100 %.
func TestEveryTamperingIsNamed(t *testing.T) {
	suite.Sequential(t)
	const n = 1_000
	good := madeChain(n)
	head := Head{Chain: good[0].Chain, Sequence: n, Hash: good[n-1].Hash}
	if broken := walkChain(chainLink{chain: head.Chain, previous: FirstPrevious}, good, head); broken != 0 {
		t.Fatalf("the whole chain is broken at %d", broken)
	}
	changes := 0
	for at := range n {
		link := chainLink{chain: head.Chain, sequence: uint64(at), previous: FirstPrevious}
		if at > 0 {
			link.previous = good[at-1].Hash
		}
		rest := good[at:min(at+4, n)] // what is wrong shows in the next two
		whole := at+4 >= n
		seen := func(what string, events []Event, want uint64) {
			t.Helper()
			changes++
			if !whole { // the walk ends before the head
				if got := walkChain(link, events, Head{}); got != want {
					t.Fatalf("%s at %d: named %d, want %d", what, at+1, got, want)
				}
				return
			}
			if got := walkChain(link, events, head); got != want {
				t.Fatalf("%s at %d: named %d, want %d", what, at+1, got, want)
			}
		}
		here := uint64(at) + 1
		edited := slices.Clone(rest)
		edited[0].Actor = 4
		seen("edited", edited, here)
		rehashed := slices.Clone(rest)
		rehashed[0].Actor = 4
		rehashed[0].Hash = rehashed[0].ComputeHash()
		seen("edited with a fitting hash", rehashed, min(here+1, n)) // shows in the next one, or in the head
		seen("taken away", slices.Clone(rest[1:]), here)
		put := slices.Insert(slices.Clone(rest), 0, Event{Chain: head.Chain, Sequence: here, Previous: link.previous, Time: 1})
		put[0].Hash = put[0].ComputeHash()
		seen("put in", put, here+1)
		if len(rest) > 1 {
			swapped := slices.Clone(rest)
			swapped[0], swapped[1] = swapped[1], swapped[0]
			seen("swapped", swapped, here)
		}
		// Cut here, with the old head still there.
		changes++
		if got := walkChain(link, nil, head); got != here {
			t.Fatalf("cut before %d: named %d", here, got)
		}
	}
	t.Logf("%d changes, each seen", changes)
}

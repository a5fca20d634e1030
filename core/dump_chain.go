package core

import (
	"encoding/hex"
	"slices"
)

// This file checks the log of a dump on the way: unbroken chains, each with its head (AU12).

// remember keeps of a record what later lines are compared with, and follows the chains of the log.
func (c *importCheck) remember(rec any) {
	switch r := rec.(type) {
	case *Event:
		c.follow(r)
	case *Head:
		c.head(r)
	case *Account:
		if r.EnrolAgain != 0 {
			c.result.EnrolAgain++
		}
		c.known.remember(rec)
	default:
		c.known.remember(rec)
	}
}

// follow goes one event on.
func (c *importCheck) follow(e *Event) {
	if e.Chain != c.chain.chain || c.chain.previous == "" {
		c.closeChain()
		c.chain, c.chainDone = chainLink{chain: e.Chain, previous: FirstPrevious}, false
	}
	c.log.count(e)
	if c.chainDone {
		return
	}
	if problem := c.chain.check(*e); problem != "" {
		c.chainDone = true
		c.wrong("%s (AU12)", problem)
	}
}

// closeChain remembers where a chain ended, for its head.
func (k *known) closeChain() {
	if k.chain.previous == "" {
		return
	}
	h := knownHead{chain: k.chain.chain, sequence: k.chain.sequence, broken: k.chainDone}
	if sum, err := hex.DecodeString(k.chain.previous); err == nil {
		copy(h.hash[:], sum)
	}
	k.heads = append(k.heads, h)
}

// event finds an event: of a chain that is whole, each up to its last one is there.
func (k *known) event(key EventKey) bool {
	k.openHeads()
	i, ok := slices.BinarySearchFunc(k.heads, key.Chain, func(h knownHead, chain Ref) int { return compareKeys(RefKey(h.chain), RefKey(chain)) })
	return ok && key.Sequence > 0 && (key.Sequence <= k.heads[i].sequence || k.heads[i].broken)
}

// head checks the head of a chain: heads stand in the order of their chains, as the events do.
func (c *importCheck) head(h *Head) {
	c.openHeads()
	for c.headsSeen < len(c.heads) && compareKeys(RefKey(c.heads[c.headsSeen].chain), RefKey(h.Chain)) < 0 {
		c.wrong("the head of %s is missing", c.heads[c.headsSeen].chain)
		c.headsSeen++
	}
	if c.headsSeen == len(c.heads) || c.heads[c.headsSeen].chain != h.Chain {
		return // there is no event, which the rules have told
	}
	end := c.heads[c.headsSeen]
	c.headsSeen++
	if sum, err := hex.DecodeString(h.Hash); !end.broken && (err != nil || h.Sequence != end.sequence || !slices.Equal(sum, end.hash[:])) {
		c.wrong("the head of %s does not fit its newest event (AU12)", h.Chain)
	}
}

// openHeads closes the last chain when the heads begin.
func (k *known) openHeads() {
	if k.chain.previous != "" {
		k.closeChain()
		k.chain = chainLink{}
	}
}

// headsFit checks at the end that every chain had its head.
func (c *importCheck) headsFit() {
	c.openHeads()
	for ; c.headsSeen < len(c.heads); c.headsSeen++ {
		c.wrong("the head of %s is missing", c.heads[c.headsSeen].chain)
	}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse/core"
)

// verified is what activity verify answers: how each chain stands, and what was looked at in all.
type verified struct {
	Items  []core.Verification `json:"items"`
	Total  int                 `json:"total"`
	Events int                 `json:"events"`
	Broken int                 `json:"broken"`
	// From and To are when the first and the last event happened.
	From core.Moment `json:"from,omitempty"`
	To   core.Moment `json:"to,omitempty"`
	// Checkpoints is how many were compared.
	Checkpoints int `json:"checkpoints,omitempty"`
}

func (r *verified) add(v core.Verification) {
	r.Items = append(r.Items, v)
	r.Events += v.Events
	if !v.OK {
		r.Broken++
	}
	if v.From != 0 && (r.From == 0 || v.From < r.From) {
		r.From = v.From
	}
	r.To = max(r.To, v.To)
}

// summary says what was looked at, in one line.
func (r *verified) summary() string {
	state := "all whole"
	switch {
	case r.Broken > 0:
		state = fmt.Sprintf("%d broken", r.Broken)
	case len(r.Items) == 1:
		state = "whole"
	}
	said := fmt.Sprintf("Looked at %s, %s: %s", plural(len(r.Items), "chain"), state, plural(r.Events, "event"))
	if r.Events > 0 {
		said += fmt.Sprintf(", from %s to %s", r.From, r.To)
	}
	if r.Checkpoints > 0 {
		said += "; compared with " + plural(r.Checkpoints, "checkpoint")
	}
	return said + "."
}

// chainsListed is how many chains are listed on a terminal one by one.
const chainsListed = 20

// verifyChains checks chain after chain and tells how each stands, also against checkpoints. One that may not be read
// does not stop the others.
func (m *Main) verifyChains(ctx context.Context, a *core.Actor, heads []core.Head, checkpoints []core.Checkpoint) error {
	then, err := m.compareCheckpoints(ctx, a, checkpoints)
	if err != nil {
		return err
	}
	alone := len(heads) == 1
	for chain := range then {
		if !alone && !slices.ContainsFunc(heads, func(h core.Head) bool { return h.Chain == chain }) {
			heads = append(heads, core.Head{Chain: chain}) // one that is gone
		}
	}
	result, refused, err := m.verifyEach(ctx, a, heads, then)
	if err != nil {
		return err
	}
	result.Checkpoints = len(checkpoints)
	if err := m.tellVerified(result); err != nil {
		return err
	}
	if refused == nil && result.Broken > 0 {
		return &toldError{1}
	}
	return refused
}

// verifyEach gives how each chain stands, and the first refusal to read one.
func (m *Main) verifyEach(
	ctx context.Context, a *core.Actor, heads []core.Head, then map[core.Ref]core.Verification,
) (result verified, refused, err error) {
	bar := m.progress("verifying events")
	defer bar.end()
	total := 0
	for _, h := range heads {
		total += int(h.Sequence) //nolint:gosec // a count of events
	}
	result.Total = len(heads)
	for _, h := range heads {
		v, err := a.VerifyChain(ctx, h.Chain, func(done, of int) { bar.at(result.Events+done, max(total, result.Events+of)) })
		switch {
		case err != nil && (describe(err).Code != core.CodeDenied || len(heads) == 1):
			return result, nil, err
		case err != nil:
			refused = cmp.Or(refused, err)
			continue
		}
		// One that is whole in itself may still not fit what a checkpoint said of it then.
		if was := then[h.Chain]; v.OK && !was.OK && was.Problem != "" {
			v.OK, v.FirstBroken, v.Problem = false, was.FirstBroken, was.Problem
		}
		result.add(v)
	}
	return result, refused, nil
}

// tellVerified lists the chains, and says at the end what was looked at: on the error stream, so that the list stays one.
func (m *Main) tellVerified(result verified) error {
	if m.given.JSON {
		if result.Items == nil {
			result.Items = []core.Verification{}
		}
		return writeJSON(m.Out, m.OutTerminal, result)
	}
	listed := page[core.Verification]{Items: result.Items, Total: result.Total}
	if m.OutTerminal && len(listed.Items) > chainsListed {
		listed.Items = slices.DeleteFunc(slices.Clone(listed.Items), func(v core.Verification) bool { return v.OK })
	}
	if len(listed.Items) > 0 {
		err := printPage(m, listed, []column[core.Verification]{
			{title: "CHAIN", cell: func(v core.Verification) string { return v.Chain.String() }},
			{title: "EVENTS", cell: func(v core.Verification) string { return number(v.Events) }, right: true},
			{title: "STATE", cell: verificationState},
		})
		if err != nil {
			return err
		}
	}
	return writeLine(m.Err, result.summary())
}

func verificationState(v core.Verification) string {
	if v.OK {
		return "whole"
	}
	return fmt.Sprintf("broken at event %d: %s", v.FirstBroken, v.Problem)
}

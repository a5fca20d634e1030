package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// This file holds the verbs by which somebody comes into a unit as a visitor, and leaves one: the same for all kinds.

// left is what a verb answers by which the actor left a unit.
type left struct {
	ID   uint64 `json:"id"`
	Left bool   `json:"left"`
}

// visitVerb makes the verb "join UNIT" of a kind whose joins are visits. find reads the argument.
func visitVerb[ID ~uint64](
	m *Main, kind core.Kind, arg, short string, find func(context.Context, *core.Actor, string) (ID, error),
	join func(*core.Actor, context.Context, ID, core.Entry) (core.Visit, error),
) *cobra.Command {
	cmd := &cobra.Command{Use: "join " + arg + " --reason R --for D", Short: short, Args: arguments(1, 1)}
	entry := addEntryFlags(cmd)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		e, err := entry.entry(m)
		if err != nil {
			return err
		}
		id, err := find(ctx, a, args[0])
		if err != nil {
			return err
		}
		v, err := join(a, ctx, id, e)
		if err != nil {
			return err
		}
		return m.printDone(v, fmt.Sprintf("you are inside %s %d until %s (visit %d)", kind, id, v.Ends, v.ID))
	})
	return cmd
}

// leaveVerb makes the verb "leave UNIT" of a kind.
func leaveVerb[ID ~uint64](
	m *Main, kind core.Kind, arg, short string, find func(context.Context, *core.Actor, string) (ID, error),
	leave func(*core.Actor, context.Context, ID) error,
) *cobra.Command {
	return &cobra.Command{
		Use:   "leave " + arg,
		Short: short,
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := find(ctx, a, args[0])
			if err != nil {
				return err
			}
			if err := leave(a, ctx, id); err != nil {
				return err
			}
			return m.printDone(left{uint64(id), true}, fmt.Sprintf("you left %s %d", kind, id))
		}),
	}
}

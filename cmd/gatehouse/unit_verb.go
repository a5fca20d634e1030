package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// This file holds the verbs that are the same for units of all kinds: rename, join as a visitor, leave.

// left is what a verb answers by which the actor left a unit.
type left struct {
	ID   uint64 `json:"id"`
	Left bool   `json:"left"`
}

// renameVerb makes the verb "rename UNIT NAME" of a kind. find reads the argument, named gives the new name.
func renameVerb[ID ~uint64, R any](
	m *Main, kind core.Kind, arg string, find func(context.Context, *core.Actor, string) (ID, error),
	rename func(*core.Actor, context.Context, ID, uint64, string) (R, error), named func(R) string,
) *cobra.Command {
	article := "a"
	if kind == core.KindOrganization {
		article = "an"
	}
	return &cobra.Command{
		Use:   "rename " + arg + " NAME",
		Short: fmt.Sprintf("rename %s %s", article, kind),
		Args:  arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := find(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := rename(a, ctx, id, 0, args[1])
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("%s %d is now called %s", kind, id, named(rec)))
		}),
	}
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

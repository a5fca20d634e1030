package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newSessionNoun() *cobra.Command {
	return newNoun("session", "sessions over SSH of a running server", m.newSessionList(), m.newSessionRevoke())
}

// serving runs work as somebody on a running server: sessions are known to it alone, and not kept in the house.
func (m *Main) serving(do work) work {
	return func(ctx context.Context, a *core.Actor, args []string) error {
		if m.remote == nil {
			return &core.Error{
				Code: core.CodeUnavailable, Reason: reasonNoServer,
				Message: "Sessions are those of a running server, and no server has this house open.",
				Next:    "Start one with gatehouse serve, then ask it: ssh -p 2222 HOST session list, or gatehouse --via ssh://HOST:2222 session list.",
			}
		}
		return do(ctx, a, args)
	}
}

func (m *Main) newSessionList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list [EMAIL]",
		Short: "list your sessions, or for Support those of others",
		Long: `Lists who is signed in over SSH, the newest first: your own sessions; for Support
those of everybody, or with EMAIL of one account. It is asked of a running server:
ssh -p 2222 HOST session list. The numbers are the server's, and start again with it.

Words of --filter look at the number, the person, the origin and the key.`,
		Args: arguments(0, 1),
	}
	var email string
	list := asList(m, cmd, []string{"newest"},
		[]column[core.SessionFacts]{
			{title: "ID", cell: func(s core.SessionFacts) string { return number(s.ID) }, right: true},
			{title: "WHO", cell: func(s core.SessionFacts) string { return m.person(s.Person) }},
			{title: "FROM", cell: func(s core.SessionFacts) string { return s.Origin }},
			{title: "BEGAN", cell: func(s core.SessionFacts) string { return s.Began.String() }},
			{title: "LAST INPUT", cell: func(s core.SessionFacts) string { return s.LastInput.String() }},
			{title: "THIS ONE", cell: func(s core.SessionFacts) string { return yesNo(s.Own) }},
			{title: "KEY", cell: func(s core.SessionFacts) string { return s.Fingerprint }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[core.SessionFacts], error) {
			var of core.Who
			if email != "" {
				of = core.Address(email)
			}
			open, err := a.Sessions(ctx, of)
			return held(open, func(s core.SessionFacts) []string {
				return []string{number(s.ID), m.person(s.Person), s.Origin, s.Fingerprint}
			}), err
		})
	run := list.RunE
	list.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			email = args[0]
		}
		return m.acting(m.serving(func(context.Context, *core.Actor, []string) error { return run(cmd, args) }))(cmd, args)
	}
	return list
}

func (m *Main) newSessionRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke SESSION…",
		Short: "end sessions: your own, or for Support any",
		Long: `Ends sessions at once: your own, or for Support any. Who was signed in by them can
sign in again; remove the key, or the account, to prevent that. It is asked of a
running server: ssh -p 2222 HOST session revoke 7.`,
		Args: arguments(1, -1),
		RunE: m.acting(m.serving(func(ctx context.Context, a *core.Actor, args []string) error {
			open, err := a.Sessions(ctx, nil)
			if err != nil {
				return err
			}
			question := "End " + plural(len(args), "session") + "?"
			return m.eachConfirmed(a, question, args, func(a *core.Actor, arg string) (turn, error) {
				id, err := parseID[core.SessionID]("SESSION", arg)
				if err != nil {
					return turn{}, err
				}
				done := turn{map[string]any{"id": id, "ended": true}, fmt.Sprintf("ended session %d", id), m.sessionImpact(open, id)}
				return done, a.RevokeSession(ctx, id)
			})
		})),
	}
}

// sessionImpact says whose session would end.
func (m *Main) sessionImpact(open []core.SessionFacts, id core.SessionID) string {
	for _, s := range open {
		if s.ID != id {
			continue
		}
		line := fmt.Sprintf("session %d: %s, %s, is signed out at once.", s.ID, m.person(s.Person), s.Origin)
		if s.Own {
			line += " It is the one that you are in."
		}
		return line
	}
	return fmt.Sprintf("session %d is signed out at once.", id)
}

package main

import (
	"context"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newAccountKey() *cobra.Command {
	return newNoun("key", "your SSH keys, which sign you in", m.newKeyAdd(), m.newKeyList(), m.newKeyRemove())
}

// keyResult is a key as the verbs answer it: the key itself is no secret, but nobody reads it.
type keyResult struct {
	Fingerprint string      `json:"fingerprint"`
	Type        string      `json:"type"`
	Label       string      `json:"label,omitempty"`
	Security    bool        `json:"security_key,omitempty"`
	Added       core.Moment `json:"added"`
	LastUsed    core.Moment `json:"last_used,omitzero"`
}

func resultOfKey(k core.PublicKey) keyResult {
	return keyResult{k.Fingerprint, k.Type, k.Label, k.Security, k.Added, k.LastUsed}
}

func (m *Main) newKeyAdd() *cobra.Command {
	var label string
	cmd := &cobra.Command{
		Use:   "add FILE",
		Short: "add a public key to your account",
		Long: `Adds a public key: FILE is the one that ends in .pub, - is standard input. Keys of
the kinds ` + core.KeyKinds() + `; the last two are
security keys, which count as MFA. Your other sessions over SSH end.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			line, err := m.readFile("FILE", args[0])
			if err != nil {
				return err
			}
			key, err := a.AddKey(ctx, core.KeyInput{Key: line, Label: label})
			if err != nil {
				return err
			}
			said := "added " + key.Type + " " + key.Fingerprint
			if key.Security {
				said += "\nit is a security key: your MFA is on"
			}
			return m.printLines(resultOfKey(key), said)
		}),
	}
	cmd.Flags().StringVar(&label, "label", "", "what you call it: `L`, "+core.Characters(0, core.KeyLabelMax)+"; without it the comment of the key")
	return cmd
}

func (m *Main) newKeyList() *cobra.Command {
	return asList(m, &cobra.Command{Use: "list", Short: "list your SSH keys"}, []string{"added"},
		[]column[keyResult]{
			{title: "FINGERPRINT", cell: func(k keyResult) string { return k.Fingerprint }},
			{title: "TYPE", cell: func(k keyResult) string { return k.Type }},
			{title: "MFA", cell: func(k keyResult) string { return yesNo(k.Security) }},
			{title: "ADDED", cell: func(k keyResult) string { return k.Added.String() }},
			{title: "LAST USED", cell: func(k keyResult) string { return momentOrDash(k.LastUsed) }},
			{title: "LABEL", cell: func(k keyResult) string { return orDash(k.Label) }},
		},
		func(ctx context.Context, a *core.Actor) (fetcher[keyResult], error) {
			keys, err := a.Keys(ctx, a.ID())
			var rows []keyResult
			for _, k := range keys {
				rows = append(rows, resultOfKey(k))
			}
			return held(rows, func(k keyResult) []string { return []string{k.Fingerprint, k.Type, k.Label} }), err
		})
}

func (m *Main) newKeyRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove FINGERPRINT",
		Short: "remove a key from your account",
		Long: `Removes a key. The last one stays. Without the last security key your MFA is off,
unless you use one-time codes too.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			locks, err := a.RemoveKeyImpact(ctx, args[0])
			if err != nil {
				return err
			}
			impact := []string{"Nobody signs in with it any more, and your other sessions over SSH end."}
			if len(locks) > 0 {
				impact = append(impact, "It is your MFA. "+lockedUnits)
			}
			if err := a.Rehearsing().RemoveKey(ctx, args[0]); err != nil {
				return err
			}
			if err := m.confirm("Remove the key "+args[0]+"?", append(impact, lockLines(locks)...)); err != nil {
				return err
			}
			if err := a.RemoveKey(ctx, args[0]); err != nil {
				return err
			}
			return m.printDone(map[string]any{"id": a.ID(), "fingerprint": args[0]}, "the key is removed")
		}),
	}
}

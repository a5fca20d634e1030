package account

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// sshKeys is the tab of the SSH keys.
type sshKeys struct{ rowsScreen[core.PublicKey] }

func newKeys(e *app.Env) *sshKeys {
	s := &sshKeys{}
	s.env = e
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.PublicKey]{
		Noun: "key",
		Source: list.Slice(func(ctx context.Context) ([]core.PublicKey, error) { return actor.Keys(ctx, actor.ID()) },
			func(k core.PublicKey, _ string) string { return k.Label + " " + k.Type + " " + k.Fingerprint }),
		ID: func(k core.PublicKey) string { return k.Fingerprint },
		Columns: []list.Column[core.PublicKey]{
			{Title: "type", Min: 14, Max: 22, Cell: list.Text(shortType)},
			{Title: "mfa", Min: 4, Max: 4, Priority: 1, Cell: func(k core.PublicKey) theme.Span {
				if k.Security {
					return theme.Span{Role: theme.Success, Text: "yes"}
				}
				return theme.Span{Role: theme.Faint, Text: "no"}
			}},
			{Title: "added", Min: 10, Max: 12, Priority: 2, Cell: list.Text(func(k core.PublicKey) string { return text.Ago(k.Added.Time(), e.Now()) })},
			{Title: "used", Min: 10, Max: 12, Priority: 3, Cell: list.Text(func(k core.PublicKey) string {
				if k.LastUsed == 0 {
					return "never"
				}
				return text.Ago(k.LastUsed.Time(), e.Now())
			})},
			{Title: "fingerprint", Min: 20, Max: 50, Priority: 4, Cell: list.Text(func(k core.PublicKey) string { return k.Fingerprint })},
			{Title: "label", Min: 10, Cell: list.Text(func(k core.PublicKey) string { return k.Label })},
		},
		Empty:   list.Empty{Text: "You have no SSH keys. A key signs you in over SSH; a security key is MFA too.", Hint: "a adds one: paste the line of a file that ends in .pub"},
		NoMarks: true,
		Open:    func(k core.PublicKey) tea.Cmd { return card.Show(keyDetail(k)) },
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "key.add", Title: "add a key", Keys: []string{"a"}, Group: keymap.GroupAct, Hint: 10, Run: s.add,
			Command: func() string { return "gatehouse account key add FILE" },
		},
		{
			ID: "key.remove", Title: "remove", Keys: []string{"x"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Applies: keymap.One, Hint: 11,
			Run: s.askRemove,
			Command: func() string {
				k, ok := s.List.Current()
				if !ok {
					return ""
				}
				return "gatehouse account key remove " + k.Fingerprint
			},
		},
	}, s.List.Actions()...)
	return s
}

// shortType is the kind of a key without what every name has.
func shortType(k core.PublicKey) string {
	return strings.TrimSuffix(strings.Replace(k.Type, "ecdsa-sha2-", "ecdsa-", 1), "@openssh.com")
}

func keyDetail(k core.PublicKey) *card.Text {
	paragraphs := []string{k.Type, k.Fingerprint}
	if k.Label != "" {
		paragraphs = append(paragraphs, "Label: "+k.Label)
	}
	used := "It has not signed anybody in yet."
	if k.LastUsed != 0 {
		used = "It signed you in last on " + text.Exact(k.LastUsed.Time()) + "."
	}
	paragraphs = append(paragraphs, "Added on "+text.Exact(k.Added.Time())+". "+used)
	if k.Security {
		paragraphs = append(paragraphs, "It is a security key: it counts as MFA.")
	}
	return &card.Text{Heading: "SSH key", Paragraphs: paragraphs}
}

// Copy implements app.Copier: the fingerprint.
func (s *sshKeys) Copy() string {
	k, _ := s.List.Current()
	return k.Fingerprint
}

// keyLimit is how long the line of a public key may be: the largest RSA keys fit.
const keyLimit = 8000

func (s *sshKeys) add() tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "Add an SSH key", Button: "Add", Intro: []string{"Your other sessions over SSH end when it is added."},
		Fields: []*form.Field{
			{
				Name: "key", Label: "Public key", Required: true, Limit: keyLimit, Placeholder: "ssh-ed25519 AAAA…",
				Help: "Paste the line of the file that ends in .pub, such as ~/.ssh/id_ed25519.pub.",
			},
			{Name: "label", Label: "Label", Limit: core.KeyLabelMax, Help: "What you call it. Empty: the comment of the key."},
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			key, err := actor.AddKey(ctx, core.KeyInput{Key: v.Text("key"), Label: v.Text("label")})
			done := "Added " + key.Type + "."
			if key.Security {
				done += " It counts as MFA."
			}
			return unit.Done{Text: done}, err
		},
	})
}

// keyLocks is what would lock if the key went.
type keyLocks struct {
	key   core.PublicKey
	locks []core.OwnUnit
}

func (s *sshKeys) askRemove() tea.Cmd {
	actor := s.env.Session.Actor
	k, ok := s.List.Current()
	if !ok {
		return nil
	}
	return app.Call(s.env, "impact", func(ctx context.Context) (keyLocks, error) {
		locks, err := actor.RemoveKeyImpact(ctx, k.Fingerprint)
		return keyLocks{k, locks}, err
	})
}

// remove names the key, and what locks with it (S22).
func (s *sshKeys) remove(x keyLocks) tea.Cmd {
	actor := s.env.Session.Actor
	c := &card.Confirm{
		Heading: "Remove this key?", Danger: keymap.Destructive,
		Facts: [][2]string{{"Key", x.key.Type}, {"Fingerprint", x.key.Fingerprint}},
		Body:  []string{"It signs nobody in any more, and your other sessions end. You can add it again."},
		Buttons: []card.Button{{Label: "Remove", Run: func(ctx context.Context) (tea.Msg, error) {
			return unit.Done{Text: "The key is removed."}, actor.RemoveKey(ctx, x.key.Fingerprint)
		}}},
	}
	if x.key.Label != "" {
		c.Facts = append(c.Facts, [2]string{"Label", x.key.Label})
	}
	if len(x.locks) > 0 {
		c.Body = append(c.Body, "It is your MFA. "+lockText)
		c.Targets = unitNames(x.locks)
	}
	return card.Show(c)
}

// Update implements app.Screen.
func (s *sshKeys) Update(msg tea.Msg) tea.Cmd {
	if l, ok := msg.(app.Loaded[keyLocks]); ok {
		if l.Err != nil {
			return app.Fail(l.Err)
		}
		return s.remove(l.Value)
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

package account

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// accounts is the tab for Support: everybody.
type accounts struct {
	rowsScreen[core.AccountView]
	// locked says that the reader has no MFA, which acts on other accounts need (AC23).
	locked atomic.Bool
}

// source lists the accounts, and looks at the reader's own MFA beside it.
func (s *accounts) source(actor *core.Actor) list.Source[core.AccountView] {
	from := rows.From(actor.Accounts)
	return func(ctx context.Context, q list.Query) (list.Page[core.AccountView], error) {
		if me, err := actor.Me(ctx); err == nil {
			s.locked.Store(me.MFA != nil && !*me.MFA)
		}
		return from(ctx, q)
	}
}

// needsMFA puts the reader's own MFA before what else an action asks for.
func (s *accounts) needsMFA(actions ...*keymap.Action) {
	for _, a := range actions {
		guard := a.Guard
		a.Guard = func() error {
			switch {
			case s.locked.Load():
				return core.StaffNeedMFA()
			case guard != nil:
				return guard()
			}
			return nil
		}
	}
}

func newAccounts(e *app.Env) *accounts {
	s := &accounts{}
	s.env = e
	s.List = app.NewList(e, list.Options[core.AccountView]{
		Noun:   "account",
		Source: s.source(e.Session.Actor),
		ID:     func(a core.AccountView) string { return a.ID.String() },
		Columns: []list.Column[core.AccountView]{
			{Title: "account", Min: 24, Max: 44, Sort: "email", Cell: func(a core.AccountView) theme.Span {
				a.Unconfirmed = false // has a column of its own here
				return cell.Person(e.Look(), a.Person)
			}},
			{Title: "name", Min: 12, Max: 24, Priority: 2, Sort: "name", Cell: list.Text(func(a core.AccountView) string { return a.Name })},
			{Title: "state", Min: 15, Max: 17, Cell: func(a core.AccountView) theme.Span { return accountState(e.Look(), a) }},
			{Title: "mfa", Min: 5, Max: 6, Priority: 1, Cell: func(a core.AccountView) theme.Span { return cell.MFA(e.Look(), a.MFA) }},
			{Title: "id", Min: 4, Max: 8, Right: true, Wide: true, Cell: list.Text(func(a core.AccountView) string { return a.ID.String() })},
			{Title: "e-mail", Min: 13, Wide: true, Cell: list.Text(confirmedWord)},
			{Title: "duties", Min: 13, Wide: true, Cell: list.Text(func(a core.AccountView) string { return dutyNames(a.Duties) })},
			{Title: "expires", Min: 8, Cell: func(a core.AccountView) theme.Span { return cell.Ends(a.Expires, e.Now()) }},
		},
		Empty:   list.Empty{Text: "There are no accounts.", Hint: "a creates one"},
		NoMarks: true,
		Open:    func(a core.AccountView) tea.Cmd { return card.Show(s.detail(a)) },
	})
	one := func(id, title, key string, hint int, run func(core.AccountView) tea.Cmd, command string) *keymap.Action {
		return &keymap.Action{
			ID: id, Title: title, Keys: keys(key), Group: keymap.GroupAct, Applies: keymap.One, Hint: hint,
			Run: func() tea.Cmd {
				a, ok := s.List.Current()
				if !ok {
					return nil
				}
				return run(a)
			},
			Command: func() string {
				a, ok := s.List.Current()
				if !ok {
					return ""
				}
				return strings.ReplaceAll(command, "EMAIL", a.Email)
			},
		}
	}
	off := one("account.mfa-off", "switch off MFA", "", 0, s.mfaOff, "gatehouse account mfa off EMAIL --reason REASON")
	off.Guard = func() error {
		if a, ok := s.List.Current(); ok && a.MFA != nil && !*a.MFA {
			return keymap.Disabled(a.Email + " has no MFA. There is nothing to switch off.")
		}
		return nil
	}
	confirm := one("account.confirm", "confirm address", "", 0, s.confirmAddress, "gatehouse account confirm EMAIL")
	confirm.Guard = func() error {
		a, _ := s.List.Current()
		return mayConfirm(a)
	}
	remove := one("account.remove", "remove", "x", 13, s.askRemove, "gatehouse account remove EMAIL --reason REASON")
	remove.Danger = keymap.Destructive
	expire := one("account.expire", "set expiry", "e", 11, s.expire, "gatehouse account expire EMAIL 2027-01-31")
	flag := one("account.support", "Support flag", "t", 12, s.support, "gatehouse account support EMAIL on --expires 2027-01-31")
	code := one("account.code", "new code", "", 0, s.newCode, "gatehouse account code EMAIL --reason REASON")
	readOnly := one("account.read-only", "keep to reading, or end that", "", 0, s.askReadOnly, "gatehouse account read-only EMAIL on --reason REASON")
	readOnly.Command = func() string {
		a, ok := s.List.Current()
		if !ok {
			return "gatehouse account read-only EMAIL on --reason REASON"
		}
		if a.ReadOnly != nil {
			return "gatehouse account read-only " + a.Email + " off --reason REASON"
		}
		return "gatehouse account read-only " + a.Email + " on --reason REASON"
	}
	duty := one("account.duty", "duties", "", 0, s.duties, "gatehouse account duty EMAIL backup on --expires 2027-01-31 --reason REASON")
	s.needsMFA(off, confirm, remove, expire, flag, code, readOnly, duty)
	s.actions = append([]*keymap.Action{
		{
			ID: "account.create", Title: "new account", Keys: []string{"a"}, Group: keymap.GroupAct, Hint: 10, Run: s.create,
			Command: func() string { return "gatehouse account create EMAIL" },
		},
		expire,
		flag,
		one("account.sessions", "sessions", "s", 14, func(a core.AccountView) tea.Cmd { return app.Open(sessionsPage(a.ID)) },
			"gatehouse session list EMAIL"),
		{
			ID: "account.sessions-all", Title: "sessions of everybody", Group: keymap.GroupAct,
			Run:     func() tea.Cmd { return app.Open(sessionsPage(0)) },
			Command: func() string { return "gatehouse session list" },
		},
		off,
		code,
		confirm,
		readOnly,
		duty,
		remove,
	}, s.List.Actions()...)
	return s
}

// confirmedWord says whether somebody has confirmed the address (AC21).
func confirmedWord(a core.AccountView) string {
	if a.Unconfirmed {
		return "not confirmed"
	}
	return "confirmed"
}

func keys(key string) []string {
	if key == "" {
		return nil
	}
	return []string{key}
}

func (s *accounts) detail(a core.AccountView) *card.Text {
	now := s.env.Now()
	return &card.Text{Heading: "Account " + a.ID.String(), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 9)
		f.Add("Account", cell.Person(look, a.Person)).Text("Name", a.Name).Add("State", accountState(look, a)).
			Add("MFA", cell.MFA(look, a.MFA)).Text("Expires", cell.Exact(a.Expires, now)).
			Text("Created", cell.Exact(a.Created, now)).Text("Units", fmt.Sprint(a.Units)).Text("Keys", keysText(a))
		if a.Enrolled != 0 {
			f.Text("Recovery", fmt.Sprint(a.RecoveryCodes)+" codes left")
		}
		if a.CodesLocked != 0 {
			f.Text("Locked", "codes, until "+cell.Exact(a.CodesLocked, now))
		}
		limits(f, a, now)
		return f.Lines()
	}}
}

// keysText counts the SSH keys.
func keysText(a core.AccountView) string {
	s := fmt.Sprint(a.Keys)
	if a.SecurityKeys > 0 {
		s += ", of them " + securityKeys(a.SecurityKeys)
	}
	return s
}

// created is the answer of the form of a new account; the code is shown once (AC19).
type created struct {
	email, code string
}

func (s *accounts) create() tea.Cmd {
	actor, now := s.env.Session.Actor, s.env.Session.Now
	return card.Show(&form.Form{
		Heading: "New account", Button: "Create",
		Fields: []*form.Field{
			{Name: "email", Label: "E-mail", Required: true, Limit: core.EmailMax},
			{Name: "name", Label: "Name", Limit: core.NameMax, Help: "May stay empty until the person activates the account."},
			{Name: "support", Label: "Support staff", Kind: form.Toggle, Value: "off"},
			{
				Name: "expires", Label: "Expires", Limit: core.MomentMax, Placeholder: "such as 2027-01-31",
				Help: "Needed for Support staff, at most 365 days ahead: a date, or a length such as 90d.",
			},
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			expires, err := parseExpiry(v.Text("expires"), now())
			if err != nil {
				return nil, err
			}
			acc, code, err := actor.CreateAccount(ctx, core.AccountInput{
				Email: v.Text("email"), Name: v.Text("name"), Support: v.On("support"), Expires: expires,
			})
			return created{acc.Email, code}, err
		},
	})
}

// parseExpiry reads a date, a moment or a length; empty is none.
func parseExpiry(s string, now time.Time) (core.Moment, error) {
	if s == "" || s == "never" {
		return 0, nil
	}
	term, err := entry.ParseTerm(s, now)
	if err != nil {
		e := *core.AsError(err)
		e.Field = "expires"
		return 0, &e
	}
	return term.End(core.At(now)), nil
}

func (s *accounts) expire(a core.AccountView) tea.Cmd {
	actor, now := s.env.Session.Actor, s.env.Session.Now
	value := ""
	if a.Expires != 0 {
		value = a.Expires.Time().Format("2006-01-02T15:04")
	}
	return card.Show(&form.Form{
		Heading: "Expiry of " + a.Email, Button: "Set",
		Fields: []*form.Field{{
			Name: "expires", Label: "Expires", Value: value, Limit: core.MomentMax,
			Help: "A date, a moment, or a length such as 90d; staff at most 365 days ahead. Empty: never, for people who are no staff.",
		}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			expires, err := parseExpiry(v.Text("expires"), now())
			if err != nil {
				return nil, err
			}
			_, err = actor.SetAccountExpiry(ctx, a.ID, expires)
			return unit.Done{Text: "The expiry of " + a.Email + " is set."}, err
		},
	})
}

func (s *accounts) support(a core.AccountView) tea.Cmd {
	actor, now := s.env.Session.Actor, s.env.Session.Now
	if a.Support {
		return app.Call(s.env, "flagging", func(ctx context.Context) (flagging, error) {
			taken, err := actor.TakeSupportImpact(ctx, a.ID)
			return flagging{a, taken}, err
		})
	}
	return card.Show(&form.Form{
		Heading: "Make " + a.Email + " Support staff", Button: "Set the flag",
		Fields: []*form.Field{{Name: "expires", Label: "Expires", Value: "365d", Required: true, Limit: core.MomentMax, Help: "At most 365 days ahead."}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			expires, err := parseExpiry(v.Text("expires"), now())
			if err != nil {
				return nil, err
			}
			_, err = actor.SetSupport(ctx, a.ID, true, expires)
			return unit.Done{Text: a.Email + " is Support staff now."}, err
		},
	})
}

// flagging is what taking the Support flag from an account takes along.
type flagging struct {
	account core.AccountView
	taken   core.Taken
}

// takeFlag is the card before the Support flag is taken.
func (s *accounts) takeFlag(x flagging) tea.Cmd {
	actor, a := s.env.Session.Actor, x.account
	return card.Show(&card.Confirm{
		Heading: "Take the Support flag?", Danger: keymap.Destructive, Targets: []string{a.Email},
		Body: append([]string{"Visits that rest on it end at once."}, x.taken.Lines()...),
		Buttons: []card.Button{{Label: "Take it", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := actor.SetSupport(ctx, a.ID, false, 0)
			return unit.Done{Text: a.Email + " is no longer Support staff."}, err
		}}},
	})
}

// Update implements app.Screen.
func (s *accounts) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case created:
		return tea.Batch(s.List.Refresh(), issued("The account "+msg.email+" is created.", msg.email, msg.code))
	case coded:
		return tea.Batch(s.List.Refresh(), issued(msg.done, msg.email, msg.code))
	case app.Loaded[removal]:
		if msg.Err != nil {
			return app.Fail(msg.Err)
		}
		return s.remove(msg.Value)
	}
	switch msg := msg.(type) {
	case app.Loaded[keeping]:
		if msg.Err != nil {
			return app.Fail(msg.Err)
		}
		return s.readOnly(msg.Value)
	case app.Loaded[flagging]:
		if msg.Err != nil {
			return app.Fail(msg.Err)
		}
		return s.takeFlag(msg.Value)
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

package account

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// This file is what Support keeps from an account, and gives to it: only reading (AC24), and duties (AC25).

// accountState is the state of an account, or that it only reads.
func accountState(look *theme.Look, a core.AccountView) theme.Span {
	if a.ReadOnly != nil && a.State == core.AccountActive {
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.Off + " read-only"}
	}
	return cell.AccountState(look, a.State)
}

// dutyNames lists the duties of an account.
func dutyNames(duties []core.DutyGrant) string {
	names := make([]string, 0, len(duties))
	for _, g := range duties {
		names = append(names, string(g.Duty))
	}
	return strings.Join(names, ", ")
}

// keeping is what keeping an account to reading takes along.
type keeping struct {
	account core.AccountView
	taken   core.Taken
}

// askReadOnly asks what would go before an account is kept to reading; letting it change things again takes nothing.
func (s *accounts) askReadOnly(a core.AccountView) tea.Cmd {
	if a.ReadOnly != nil {
		return s.readOnly(keeping{account: a})
	}
	actor := s.env.Session.Actor
	return app.Call(s.env, "keeping", func(ctx context.Context) (keeping, error) {
		taken, err := actor.ReadOnlyImpact(ctx, a.ID)
		return keeping{a, taken}, err
	})
}

// readOnly is the card that keeps an account to reading, or ends that (AC24).
func (s *accounts) readOnly(x keeping) tea.Cmd {
	actor, a, on := s.env.Session.Actor, x.account, x.account.ReadOnly == nil
	f := &form.Form{
		Heading: "Let " + a.Email + " change things again", Button: "Let it",
		Intro:  []string{"It may do again what its roles allow. The person is told."},
		Fields: []*form.Field{{Name: "reason", Label: "Reason", Required: true}},
	}
	done := a.Email + " may change things again."
	if on {
		f.Heading, f.Button, f.Danger = "Keep "+a.Email+" to reading", "Keep to reading", keymap.Heavy
		f.Intro = append([]string{
			"Every change is refused at once, whatever its roles. It still signs in, turns MFA on, and takes the exports that it may take. The person is told.",
		}, x.taken.Lines()...)
		done = a.Email + " is read-only."
	} else {
		f.Intro = append([]string{"Read-only since " + cell.Exact(a.ReadOnly.Since, s.env.Now()) + ": " + a.ReadOnly.Reason}, f.Intro...)
	}
	f.Send = func(ctx context.Context, v form.Values) (tea.Msg, error) {
		_, err := actor.SetReadOnly(ctx, a.ID, on, v.Text("reason"))
		return unit.Done{Text: done}, err
	}
	return card.Show(f)
}

// dutyDoes says what each duty allows.
var dutyDoes = map[core.Duty]string{
	core.DutyBackup:   "Take backups and exports without secrets, and nothing else; needs no MFA, so that a timer can sign in with a key alone.",
	core.DutyRestore:  "See and restore deleted projects.",
	core.DutyProjects: "Set template, expiry, price label and user limit of projects, disable and enable them.",
	core.DutyOutbox:   "Read the outbox and retry mails.",
}

const (
	giveDuty = "give"
	takeDuty = "take"
)

// duties is the card that gives a duty or takes it away (AC25).
func (s *accounts) duties(a core.AccountView) tea.Cmd {
	actor, now := s.env.Session.Actor, s.env.Session.Now
	held := map[core.Duty]core.DutyGrant{}
	for _, g := range a.Duties {
		held[g.Duty] = g
	}
	duty := &form.Field{Name: "duty", Label: "Duty", Kind: form.Choice, Value: string(core.DutyBackup)}
	for _, d := range core.Duties {
		o := form.Option{Value: string(d), Label: string(d)}
		if g, ok := held[d]; ok {
			o.Note = "until " + cell.Exact(g.Expires, s.env.Now())
		}
		duty.Options = append(duty.Options, o)
	}
	duty.Describe = func(d string, _ form.Values) string { return dutyDoes[core.Duty(d)] }
	return card.Show(&form.Form{
		Heading: "Duties of " + a.Email, Button: "Set",
		Intro: []string{"A duty is a part of what Support may do, until it expires. The person is told."},
		Fields: []*form.Field{
			duty,
			{Name: "do", Label: "Do", Kind: form.Choice, Value: giveDuty, Options: []form.Option{{Value: giveDuty, Label: "give"}, {Value: takeDuty, Label: "take away"}}},
			{Name: "reason", Label: "Reason", Help: "Needed to give it."},
			{Name: "expires", Label: "Expires", Value: "365d", Limit: core.MomentMax, Help: "A date, a moment, or a length such as 90d; at most 365 days ahead."},
		},
		Consequence: func(v form.Values) []string {
			g, has := held[core.Duty(v.Text("duty"))]
			switch take := v.Text("do") == takeDuty; {
			case take && !has:
				return []string{"The account does not have this duty: nothing changes."}
			case take:
				return []string{"It ends at once. It was given for: " + g.Reason}
			case has:
				return []string{"The account has this duty: it gets the new reason and end."}
			}
			return nil
		},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			d, on := core.Duty(v.Text("duty")), v.Text("do") == giveDuty
			var expires core.Moment
			said := a.Email + " no longer has the duty " + string(d) + "."
			if on {
				var err error
				if expires, err = parseExpiry(v.Text("expires"), now()); err != nil {
					return nil, err
				}
				said = a.Email + " has the duty " + string(d) + " until " + cell.Exact(expires, now()) + "."
			}
			_, err := actor.SetDuty(ctx, a.ID, d, on, v.Text("reason"), expires)
			return unit.Done{Text: said}, err
		},
	})
}

// limits adds what an account may do beside its roles to its detail.
func limits(f *cell.Fields, a core.AccountView, now time.Time) {
	if m := a.ReadOnly; m != nil {
		f.Text("Read-only", "since "+cell.Exact(m.Since, now)+": "+m.Reason)
	}
	for _, g := range a.Duties {
		f.Text("Duty", string(g.Duty)+" until "+cell.Exact(g.Expires, now)+": "+g.Reason)
	}
}

// ownLimits are the rows of the own profile that say what the account may do beside its roles; most have none.
func ownLimits(me core.AccountView) []setting {
	var rows []setting
	if m := me.ReadOnly; m != nil {
		rows = append(rows, setting{id: "read-only", label: "May", value: "only read, whatever its roles", note: "Support has set it: " + m.Reason})
	}
	for _, g := range me.Duties {
		rows = append(rows, setting{
			id: "duty " + string(g.Duty), label: "Duty", value: string(g.Duty) + " until " + text.Exact(g.Expires.Time()),
			note: "Support has given it: " + g.Reason,
		})
	}
	return rows
}

package account

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/unit"
)

// coded is the answer of a form that has issued an activation code; the code is empty when it goes by mail.
type coded struct {
	done, email, code string
}

// mfaOff switches the MFA of somebody else off (AC7). Who has no key left gets a new activation code.
func (s *accounts) mfaOff(a core.AccountView) tea.Cmd {
	actor := s.env.Session.Actor
	intro := []string{"Codes, recovery codes and security keys go. The person is told. What needs MFA locks until it is on again."}
	if a.Keys == a.SecurityKeys {
		intro = append(intro, "No other key is left, so there is a new activation code.")
	}
	return card.Show(&form.Form{
		Heading: "Switch off the MFA of " + a.Email, Button: "Switch off", Danger: keymap.Destructive, Intro: intro,
		Fields: []*form.Field{{Name: "reason", Label: "Reason", Required: true}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			code, err := actor.SwitchOffMFAOf(ctx, a.ID, v.Text("reason"))
			done := "The MFA of " + a.Email + " is off."
			if err != nil || code == "" {
				return unit.Done{Text: done}, err
			}
			return coded{done, a.Email, code}, nil
		},
	})
}

// newCode issues an activation code for who lost all keys (AC11).
func (s *accounts) newCode(a core.AccountView) tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "New activation code for " + a.Email, Button: "Issue",
		Intro:  []string{"For who lost all keys, or the first code. It lets the person add a key; everything else stays. The person is told."},
		Fields: []*form.Field{{Name: "reason", Label: "Reason", Required: true}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			code, err := actor.IssueCode(ctx, a.ID, v.Text("reason"))
			return coded{"A code is issued for " + a.Email + ".", a.Email, code}, err
		},
	})
}

// confirmAddress takes the mark from an address (AC21).
func (s *accounts) confirmAddress(a core.AccountView) tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&card.Confirm{
		Heading: "Confirm this address?", Targets: []string{a.Email},
		Body: []string{"Do it when you have made sure that the address is the person's. The mark \"not confirmed\" goes."},
		Buttons: []card.Button{{Label: "Confirm", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := actor.ConfirmAddress(ctx, a.ID)
			return unit.Done{Text: a.Email + " is confirmed."}, err
		}}},
	})
}

func mayConfirm(a core.AccountView) error {
	if !a.Unconfirmed {
		return keymap.Disabled("The address " + a.Email + " is confirmed. Nothing to do.")
	}
	return nil
}

// removal is what goes with an account.
type removal struct {
	account core.AccountView
	impact  core.AccountImpact
}

// askRemove asks what would go, before anything is removed (AC8).
func (s *accounts) askRemove(a core.AccountView) tea.Cmd {
	actor := s.env.Session.Actor
	return app.Call(s.env, "removal", func(ctx context.Context) (removal, error) {
		impact, err := actor.RemoveAccountImpact(ctx, a.ID)
		if err == nil && impact.Refusal != nil {
			err = impact.Refusal
		}
		return removal{a, impact}, err
	})
}

// remove is the card that names every unit that loses the account.
func (s *accounts) remove(x removal) tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "Remove " + x.account.Email + " for good?", Button: "Remove", Danger: keymap.Destructive, Intro: removeIntro(x.impact),
		Fields: []*form.Field{{Name: "reason", Label: "Reason", Required: true}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			return unit.Done{Text: x.account.Email + " is removed."}, actor.RemoveAccount(ctx, x.account.ID, v.Text("reason"))
		},
	})
}

// unitsNamed is how many units the card names before it counts the rest.
const unitsNamed = 8

func removeIntro(impact core.AccountImpact) []string {
	intro := []string{"It is in no unit."}
	names := unitNames(impact.Units)
	if len(names) > 0 {
		more := ""
		if n := len(names) - unitsNamed; n > 0 {
			names, more = names[:unitsNamed], ", and "+strconv.Itoa(n)+" more"
		}
		intro[0] = "It leaves " + strings.Join(names, ", ") + more + "."
	}
	var also []string
	for _, c := range []struct {
		n    int
		noun string
	}{{impact.Deleted, "deleted project"}, {impact.Requests, "pending request"}, {impact.Invitations, "pending invitation"}, {impact.Keys, "SSH key"}} {
		if c.n > 0 {
			also = append(also, strconv.Itoa(c.n)+" "+plural(c.n, c.noun))
		}
	}
	if len(also) > 0 {
		intro = append(intro, "These go too: "+strings.Join(also, ", ")+".")
	}
	intro = append(intro, impact.RevokedLines()...)
	return append(intro, "Name and address are wiped, and it cannot be undone. The log keeps the number.")
}

// issued shows an activation code for somebody who has an account, or says that it goes by mail.
func issued(done, email, code string) tea.Cmd {
	if code == "" {
		return app.Tell(done + " The code goes to " + email + " by mail.")
	}
	return card.Show(&unit.Codes{
		Heading: "Activation code for " + email, Done: done, Codes: []string{code}, What: "the activation code", Redeemed: true,
		About: "Pass this code on. It works once, for 7 days. " + unit.Redeeming + " --key FILE",
	})
}

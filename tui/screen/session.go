// Package screen puts the screens together: which pages there are, and how a session becomes somebody.
package screen

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/palette"
	"gatehouse/tui/screen/ticket"
)

// Wishes are what the command line says about the looks of a session; they win over the preferences of the account.
type Wishes struct {
	Theme string
	ASCII bool
	// Mouse is whether the mouse starts on when the account has no preference.
	Mouse bool
}

// Become lets a session act as an account: the title row, the counts, the search of the palette, and the looks that the
// account prefers. Only the goroutine of the session may call it, or whoever makes the session.
func Become(s *app.Session, actor *core.Actor, me core.AccountView, w Wishes) {
	s.Actor, s.Person, s.Support, s.Staff = actor, me.Email, me.Support, me.Staff()
	s.Counts, s.Concerns = counts, concerns
	s.Report = ticket.Report
	s.Find = func(ctx context.Context, actor *core.Actor, words string) ([]palette.Item, error) {
		return find(ctx, actor, words, me.Support)
	}
	s.Wish = w.Theme
	if s.Wish == "" {
		s.Wish = me.Prefs.Theme
	}
	s.ASCII = w.ASCII || me.Prefs.Glyphs == "ascii"
	s.Mouse = w.Mouse
	switch me.Prefs.Mouse {
	case "on":
		s.Mouse = true
	case "off":
		s.Mouse = false
	}
}

// SwitchTo is the command that makes the session somebody else and opens a page; the zero page is Home.
func SwitchTo(actor *core.Actor, w Wishes, page app.Page) tea.Cmd {
	return func() tea.Msg {
		me, err := actor.Me(context.Background())
		if err != nil {
			return app.Failed{Err: err}
		}
		if page.Kind == "" {
			page.Kind = "home"
		}
		return app.Switch{Page: page, Apply: func(s *app.Session) { Become(s, actor, me, w) }}
	}
}

// counts gives the numbers around a page, and whether its record may still be seen.
func counts(ctx context.Context, actor *core.Actor, page app.Page) (app.Counts, error) {
	c, err := actor.Surroundings(ctx, recordOf(page))
	if err != nil {
		return app.Counts{}, err
	}
	out := app.Counts{Rail: map[string]int{"requests": c.Waiting, "tickets": c.Tickets, "inbox": c.Inbox}, Waiting: c.Waiting, MFA: "off", Reports: c.OpensTickets}
	if c.MFA {
		out.MFA = "on"
	}
	if c.Refused != nil {
		out.Refused = c.Refused
	}
	return out, nil
}

// recordOf is the record that a page is about: pages of one record are called as its kind.
func recordOf(page app.Page) core.Ref {
	var of core.Ref
	if page.ID == "" || of.Kind.UnmarshalText([]byte(page.Kind)) != nil {
		return core.Ref{}
	}
	of.ID, _ = strconv.ParseUint(page.ID, 10, 64)
	return of
}

// concerns says where a change can be seen. Records of people and units show nearly everywhere, so only two kinds of
// change are left out, those that a busy server has most of: events of the house that are about no record, such as
// somebody signing in, and notifications, which are written with every decision and once more when their mail is sent.
func concerns(page app.Page, c core.Changed) (shown, numbers bool) {
	if c.All || len(c.Refs) == 0 {
		return true, true
	}
	for _, ref := range c.Refs {
		switch ref.Kind {
		case core.KindSystem:
			shown = shown || page.Kind == "home" || page.Kind == "activity" || page.Kind == "account" || page.Kind == "sessions"
		case core.KindNotification:
			shown = shown || page.Kind == "home" || page.Kind == "inbox"
			numbers = true
		default:
			return true, true
		}
	}
	return shown, numbers
}

// find looks up units and people for the palette.
func find(ctx context.Context, actor *core.Actor, words string, support bool) ([]palette.Item, error) {
	hits, err := actor.Search(ctx, words, palette.MaxFound+1)
	if err != nil {
		return nil, err
	}
	items := make([]palette.Item, 0, len(hits))
	for _, h := range hits {
		page := app.Page{Kind: h.Ref.Kind.String(), ID: strconv.FormatUint(h.Ref.ID, 10)}
		if h.Ref.Kind == core.KindAccount {
			page = app.Page{Kind: "activity", Filter: h.Name}
			if support {
				page = app.Page{Kind: "account", Tab: "accounts", Filter: h.Name}
			}
		}
		detail := h.Ref.Kind.String() + " " + strconv.FormatUint(h.Ref.ID, 10)
		if h.Detail != "" {
			detail += ", " + h.Detail
		}
		items = append(items, palette.Item{Title: h.Name, Detail: detail, Answer: app.Go{Page: page}})
	}
	return items, nil
}

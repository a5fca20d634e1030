// Package inbox shows what the actor was told, and to Support the outbox with its deliveries (N2, N4).
package inbox

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

const (
	tabOutbox = "outbox"
	unread    = "read:no" // as a filter
)

// Kinds is the page "inbox" of the rail.
func Kinds() []*app.Kind {
	return []*app.Kind{{
		Name: "inbox", Title: "Inbox", Rail: 8,
		Tabs: func(s *app.Session, _ app.Page) []app.Tab {
			if !s.Support {
				return nil
			}
			return []app.Tab{{ID: "inbox", Title: "Inbox"}, {ID: tabOutbox, Title: "Outbox"}}
		},
		Make: func(e *app.Env, p app.Page) app.Screen {
			if p.Tab == tabOutbox {
				return newOutbox(e)
			}
			return newInbox(e)
		},
	}}
}

// notices is the inbox.
type notices struct {
	env *app.Env
	rows.Pane[core.Notification]
	actions []*keymap.Action
}

func newInbox(e *app.Env) *notices {
	s := &notices{env: e}
	s.List = app.NewList(e, list.Options[core.Notification]{
		Noun:   "notification",
		Source: rows.From(e.Session.Actor.Inbox),
		ID:     func(n core.Notification) string { return number(uint64(n.ID)) },
		Columns: []list.Column[core.Notification]{
			{Title: "", Min: 1, Cell: s.mark},
			{Title: "when", Min: 12, Max: 14, Cell: func(n core.Notification) theme.Span {
				return theme.Span{Role: theme.Faint, Text: text.Ago(n.Created.Time(), e.Now())}
			}},
			{Title: "what", Min: 20, Cell: s.what},
		},
		Empty: list.Empty{Text: "Nothing was sent to you yet.", Hint: "requests, visits and changes of your units show up here"},
		Open:  s.open,
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "inbox.read", Title: "mark read", Keys: []string{"e"}, Group: keymap.GroupAct, Applies: keymap.Many, Hint: 20, Run: s.markRead,
			Command: func() string { return "gatehouse inbox read " + s.List.CurrentID() },
		},
		{
			ID: "inbox.read-all", Title: "mark all read", Keys: []string{"E"}, Group: keymap.GroupAct, Hint: 21, Run: s.markAllRead,
			Command: func() string { return "gatehouse inbox read --all" },
		},
		{
			ID: "inbox.unread", Title: "only unread", Keys: []string{"t"}, Group: keymap.GroupFind, Hint: 22, Run: s.onlyUnread,
			Command: func() string { return "gatehouse inbox list --filter " + unread },
		},
	}, s.List.Actions()...)
	return s
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// mark tells the unread from the read.
func (s *notices) mark(n core.Notification) theme.Span {
	if n.Unread() {
		return theme.Span{Role: theme.Badge, Text: s.env.Look().Glyphs.On}
	}
	return theme.Span{}
}

func (s *notices) what(n core.Notification) theme.Span {
	t := n.Subject
	role := theme.Faint
	switch {
	case n.Withdrawn != 0 && n.WithdrawnNote != "":
		t += " (" + n.WithdrawnNote + ")"
	case n.Unread():
		role = theme.Plain
	}
	return theme.Span{Role: role, Text: t}
}

// open reads a notification and goes to what it is about, when there is a page for it.
func (s *notices) open(n core.Notification) tea.Cmd {
	actor, id := s.env.Session.Actor, n.ID
	var read tea.Cmd
	if n.Unread() {
		read = app.Act(s.env, "", func(ctx context.Context) error { return actor.MarkRead(ctx, id) })
	}
	if page, ok := lead(n, actor.ID()); ok {
		return tea.Sequence(read, app.Open(page))
	}
	return tea.Batch(read, card.Show(detail(n)))
}

// gone are the notices after which there is nothing to go to any more: they are shown instead.
var gone = map[core.Notice]bool{
	core.NoticeMemberRemoved: true, core.NoticeUserRemoved: true, core.NoticeUserEnded: true, core.NoticeVisitRevoked: true,
	core.NoticeVisitEnded: true, core.NoticeProjectDeleted: true,
}

// lead is the page that a notification leads to: the first subject that has one.
func lead(n core.Notification, me core.AccountID) (app.Page, bool) {
	if gone[n.Event] {
		return app.Page{}, false
	}
	for _, r := range n.Subjects {
		id := number(r.ID)
		switch r.Kind {
		case core.KindRequest:
			return app.Page{Kind: "request", ID: id}, true
		case core.KindProject:
			return app.Page{Kind: "project", ID: id}, true
		case core.KindOrganization:
			return app.Page{Kind: "organization", ID: id}, true
		case core.KindMaintainer:
			return app.Page{Kind: "maintainer", ID: id}, true
		case core.KindVisit:
			return app.Page{Kind: "visit", ID: id}, true
		case core.KindInvitation:
			return app.Page{Kind: "invitation", ID: id}, true
		case core.KindTicket:
			return app.Page{Kind: "ticket", ID: id}, true
		case core.KindAccount:
			if r.ID == uint64(me) {
				return app.Page{Kind: "account"}, true
			}
		default:
		}
	}
	return app.Page{}, false
}

func (s *notices) markRead() tea.Cmd {
	actor := s.env.Session.Actor
	var ids []core.NotificationID
	for _, n := range s.List.Targets() {
		if n.Unread() {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		return app.Tell("Already read.")
	}
	return app.Act(s.env, "", func(ctx context.Context) error {
		for _, id := range ids {
			if err := actor.MarkRead(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// onlyUnread shows only what is unread, or everything again.
func (s *notices) onlyUnread() tea.Cmd {
	if s.List.Filter() == unread {
		return s.List.SetFilter("")
	}
	return s.List.SetFilter(unread)
}

func (s *notices) markAllRead() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Act(s.env, "All read.", func(ctx context.Context) error { return actor.MarkAllRead(ctx) })
}

// detail shows a whole notification.
func detail(n core.Notification) *card.Text {
	return &card.Text{Heading: "Notification " + number(uint64(n.ID)), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 9)
		f.Text("Subject", n.Subject).Text("When", text.Exact(n.Created.Time()))
		if n.Withdrawn != 0 {
			f.Text("Withdrawn", n.WithdrawnNote)
		}
		f.Text("Mail", mailWords(n.Mail)).Gap()
		lines := f.Lines()
		for _, l := range text.CleanLines(n.Body) {
			for _, wrapped := range text.Wrap(l, max(w-4, 8)) {
				lines = append(lines, "  "+wrapped)
			}
		}
		return lines
	}}
}

// mailWords says what became of a mail: "off: mail off".
func mailWords(m core.Mail) string {
	if m.Cause != "" {
		return string(m.State) + ": " + m.Cause
	}
	return string(m.State)
}

// Init implements app.Screen.
func (s *notices) Init() tea.Cmd { return s.List.Init() }

// Update implements app.Screen.
func (s *notices) Update(msg tea.Msg) tea.Cmd { return s.List.Update(msg) }

// View implements app.Screen.
func (s *notices) View(r layout.Rect) string { return s.List.View(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *notices) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *notices) Title() []string { return []string{"Inbox"} }

// Refresh implements app.Refresher.
func (s *notices) Refresh() tea.Cmd { return s.List.Refresh() }

// Preview implements app.Previewer.
func (s *notices) Preview(r layout.Rect) string {
	n, ok := s.List.Current()
	if !ok {
		return ""
	}
	return strings.Join(detail(n).Render(s.env.Look(), r.W), "\n")
}

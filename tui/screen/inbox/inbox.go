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

const tabOutbox = "outbox"

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

// notice is a row: a notification, in the outbox with the address that it goes to.
type notice struct {
	core.Notification
	to string
}

// notices is a list of notifications: the inbox or the outbox.
type notices struct {
	env *app.Env
	rows.Pane[notice]
	actions []*keymap.Action
}

// from turns a list use case into the source of rows; to, when set, names recipients.
func from(fetch func(context.Context, core.Query) (core.Page[core.Notification], error), to func(context.Context, core.AccountID) string) list.Source[notice] {
	return rows.From(func(ctx context.Context, q core.Query) (core.Page[notice], error) {
		page, err := fetch(ctx, q)
		out := core.Page[notice]{Total: page.Total, Next: page.Next, Prev: page.Prev, Items: make([]notice, len(page.Items))}
		names := map[core.AccountID]string{}
		for i, n := range page.Items {
			out.Items[i].Notification = n
			if to == nil {
				continue
			}
			name, known := names[n.Recipient]
			if !known {
				name = to(ctx, n.Recipient)
				names[n.Recipient] = name
			}
			out.Items[i].to = name
		}
		return out, err
	})
}

func newInbox(e *app.Env) *notices {
	s := &notices{env: e}
	s.List = app.NewList(e, list.Options[notice]{
		Noun:   "notification",
		Source: from(e.Session.Actor.Inbox, nil),
		ID:     func(n notice) string { return number(uint64(n.ID)) },
		Columns: []list.Column[notice]{
			{Title: "", Min: 1, Cell: s.mark},
			{Title: "when", Min: 12, Max: 14, Cell: func(n notice) theme.Span {
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
	}, s.List.Actions()...)
	return s
}

// recipient names an account by its address.
func recipient(actor *core.Actor) func(context.Context, core.AccountID) string {
	return func(ctx context.Context, id core.AccountID) string {
		a, err := actor.Account(ctx, id)
		if err != nil || a.Email == "" {
			return "account " + id.String()
		}
		return a.Email
	}
}

func newOutbox(e *app.Env) *notices {
	s := &notices{env: e}
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[notice]{
		Noun:   "mail",
		Source: from(actor.Outbox, recipient(actor)),
		ID:     func(n notice) string { return number(uint64(n.ID)) },
		Columns: []list.Column[notice]{
			{Title: "when", Min: 12, Max: 14, Cell: func(n notice) theme.Span {
				return theme.Span{Role: theme.Faint, Text: text.Ago(n.Created.Time(), e.Now())}
			}},
			{Title: "to", Min: 14, Max: 28, Cell: list.Text(func(n notice) string { return n.to })},
			{Title: "state", Min: 8, Max: 10, Cell: s.delivery},
			{Title: "subject", Min: 20, Cell: list.Text(func(n notice) string { return n.Subject })},
		},
		Empty:   list.Empty{Text: "No mail waits.", Hint: "mail is off until a delivery is set up; notifications are in the inbox either way"},
		NoMarks: true,
		Open:    func(n notice) tea.Cmd { return card.Show(detail(n)) },
	})
	s.actions = s.List.Actions()
	return s
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// mark tells the unread from the read.
func (s *notices) mark(n notice) theme.Span {
	if n.Unread() {
		return theme.Span{Role: theme.Badge, Text: s.env.Look().Glyphs.On}
	}
	return theme.Span{}
}

func (s *notices) what(n notice) theme.Span {
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

func (s *notices) delivery(n notice) theme.Span {
	switch n.Mail.State {
	case core.MailFailed:
		return theme.Span{Role: theme.Danger, Text: s.env.Look().Glyphs.Failed + " failed"}
	case core.MailQueued:
		return theme.Span{Role: theme.Warning, Text: s.env.Look().Glyphs.On + " queued"}
	case core.MailSent, core.MailOff:
	}
	return theme.Span{Role: theme.Faint, Text: string(n.Mail.State)}
}

// open reads a notification and goes to what it is about, when there is a page for it.
func (s *notices) open(n notice) tea.Cmd {
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
func lead(n notice, me core.AccountID) (app.Page, bool) {
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

func (s *notices) markAllRead() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Act(s.env, "All read.", func(ctx context.Context) error { return actor.MarkAllRead(ctx) })
}

// detail shows a whole notification, as its mail says it.
func detail(n notice) *card.Text {
	return &card.Text{Heading: "Notification " + number(uint64(n.ID)), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 9)
		f.Text("To", n.to).Text("Subject", n.Subject).Text("When", text.Exact(n.Created.Time()))
		if n.Withdrawn != 0 {
			f.Text("Withdrawn", n.WithdrawnNote)
		}
		mail := string(n.Mail.State)
		if n.Mail.Cause != "" {
			mail += ": " + n.Mail.Cause
		}
		f.Text("Mail", mail).Text("Error", n.Mail.Error).Gap()
		lines := f.Lines()
		for _, l := range text.CleanLines(n.Body) {
			for _, wrapped := range text.Wrap(l, max(w-4, 8)) {
				lines = append(lines, "  "+wrapped)
			}
		}
		return lines
	}}
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

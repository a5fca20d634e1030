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

// mails is the outbox: what Support sees of the deliveries (N4). The texts are the recipients' own.
type mails struct {
	env *app.Env
	rows.Pane[core.OutboxMail]
	actions []*keymap.Action
}

// kinds of mails that t goes through, as filters.
var shows = []string{"", "state:sent", "state:off"}

func newOutbox(e *app.Env) *mails {
	s := &mails{env: e}
	s.List = app.NewList(e, list.Options[core.OutboxMail]{
		Noun:   "mail",
		Source: rows.From(e.Session.Actor.Outbox),
		ID:     func(m core.OutboxMail) string { return number(uint64(m.ID)) },
		Columns: []list.Column[core.OutboxMail]{
			{Title: "when", Min: 11, Max: 12, Cell: func(m core.OutboxMail) theme.Span {
				return theme.Span{Role: theme.Faint, Text: text.Ago(m.Created.Time(), e.Now())}
			}},
			{Title: "state", Min: 8, Max: 11, Cell: s.state},
			{Title: "next", Min: 13, Priority: 1, Cell: s.next},
			{Title: "to", Min: 12, Max: 26, Cell: list.Text(func(m core.OutboxMail) string { return m.To })},
			{Title: "subject", Min: 16, Cell: list.Text(func(m core.OutboxMail) string { return m.Subject })},
		},
		Empty: list.Empty{
			Text: "No mail waits or failed.",
			Hint: "t shows those that were sent or are off; without --smtp all are off, and notifications are in the inbox either way",
		},
		Open: func(m core.OutboxMail) tea.Cmd { return card.Show(mailDetail(m)) },
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "outbox.retry", Title: "try again", Keys: []string{"e"}, Group: keymap.GroupAct, Applies: keymap.Many, Hint: 20,
			Guard: s.mayRetry, Run: s.retry,
			Command: func() string { return "gatehouse outbox retry " + s.List.CurrentID() },
		},
		{
			ID: "outbox.retry-all", Title: "try all failed again", Keys: []string{"E"}, Group: keymap.GroupAct, Hint: 21, Run: s.retryAll,
			Command: func() string { return "gatehouse outbox retry --all" },
		},
		{
			ID: "outbox.show", Title: "waiting, sent, off", Keys: []string{"t"}, Group: keymap.GroupFind, Hint: 22, Run: s.show,
			Command: func() string { return strings.TrimSpace("gatehouse outbox list " + asFlag(s.List.Filter())) },
		},
	}, s.List.Actions()...)
	return s
}

func asFlag(filter string) string {
	if filter == "" {
		return ""
	}
	return "--filter " + strconv.Quote(filter)
}

// state is how far a mail has come, and after how many tries.
func (s *mails) state(m core.OutboxMail) theme.Span {
	glyphs := s.env.Look().Glyphs
	switch m.Mail.State {
	case core.MailFailed:
		return theme.Span{Role: theme.Danger, Text: glyphs.Failed + " failed " + strconv.Itoa(m.Mail.Attempts)}
	case core.MailQueued:
		if m.Mail.Taken != 0 {
			return theme.Span{Role: theme.Warning, Text: glyphs.On + " sending"}
		}
		return theme.Span{Role: theme.Warning, Text: glyphs.On + " queued"}
	case core.MailSent, core.MailOff:
	}
	return theme.Span{Role: theme.Faint, Text: string(m.Mail.State)}
}

// next is when a mail is tried next, or that it waits for somebody.
func (s *mails) next(m core.OutboxMail) theme.Span {
	switch {
	case m.Mail.State == core.MailFailed && m.Mail.Next == 0:
		return theme.Span{Role: theme.Warning, Text: "press e"}
	case m.Mail.Next == 0:
		return theme.Span{}
	case m.Mail.Next.Passed(core.At(s.env.Now())):
		return theme.Span{Role: theme.Faint, Text: "now"}
	}
	return theme.Span{Role: theme.Faint, Text: text.Ago(m.Mail.Next.Time(), s.env.Now())}
}

func (s *mails) mayRetry() error {
	for _, m := range s.List.Targets() {
		if m.Mail.State == core.MailFailed || m.Mail.State == core.MailOff {
			return nil // core says which of those that are off
		}
	}
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonAlreadyDecided, Message: "This mail did not fail.", Next: "t shows those that are off.",
	}
}

func (s *mails) retry() tea.Cmd {
	actor := s.env.Session.Actor
	var ids []core.NotificationID
	for _, m := range s.List.Targets() {
		ids = append(ids, m.ID)
	}
	done := "Mail " + number(uint64(ids[0])) + " goes out again."
	if len(ids) > 1 {
		done = strconv.Itoa(len(ids)) + " mails go out again."
	}
	return app.Act(s.env, done, func(ctx context.Context) error {
		for _, id := range ids {
			if err := actor.RetryMail(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// retryAll asks first: it may be many.
func (s *mails) retryAll() tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&card.Confirm{
		Heading: "Try all failed mails again?", Danger: keymap.Heavy,
		Body: []string{"Each begins anew with all its tries. At most 20 mails an hour go to one address."},
		Buttons: []card.Button{{Label: "Try again", Run: func(ctx context.Context) (tea.Msg, error) {
			n, err := actor.RetryMails(ctx)
			if err != nil {
				return nil, err
			}
			said := strconv.Itoa(n) + " mails go out again."
			if n == 1 {
				said = "1 mail goes out again."
			}
			return app.Toast{Role: theme.Success, Text: said}, nil
		}}},
	})
}

// show goes on from what waits to what was sent, to what is off, and back.
func (s *mails) show() tea.Cmd {
	for i, f := range shows {
		if f == s.List.Filter() {
			return s.List.SetFilter(shows[(i+1)%len(shows)])
		}
	}
	return s.List.SetFilter(shows[0])
}

// mailDetail shows all that Support may know of a mail.
func mailDetail(m core.OutboxMail) *card.Text {
	return &card.Text{Heading: "Mail " + number(uint64(m.ID)), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 9)
		f.Text("To", m.To).Text("Subject", m.Subject).Text("When", text.Exact(m.Created.Time())).Text("State", mailWords(m.Mail))
		f.Text("Tries", strconv.Itoa(m.Mail.Attempts))
		if m.Mail.Next != 0 {
			f.Text("Next try", text.Exact(m.Mail.Next.Time()))
		} else if m.Mail.State == core.MailFailed {
			f.Text("Next try", "when Support tries it again: e")
		}
		f.Text("Error", m.Mail.Error)
		if m.Code != nil {
			f.Gap().Paragraph(theme.Faint, "It carries an activation code, which is made when the mail is handed over and shown to nobody.")
		}
		return f.Lines()
	}}
}

// Init implements app.Screen.
func (s *mails) Init() tea.Cmd { return s.List.Init() }

// Update implements app.Screen.
func (s *mails) Update(msg tea.Msg) tea.Cmd { return s.List.Update(msg) }

// View implements app.Screen.
func (s *mails) View(r layout.Rect) string { return s.List.View(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *mails) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *mails) Title() []string { return []string{"Inbox"} }

// Refresh implements app.Refresher.
func (s *mails) Refresh() tea.Cmd { return s.List.Refresh() }

// Preview implements app.Previewer.
func (s *mails) Preview(r layout.Rect) string {
	m, ok := s.List.Current()
	if !ok {
		return ""
	}
	return strings.Join(mailDetail(m).Render(s.env.Look(), r.W), "\n")
}

package invitation

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// screen lists invitations: of a unit, or the own ones.
type screen struct {
	rows.Pane[core.InvitationView]
	env     *app.Env
	head    unit.Head // of a unit
	invite  func(*app.Env, core.Unit) tea.Cmd
	actions []*keymap.Action
}

// NewTab makes the tab of the page of an organization or maintainer: what waits for an answer there or has lapsed (I2).
// invite opens the form to invite somebody.
func NewTab(e *app.Env, ref core.Unit, invite func(*app.Env, core.Unit) tea.Cmd) app.Screen {
	s := &screen{env: e, head: unit.Head{Ref: ref}, invite: invite}
	now, look := e.Now, e.Look
	columns := []list.Column[core.InvitationView]{
		{Title: "who", Min: 35, Max: 50, Cell: func(v core.InvitationView) theme.Span { return Who(look(), v) }},
		{Title: "name", Min: 12, Max: 24, Wide: true, Priority: 6, Cell: list.Text(func(v core.InvitationView) string { return v.Who.Name })},
	}
	if ref.Kind == core.KindOrganization {
		columns = append(columns, list.Column[core.InvitationView]{Title: "as", Min: 12, Max: 24, Priority: 2, Cell: list.Text(As)})
	}
	columns = append(columns,
		list.Column[core.InvitationView]{Title: "state", Min: 10, Cell: func(v core.InvitationView) theme.Span { return State(look(), v) }},
		list.Column[core.InvitationView]{Title: "lapses", Min: 13, Priority: 1, Cell: func(v core.InvitationView) theme.Span { return lapses(v, now()) }},
		list.Column[core.InvitationView]{Title: "sent", Min: 10, Priority: 5, Cell: list.Text(func(v core.InvitationView) string { return text.Ago(v.Sent.Time(), now()) })},
		list.Column[core.InvitationView]{Title: "invited by", Min: 16, Priority: 3, Cell: list.Text(func(v core.InvitationView) string { return by(v.InvitedBy) })},
	)
	s.make(columns, list.Empty{
		Text: "Nobody is invited here. What became of earlier invitations is under Activity.", Hint: "a invite somebody",
	})
	s.actions = append(unit.Offer(s.unitActions()), s.List.Actions()...)
	return s
}

// NewOwn makes the list of the own invitations, for the page of the own account (I6).
func NewOwn(e *app.Env) app.Screen {
	s := &screen{env: e}
	now := e.Now
	s.make([]list.Column[core.InvitationView]{
		{Title: "to", Min: 16, Max: 30, Cell: list.Text(UnitName)},
		{Title: "kind", Min: 12, Max: 13, Priority: 3, Cell: list.Text(func(v core.InvitationView) string { return v.Unit.Kind.String() })},
		{Title: "organization", Min: 12, Max: 24, Priority: 5, Cell: list.Text(func(v core.InvitationView) string { return v.OrganizationName })},
		{Title: "as", Min: 8, Max: 18, Cell: list.Text(As)},
		{Title: "invited by", Min: 16, Max: 30, Priority: 2, Cell: list.Text(func(v core.InvitationView) string { return by(v.InvitedBy) })},
		{Title: "lapses", Min: 13, Cell: func(v core.InvitationView) theme.Span { return lapses(v, now()) }},
		{Title: "ends", Min: 8, Priority: 4, Cell: func(v core.InvitationView) theme.Span { return cell.Ends(v.Until, now()) }},
		{Title: "reason", Min: 16, Priority: 4, Cell: list.Text(func(v core.InvitationView) string { return v.Reason })},
	}, list.Empty{Text: "No invitation waits for your answer."})
	s.actions = append(unit.Offer(s.ownActions()), s.List.Actions()...)
	return s
}

func (s *screen) make(columns []list.Column[core.InvitationView], empty list.Empty) {
	actor, ref := s.env.Session.Actor, s.head.Ref
	s.List = app.NewList(s.env, list.Options[core.InvitationView]{
		Noun: "invitation", Columns: columns, Empty: empty,
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.InvitationView], error) {
			return actor.Invitations(ctx, core.InvitationQuery{Query: q, Unit: ref})
		}),
		ID: func(v core.InvitationView) string { return number(uint64(v.ID)) },
		Role: func(v core.InvitationView) theme.Role {
			if v.State == core.InvitationLapsed {
				return theme.Faint
			}
			return theme.Plain
		},
		Open: func(v core.InvitationView) tea.Cmd { return app.Open(Page(v.ID)) },
	})
}

func (s *screen) unitActions() []*keymap.Action {
	act, e := keymap.GroupAct, s.env
	return []*keymap.Action{
		{
			ID: "invitation.send", Title: "invite", Long: "invite somebody", Keys: []string{"a"}, Group: act, Hint: 12,
			Guard: func() error { return s.head.May(InviteRight(s.head.Ref)) }, Run: func() tea.Cmd { return s.invite(e, s.head.Ref) },
			Command: func() string { return "gatehouse invitation send EMAIL " + unit.Flag(s.head.Ref) },
		},
		{
			ID: "invitation.resend", Title: "send again", Keys: []string{"R"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 14,
			Guard: func() error { return s.head.May(InviteRight(s.head.Ref)) }, Run: s.with(Resend), Command: s.line("resend"),
		},
		{
			ID: "invitation.cancel", Title: "take back", Long: "cancel: take invitations back", Keys: []string{"x"}, Group: act,
			Danger: keymap.Destructive, Applies: keymap.Many, Hint: 16, Guard: s.mayCancel,
			Run: func() tea.Cmd {
				var ids []core.InvitationID
				for _, v := range s.List.Targets() {
					ids = append(ids, v.ID)
				}
				return Cancel(e, ids...)
			},
			Command: s.line("cancel"),
		},
	}
}

func (s *screen) ownActions() []*keymap.Action {
	act := keymap.GroupAct
	writable := func() error { return request.Writable(s.env) }
	return []*keymap.Action{
		{
			ID: "invitation.accept", Title: "accept", Keys: []string{"A"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 12,
			Guard: writable, Run: s.with(Accept), Command: s.line("accept"),
		},
		{
			ID: "invitation.decline", Title: "decline", Keys: []string{"D"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 13,
			Guard: writable, Run: s.with(Decline), Command: s.line("decline"),
		},
	}
}

// InviteRight is the right to invite to a unit, and to send again (I1).
func InviteRight(ref core.Unit) core.Right {
	switch ref.Kind {
	case core.KindMaintainer:
		return core.MaintainerManage
	case core.KindOrganization:
		return core.OrganizationInvite
	default:
	}
	return core.ProjectInvite
}

// CancelRight is the right to take an invitation back (I5).
func CancelRight(ref core.Unit) core.Right {
	if ref.Kind == core.KindProject {
		return core.ProjectCancel
	}
	return InviteRight(ref)
}

func (s *screen) mayCancel() error {
	if err := s.head.May(CancelRight(s.head.Ref)); err != nil {
		return err
	}
	waits := false
	for _, v := range s.List.Targets() {
		waits = waits || v.State == core.InvitationPending && !v.Due
	}
	if !waits {
		return keymap.Disabled("It has lapsed: there is nothing to take back. R sends it again.")
	}
	return nil
}

// with runs f with the one target.
func (s *screen) with(f func(*app.Env, core.InvitationID) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if t := s.List.Targets(); len(t) == 1 {
			return f(s.env, t[0].ID)
		}
		return nil
	}
}

func (s *screen) line(verb string) func() string {
	return func() string {
		if t := s.List.Targets(); len(t) == 1 {
			return fmt.Sprintf("gatehouse invitation %s %d", verb, t[0].ID)
		}
		return ""
	}
}

// Init implements app.Screen.
func (s *screen) Init() tea.Cmd { return tea.Batch(s.List.Init(), s.loadHead()) }

// Refresh implements app.Refresher.
func (s *screen) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), s.loadHead()) }

func (s *screen) loadHead() tea.Cmd {
	if s.head.Ref.IsZero() {
		return nil
	}
	return unit.Load(s.env, s.head.Ref)
}

// Update implements app.Screen.
func (s *screen) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	if m, ok := msg.(card.BulkDone); ok {
		s.List.Unmark(m.Done...)
		return s.Refresh()
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *screen) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Preview implements app.Previewer.
func (s *screen) Preview(r layout.Rect) string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	look := s.env.Look()
	return describe(cell.NewFields(look, r.W, 12).Gap(), look, v, s.env.Now()).String()
}

// Actions implements app.Screen.
func (s *screen) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *screen) Title() []string {
	if s.head.Ref.IsZero() {
		return []string{"Account"}
	}
	return s.head.Title()
}

// TabCount implements app.Counter.
func (s *screen) TabCount(tab string) string {
	if s.head.Ref.IsZero() {
		return ""
	}
	return s.head.TabCount(tab)
}

// Copy implements app.Copier: the address of the invitee, or the number of an own invitation.
func (s *screen) Copy() string {
	v, ok := s.List.Current()
	switch {
	case !ok:
		return ""
	case s.head.Ref.IsZero():
		return number(uint64(v.ID))
	}
	return v.Who.Email
}

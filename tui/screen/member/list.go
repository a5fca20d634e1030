// Package member is the list of the people of a unit: members, visitors and invitees of maintainers and organizations;
// users, role users, visitors, invitees and requesters of projects (M16, I7, R18). It is a tab of the pages of units.
package member

import (
	"context"
	"slices"
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
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Screen lists the people of one unit.
type Screen struct {
	rows.Pane[core.MemberView]
	env     *app.Env
	head    unit.Head
	admins  int // administrators of an organization, counted up to two; -1 unknown
	actions []*keymap.Action
}

// New makes the list as a tab of the page of the unit.
func New(e *app.Env, ref core.Unit) *Screen {
	s := &Screen{env: e, head: unit.Head{Ref: ref}, admins: -1}
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.MemberView]{
		Noun:    s.noun(),
		Columns: s.columns(),
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.MemberView], error) {
			return actor.Members(ctx, ref, q)
		}),
		ID: rowID,
		Role: func(v core.MemberView) theme.Role {
			if v.Kind == core.MemberInvitee || v.Kind == core.MemberRoleUser {
				return theme.Faint
			}
			return theme.Plain
		},
		Empty: list.Empty{Text: "Nobody is in here.", Hint: "a add somebody   J join or request access"},
		Open:  s.open,
	})
	s.actions = append(unit.Offer(s.makeActions()), s.List.Actions()...)
	return s
}

// rowID is the identity of a row: a person stands in the list as what they are, and as what they ask for.
func rowID(v core.MemberView) string {
	switch v.Kind {
	case core.MemberRequester:
		return "request " + number(uint64(v.Request))
	case core.MemberInvitee:
		return "invitation " + number(uint64(v.Invitation))
	default:
	}
	return "account " + v.Person.ID.String()
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func (s *Screen) project() bool { return s.head.Ref.Kind == core.KindProject }

func (s *Screen) noun() string {
	if s.project() {
		return "user"
	}
	return "member"
}

// columns of the list. Who somebody is, the reason and who approved are shown at every width; what else there is gives way.
func (s *Screen) columns() []list.Column[core.MemberView] {
	type column = list.Column[core.MemberView]
	look, now := s.env.Look, s.env.Now
	who := column{Title: "who", Min: 18, Max: 46, Sort: "email", Cell: func(v core.MemberView) theme.Span { return who(look(), v) }}
	is := column{Title: "is", Min: 10, Cell: func(v core.MemberView) theme.Span { return kind(look(), v, now()) }}
	role := column{Title: "role", Min: 7, Max: 14, Priority: 3, Cell: list.Text(role)}
	ends := column{Title: "ends", Min: 9, Max: 13, Priority: 2, Cell: func(v core.MemberView) theme.Span { return ends(v, now()) }}
	by := column{Title: "approved by", Min: 11, Max: 16, Cell: func(v core.MemberView) theme.Span { return approver(look(), v) }}
	reason := column{Title: "reason", Min: 11, Cell: list.Text(freeText)}
	if !s.project() { // only visitors have ends and reasons there, and nobody is approved (H9)
		who.Min, role.Min, role.Priority, ends.Priority = 20, 8, 0, 3
		by.Title, by.Min, by.Priority = "invited by", 14, 5
		reason.Min = 9
	}
	all := []column{
		who,
		{Title: "name", Min: 12, Max: 24, Wide: true, Priority: 6, Sort: "name", Cell: list.Text(func(v core.MemberView) string { return v.Person.Name })},
		is,
	}
	if s.head.Ref.Kind != core.KindMaintainer {
		all = append(all, role)
	}
	return append(all,
		column{Title: "mfa", Min: 5, Priority: 4, Cell: func(v core.MemberView) theme.Span { return cell.MFA(look(), v.Person.MFA) }},
		column{Title: "since", Min: 10, Priority: 6, Sort: "since", Wide: s.project(), Cell: list.Text(func(v core.MemberView) string {
			return left(v.Since, now())
		})},
		ends, by, reason,
	)
}

// open shows everything about a row; requests and invitations have pages of their own.
func (s *Screen) open(v core.MemberView) tea.Cmd {
	switch v.Kind {
	case core.MemberRequester:
		return app.Open(request.Page(v.Request))
	case core.MemberInvitee:
		return app.Open(invitation.Page(v.Invitation))
	default:
	}
	now := s.env.Now
	return card.Show(&card.Text{Heading: v.Person.Label(), Render: func(look *theme.Look, w int) []string {
		return lines(look, w, v, now())
	}})
}

// Init implements app.Screen.
func (s *Screen) Init() tea.Cmd {
	return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref), s.countAdmins())
}

// Refresh implements app.Refresher.
func (s *Screen) Refresh() tea.Cmd {
	return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref), s.countAdmins())
}

// adminCount is how many administrators there are, counted up to two.
type adminCount int

// countAdmins looks for two administrators, for the advice of M2.
func (s *Screen) countAdmins() tea.Cmd {
	if s.head.Ref.Kind != core.KindOrganization {
		return nil
	}
	actor, ref := s.env.Session.Actor, s.head.Ref
	return app.Load(s.env, "admins", func(ctx context.Context) (adminCount, error) {
		found, _, err := rows.First(ctx, "kind:=member role:="+core.RoleAdmin, 2, func(ctx context.Context, q core.Query) (core.Page[core.MemberView], error) {
			return actor.Members(ctx, ref, q)
		})
		if err != nil {
			return -1, err
		}
		return adminCount(len(slices.DeleteFunc(found, func(v core.MemberView) bool { return !admin(v) }))), nil
	})
}

// Update implements app.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case app.Loaded[adminCount]:
		s.admins = -1
		if msg.Err == nil {
			s.admins = int(msg.Value)
		}
		return nil
	case added:
		return s.welcome(msg)
	case card.BulkDone:
		s.List.Unmark(msg.Done...)
		return s.Refresh()
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *Screen) View(r layout.Rect) string {
	look := s.env.Look()
	if p := s.head.Project; s.head.Loaded && p.State == core.ProjectPurged {
		return "\n" + strings.Join(unit.Remains(look, r.W, p, s.env.Now()), "\n")
	}
	if line := s.summary(look); line != "" {
		return s.Draw(r, look, text.Cut(line, r.W))
	}
	return s.Draw(r, look)
}

// summary is the line above the list: counts, the user limit (P16), and advice (M2).
func (s *Screen) summary(look *theme.Look) string {
	if !s.head.Loaded || s.head.Err != nil {
		return ""
	}
	faint := func(t string) theme.Span { return theme.Span{Role: theme.Faint, Text: t} }
	spans := []theme.Span{{Text: "   "}}
	add := func(sp ...theme.Span) {
		if len(spans) > 1 {
			spans = append(spans, faint("  "+look.Glyphs.Dot+"  "))
		}
		spans = append(spans, sp...)
	}
	o, p, m := s.head.Organization, s.head.Project, s.head.Maintainer
	visitors := o.Visitors + p.Visitors + m.Visitors
	if s.project() {
		limit := cell.Users(look, p.Users, p.UserLimit)
		if limit.Role == theme.Plain {
			limit.Role = theme.Faint
		}
		if p.RoleUsers == 0 {
			add(limit, faint(" users"))
		} else { // the limit counts those alone who are users directly
			add(limit, faint(" direct"))
			add(faint(cell.Total(p.RoleUsers) + " by role"))
		}
		if p.Over {
			spans = append(spans, theme.Span{Role: theme.Warning, Text: " over the limit, nothing is blocked" + s.more()})
		}
		if p.Pending > 0 {
			add(theme.Span{Role: theme.Badge, Text: unit.Count(p.Pending, "request") + " waiting"})
		}
	} else {
		add(faint(unit.Count(o.Members+m.Members, "member")))
	}
	if visitors > 0 {
		add(faint(unit.Count(visitors, "visitor")))
	}
	if s.admins == 1 {
		add(theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " only one administrator; two to four are advised"})
	}
	return look.Line(spans...)
}

// more offers the ticket that asks for a higher limit, to who may open one (P16).
func (s *Screen) more() string {
	if s.head.May(core.ProjectTicket) != nil {
		return ""
	}
	return ", i asks for more"
}

// Preview implements app.Previewer.
func (s *Screen) Preview(r layout.Rect) string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	look := s.env.Look()
	out := "\n"
	for _, l := range lines(look, r.W, v, s.env.Now()) {
		out += l + "\n"
	}
	return out
}

// Actions implements app.Screen.
func (s *Screen) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *Screen) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *Screen) TabCount(tab string) string { return s.head.TabCount(tab) }

// Copy implements app.Copier: the address under the cursor.
func (s *Screen) Copy() string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	return v.Person.Email
}

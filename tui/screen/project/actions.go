package project

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/screen/why"
)

func (s *List) makeActions() {
	act, env := keymap.GroupAct, s.env
	noCreate := func() bool { return s.head.Ref.Kind == core.KindMaintainer }
	toggle := keymap.Action{
		ID: "projects.deleted", Title: "deleted", Long: "show the deleted projects, or the active ones", Keys: []string{"t"}, Group: keymap.GroupFind, Hint: 45,
		Guard: func() error { return s.noGrace }, Run: s.toggle,
	}
	back := toggle
	back.Title, back.Guard = "active", nil
	s.actions[0] = append(unit.Offer([]*keymap.Action{
		{
			ID: "project.join", Title: "join", Long: "join, or request access: whichever is open", Keys: []string{"J"}, Group: act, Applies: keymap.One, Hint: 14,
			Guard: s.allowed((*unit.Head).MayEnter), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Enter(env, p.ID.Ref()) }),
			Command: s.command(func(p core.ProjectView) string { return unit.EnterCommand(&s.row) }),
		},
		{
			ID: "project.create", Title: "new project", Keys: []string{"a"}, Group: act, Hint: 15, Hidden: noCreate, Guard: s.mayCreate, Run: s.create,
			Command: func() string {
				if s.head.Ref.IsZero() {
					return "gatehouse project create NAME --org ORGANIZATION --template production"
				}
				return fmt.Sprintf("gatehouse project create NAME --org %d --template production", s.head.Ref.ID)
			},
		},
		{
			ID: "project.rename", Title: "rename", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 30,
			Guard: s.allowed((*unit.Head).MayRename), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Rename(env, p.ID.Ref()) }),
			Command: s.command(func(p core.ProjectView) string { return unit.RenameCommand(p.ID.Ref()) }),
		},
		{
			ID: "project.delete", Title: "delete", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 31,
			Guard: s.allowed((*unit.Head).MayDelete), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Delete(env, p.ID.Ref(), false) }),
			Command: s.command(func(p core.ProjectView) string { return unit.DeleteCommand(p.ID.Ref()) }),
		},
		{
			ID: "project.why", Title: "why", Long: "why you can or cannot enter", Keys: []string{"W"}, Group: act, Applies: keymap.One, Hint: 20,
			Run: s.one(func(p core.ProjectView) tea.Cmd { return why.Me(env, core.Named{ID: uint64(p.ID), Name: p.Name}) }),
			Command: s.command(func(p core.ProjectView) string {
				return why.Command(core.Person{Email: env.Session.Person}, p.ID)
			}),
		},
		{
			ID: "project.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 32,
			Guard: s.allowed((*unit.Head).MayLeave), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Leave(env, p.ID.Ref()) }),
			Command: s.command(func(p core.ProjectView) string { return unit.LeaveCommand(p.ID.Ref()) }),
		},
		{
			ID: "unit.move", Title: "move", Long: "move the project to another organization", Group: act, Danger: keymap.Destructive, Applies: keymap.One,
			Guard: s.allowed((*unit.Head).MayMove), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Move(env, p.ID.Ref()) }),
			Command: s.command(func(p core.ProjectView) string { return unit.MoveCommand(p.ID.Ref()) }),
		},
		{
			ID: "project.remove", Title: "remove for good", Long: "remove the empty project for good, at once", Group: act, Danger: keymap.Destructive, Applies: keymap.One,
			Guard: s.allowed((*unit.Head).MayRemove), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Remove(env, p.ID.Ref(), false) }),
			Command: s.command(func(p core.ProjectView) string { return unit.RemoveCommand(p.ID.Ref()) }),
		},
		&toggle,
	}), s.active.Actions()...)
	s.actions[1] = append(unit.Offer([]*keymap.Action{
		{
			ID: "project.restore", Title: "restore", Keys: []string{"R"}, Group: act, Applies: keymap.One, Hint: 11,
			Guard: s.allowed(func(h *unit.Head) error { return h.May(core.ProjectRestore) }), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Restore(env, p) }),
			Command: s.command(func(p core.ProjectView) string { return fmt.Sprintf("gatehouse project restore %d", p.ID) }),
		},
		{
			ID: "project.purge", Title: "purge", Long: "purge for good before its date", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 12,
			Guard: s.allowed(func(h *unit.Head) error { return h.May(core.ProjectPurge) }), Run: s.one(func(p core.ProjectView) tea.Cmd { return unit.Purge(env, p) }),
			Command: s.command(func(p core.ProjectView) string { return fmt.Sprintf("gatehouse project purge %d", p.ID) }),
		},
		{
			ID: "project.ask-restore", Title: "ask for it", Long: "open a ticket that asks Support to restore it", Keys: []string{"a"}, Group: act, Danger: keymap.Heavy,
			Applies: keymap.One, Hint: 13, Guard: s.allowed(mayAskRestore),
			Run: s.one(func(p core.ProjectView) tea.Cmd { return ticket.Open(env, ticket.Restore(p)) }),
			Command: s.command(func(p core.ProjectView) string {
				return fmt.Sprintf("gatehouse ticket open --project %d --kind restore --subject SUBJECT --body BODY", p.ID)
			}),
		},
		&back,
	}), s.deleted.Actions()...)
}

// mayAskRestore: administrators ask (ST4); Support restores without asking.
func mayAskRestore(h *unit.Head) error {
	if h.May(core.ProjectRestore) == nil {
		return keymap.Disabled("You can restore it yourself: R.")
	}
	return h.May(core.ProjectTicketRestore)
}

// allowed asks what is known about the row under the cursor; while nothing is, core answers when the card opens.
func (s *List) allowed(may func(*unit.Head) error) func() error {
	return func() error {
		p, ok := s.target()
		if !ok || s.row.Ref != p.ID.Ref() {
			return nil
		}
		return may(&s.row)
	}
}

func (s *List) target() (core.ProjectView, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.ProjectView{}, false
}

func (s *List) one(f func(core.ProjectView) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		p, ok := s.target()
		if !ok {
			return nil
		}
		return f(p)
	}
}

func (s *List) command(f func(core.ProjectView) string) func() string {
	return func() string {
		p, ok := s.target()
		if !ok {
			return ""
		}
		return f(p)
	}
}

// toggle shows the deleted projects, or the active ones again.
func (s *List) toggle() tea.Cmd {
	if s.List == s.active {
		s.List = s.deleted
	} else {
		s.List = s.active
	}
	return tea.Batch(s.List.Refresh(), s.look())
}

func (s *List) mayCreate() error {
	if s.head.Ref.Kind != core.KindOrganization {
		return nil
	}
	return s.head.May(core.OrganizationCreateProject)
}

// createIn chooses the organization of a new project.
type createIn struct{ organization core.OrganizationID }

// create asks for a new project: in the organization of the page, or first which one.
func (s *List) create() tea.Cmd {
	if s.head.Ref.Kind == core.KindOrganization {
		return askCreate(s.env, core.OrganizationID(s.head.Ref.ID))
	}
	actor, ctx := s.env.Session.Actor, s.env.Ctx()
	return func() tea.Msg {
		menu := &card.Menu{Heading: "New project in"}
		all, err := rows.All(ctx, "", func(ctx context.Context, q core.Query) (core.Page[core.OrganizationView], error) {
			return actor.Organizations(ctx, core.OrganizationQuery{Query: q})
		})
		if err != nil {
			return app.Failed{Err: err}
		}
		for _, o := range all {
			it := card.Item{Label: o.Name, Note: o.Maintainer.Name, Answer: createIn{o.ID}}
			p, err := actor.Permissions(ctx, o.ID.Ref())
			if err != nil {
				return app.Failed{Err: err}
			}
			if e := p[core.OrganizationCreateProject]; e != nil {
				it.Disabled = e.Error()
			}
			menu.Items = append(menu.Items, it)
		}
		if len(menu.Items) == 0 {
			return app.Failed{Err: &core.Error{
				Code: core.CodeDenied, Message: "You belong to no organization, and only administrators of one create projects in it.",
				Next: "Ask an administrator to add you.",
			}}
		}
		return card.Open{Card: menu}
	}
}

// askCreate asks for name and template of a new project (P2).
func askCreate(e *app.Env, id core.OrganizationID) tea.Cmd {
	d := unit.DeskOf(e)
	may := func(h *unit.Head) error { return h.May(core.OrganizationCreateProject) }
	return d.Open(id.Ref(), may, func(h *unit.Head) (card.Card, error) {
		templates, err := d.Actor.Templates(d.Ctx)
		if err != nil {
			return nil, err
		}
		field := &form.Field{Name: "template", Label: "Template", Kind: form.Choice, Value: "production"}
		for _, t := range templates {
			field.Options = append(field.Options, form.Option{Value: t.ID, Label: t.ID})
		}
		field.Describe = func(v string, _ form.Values) string { return templateText(templates, v) }
		return &form.Form{
			Heading: "New project in " + h.Name(), Button: "Create", StillThere: d.Still(h.Ref, 0, may),
			Fields: []*form.Field{unit.NameField(""), field},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				p, err := d.Actor.CreateProject(ctx, id, v.Text("name"), v["template"])
				return unit.Done{Text: "Created " + p.Name + ". You are its only user.", Page: unit.Page(p.ID.Ref())}, err
			},
		}, nil
	})
}

// templateText says what a project made from a template gets (P4, P5).
func templateText(all []core.Template, id string) string {
	for _, t := range all {
		if t.ID != id {
			continue
		}
		parts := []string{t.Description, "never expires", unit.Count(t.UserLimit, "user"), "price " + priceLabel(t.PriceLabel)}
		if t.Lifetime != 0 {
			parts[1] = "expires after " + unit.Count(t.Days(), "day")
		}
		if t.RoleSet == core.RoleSetProtected {
			parts = append(parts, "roles "+roleNames(t.RoleSet))
		}
		if t.Hidden {
			parts = append(parts, "for Support only")
		}
		return strings.Join(parts, "; ") + "."
	}
	return ""
}

func roleNames(set core.RoleSet) string {
	var names []string
	for _, r := range set.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// priceLabel writes a price label; empty shows as "none" (section 2.2).
func priceLabel(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

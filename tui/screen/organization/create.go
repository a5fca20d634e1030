package organization

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
)

func (s *List) mayCreate() error {
	if !s.ofMaintainer() {
		return nil
	}
	return s.head.May(core.MaintainerCreateOrganization)
}

// createIn chooses the maintainer of a new organization.
type createIn struct{ maintainer core.MaintainerID }

// create asks for a new organization: in the maintainer of the page, or first which one (MT3).
func (s *List) create() tea.Cmd {
	if s.ofMaintainer() {
		return askCreate(s.env, core.MaintainerID(s.head.Ref.ID))
	}
	actor, ctx := s.env.Session.Actor, s.env.Ctx()
	return func() tea.Msg {
		all, err := rows.All(ctx, "", actor.Maintainers)
		if err != nil {
			return app.Failed{Err: err}
		}
		menu := &card.Menu{Heading: "New organization under"}
		for _, m := range all {
			it := card.Item{Label: m.Name, Note: unit.Count(m.Organizations, "organization"), Answer: createIn{m.ID}}
			p, err := actor.Permissions(ctx, m.ID.Ref())
			if err != nil {
				return app.Failed{Err: err}
			}
			if e := p[core.MaintainerCreateOrganization]; e != nil {
				it.Disabled = e.Error()
			}
			menu.Items = append(menu.Items, it)
		}
		if len(menu.Items) == 0 {
			return app.Failed{Err: &core.Error{
				Code: core.CodeDenied, Message: "Organizations are created by members of a maintainer and by Support; you are neither.",
				Next: "Ask one of them.",
			}}
		}
		return card.Open{Card: menu}
	}
}

// askCreate asks for the name of a new organization.
func askCreate(e *app.Env, id core.MaintainerID) tea.Cmd {
	d := unit.DeskOf(e)
	may := func(h *unit.Head) error { return h.May(core.MaintainerCreateOrganization) }
	return d.Open(id.Ref(), may, func(h *unit.Head) (card.Card, error) {
		return &form.Form{
			Heading: "New organization under " + h.Name(), Button: "Create", StillThere: d.Still(h.Ref, 0, may),
			Intro:  []string{"You become its first member, with the roles DEFAULT and ADMIN. Auto Join starts on."},
			Fields: []*form.Field{unit.NameField("")},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				o, err := d.Actor.CreateOrganization(ctx, id, v.Text("name"))
				return unit.Done{Text: "Created " + o.Name + ". You are its administrator.", Page: unit.Page(o.ID.Ref())}, err
			},
		}, nil
	})
}

package member

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/unit"
)

// askHandOver asks who is to run an organization whose administrators cannot act (M19).
func (s *Screen) askHandOver() tea.Cmd {
	d, ref := unit.DeskOf(s.env), s.head.Ref
	may := func(h *unit.Head) error { return h.May(core.OrganizationHandOver) }
	return d.Open(ref, may, func(h *unit.Head) (card.Card, error) {
		return &form.Form{
			Heading: "Hand over " + h.Name(), Button: "Hand over", StillThere: d.Still(ref, 0, may),
			Intro: []string{
				"No administrator of " + h.Name() + " can act. The person becomes one, whatever Auto Join says.",
				"All members, all users of its projects and the maintainer are told, with the reason.",
			},
			Fields: []*form.Field{
				{Name: fieldEmail, Label: "E-mail", Required: true, Limit: core.EmailMax, Placeholder: "name@company.test"},
				{Name: fieldReason, Label: "Reason", Required: true},
			},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				_, code, err := d.Actor.HandOver(ctx, core.OrganizationID(ref.ID), v.Text(fieldEmail), v.Text(fieldReason))
				if err != nil {
					return nil, err
				}
				return added{strings.TrimSpace(v.Text(fieldEmail)), h.Name(), code}, nil
			},
		}, nil
	})
}

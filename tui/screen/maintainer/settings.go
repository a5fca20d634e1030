package maintainer

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/setting"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// board is the tab Settings: name and contact (MT9).
type board struct{ *setting.Page }

func newSettings(e *app.Env, ref core.Unit) *setting.Page {
	b := board{setting.NewPage(e, ref)}
	manage := b.May(core.MaintainerManage)
	b.Items = []setting.Item{
		{
			Label: "Name", Value: func() theme.Span { return theme.Span{Role: theme.Strong, Text: b.Head.Maintainer.Name} }, May: manage,
			Change: func() tea.Cmd { return unit.Rename(e, ref) }, Command: func() string { return unit.RenameCommand(ref) },
		},
		{
			Label: "Contact", Value: b.contact, May: manage,
			About: func() []string { return []string{"Whom to write to: people who are locked out read this address."} },
			Change: func() tea.Cmd {
				d := unit.DeskOf(e)
				return d.Open(ref, mayManage, func(h *unit.Head) (card.Card, error) { return askContact(d, h), nil })
			},
			Command: func() string { return fmt.Sprintf("gatehouse maintainer set %d --contact EMAIL", ref.ID) },
		},
		b.about(),
	}
	return b.Page
}

func mayManage(h *unit.Head) error { return h.May(core.MaintainerManage) }

func (b board) contact() theme.Span {
	if c := b.Head.Maintainer.Contact; c != "" {
		return theme.Span{Role: theme.Strong, Text: c}
	}
	return theme.Span{Role: theme.Faint, Text: "none"}
}

// about tells what the maintainer is to the reader; nothing here is changed.
func (b board) about() setting.Item {
	return setting.Item{
		Label: "Maintainer", Value: func() theme.Span { return theme.Span{Text: fmt.Sprintf("number %d", b.Head.Ref.ID)} },
		About: func() []string {
			m := b.Head.Maintainer
			you := "You are outside, as Support staff."
			if m.Relation == core.RelationMember {
				you = "You are inside."
			}
			return []string{
				"Looks after " + unit.Count(m.Organizations, "organization") + ". Created " + cell.Exact(m.Created, b.Env.Now()) + ". " + you,
			}
		},
	}
}

// askContact asks for the address; empty clears it.
func askContact(d unit.Desk, h *unit.Head) *form.Form {
	m := h.Maintainer
	return &form.Form{
		Heading: "Contact of " + m.Name, Button: "Set", StillThere: d.Still(h.Ref, m.Version, mayManage),
		Fields: []*form.Field{{
			Name: "contact", Label: "Contact", Value: m.Contact, Placeholder: "such as help@partner.test", Limit: core.EmailMax,
			Help: "An e-mail address. Empty means none.",
		}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			out, err := d.Actor.SetMaintainerContact(ctx, m.ID, m.Version, v.Text("contact"))
			if out.Contact == "" {
				return unit.Done{Text: m.Name + " has no contact now."}, err
			}
			return unit.Done{Text: "The contact of " + m.Name + " is " + out.Contact + " now."}, err
		},
	}
}

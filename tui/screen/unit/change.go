package unit

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/text"
)

// MayRename says why the actor cannot change the name.
func (h *Head) MayRename() error {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return h.May(core.MaintainerManage)
	case core.KindOrganization:
		return h.May(core.OrganizationRename)
	default:
	}
	return h.May(core.ProjectRename)
}

// MayDelete says why the actor cannot delete the unit: the right, and what is still in it (MT10, DR12).
func (h *Head) MayDelete() error {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		if err := h.May(core.MaintainerDelete); err != nil {
			return err
		}
		return h.empty(h.Maintainer.Organizations, "organization")
	case core.KindOrganization:
		if err := h.May(core.OrganizationDelete); err != nil {
			return err
		}
		return h.empty(h.Organization.Projects, "project")
	default:
	}
	return h.May(core.ProjectDelete)
}

func (h *Head) empty(n int, kind string) error {
	if n == 0 {
		return nil
	}
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonNotEmpty, Subject: h.Ref,
		Message: h.Name() + " still has " + Count(n, kind) + ".", Next: "Delete or move them first.",
	}
}

// Rename asks for another name.
func Rename(e *app.Env, ref core.Unit) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayRename, func(h *Head) (card.Card, error) {
		version, old := h.version(), h.Name()
		return &form.Form{
			Heading: "Rename " + old, Button: "Rename", StillThere: d.Still(ref, version, (*Head).MayRename),
			Fields: []*form.Field{NameField(old)},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				name, err := v.Text("name"), error(nil)
				switch ref.Kind {
				case core.KindMaintainer:
					_, err = d.Actor.RenameMaintainer(ctx, core.MaintainerID(ref.ID), version, name)
				case core.KindOrganization:
					_, err = d.Actor.RenameOrganization(ctx, core.OrganizationID(ref.ID), version, name)
				default:
					_, err = d.Actor.RenameProject(ctx, core.ProjectID(ref.ID), version, name)
				}
				said := old + " is now called " + name + "."
				if name == old { // nothing changed, and nothing is in the log (F11)
					said = "The name is still " + old + "."
				}
				return Done{Text: said}, err
			},
		}, nil
	})
}

// RenameCommand is the equivalent command line of Rename.
func RenameCommand(ref core.Unit) string {
	return fmt.Sprintf("gatehouse %s rename %d NAME", noun(ref), ref.ID)
}

// NameField asks for the name of a unit (F2).
func NameField(value string) *form.Field {
	return &form.Field{Name: "name", Label: "Name", Value: value, Required: true, Limit: core.NameMax, Help: core.Characters(1, core.NameMax) + "."}
}

// Delete shows what deleting the unit does and asks for its name. back leaves the page, for the page of the unit itself.
func Delete(e *app.Env, ref core.Unit, back bool) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayDelete, func(h *Head) (card.Card, error) {
		version, name := h.version(), h.Name()
		c := &card.Confirm{
			Heading: "Delete " + name + "?", Danger: keymap.Destructive, Type: name,
			StillThere: d.Still(ref, version, (*Head).MayDelete),
		}
		c.Facts, c.Body = d.deleting(h)
		c.Buttons = []card.Button{{Label: "Delete", Run: func(ctx context.Context) (tea.Msg, error) {
			done, err := Done{Text: "Deleted " + name + ".", Back: back}, error(nil)
			switch ref.Kind {
			case core.KindMaintainer:
				err = d.Actor.DeleteMaintainer(ctx, core.MaintainerID(ref.ID), version)
			case core.KindOrganization:
				err = d.Actor.DeleteOrganization(ctx, core.OrganizationID(ref.ID), version)
			default:
				var p core.Project
				p, err = d.Actor.DeleteProject(ctx, core.ProjectID(ref.ID), version)
				done.Text += " Support can restore it until " + text.Exact(p.PurgeAt().Time()) + "."
			}
			return done, err
		}}}
		return c, nil
	})
}

// deleting says what goes with a unit.
func (d Desk) deleting(h *Head) (facts [][2]string, body []string) {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		m := h.Maintainer
		return [][2]string{{"Maintainer", m.Name}, {"Members", strconv.Itoa(m.Members)}, {"Visitors", strconv.Itoa(m.Visitors)}},
			[]string{"All of them lose it at once. There is no restore."}
	case core.KindOrganization:
		o := h.Organization
		return [][2]string{{"Organization", o.Name}, {"Members", strconv.Itoa(o.Members)}, {"Visitors", strconv.Itoa(o.Visitors)}}, []string{
			"Memberships, visits, roles and invitations end at once. There is no restore.",
			"Deleted projects of it cannot be restored any more; they are purged on their date.",
		}
	default:
	}
	p := h.Project
	facts = [][2]string{
		{"Project", p.Name + " (" + p.Organization.Name + ")"},
		{"Users", cell.Users(d.Look, p.Users, p.UserLimit).Text},
	}
	impact, err := d.Actor.DeleteProjectImpact(d.Ctx, p.ID)
	if err != nil { // the button will tell
		return facts, []string{"Take your data out first."}
	}
	return facts, impact.Lines()
}

// DeleteCommand is the equivalent command line of Delete.
func DeleteCommand(ref core.Unit) string {
	return fmt.Sprintf("gatehouse %s delete %d", noun(ref), ref.ID)
}

// Restore asks how long a deleted project shall live on (DR5). The row is what a list knows: a deleted project has no page.
func Restore(e *app.Env, p core.ProjectView) tea.Cmd {
	d := DeskOf(e)
	return card.Show(&form.Form{
		Heading: "Restore " + p.Name, Button: "Restore",
		Intro: []string{
			"Its users come back, except those whose membership ended meanwhile. Invitations and requests do not.",
		},
		Fields: []*form.Field{ExpiryField(d, "")},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			expires, err := ParseExpiry(v.Text(FieldExpires), d)
			if err != nil {
				return nil, err
			}
			_, err = d.Actor.RestoreProject(ctx, p.ID, expires)
			return Done{Text: "Restored " + p.Name + "."}, err
		},
	})
}

// FieldExpires is the field of ExpiryField, as core names it in errors.
const FieldExpires = "expires"

// ExpiryField asks when a project expires.
func ExpiryField(d Desk, value string) *form.Field {
	if value == "" {
		value = "never"
	}
	return &form.Field{
		Name: FieldExpires, Label: "Expires", Value: value, Limit: core.MomentMax,
		Help: "never, a length from now such as 30d, or a day such as 2026-12-01 (UTC).",
		Check: func(v string, _ form.Values) string {
			if _, err := ParseExpiry(strings.TrimSpace(v), d); err != nil {
				return core.AsError(err).Message
			}
			return ""
		},
		Describe: func(v string, _ form.Values) string {
			at, err := ParseExpiry(strings.TrimSpace(v), d)
			if err != nil {
				return ""
			}
			if at == 0 {
				return "It stays until somebody deletes it."
			}
			if at.Passed(core.At(d.Now())) {
				return "That is past: it is deleted within a minute, and can be restored for 60 days."
			}
			return "It is deleted " + cell.Exact(at, d.Now()) + ", and can be restored for 60 days."
		},
	}
}

// ParseExpiry reads what was typed into ExpiryField; 0 is never.
func ParseExpiry(s string, d Desk) (core.Moment, error) {
	if s == "" || s == "never" {
		return 0, nil
	}
	term, err := entry.ParseTerm(s, d.Now())
	if err != nil {
		e := *core.AsError(err)
		e.Field = FieldExpires
		return 0, &e
	}
	return term.End(core.At(d.Now())), nil
}

// Count writes a number with its noun: "1 project", "3 projects".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

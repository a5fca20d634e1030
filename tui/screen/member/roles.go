package member

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
)

// togglesMost is how many roles have a switch each; more stand in one field, where they are looked for by typing.
const togglesMost = 9

const fieldHeld = "held"

// rolesOf fills the form that gives and takes the organization roles of a member. DEFAULT stays (OR2); the change is all
// or nothing (OR10).
func rolesOf(d unit.Desk, h *unit.Head, v core.MemberView, f *form.Form) error {
	id := core.OrganizationID(h.Ref.ID)
	roles, err := organizationRoles(d, id)
	if err != nil {
		return err
	}
	if len(roles) > togglesMost {
		f.Fields = append(f.Fields, severalRoles(fieldHeld, "Roles", roles, v.Roles))
		f.Consequence = func(vs form.Values) []string { return rolesChange(h, v.Roles, vs.List(fieldHeld), roles) }
	} else {
		for _, r := range roles {
			f.Fields = append(f.Fields, &form.Field{
				Name: r.ID, Label: r.ID, Kind: form.Toggle, Value: onOff(slices.Contains(v.Roles, r.ID)), Describe: describeRole(h, r),
			})
		}
	}
	f.Intro = []string{"DEFAULT is everybody's and stays. What changes holds at once, also in sessions that are open."}
	f.Send = func(ctx context.Context, vs form.Values) (tea.Msg, error) {
		var give, take []string
		for _, r := range roles {
			held := slices.Contains(v.Roles, r.ID)
			switch on := vs.On(r.ID) || slices.Contains(vs.List(fieldHeld), r.ID); {
			case on == held:
			case on:
				give = append(give, r.ID)
			default:
				take = append(take, r.ID)
			}
		}
		m, err := d.Actor.AssignRoles(ctx, id, v.Person.ID, v.Version, give, take)
		return unit.Done{Text: v.Person.Label() + " has the roles " + strings.Join(m.Roles, ", ") + " now."}, err
	}
	return nil
}

// organizationRoles are all roles that can be given: every one but DEFAULT, which everybody has.
func organizationRoles(d unit.Desk, id core.OrganizationID) ([]core.RoleView, error) {
	roles, err := rows.All(d.Ctx, "", func(ctx context.Context, q core.Query) (core.Page[core.RoleView], error) {
		return d.Actor.Roles(ctx, id, q)
	})
	return slices.DeleteFunc(roles, func(r core.RoleView) bool { return r.ID == core.RoleDefault }), err
}

func severalRoles(name, label string, roles []core.RoleView, held []string) *form.Field {
	f := &form.Field{Name: name, Label: label, Kind: form.Several, Value: strings.Join(held, ",")}
	for _, r := range roles {
		f.Options = append(f.Options, form.Option{Value: r.ID, Label: r.ID, Note: r.Description})
	}
	return f
}

// rolesChange says what the form would give and take.
func rolesChange(h *unit.Head, held, wanted []string, roles []core.RoleView) []string {
	var lines, gives, takes []string
	for _, r := range roles {
		was, is := slices.Contains(held, r.ID), slices.Contains(wanted, r.ID)
		switch {
		case is && !was:
			gives = append(gives, r.ID)
		case was && !is:
			takes = append(takes, r.ID)
		}
		if r.ID == core.RoleAdmin && was != is {
			lines = append(lines, describeRole(h, r)(onOff(is), nil))
		}
	}
	if len(gives) > 0 {
		lines = append(lines, "Gives "+strings.Join(gives, ", ")+".")
	}
	if len(takes) > 0 {
		lines = append(lines, "Takes "+strings.Join(takes, ", ")+".")
	}
	return lines
}

// describeRole says what holding a role means.
func describeRole(h *unit.Head, r core.RoleView) func(string, form.Values) string {
	return func(on string, _ form.Values) string {
		switch {
		case r.ID == core.RoleAdmin && on == "on":
			return "An administrator: may do everything in " + h.Name() + ", and join any of its projects."
		case r.ID == core.RoleAdmin:
			return "A plain member: enters the projects that roles open, and changes nothing in " + h.Name() + "."
		case r.Grants == 0:
			return cell.Stop(r.Description) + " It opens no project yet."
		}
		return cell.Stop(r.Description) + " It has " + unit.Count(r.Grants, "grant") + " on projects."
	}
}

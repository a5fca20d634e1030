package member

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/unit"
)

// rolesShown is how many roles the form offers.
const rolesShown = 100

// rolesOf fills the form that gives and takes the organization roles of a member, one switch each. DEFAULT stays (OR2);
// the change is all or nothing (OR10).
func rolesOf(d unit.Desk, h *unit.Head, v core.MemberView, f *form.Form) error {
	id := core.OrganizationID(h.Ref.ID)
	page, err := d.Actor.Roles(d.Ctx, id, core.Query{Limit: rolesShown})
	if err != nil {
		return err
	}
	for _, r := range page.Items {
		if r.ID == core.RoleDefault {
			continue
		}
		f.Fields = append(f.Fields, &form.Field{
			Name: r.ID, Label: r.ID, Kind: form.Toggle, Value: onOff(slices.Contains(v.Roles, r.ID)), Describe: describeRole(h, r),
		})
	}
	f.Intro = []string{"DEFAULT is everybody's and stays. What changes holds at once, also in sessions that are open."}
	f.Send = func(ctx context.Context, vs form.Values) (tea.Msg, error) {
		var give, take []string
		for _, r := range page.Items {
			held := slices.Contains(v.Roles, r.ID)
			switch on := vs.On(r.ID); {
			case r.ID == core.RoleDefault || on == held:
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

// describeRole says what holding a role means.
func describeRole(h *unit.Head, r core.RoleView) func(string, form.Values) string {
	return func(on string, _ form.Values) string {
		switch {
		case r.ID == core.RoleAdmin && on == "on":
			return "An administrator: may do everything in " + h.Name() + ", and join any of its projects."
		case r.ID == core.RoleAdmin:
			return "A plain member: enters the projects that roles open, and changes nothing in " + h.Name() + "."
		case r.Grants == 0:
			return r.Description + ". It opens no project yet."
		}
		return r.Description + ". It has " + unit.Count(r.Grants, "grant") + " on projects."
	}
}

package member

import (
	"sort"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/unit"
)

// furtherPrefix marks the fields of further roles, whose ids are in capitals and so clash with nothing.
const furtherPrefix = "role "

// furtherShown is how many of them the form offers; others are given afterwards.
const furtherShown = 20

// furtherRoles offers the roles of an organization besides DEFAULT and ADMIN, one toggle each (OR3, OR9).
func furtherRoles(d unit.Desk, id core.OrganizationID) ([]*form.Field, error) {
	page, err := d.Actor.Roles(d.Ctx, id, core.Query{Limit: furtherShown})
	if err != nil {
		return nil, err
	}
	var fields []*form.Field
	for _, r := range page.Items {
		if r.ID == core.RoleDefault || r.ID == core.RoleAdmin {
			continue
		}
		fields = append(fields, &form.Field{
			Name: furtherPrefix + r.ID, Label: r.ID, Kind: form.Toggle, Value: onOff(false),
			Describe: func(string, form.Values) string { return r.Description },
		})
	}
	return fields, nil
}

// chosenRoles are the organization roles that the form names; none stands for what new members get.
func chosenRoles(h *unit.Head, v form.Values) []string {
	var roles []string
	for name := range v {
		if id, ok := strings.CutPrefix(name, furtherPrefix); ok && v.On(name) {
			roles = append(roles, id)
		}
	}
	sort.Strings(roles)
	switch r := v.Text(fieldRoles); {
	case r != asSet:
		return append([]string{r}, roles...)
	case len(roles) > 0 && h.Organization.NewMembers == core.NewMembersAdmin:
		return append([]string{core.RoleAdmin}, roles...)
	}
	return roles
}

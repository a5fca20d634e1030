package member

import (
	"slices"
	"sort"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/unit"
)

// furtherPrefix marks the fields of further roles, whose ids are in capitals and so clash with nothing.
const furtherPrefix = "role "

const fieldFurther = "further"

// furtherRoles offers the roles of an organization besides DEFAULT and ADMIN (OR3, OR9): one toggle each, or one field for
// many.
func furtherRoles(d unit.Desk, id core.OrganizationID) ([]*form.Field, error) {
	roles, err := organizationRoles(d, id)
	if err != nil {
		return nil, err
	}
	roles = slices.DeleteFunc(roles, func(r core.RoleView) bool { return r.ID == core.RoleAdmin })
	if len(roles) > togglesMost {
		return []*form.Field{severalRoles(fieldFurther, "More roles", roles, nil)}, nil
	}
	var fields []*form.Field
	for _, r := range roles {
		fields = append(fields, &form.Field{
			Name: furtherPrefix + r.ID, Label: r.ID, Kind: form.Toggle, Value: onOff(false),
			Describe: func(string, form.Values) string { return r.Description },
		})
	}
	return fields, nil
}

// chosenRoles are the organization roles that the form names; none stands for what new members get.
func chosenRoles(h *unit.Head, v form.Values) []string {
	roles := v.List(fieldFurther)
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

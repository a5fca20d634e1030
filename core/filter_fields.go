package core

import "strings"

// listFields are the names that the filters of lists take as fields. The lists read them from here, and so does the help.
var listFields = map[string][]string{
	"accounts":      {"email", "name", "state", "support", "mfa"},
	"access":        {"name", "email", "kind", "role", "by", "external"},
	"activity":      {"who", "action", "about", "reason", "outcome", "origin"},
	"buckets":       {"name", "project", "owner", "sharing", "state", "id"},
	"combined":      {"name", "email", "project", "role", "external"},
	"comments":      {"who"},
	"inbox":         {"event", "read"},
	"invitations":   {"id", "unit", "who", "inviter", "role", "state", "reason"},
	"links":         {"name", "project", "by", "state", "id"},
	"maintainers":   {"name", "contact"},
	"members":       {"name", "email", "kind", "role", "origin", "external", "mfa"},
	"organizations": {"name", "maintainer", "auto_join", "mfa"},
	"outbox":        {"event", "to", "state", "error", "cause"},
	"projects":      {"name", "org", "maintainer", "template", "state", "id"},
	"requests":      {"project", "org", "who", "state", "reason", "id"},
	"roles":         {"name", "description", "id"},
	"tickets":       {"state", "kind", "priority", "with", "project", "org", "who", "subject", "id"},
	"visits":        {"unit", "project", "where", "org", "who", "state", "reason", "id"},
}

// FilterFields names the fields that the filter of a list takes, such as "members" or "requests"; nothing for a list
// without fields.
func FilterFields(list string) []string { return append([]string(nil), listFields[list]...) }

// wholeRoles makes the field role mean one role where it names one: a role of an organization by its id, or a role in
// projects. "role:admin" is then not every role with these letters.
func (r *reading) wholeRoles(f filter, id OrganizationID, fields ...string) error {
	for _, name := range fields {
		err := f.whole(name, func(value string) (bool, error) {
			for _, set := range roleLevels {
				for _, level := range set {
					if Fold(string(level)) == value {
						return true, nil
					}
				}
			}
			_, ok, err := r.Tx.Roles().Get(OrganizationRoleKey{id, strings.ToUpper(value)})
			return ok && id != 0, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heldRole is the role of the organization that a filter asks the members of it for: then only its holders are read. It
// is empty for DEFAULT, which all members have.
func (r *reading) heldRole(f filter, unit Unit) (string, error) {
	if unit.Kind != KindOrganization {
		return "", nil
	}
	for _, x := range f.fields {
		if x.name != "role" || x.not || !x.exact {
			continue
		}
		id := strings.ToUpper(x.value)
		if _, ok, err := r.Tx.Roles().Get(OrganizationRoleKey{OrganizationID(unit.ID), id}); err != nil || ok && id != RoleDefault {
			return id, err
		}
	}
	return "", nil
}

// roleOrganization is the organization whose roles the people of a unit hold; zero for a maintainer.
func (r *reading) roleOrganization(unit Unit) (OrganizationID, error) {
	switch unit.Kind {
	case KindOrganization:
		return OrganizationID(unit.ID), nil
	case KindProject:
		p, _, err := r.Projects().Get(ProjectID(unit.ID))
		return p.Organization, err
	default:
		return 0, nil
	}
}

package core

import (
	"slices"
	"strings"
)

// Opening is an organization role that opens a project, and at which level (OR4).
type Opening struct {
	Role  string `json:"role"`
	Level Role   `json:"level"`
}

// highestFirst orders openings by level, and those of one level by role.
func highestFirst(set RoleSet, openings []Opening) {
	slices.SortFunc(openings, func(a, b Opening) int {
		switch {
		case a.Level == b.Level:
			return strings.Compare(a.Role, b.Role)
		case set.Higher(a.Level, b.Level) == a.Level:
			return -1
		}
		return 1
	})
}

// openingSentence names the roles that open the project, the deciding one first (W2, OR5).
func (f *Facts) openingSentence() string {
	if len(f.Openings) == 0 {
		return "An organization role opens the project."
	}
	first := f.Openings[0]
	said := first.Role + " opens " + f.ProjectName + " at " + string(first.Level)
	others := make([]string, 0, len(f.Openings)-1)
	for _, o := range f.Openings[1:] {
		others = append(others, o.Role+" at "+string(o.Level))
	}
	if len(others) > 0 {
		said += " (" + strings.Join(others, ", ") + ")"
	}
	return said + "."
}

// insideAs says as what somebody is inside, with the organization role where that gives more than the direct membership
// (W2, OR5): "admin by ADMINS".
func (f *Facts) insideAs(role Role) string {
	if len(f.Openings) > 0 && f.Openings[0].Level == role && f.DirectRole != role {
		return string(role) + " by " + f.Openings[0].Role
	}
	return string(role)
}

// openedBy notes one more role that opens the project.
func (u *ProjectUse) openedBy(set RoleSet, o Opening) {
	u.Level = set.Higher(u.Level, o.Level)
	u.By = append(u.By, o)
	highestFirst(set, u.By)
}

// Ways says at which level somebody is in a project, and why, each way by itself: "admin, guest by DEFAULT" is a direct
// admin whom the role would let in as a guest.
func (u ProjectUse) Ways() string {
	ways := make([]string, 0, len(u.By)+1)
	if u.Direct != "" {
		ways = append(ways, string(u.Direct))
	}
	for _, o := range u.By {
		ways = append(ways, string(o.Level)+" by "+o.Role)
	}
	return strings.Join(ways, ", ")
}

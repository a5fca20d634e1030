package core

import "testing"

// W2, OR5: the step of role access names every role that opens the project, the highest level first.
func TestWhyNamesTheRolesThatOpen(t *testing.T) {
	for _, c := range []struct {
		openings []Opening
		want     string
	}{
		{[]Opening{{"WRITERS", RoleGuest}, {"ADMINS", RoleProjectAdmin}}, "ADMINS opens P at admin (WRITERS at guest)."},
		{[]Opening{{"WRITERS", RoleGuest}}, "WRITERS opens P at guest."},
	} {
		f := Facts{
			Account: Account{ID: 1}, Unit: ProjectID(1).Ref(), Exists: true, Activated: true, ProjectName: "P",
			RoleSet: RoleSetStandard, OrganizationStanding: Ordinary, Openings: c.openings,
		}
		highestFirst(f.RoleSet, f.Openings)
		f.RoleAccess = f.Openings[0].Level
		for _, y := range []Why{Explain(f), ExplainWithoutMFA(f)} {
			said := ""
			for _, s := range y.Steps {
				if s.Rule == "OR4" {
					said = s.Sentence
				}
			}
			if said != c.want {
				t.Errorf("%q, want %q", said, c.want)
			}
		}
	}
}

// W2, OR5: the role that raises a direct member is named; where the membership gives as much, none is.
func TestWhyNamesTheRoleThatRaises(t *testing.T) {
	for _, c := range []struct {
		direct Role
		want   string
	}{
		{"", "inside as admin by ADMINS"},
		{RoleGuest, "inside as admin by ADMINS"},
		{RoleProjectAdmin, "inside as admin"},
	} {
		f := Facts{
			Account: Account{ID: 1}, Unit: ProjectID(1).Ref(), Exists: true, Activated: true, ProjectName: "P",
			RoleSet: RoleSetStandard, OrganizationStanding: Ordinary, RoleAccess: RoleProjectAdmin, DirectRole: c.direct,
			Openings: []Opening{{"ADMINS", RoleProjectAdmin}, {"WRITERS", RoleGuest}},
		}
		if c.direct != "" {
			f.Direct = Ordinary
		}
		y := Explain(f)
		step := false
		for _, s := range y.Steps {
			step = step || s.Sentence == "Is "+c.want+"."
		}
		if y.Sentence != c.want || !step || len(y.By) != 2 {
			t.Errorf("direct %q: %q, want %q; steps %+v", c.direct, y.Sentence, c.want, y.Steps)
		}
	}
}

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

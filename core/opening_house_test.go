package core_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/core"
)

// A7, OR4, OR5 (real-data F6, F14; rules part 2 F9): why, the users of a project and the combined list name the same roles
// with the same levels, and a direct membership is a way of its own.
func TestRolesThatOpenAreNamedAlike(t *testing.T) {
	h := newFixture(t)
	for _, role := range []string{"admins", "writers", "owners"} {
		must(h.as("ana").CreateRole(ctx, h.acme, role, "Opens the project"))(t)
	}
	h.addGrant(h.etl, "ADMINS", core.RoleProjectAdmin)
	h.addGrant(h.etl, "WRITERS", core.RoleGuest)
	h.addGrant(h.etl, "OWNERS", core.RoleProjectAdmin)
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault, "WRITERS", "OWNERS", "ADMINS")
	h.addMember(h.acme.Ref(), "pia", core.RoleDefault, "WRITERS")
	for who, want := range map[string]struct{ ways, step string }{
		"otto": {"admin by ADMINS, admin by OWNERS, guest by WRITERS", "ADMINS opens Nightly ETL at admin (OWNERS at admin, WRITERS at guest)."},
		"pia":  {"admin, guest by WRITERS", ""}, // direct comes first, and is what decides
	} {
		var openings []core.Opening
		for _, v := range must(h.as("pia").Members(ctx, h.etl.Ref(), core.Query{}))(t).Items {
			if v.Person.ID == h.id(who) {
				openings = v.By
			}
		}
		for _, u := range must(h.as("ana").CombinedUsers(ctx, h.acme, core.Query{}))(t).Items {
			if u.Person.ID != h.id(who) {
				continue
			}
			if len(u.Projects) != 1 || u.Projects[0].Ways() != want.ways || fmt.Sprint(u.Projects[0].By) != fmt.Sprint(openings) {
				t.Errorf("%s: the combined list says %+v, that of users %v", who, u.Projects, openings)
			}
		}
		if len(openings) == 0 {
			t.Errorf("%s: no role is named in the list of users", who)
		}
		y := must(h.as("pia").Why(ctx, h.id(who), h.etl))(t)
		said := ""
		for _, s := range y.Steps {
			said += s.Sentence + "\n"
		}
		if want.step != "" && !strings.Contains(said, want.step) {
			t.Errorf("%s: why says %s", who, said)
		}
	}
	// A10: an outsider hears of no role.
	y := must(h.as("sam").Why(ctx, h.id("sam"), h.etl))(t)
	if text := fmt.Sprintf("%+v", y); strings.Contains(text, "ADMINS") || strings.Contains(text, "WRITERS") {
		t.Errorf("staff that was never inside is told: %s", text)
	}
}

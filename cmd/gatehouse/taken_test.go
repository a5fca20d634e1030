package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// takingVerb is a verb that takes rights from Ana, and what is there before.
type takingVerb struct {
	by, line string
	given    func(f *farHouse)
}

// byProjectRole makes Ana a direct user of the project, and takes ADMIN from her.
func byProjectRole(f *farHouse) {
	_, _, err := f.As("ben").AddMember(f.t.Context(), core.AddInput{Unit: f.ETL.Ref(), Email: "ana@acme.test", Role: core.RoleProjectAdmin})
	f.Must(err)
	withoutAdmin(f)
}

func withoutAdmin(f *farHouse) {
	_, err := f.As("ben").AssignRoles(f.t.Context(), f.Acme, f.People["ana"], 0, nil, []string{core.RoleAdmin})
	f.Must(err)
}

// byOrganizationRole lets Ana into the project by a role of the organization.
func byOrganizationRole(f *farHouse) {
	ctx := f.t.Context()
	_, err := f.As("ben").CreateRole(ctx, f.Acme, "dev team", "d")
	f.Must(err)
	_, err = f.As("ben").AssignRoles(ctx, f.Acme, f.People["ana"], 0, []string{"DEV_TEAM"}, nil)
	f.Must(err)
	_, err = f.As("ben").GrantRole(ctx, f.ETL, "DEV_TEAM", core.RoleProjectAdmin)
	f.Must(err)
	withoutAdmin(f)
}

func asSupport(f *farHouse) {
	_, err := f.As("sam").SetSupport(f.t.Context(), f.People["ana"], true, core.At(f.Clock.Now()).Add(30*core.Day))
	f.Must(err)
	f.EnrolMFA("ana")
}

var takingVerbs = map[string]takingVerb{
	"member remove from an organization": {"ben", "member remove ana@acme.test --org 1", nil},
	"member remove, as oneself":          {"ana", "member remove ana@acme.test --org 1", nil},
	"member remove from a project":       {"ben", "member remove ana@acme.test --project 1", byProjectRole},
	"role unassign":                      {"ben", "role unassign ADMIN ana@acme.test --org 1", nil},
	"member role":                        {"ben", "member role ana@acme.test guest --project 1", byProjectRole},
	"role revoke":                        {"ben", "role revoke DEV_TEAM --project 1", byOrganizationRole},
	"role delete":                        {"ben", "role delete DEV_TEAM --org 1", byOrganizationRole},
	"account support off":                {"sam", "account support ana@acme.test off", asSupport},
	"account read-only":                  {"sam", "account read-only ana@acme.test on --reason Auditor", nil},
	"account remove":                     {"sam", "account remove ana@acme.test --reason Left", nil},
}

var revokedLine = regexp.MustCompile(`invitation (\d+) of otto@elsewhere\.test to `)

// I17: every verb that takes rights from somebody names the invitations that it revokes, once each, as text and as JSON.
func TestVerbsNameWhatTheyRevoke(t *testing.T) {
	suite.Sequential(t)
	for name, v := range takingVerbs {
		for _, flag := range []string{"--yes", "--json"} {
			t.Run(name+" "+flag, func(t *testing.T) {
				f := newFarHouse(t)
				if v.given != nil {
					v.given(f)
				}
				var sent []core.InvitationID
				for _, unit := range []core.Unit{f.Acme.Ref(), f.ETL.Ref(), f.PartnerOne.Ref()} {
					in := core.InviteInput{Unit: unit, Email: "otto@elsewhere.test"}
					if unit.Kind == core.KindProject {
						in.Role = core.RoleGuest
					}
					if i, _, err := f.As("ana").Invite(t.Context(), in); err == nil {
						sent = append(sent, i.ID)
					}
				}
				got := f.run(f.session(v.by), "", append(strings.Fields(v.line), "--yes", flag)...)
				if got.code != 0 {
					t.Fatalf("%d %s", got.code, got.err)
				}
				var gone, told []core.InvitationID
				for _, id := range sent {
					if i, err := f.As("otto").Invitation(t.Context(), id); err != nil || i.State == core.InvitationCancelled {
						gone = append(gone, id)
					}
				}
				if len(gone) == 0 {
					t.Fatalf("it revokes none of %v", sent)
				}
				if flag == "--json" {
					var answer core.Taken
					page := struct {
						Items []struct{ Result core.Taken }
					}{}
					f.Must(json.Unmarshal([]byte(got.out), &answer))
					f.Must(json.Unmarshal([]byte(got.out), &page))
					for _, item := range page.Items {
						answer.Revoked = append(answer.Revoked, item.Result.Revoked...)
					}
					for _, r := range answer.Revoked {
						told = append(told, r.Invitation)
					}
				} else {
					for _, m := range revokedLine.FindAllStringSubmatch(got.err+got.out, -1) {
						id, err := parseID[core.InvitationID]("INVITATION", m[1])
						f.Must(err)
						told = append(told, id)
					}
				}
				if slices.Sort(told); !slices.Equal(told, gone) {
					t.Errorf("it names %v, and revoked %v\n%s%s", told, gone, got.err, got.out)
				}
			})
		}
	}
}

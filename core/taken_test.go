package core_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gatehouse/core"
)

// lossDeed is a deed that takes rights from Ana, who has sent invitations to Acme, to Nightly ETL and to Partner One where
// she may, and what its card lists.
type lossDeed struct {
	by    string
	given func(h *fixture)
	card  func(a *core.Actor, h *fixture) ([]core.Revoked, error)
	do    func(a *core.Actor, h *fixture) error
}

func impactRevoked(i core.RemovalImpact, err error) ([]core.Revoked, error) { return i.Revoked, err }

func takenRevoked(t core.Taken, err error) ([]core.Revoked, error) { return t.Revoked, err }

// anaUses makes Ana an ordinary user of Nightly ETL, who may invite there also without the organization.
func anaUses(h *fixture) {
	h.put1(h.add("ben", core.AddInput{Unit: h.etl.Ref(), Email: "ana@acme.test", Role: core.RoleProjectAdmin}))
}

// anaByRole lets Ana into Nightly ETL by a role, and takes ADMIN from her.
func anaByRole(h *fixture) {
	must(h.as("ben").CreateRole(ctx, h.acme, "dev team", "d"))(h.t)
	must(h.as("ben").AssignRoles(ctx, h.acme, h.id("ana"), 0, []string{"DEV_TEAM"}, nil))(h.t)
	must(h.as("ben").GrantRole(ctx, h.etl, "DEV_TEAM", core.RoleProjectAdmin))(h.t)
	must(h.as("ben").AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{core.RoleAdmin}))(h.t)
}

func lossDeeds() map[string]lossDeed {
	id := func(h *fixture) core.AccountID { return h.id("ana") }
	foresee := func(d lossDeed) lossDeed { // cards that ask the deed itself
		d.card = func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
			return takenRevoked(a.Foresee(func(a *core.Actor) error { return d.do(a, h) }))
		}
		return d
	}
	return map[string]lossDeed{
		"undo of a role": foresee(lossDeed{
			by: "ben",
			given: func(h *fixture) {
				must(h.as("ben").AssignRoles(ctx, h.acme, id(h), 0, nil, []string{core.RoleAdmin}))(h.t)
				must(h.as("ben").AssignRoles(ctx, h.acme, id(h), 0, []string{core.RoleAdmin}, nil))(h.t)
			},
			do: func(a *core.Actor, _ *fixture) error { return onlyErr(a.Undo(ctx, core.EventRef{})) },
		}),
		"member remove": {
			by: "ben",
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return impactRevoked(a.RemovalImpact(ctx, h.acme.Ref(), id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return a.RemoveMember(ctx, h.acme.Ref(), id(h), 0) },
		},
		"member remove, who stays a user": {
			by: "ben", given: anaUses,
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return impactRevoked(a.RemovalImpact(ctx, h.acme.Ref(), id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return a.RemoveMember(ctx, h.acme.Ref(), id(h), 0) },
		},
		"member remove with projects (OR11)": {
			by: "ben", given: anaUses,
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				i, err := a.RemovalImpact(ctx, h.acme.Ref(), id(h))
				return i.WithUses, err
			},
			do: func(a *core.Actor, h *fixture) error {
				return a.RemoveMemberAndUses(ctx, h.acme, id(h), 0, []core.ProjectID{h.etl})
			},
		},
		"role unassign": {
			by: "ben",
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return a.DemotionImpact(ctx, h.acme.Ref(), id(h))
			},
			do: func(a *core.Actor, h *fixture) error {
				return onlyErr(a.AssignRoles(ctx, h.acme, id(h), 0, nil, []string{core.RoleAdmin}))
			},
		},
		"member role": {
			by: "ben", given: func(h *fixture) {
				anaUses(h)
				must(h.as("ben").AssignRoles(ctx, h.acme, id(h), 0, nil, []string{core.RoleAdmin}))(h.t)
			},
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return a.DemotionImpact(ctx, h.etl.Ref(), id(h))
			},
			do: func(a *core.Actor, h *fixture) error { return onlyErr(a.SetRole(ctx, h.etl, id(h), 0, core.RoleGuest)) },
		},
		"user remove": {
			by: "ben", given: func(h *fixture) {
				anaUses(h)
				must(h.as("ben").AssignRoles(ctx, h.acme, id(h), 0, nil, []string{core.RoleAdmin}))(h.t)
			},
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return impactRevoked(a.RemovalImpact(ctx, h.etl.Ref(), id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return a.RemoveMember(ctx, h.etl.Ref(), id(h), 0) },
		},
		"grant remove": foresee(lossDeed{
			by: "ben", given: anaByRole,
			do: func(a *core.Actor, h *fixture) error { return a.RevokeGrant(ctx, h.etl, "DEV_TEAM", "") },
		}),
		"role delete": {
			by: "ben", given: anaByRole,
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				i, err := a.RoleImpact(ctx, h.acme, "DEV_TEAM")
				return i.Revoked, err
			},
			do: func(a *core.Actor, h *fixture) error { return a.DeleteRole(ctx, h.acme, "DEV_TEAM") },
		},
		"leave": foresee(lossDeed{by: "ana", do: func(a *core.Actor, h *fixture) error { return a.LeaveOrganization(ctx, h.acme) }}),
		"account remove": {
			by: "sam",
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				i, err := a.RemoveAccountImpact(ctx, id(h))
				return i.Revoked, err
			},
			do: func(a *core.Actor, h *fixture) error { return a.RemoveAccount(ctx, id(h), "has left") },
		},
		"account read-only": {
			by: "sam",
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return takenRevoked(a.ReadOnlyImpact(ctx, id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return onlyErr(a.SetReadOnly(ctx, id(h), true, "an auditor")) },
		},
		"project move": {
			by: "sam", given: func(h *fixture) {
				h.addMember(h.addOrganization(h.partnerOne, "Globex").Ref(), "pia", core.RoleDefault, core.RoleAdmin)
			},
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				i, err := a.MoveImpact(ctx, h.etl, h.organizationNamed("Globex"))
				return i.Revoked, err
			},
			do: func(a *core.Actor, h *fixture) error {
				return onlyErr(a.MoveProject(ctx, h.etl, 0, h.organizationNamed("Globex")))
			},
		},
		"a limited role that lowers an administrator (M3)": foresee(lossDeed{
			by: "ben",
			do: func(a *core.Actor, h *fixture) error {
				_, _, err := a.AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "ana@acme.test", Role: core.RoleGuest})
				return err
			},
		}),
		"member remove from a maintainer": {
			by: "sam", given: func(h *fixture) { h.addMember(h.partnerOne.Ref(), "ana") },
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return impactRevoked(a.RemovalImpact(ctx, h.partnerOne.Ref(), id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return a.RemoveMember(ctx, h.partnerOne.Ref(), id(h), 0) },
		},
		"support flag": {
			by: "sam", given: func(h *fixture) {
				must(h.as("sam").SetSupport(ctx, id(h), true, h.in(30*core.Day)))(h.t)
			},
			card: func(a *core.Actor, h *fixture) ([]core.Revoked, error) {
				return takenRevoked(a.TakeSupportImpact(ctx, id(h)))
			},
			do: func(a *core.Actor, h *fixture) error { return onlyErr(a.SetSupport(ctx, id(h), false, 0)) },
		},
	}
}

// I17: of every deed that takes rights from somebody, the card before it, the rehearsal, the answer and the events name the
// same invitations: those that it revokes, each once.
func TestEveryLossNamesTheSameInvitations(t *testing.T) {
	for name, deed := range lossDeeds() {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.setMFA("ana", true)
			if deed.given != nil {
				deed.given(h)
			}
			var sent []core.InvitationID
			for _, unit := range []core.Unit{h.acme.Ref(), h.etl.Ref(), h.partnerOne.Ref()} {
				in := core.InviteInput{Unit: unit, Email: "otto@elsewhere.test"}
				if unit.Kind == core.KindProject {
					in.Role = core.RoleGuest
				}
				if i, _, err := h.as("ana").Invite(ctx, in); err == nil {
					sent = append(sent, i.ID)
				}
			}
			a := h.as(deed.by)
			card := must(deed.card(a, h))(t)
			foreseen := must(a.Foresee(func(a *core.Actor) error { return deed.do(a, h) }))(t)
			before := h.heads()
			var taken core.Taken
			allowed(t, deed.do(a.Noting(&taken), h))
			var gone []core.InvitationID
			for _, i := range sent {
				if h.invitation(i).State == core.InvitationCancelled {
					gone = append(gone, i)
				}
			}
			if len(gone) == 0 {
				t.Fatalf("it revokes none of %v", sent)
			}
			for what, got := range map[string][]core.InvitationID{
				"the card": idsOf(card), "the rehearsal": idsOf(foreseen.Revoked), "the answer": idsOf(taken.Revoked), "the events": h.revokedIn(before),
			} {
				if slices.Sort(got); !slices.Equal(got, gone) {
					t.Errorf("%s names %v, and it revoked %v", what, got, gone)
				}
			}
			v, ok, err := a.LastUndo(context.Background())
			if its := ok && v.Event.Sequence > before[v.Event.Chain]; err != nil || its && v.Revoked != len(gone) { // not all can be undone
				t.Errorf("the undo says that %d stay revoked (%v), not %d", v.Revoked, err, len(gone))
			}
		})
	}
}

// I17, V10: what ends by time revokes what its holder could send no more, and the events of the sweep name it.
func TestSweepNamesTheInvitationsItRevokes(t *testing.T) {
	for name, ends := range map[string]func(h *fixture){
		"the account": func(h *fixture) { must(h.as("sam").SetAccountExpiry(ctx, h.id("ana"), h.in(core.Day)))(h.t) },
		"the Support flag": func(h *fixture) { // the account ends with it (AC13)
			must(h.as("sam").SetSupport(ctx, h.id("ana"), true, h.in(core.Day)))(h.t)
		},
		"a membership": func(h *fixture) {
			h.editMembership(h.acme.Ref(), "ana", func(m *core.Membership) { m.Until = h.in(core.Day) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.setMFA("ana", true)
			ends(h)
			var sent []core.InvitationID
			for _, in := range []core.InviteInput{
				{Unit: h.acme.Ref(), Email: "otto@elsewhere.test"},
				{Unit: h.etl.Ref(), Email: "otto@elsewhere.test", Role: core.RoleGuest},
			} {
				i, _, err := h.as("ana").Invite(ctx, in)
				allowed(t, err)
				sent = append(sent, i.ID)
			}
			before := h.heads()
			h.pass(core.Day + time.Hour)
			for _, i := range sent {
				if got := h.invitation(i).State; got != core.InvitationCancelled {
					t.Errorf("invitation %d is %s", i, got)
				}
			}
			got := h.revokedIn(before)
			if slices.Sort(got); !slices.Equal(got, sent) {
				t.Errorf("the events name %v, and it revoked %v", got, sent)
			}
		})
	}
}

func idsOf(list []core.Revoked) []core.InvitationID {
	var ids []core.InvitationID
	for _, v := range list {
		ids = append(ids, v.Invitation)
	}
	return ids
}

// revokedIn gives the invitations that all events since say were revoked.
func (h *fixture) revokedIn(before map[core.Ref]uint64) []core.InvitationID {
	h.t.Helper()
	var ids []core.InvitationID
	for _, e := range allOf(h, core.Tx.Events, core.Scan{}) {
		if e.Sequence <= before[e.Chain] {
			continue
		}
		for _, ch := range e.Changes {
			if ch.Subject != nil && ch.Subject.Kind == core.KindInvitation && ch.After == string(core.InvitationCancelled) {
				ids = append(ids, core.InvitationID(ch.Subject.ID))
			}
		}
	}
	return ids
}

// organizationNamed gives the first organization of that name.
func (h *fixture) organizationNamed(name string) core.OrganizationID {
	h.t.Helper()
	table := func(tx core.Tx) core.Table[core.OrganizationID, core.Organization] { return tx.Organizations() }
	for _, o := range allOf(h, table, core.Scan{}) {
		if o.Name == name {
			return o.ID
		}
	}
	h.t.Fatalf("no organization is named %q", name)
	return 0
}

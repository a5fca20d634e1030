package core_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// difficult houses have people in them who cannot help.
var difficultHouses = map[string]func(h *fixture){
	"all is well":                      func(*fixture) {},
	"administrators are not activated": func(h *fixture) { h.states(core.AccountNotActivated, "ana", "ben") },
	"administrators have expired":      func(h *fixture) { h.states(core.AccountExpired, "ana", "ben") },
	"one administrator is left": func(h *fixture) {
		h.states(core.AccountExpired, "ana")
		h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	},
	"one administrator is locked out": func(h *fixture) {
		h.setMFA("ana", true)
		h.requireMFA()
	},
	"all are locked out":        func(h *fixture) { h.requireMFA() },
	"the user is not activated": func(h *fixture) { h.states(core.AccountNotActivated, "pia") },
	"nobody uses the project": func(h *fixture) {
		allowed(h.t, h.as("pia").LeaveProject(ctx, h.etl))
	},
	"only visitors are in the project": func(h *fixture) {
		h.visiting()
		allowed(h.t, h.as("pia").LeaveProject(ctx, h.etl))
	},
	"an administrator has a limited role": func(h *fixture) {
		allowed(h.t, h.as("pia").LeaveProject(ctx, h.etl))
		h.addUser(h.etl, "ana", core.RoleReadOnly)
	},
	"nobody is left at all": func(h *fixture) {
		h.states(core.AccountExpired, "ana", "ben", "pia")
	},
	"a plain member and a reader": func(h *fixture) {
		h.states(core.AccountExpired, "ana", "ben")
		h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
		h.addUser(h.etl, "otto", core.RoleReadOnly)
	},
}

func (h *fixture) states(state core.AccountState, people ...string) {
	h.t.Helper()
	for _, who := range people {
		h.editAccount(who, func(a *core.Account) {
			a.State = state
			if state == core.AccountExpired {
				a.Expires = h.now()
			}
		})
	}
}

var addresses = regexp.MustCompile(`[a-z]+@[a-z-]+\.test`)

// helps are the rights by which somebody who is asked helps, where that is not the right that was refused.
var helps = map[core.Reason][]core.Right{
	core.ReasonAdminRoleRequired:   {core.OrganizationRoles},
	core.ReasonAutoJoinDisabled:    {core.OrganizationAdd},
	core.ReasonForbidden:           {core.OrganizationRoles},
	core.ReasonVisitorRestricted:   {},
	core.ReasonRoleRestricted:      {},
	core.ReasonOrgMembersOnly:      {},
	core.ReasonMFARequired:         {},
	core.ReasonProjectDisabled:     {},
	core.ReasonAlreadyInvited:      {},
	core.ReasonAlreadyMember:       {},
	core.ReasonUseJoin:             {},
	core.ReasonInactiveAccount:     {},
	core.ReasonAccountExpired:      {},
	core.ReasonAlreadyRequested:    {},
	core.ReasonNotFound:            {},
	core.ReasonShareNeedsOrgMember: {},
}

// Section 3, M19: whoever a refusal names as somebody to ask can act and has the right, in every house; and where nobody
// is left, the refusal names the handing over, which works.
func TestRefusalsNameOnlyPeopleWhoCanHelp(t *testing.T) {
	suite.Sequential(t)
	for name, given := range difficultHouses {
		for _, auto := range []bool{true, false} {
			h := newFixture(t)
			given(h)
			h.autoJoin(auto)
			t.Run(name, func(t *testing.T) {
				h.t = t
				handed := h.walkRefusals()
				if handed && h.unable() == "" {
					t.Error("the handing over is named while an administrator can act")
				}
				if strings.Contains(h.unable(), "Acme") {
					if !handed {
						t.Error("nobody can act, and no refusal names the way out")
					}
					h.handOver()
				}
			})
		}
	}
}

// walkRefusals looks at what everybody is refused on organization and project, and reports whether a refusal names the
// handing over.
func (h *fixture) walkRefusals() (handed bool) {
	h.t.Helper()
	for _, reader := range []string{"sam", "lea", "ana", "pia", "otto"} {
		for _, unit := range []core.Unit{h.acme.Ref(), h.etl.Ref()} {
			for right, refusal := range must(h.as(reader).Permissions(ctx, unit))(h.t) {
				if refusal == nil {
					continue
				}
				text := refusal.Message + " " + refusal.Next
				handed = handed || strings.Contains(text, "hand it over")
				for _, address := range addresses.FindAllString(text, -1) {
					if !h.helper(address, unit, right, refusal.Reason) {
						h.t.Errorf("%s is refused %s of %s (%s), and sent to %s, who cannot help: %s", reader, right, unit, refusal.Reason, address, text)
					}
				}
			}
		}
	}
	return handed
}

// helper reports whether somebody has the right on a unit, or one that helps.
func (h *fixture) helper(address string, unit core.Unit, right core.Right, why core.Reason) bool {
	h.t.Helper()
	acc, err := h.AccountByEmail(ctx, address)
	allowed(h.t, err)
	a := h.As(acc.ID)
	on := must(a.Permissions(ctx, unit))(h.t)
	organization := must(a.Permissions(ctx, h.acme.Ref()))(h.t)
	if refusal, asked := on[right]; asked && refusal == nil {
		return acc.Usable(h.now())
	}
	return acc.Usable(h.now()) && slices.ContainsFunc(helps[why], func(r core.Right) bool { return organization[r] == nil })
}

// handOver does what the refusals name: Support makes Max's colleague Rex administrator, who then can do what was refused.
func (h *fixture) handOver() {
	h.t.Helper()
	last := h.lastNotification()
	h.addAccount("rex", "rex@acme.test", func(a *core.Account) { a.TOTP = h.secret() })
	_, _, err := h.as("sam").HandOver(ctx, h.acme, "rex@acme.test", incident)
	allowed(h.t, err)
	if h.unable() != "" {
		h.t.Errorf("nobody can act in %s after the handing over", h.unable())
	}
	must(h.as("rex").RenameOrganization(ctx, h.acme, 0, "Acme Again"))(h.t)
	told := h.toldSince(last)
	for _, who := range []string{"lea", "max", "rex"} {
		if told[who] == "" {
			h.t.Errorf("%s is not told of the handing over: %v", who, told)
		}
	}
	_, _, err = h.as("sue").HandOver(ctx, h.acme, "otto@elsewhere.test", incident)
	refused(h.t, err, core.ReasonForbidden)
}

// M19: only Support, with MFA and a reason, and only while nobody can act; a member gets ADMIN, staff never do.
func TestHandingOver(t *testing.T) {
	h := newFixture(t)
	hand := func(who, email, reason string) error {
		_, _, err := h.as(who).HandOver(ctx, h.acme, email, reason)
		return err
	}
	refused(t, hand("sam", "otto@elsewhere.test", incident), core.ReasonForbidden)
	h.states(core.AccountExpired, "ana", "ben")
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
	for _, who := range []string{"lea", "otto", "pia"} {
		if core.AsError(hand(who, "otto@elsewhere.test", incident)).Code != core.CodeDenied {
			t.Errorf("%s hands over", who)
		}
	}
	refused(t, hand("sam", "lea@partner-one.test", incident), core.ReasonUseJoin)
	refused(t, hand("sam", "ana@acme.test", incident), core.ReasonAlreadyMember)
	refused(t, hand("sam", "otto@elsewhere.test", ""), core.ReasonReasonRequired)
	h.autoJoin(false)
	err := h.as("sam").RemoveAccount(ctx, h.id("ana"), incident) // AC9: the last one stays, and the refusal names the way out
	if core.AsError(err).Code != core.CodeConflict || !strings.Contains(err.Error()+core.AsError(err).Next, "hand it over") {
		t.Errorf("removing the last one: %v", err)
	}
	allowed(t, hand("sam", "otto@elsewhere.test", incident))
	allowed(t, h.as("sam").RemoveAccount(ctx, h.id("ana"), incident))
	if m, _ := h.membership(h.acme.Ref(), "otto"); !m.Admin() {
		t.Errorf("Otto has %v", m.Roles)
	}
	for _, who := range []string{"lea", "max", "pia", "ben", "otto"} {
		h.told(who, core.NoticeHandedOver)
	}
}

// M5, M6: staff add with a reason, as DEFAULT only, and the administrators are told by whom and why; the row is marked.
func TestAddedByStaff(t *testing.T) {
	for _, who := range []string{"sam", "lea"} {
		h := newFixture(t)
		in := core.AddInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test", Reason: incident}
		wrong := in
		wrong.Roles = []string{core.RoleAdmin}
		refused(t, onlyError2(h.add(who, wrong)), core.ReasonInvalidRole)
		m, _, err := h.add(who, in)
		allowed(t, err)
		if m.Admin() || !m.AddedByStaff() {
			t.Errorf("%s has added %+v", who, m)
		}
		for _, admin := range []string{"ana", "ben"} {
			if n := h.told(admin, core.NoticeAddedByStaff); !strings.Contains(n.Body, incident) || !strings.Contains(n.Body, who+"@") {
				t.Errorf("%s is told %q", admin, n.Body)
			}
		}
		page := must(h.as("ana").Members(ctx, h.acme.Ref(), core.Query{}))(t)
		for _, row := range page.Items {
			if marked := row.Person.Email == in.Email; row.AddedByStaff != marked {
				t.Errorf("%s is marked: %v", row.Person.Email, row.AddedByStaff)
			}
		}
	}
}

func onlyError2[V, W any](_ V, _ W, err error) error { return err }

// M6: the administrators are told of every new administrator, whatever way they become one.
func TestAdministratorsHearOfNewOnes(t *testing.T) {
	for name, enters := range map[string]func(h *fixture){
		"added": func(h *fixture) {
			_, _, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test"})
			allowed(h.t, err)
		},
		"role": func(h *fixture) {
			h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
			must(h.as("ana").AssignRoles(ctx, h.acme, h.id("otto"), 0, []string{core.RoleAdmin}, nil))(h.t)
		},
		"invited": func(h *fixture) {
			i := h.addInvitation(h.acme.Ref(), "otto", "ana", func(i *core.Invitation) { i.Roles = []string{core.RoleAdmin, core.RoleDefault} })
			must(h.as("otto").AcceptInvitation(ctx, i, 0))(h.t)
		},
		"removal undone": func(h *fixture) {
			h.addMember(h.acme.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
			allowed(h.t, h.as("ana").RemoveMember(ctx, h.acme.Ref(), h.id("otto"), 0))
			must(h.as("ana").Undo(ctx, core.EventRef{}))(h.t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			enters(h)
			h.told("ben", core.NoticeAdministratorNew)
		})
	}
}

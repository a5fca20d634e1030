package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// MT3, H6, section 2.2: members of the maintainer and Support create organizations, with the settings of the start.
func TestCreateOrganization(t *testing.T) {
	ctx := context.Background()
	for who, want := range map[string]core.Reason{
		"lea": "", "sam": "", "ana": core.ReasonForbidden, "otto": core.ReasonForbidden,
	} {
		t.Run(who, func(t *testing.T) {
			h := newFixture(t)
			o, err := h.as(who).CreateOrganization(ctx, h.partnerOne, " Beta ")
			if want != "" {
				refused(t, err, want)
				return
			}
			allowed(t, err)
			if o.Name != "Beta" || !o.AutoJoin || o.MFA.State != core.MFAOff || o.Deciders != core.DecidersAnyUser ||
				o.PendingHours != 72 || o.NewMembers != core.NewMembersAdmin || o.Maintainer != h.partnerOne {
				t.Errorf("organization: %+v", o)
			}
			m, ok := h.membership(o.ID.Ref(), who)
			if !ok || !m.Admin() || m.Visitor() || m.Until != 0 || m.Inviter != 0 || m.Approver != 0 {
				t.Errorf("the creator is %+v", m)
			}
			e := h.lastEvent(o.ID.Ref(), "organization.create")
			in := h.lastEvent(h.partnerOne.Ref(), "maintainer.organization_in")
			if in.Linked != o.ID.Ref().String()+"#1" || e.Sequence != 1 {
				t.Errorf("linked event: %+v", in)
			}
		})
	}
	h := newFixture(t)
	_, err := h.as("lea").CreateOrganization(ctx, h.partnerOne, "")
	refused(t, err, core.ReasonNameRequired)
	_, err = h.as("sam").CreateOrganization(ctx, 99, "Beta")
	refused(t, err, core.ReasonNotFound)
}

// S26, 6.4: administrators and staff rename; the row of everybody else refuses.
func TestRenameOrganization(t *testing.T) {
	ctx := context.Background()
	for who, want := range map[string]core.Reason{
		"ana": "", "lea": "", "sam": "", "pia": core.ReasonForbidden, "otto": core.ReasonForbidden, "paul": core.ReasonAdminRoleRequired,
	} {
		t.Run(who, func(t *testing.T) {
			h := newFixture(t)
			h.addAccount("paul", "paul@acme.test")
			h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
			o, err := h.as(who).RenameOrganization(ctx, h.acme, 1, "Acme AG")
			if want != "" {
				refused(t, err, want)
				return
			}
			allowed(t, err)
			if o.Name != "Acme AG" || o.Version != 2 {
				t.Errorf("organization: %+v", o)
			}
			_, err = h.as(who).RenameOrganization(ctx, h.acme, 1, "Acme SE")
			refused(t, err, core.ReasonStale)
		})
	}
}

// DR10–DR13: what ends with an organization, and what stays.
func TestDeleteOrganization(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	refused(t, h.as("ana").DeleteOrganization(ctx, h.acme, 0), core.ReasonNotEmpty)
	allowed(t, h.noProjects())
	v := must(h.as("sue").JoinOrganization(ctx, h.acme, entry()))(t)
	inv := h.addInvitation(h.acme.Ref(), "otto", "ana")
	lapsed := h.addInvitation(h.acme.Ref(), "max", "ana", func(i *core.Invitation) { i.State = core.InvitationLapsed })
	for who, want := range map[string]core.Reason{
		"lea": core.ReasonForbidden, "pia": core.ReasonForbidden, "otto": core.ReasonForbidden,
	} {
		refused(t, h.as(who).DeleteOrganization(ctx, h.acme, 0), want)
	}
	refused(t, h.as("ana").DeleteOrganization(ctx, h.acme, 9), core.ReasonStale)
	allowed(t, h.as("ana").DeleteOrganization(ctx, h.acme, 0))

	h.lastEvent(h.acme.Ref(), "organization.delete")
	if e := h.lastEvent(h.partnerOne.Ref(), "maintainer.organization_out"); e.Linked == "" {
		t.Errorf("not linked: %+v", e)
	}
	for _, name := range []string{"ana", "ben", "sue"} {
		h.noMember(h.acme.Ref(), name)
	}
	if got := h.visit(v.ID); got.State != core.VisitEnded {
		t.Errorf("visit: %+v", got)
	}
	if a, b := h.invitation(inv).State, h.invitation(lapsed).State; a != core.InvitationVoid || b != core.InvitationLapsed {
		t.Errorf("invitations: %s, %s", a, b)
	}
	if n := len(allOf(h, core.Tx.Grants, core.Scan{Prefix: core.Key{core.Num(h.etl)}})); n != 0 {
		t.Errorf("%d role grants are left", n)
	}
	if n := len(allOf(h, core.Tx.Roles, core.Scan{Prefix: core.Key{core.Num(h.acme)}})); n != 0 {
		t.Errorf("%d roles are left", n)
	}
	h.user(h.etl, "pia") // until the purge (DR7)
	_, err := h.as("sam").RestoreProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonOrganizationDeleted)
	_, err = h.as("ana").RenameOrganization(ctx, h.acme, 0, "Back")
	refused(t, err, core.ReasonNotFound)
}

package demo

import (
	"fmt"
	"time"

	"gatehouse/core"
)

// invite sends an invitation and gives it; the clear code is thrown away, as if it had gone out.
func (b *builder) invite(by, email string, in core.InviteInput) core.Invitation {
	var out core.Invitation
	in.Email = email
	b.do(by+" invites "+email, func() error {
		i, code, err := b.as(by).Invite(b.ctx, in)
		out, b.ids[email] = i, i.Account
		if err != nil || code.Code == "" || in.Lapses != activates {
			return err
		}
		return b.activate(code.Code, "Iris Novak")
	})
	return out
}

// activates marks an invitation whose code is redeemed at once.
const activates = core.Length(3 * 24 * 60)

func (b *builder) answer(email string, i core.Invitation, accept bool) {
	b.do(fmt.Sprintf("%s answers %d", email, i.ID), func() error {
		if accept {
			_, err := b.as(email).AcceptInvitation(b.ctx, i.ID, 0)
			return err
		}
		_, err := b.as(email).DeclineInvitation(b.ctx, i.ID, 0)
		return err
	})
}

// oldInvitations are over today, one in each of the ways: accepted, declined, cancelled, lapsed, superseded, void.
func (b *builder) oldInvitations() {
	acme := b.org("Acme").Ref()
	week := core.Minutes(7 * core.Day)
	accepted := b.invite(Ben, "iris.novak@acme.test", core.InviteInput{Unit: b.project("Churn model").Ref(), Role: core.RoleGuest, Reason: "Reviews the model for the audit", Lapses: activates})
	b.wait(3 * time.Hour)
	b.answer("iris.novak@acme.test", accepted, true)
	declined := b.invite(Ana, "iris.novak@acme.test", core.InviteInput{Unit: acme, Roles: []string{core.RoleDefault}, Lapses: week})
	b.answer("iris.novak@acme.test", declined, false)

	cancelled := b.invite(Ana, "typo@acme.example", core.InviteInput{Unit: acme, Lapses: week})
	b.do("cancel", func() error {
		_, err := b.as(Ana).CancelInvitation(b.ctx, cancelled.ID, 0)
		return err
	})
	b.invite(Ana, "late.reader@acme.test", core.InviteInput{Unit: acme, Lapses: week}) // nobody answers: it lapses
	b.invite(Ben, "max.keller@partner-one.test", core.InviteInput{Unit: b.project("Nightly ETL").Ref(), Role: core.RoleReadOnly, Lapses: week})
	b.do("add the invited", func() error {
		_, _, err := b.as(Ana).AddMember(b.ctx, core.AddInput{
			Unit: b.project("Nightly ETL").Ref(), Email: "max.keller@partner-one.test", Role: core.RoleReadOnly, Until: core.At(b.now.Add(5 * core.Day)),
		})
		return err
	})
	// Its project is deleted in the weeks after.
	b.invite(b.firstAdmin("Gillespie Press"), "proof.reader@gillespie.test", core.InviteInput{Unit: b.project("Print runs").Ref(), Lapses: core.Minutes(30 * core.Day)})
}

// invitations wait for an answer today: two for Ana, and some that Acme and Partner One sent.
func (b *builder) invitations() {
	b.invite(b.firstAdmin("Blue Heron Labs"), Ana, core.InviteInput{
		Unit: b.project("Sample tracking").Ref(), Role: core.RoleGuest, Reason: "Shared study with Acme", Until: core.At(b.now.Add(60 * core.Day)),
	})
	b.invite(b.firstAdmin("Larkspur City"), Ana, core.InviteInput{Unit: b.org("Larkspur City").Ref(), Roles: []string{core.RoleDefault}, Lapses: core.Minutes(20 * time.Hour)})
	b.invite(Ana, "romy.ueda@acme.test", core.InviteInput{Unit: b.org("Acme").Ref()})
	b.invite(Ben, "consultant@elsewhere.test", core.InviteInput{
		Unit: b.project("Churn model").Ref(), Role: core.RoleReadOnly, Reason: "Second opinion on the model", Lapses: core.Minutes(2 * core.Day),
	})
	b.invite(Lea, "kai.adler@partner-one.test", core.InviteInput{Unit: b.maintainer("Partner One").Ref()})
}

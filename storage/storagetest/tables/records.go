package tables

import (
	"pgregory.net/rapid"

	"gatehouse/core"
)

// The domains are small, so that records meet each other in indexes and counters, and are replaced often.

var names = rapid.SampledFrom([]string{"", "Acme", "acme", "ACME 2", "Äcme", "a b", "Zed", "日本", "ﬁn"})

func id[N ~uint64](t *rapid.T, name string) N { return N(rapid.Uint64Range(1, 4).Draw(t, name)) }

func maybe[N ~uint64](t *rapid.T, name string) N { return N(rapid.Uint64Range(0, 2).Draw(t, name)) }

// moment gives one of a few days far enough from zero that no notice lies before it.
func moment(t *rapid.T, name string) core.Moment {
	return core.Moment(rapid.Int64Range(1000, 1004).Draw(t, name) * 86400)
}

func maybeMoment(t *rapid.T, name string) core.Moment {
	if rapid.Bool().Draw(t, name+" set") {
		return moment(t, name)
	}
	return 0
}

func one[V any](t *rapid.T, name string, of ...V) V { return rapid.SampledFrom(of).Draw(t, name) }

func unit(t *rapid.T) core.Unit {
	return core.Unit{Kind: one(t, "unit kind", core.KindMaintainer, core.KindOrganization, core.KindProject), ID: id[uint64](t, "unit")}
}

func drawAccount(t *rapid.T) core.Account {
	a := core.Account{
		ID: id[core.AccountID](t, "id"), Version: maybe[uint64](t, "version"), Name: names.Draw(t, "name"),
		Email:   one(t, "email", "ana@acme.test", "bo@zed.test", "Cy@acme.test"),
		State:   one(t, "state", core.AccountNotActivated, core.AccountActive, core.AccountExpired, core.AccountRemoved),
		Support: rapid.Bool().Draw(t, "support"), Expires: maybeMoment(t, "expires"), Noticed: rapid.IntRange(0, 3).Draw(t, "noticed"),
	}
	if rapid.IntRange(0, 3).Draw(t, "recovery") == 0 {
		a.SecurityKeys = 1
		a.Recovery = &core.RecoveryCodes{Salt: []byte{9}, Hashes: [][]byte{{1}, {2}}, Made: moment(t, "made"), Memory: 64}
		a.Throttle = &core.Throttle{Failures: 2, Locks: 1, Until: moment(t, "locked")}
	}
	if rapid.Bool().Draw(t, "mfa") {
		a.TOTP = &core.TOTP{Secret: []byte{1, 2, 3}, Enrolled: moment(t, "enrolled")}
	}
	return a
}

func drawCode(t *rapid.T) core.ActivationCode {
	return core.ActivationCode{
		Hash: one(t, "hash", "aa", "ab", "b"), Account: id[core.AccountID](t, "account"), Used: maybeMoment(t, "used"),
	}
}

func drawMaintainer(t *rapid.T) core.Maintainer {
	return core.Maintainer{
		ID: id[core.MaintainerID](t, "id"), Name: names.Draw(t, "name"), State: one(t, "state", core.UnitActive, core.UnitDeleted),
	}
}

func drawOrganization(t *rapid.T) core.Organization {
	return core.Organization{
		ID: id[core.OrganizationID](t, "id"), Maintainer: id[core.MaintainerID](t, "maintainer"), Name: names.Draw(t, "name"),
		State: one(t, "state", core.UnitActive, core.UnitDeleted), AutoJoin: rapid.Bool().Draw(t, "auto join"),
		MFA: core.MFASetting{
			State: one(t, "mfa", core.MFAOff, core.MFAScheduled, core.MFARequired), At: moment(t, "at"),
			Noticed: rapid.IntRange(0, 2).Draw(t, "noticed"),
		},
	}
}

func drawProject(t *rapid.T) core.Project {
	p := core.Project{
		ID: id[core.ProjectID](t, "id"), Organization: id[core.OrganizationID](t, "organization"),
		Maintainer: id[core.MaintainerID](t, "maintainer"), Name: names.Draw(t, "name"),
		State:   one(t, "state", core.ProjectActive, core.ProjectActive, core.ProjectDeleted, core.ProjectPurged),
		Expires: maybeMoment(t, "expires"), Noticed: rapid.Bool().Draw(t, "noticed"), UserLimit: rapid.IntRange(1, 10000).Draw(t, "limit"),
	}
	if p.State == core.ProjectDeleted {
		p.Deleted = moment(t, "deleted")
	}
	if rapid.Bool().Draw(t, "disabled") {
		p.Disabled = &core.Disabled{Reason: "repairs", Since: moment(t, "since"), By: 1}
	}
	return p
}

func drawMembership(t *rapid.T) core.Membership {
	return core.Membership{
		Unit: unit(t), Account: id[core.AccountID](t, "account"), Origin: one(t, "origin", core.OriginAdded, core.OriginVisit),
		Until: maybeMoment(t, "until"), Uncounted: rapid.Bool().Draw(t, "uncounted"), Version: maybe[uint64](t, "version"),
		Roles: one(t, "roles", nil, []string{"DEFAULT"}, []string{"ADMIN", "DEFAULT"}, []string{"ADMIN", "DEFAULT", "TEAM"}),
	}
}

func drawVisit(t *rapid.T) core.Visit {
	v := core.Visit{
		ID: id[core.VisitID](t, "id"), Unit: unit(t), Account: id[core.AccountID](t, "account"),
		State: one(t, "state", core.VisitActive, core.VisitActive, core.VisitLeft), Ends: moment(t, "ends"),
		Ticket: maybe[core.TicketID](t, "ticket"),
	}
	switch v.Unit.Kind {
	case core.KindOrganization:
		v.Organization = core.OrganizationID(v.Unit.ID)
	case core.KindProject:
		v.Organization = id[core.OrganizationID](t, "organization")
	default:
	}
	return v
}

func drawRequest(t *rapid.T) core.Request {
	filed := moment(t, "filed")
	return core.Request{
		ID: id[core.RequestID](t, "id"), Project: id[core.ProjectID](t, "project"), Requester: id[core.AccountID](t, "requester"),
		Organization: id[core.OrganizationID](t, "organization"), Extends: maybe[core.VisitID](t, "extends"),
		State: one(t, "state", core.RequestPending, core.RequestPending, core.RequestApproved, core.RequestLapsed),
		Filed: filed, Lapses: filed + core.Moment(rapid.Int64Range(1, 3).Draw(t, "lapses")*86400), Reminded: rapid.IntRange(0, 3).Draw(t, "reminded"),
		ForSupport: rapid.Bool().Draw(t, "for support"),
	}
}

func drawInvitation(t *rapid.T) core.Invitation {
	return core.Invitation{
		ID: id[core.InvitationID](t, "id"), Unit: unit(t), Account: id[core.AccountID](t, "account"),
		State:  one(t, "state", core.InvitationPending, core.InvitationLapsed, core.InvitationAccepted),
		Lapses: moment(t, "lapses"), Roles: one(t, "roles", nil, []string{"DEFAULT"}),
		Inviter: id[core.AccountID](t, "inviter"), Resender: one(t, "resender", 0, id[core.AccountID](t, "sender")),
	}
}

func drawRole(t *rapid.T) core.OrganizationRole {
	return core.OrganizationRole{
		Organization: id[core.OrganizationID](t, "organization"), ID: one(t, "id", "DEV", "DEV_TEAM", "QA"), Name: names.Draw(t, "name"),
	}
}

func drawGrant(t *rapid.T) core.Grant {
	return core.Grant{
		Project: id[core.ProjectID](t, "project"), Organization: id[core.OrganizationID](t, "organization"),
		RoleID: one(t, "role", "DEV", "DEV_TEAM"), Level: one(t, "level", core.RoleGuest, core.RoleReadOnly), Version: maybe[uint64](t, "version"),
	}
}

func subjects(t *rapid.T) []core.Ref {
	ref := rapid.Custom(func(t *rapid.T) core.Ref {
		return core.Ref{Kind: one(t, "kind", core.KindRequest, core.KindProject, core.KindAccount), ID: id[uint64](t, "id")}
	})
	if list := rapid.SliceOfN(ref, 0, 3).Draw(t, "subjects"); len(list) > 0 {
		return list
	}
	return nil
}

func drawNotification(t *rapid.T) core.Notification {
	m := core.Notification{
		ID: id[core.NotificationID](t, "id"), Recipient: maybe[core.AccountID](t, "recipient"), Subjects: subjects(t),
		Read: maybeMoment(t, "read"), Withdrawn: maybeMoment(t, "withdrawn"),
		Mail: core.Mail{State: one(t, "mail", core.MailQueued, core.MailFailed, core.MailSent, core.MailOff), Next: maybeMoment(t, "next")},
	}
	if m.Recipient == 0 {
		m.Address = "desk@north.test"
	}
	if rapid.IntRange(0, 3).Draw(t, "code") == 0 {
		m.Code = &core.CodeToSend{Invitation: maybe[core.InvitationID](t, "invitation"), Expires: moment(t, "expires")}
	}
	return m
}

func drawChain(t *rapid.T) core.Ref {
	return one(t, "chain", core.System, core.OrganizationID(1).Ref(), core.OrganizationID(2).Ref(), core.MaintainerID(1).Ref())
}

func drawEvent(t *rapid.T) core.Event {
	return core.Event{
		Chain: drawChain(t), Sequence: id[uint64](t, "sequence"), Actor: maybe[core.AccountID](t, "actor"), Subjects: subjects(t),
		Time: moment(t, "time"), Action: "project.rename", Outcome: core.OutcomeDone,
	}
}

func drawHead(t *rapid.T) core.Head {
	return core.Head{Chain: drawChain(t), Sequence: id[uint64](t, "sequence"), Hash: "h"}
}

func drawAttempt(t *rapid.T) core.Attempt {
	return core.Attempt{Key: one(t, "key", "1 join project/1", "1 join project/2", "2"), First: moment(t, "first"), Count: 1}
}

package core_test

import (
	"time"

	"gatehouse/core"
)

// visiting lets Sam into the project and gives the visit.
func (h *fixture) visiting() core.VisitID {
	h.t.Helper()
	return must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(h.t).Visit
}

// inviting invites Otto to the project.
func (h *fixture) inviting() core.Invitation {
	h.t.Helper()
	i, _, err := h.as("pia").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(h.t, err)
	return i
}

// waiting files a request by Sam.
func (h *fixture) waiting() core.Request {
	h.t.Helper()
	h.autoJoin(false)
	return h.file("sam")
}

var entryUseCases = map[string]useCase{
	"Actor.JoinProject": doing(func(f *fixture) error { return onlyErr(f.as("sam").JoinProject(ctx, f.etl, entryP())) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("otto").JoinProject(ctx, f.etl, entryP())) }),
	"Actor.JoinOrganization": doing(func(f *fixture) error { return onlyErr(f.as("sam").JoinOrganization(ctx, f.acme, entry())) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("otto").JoinOrganization(ctx, f.acme, entry())) }),
	"Actor.JoinMaintainer": doing(func(f *fixture) error { return onlyErr(f.as("sam").JoinMaintainer(ctx, f.partnerOne, entry())) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("otto").JoinMaintainer(ctx, f.partnerOne, entry())) }),
	"Actor.LeaveMaintainer":   doing(func(f *fixture) error { return f.as("max").LeaveMaintainer(ctx, f.partnerOne) }),
	"Actor.LeaveOrganization": doing(func(f *fixture) error { return f.as("ben").LeaveOrganization(ctx, f.acme) }),
	"Actor.LeaveProject":      doing(func(f *fixture) error { return f.as("pia").LeaveProject(ctx, f.etl) }),
	"Actor.AddMember": doing(func(f *fixture) error {
		_, _, err := f.as("pia").AddMember(ctx, core.AddInput{Unit: f.etl.Ref(), Email: "otto@elsewhere.test"})
		return err
	}),
	"Actor.HandOver": change(func(f *fixture) func() error {
		for _, who := range []string{"ana", "ben"} {
			f.editAccount(who, func(a *core.Account) { a.State, a.Expires = core.AccountExpired, f.now() })
		}
		return func() error {
			_, _, err := f.as("sam").HandOver(ctx, f.acme, "otto@elsewhere.test", incident)
			return err
		}
	}).orDenied(func(f *fixture) error {
		_, _, err := f.as("sue").HandOver(ctx, f.acme, "nia@elsewhere.test", incident)
		return err
	}),
	"Actor.RemoveMember": doing(func(f *fixture) error { return f.as("ana").RemoveMember(ctx, f.acme.Ref(), f.id("ben"), 0) }),
	"Actor.RemoveMemberAndUses": change(func(f *fixture) func() error {
		f.addUser(f.etl, "ben", core.RoleGuest)
		return func() error {
			return f.as("ana").RemoveMemberAndUses(ctx, f.acme, f.id("ben"), 0, []core.ProjectID{f.etl})
		}
	}),
	"Actor.SetRole": doing(func(f *fixture) error {
		return onlyErr(f.as("ana").SetRole(ctx, f.etl, f.id("pia"), 0, core.RoleGuest))
	}),
	"Actor.Invite": doing(func(f *fixture) error {
		_, _, err := f.as("pia").Invite(ctx, core.InviteInput{Unit: f.etl.Ref(), Email: "otto@elsewhere.test"})
		return err
	}),
	"Actor.ResendInvitation": change(func(f *fixture) func() error {
		i := f.inviting()
		return func() error {
			_, _, err := f.as("pia").ResendInvitation(ctx, i.ID, 0, 0)
			return err
		}
	}),
	"Actor.AcceptInvitation": change(func(f *fixture) func() error {
		i := f.inviting()
		return func() error { return onlyErr(f.as("otto").AcceptInvitation(ctx, i.ID, 0)) }
	}),
	"Actor.DeclineInvitation": change(func(f *fixture) func() error {
		i := f.inviting()
		return func() error { return onlyErr(f.as("otto").DeclineInvitation(ctx, i.ID, 0)) }
	}),
	"Actor.CancelInvitation": change(func(f *fixture) func() error {
		i := f.inviting()
		return func() error { return onlyErr(f.as("ana").CancelInvitation(ctx, i.ID, 0)) }
	}),
	"Actor.FileRequest": change(func(f *fixture) func() error {
		f.autoJoin(false)
		return func() error { return onlyErr(f.as("sam").FileRequest(ctx, f.etl, entry())) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("otto").FileRequest(ctx, f.etl, entry())) }),
	"Actor.ExtendVisit": change(func(f *fixture) func() error {
		v := f.visiting()
		return func() error { return onlyErr(f.as("sam").ExtendVisit(ctx, v, entry(forHours(9)))) }
	}),
	"Actor.ApproveRequest": change(func(f *fixture) func() error {
		q := f.waiting()
		return func() error { return onlyErr(f.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("ana").ApproveRequest(ctx, 1, 0, core.Term{})) }),
	"Actor.RejectRequest": change(func(f *fixture) func() error {
		q := f.waiting()
		return func() error { return onlyErr(f.as("pia").RejectRequest(ctx, q.ID, 0, "")) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("ana").RejectRequest(ctx, 1, 0, "")) }),
	"Actor.WithdrawRequest": change(func(f *fixture) func() error {
		q := f.waiting()
		return func() error { return onlyErr(f.as("sam").WithdrawRequest(ctx, q.ID, 0)) }
	}),
	"Actor.LeaveVisit": change(func(f *fixture) func() error {
		v := f.visiting()
		return func() error { return onlyErr(f.as("sam").LeaveVisit(ctx, v)) }
	}),
	"Actor.RevokeVisit": change(func(f *fixture) func() error {
		v := f.visiting()
		return func() error { return onlyErr(f.as("pia").RevokeVisit(ctx, v, 0, "")) }
	}),
}

// bucketOf makes a bucket of the project, shared to everybody who uses a project of Acme.
func (h *fixture) bucketOf(shared bool) core.BucketID {
	h.t.Helper()
	h.addUser(h.etl, "ana", core.RoleShare)
	b := must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(h.t)
	if shared {
		must(h.as("ana").ShareBucket(ctx, b.ID, 0, core.ShareInput{Type: core.ShareProjectMembers}))(h.t)
	}
	return b.ID
}

// linkOf links the shared bucket in another project of Pia.
func (h *fixture) linkOf() (core.BucketID, core.ProjectID) {
	h.t.Helper()
	b := h.bucketOf(true)
	p := h.addProject(h.acme, "Reports")
	h.addUser(p, "pia", core.RoleProjectAdmin)
	must(h.as("pia").LinkBucket(ctx, b, p, ""))(h.t)
	return b, p
}

var serviceUseCases = map[string]useCase{
	"Actor.CreateBucket": doing(func(f *fixture) error {
		return onlyErr(f.as("pia").CreateBucket(ctx, f.etl, core.BucketInput{Name: "raw"}))
	}),
	"Actor.SetBucket": change(func(f *fixture) func() error {
		b := f.bucketOf(false)
		return func() error { return onlyErr(f.as("pia").SetBucket(ctx, b, 0, core.BucketPatch{Name: ptr("cooked")})) }
	}),
	"Actor.DeleteBucket": change(func(f *fixture) func() error {
		b := f.bucketOf(false)
		return func() error { return f.as("pia").DeleteBucket(ctx, b, 0) }
	}),
	"Actor.ShareBucket": change(func(f *fixture) func() error {
		b := f.bucketOf(false)
		return func() error {
			return onlyErr(f.as("ana").ShareBucket(ctx, b, 0, core.ShareInput{Type: core.ShareProjectMembers}))
		}
	}),
	"Actor.ChangeSharing": change(func(f *fixture) func() error {
		b := f.bucketOf(true)
		return func() error {
			return onlyErr(f.as("ana").ChangeSharing(ctx, b, 0, core.ShareInput{Type: core.ShareOrganizationMembers}))
		}
	}),
	"Actor.UnshareBucket": change(func(f *fixture) func() error {
		b := f.bucketOf(true)
		return func() error { return onlyErr(f.as("ana").UnshareBucket(ctx, b, 0)) }
	}),
	"Actor.LinkBucket": change(func(f *fixture) func() error {
		b := f.bucketOf(true)
		p := f.addProject(f.acme, "Reports")
		f.addUser(p, "pia", core.RoleProjectAdmin)
		return func() error { return onlyErr(f.as("pia").LinkBucket(ctx, b, p, "")) }
	}),
	"Actor.UnlinkBucket": change(func(f *fixture) func() error {
		b, p := f.linkOf()
		return func() error { return f.as("pia").UnlinkBucket(ctx, b, p) }
	}),
	"Actor.ForceUnlink": change(func(f *fixture) func() error {
		b, p := f.linkOf()
		return func() error { return f.as("ana").ForceUnlink(ctx, b, p) }
	}),
	"Actor.OpenTicket": doing(func(f *fixture) error {
		return onlyErr(f.as("pia").OpenTicket(ctx, f.etl, question()))
	}),
	"Actor.CommentTicket": change(func(f *fixture) func() error {
		n := f.ticketOf("pia").ID
		return func() error { return onlyErr(f.as("lea").CommentTicket(ctx, n, "Since when?")) }
	}),
	"Actor.PassTicket": change(func(f *fixture) func() error {
		n := f.ticketOf("pia").ID
		return func() error { return onlyErr(f.as("lea").PassTicket(ctx, n, 0)) }
	}),
	"Actor.CloseTicket": change(func(f *fixture) func() error {
		n := f.ticketOf("pia").ID
		return func() error { return onlyErr(f.as("pia").CloseTicket(ctx, n, 0)) }
	}),
	"Actor.ReopenTicket": change(func(f *fixture) func() error {
		n := f.ticketOf("pia").ID
		must(f.as("pia").CloseTicket(ctx, n, 0))(f.t)
		return func() error { return onlyErr(f.as("pia").ReopenTicket(ctx, n, 0)) }
	}),
}

// bookkeepingUseCases write no event (AU14), nor do those that change nothing yet: a secret that waits for its first
// code, a code that was right.
var bookkeepingUseCases = map[string]useCase{
	"House.Recognize": quiet(func(f *fixture) func() error {
		key := f.keyOf("pia")
		return func() error { return onlyErr(f.Recognize(ctx, core.SigningIn{Fingerprint: key, Origin: address})) }
	}).orDenied(func(f *fixture) error {
		keys := must(f.as("pia").Keys(ctx, f.id("pia")))(f.t)
		f.editAccount("pia", func(a *core.Account) { a.State = core.AccountExpired })
		return onlyErr(f.Recognize(ctx, core.SigningIn{Fingerprint: keys[0].Fingerprint, Origin: address}))
	}),
	"House.Unrecognized": quiet(func(f *fixture) func() error {
		key := f.keyOf("pia")
		return func() error { return f.Unrecognized(ctx, core.SigningIn{Fingerprint: key, Origin: address}) }
	}).orDenied(func(f *fixture) error {
		return f.Unrecognized(ctx, core.SigningIn{Fingerprint: fingerprintOf(f.t, newKey(f.t)), Origin: address})
	}),
	"Actor.EnrolMFA": quiet(func(f *fixture) func() error {
		return func() error { return onlyErr(f.as("pia").EnrolMFA(ctx)) }
	}),
	"Actor.CheckSecondFactor": quiet(func(f *fixture) func() error {
		return func() error { return f.as("lea").CheckSecondFactor(ctx, f.code("lea")) }
	}),
	"Actor.SetPreferences": quiet(func(f *fixture) func() error {
		return func() error {
			return onlyErr(f.as("pia").SetPreferences(ctx, core.PreferencesPatch{Theme: ptr("mono")}))
		}
	}),
	"Actor.SaveFilter": quiet(func(f *fixture) func() error {
		return func() error {
			return onlyErr(f.as("pia").SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: "mine", Filter: "etl"}))
		}
	}),
	"Actor.DeleteSavedFilter": quiet(func(f *fixture) func() error {
		must(f.as("pia").SaveFilter(ctx, core.SavedFilter{Screen: "projects", Name: "mine", Filter: "etl"}))(f.t)
		return func() error { return f.as("pia").DeleteSavedFilter(ctx, "projects", "mine") }
	}),
	"Actor.MarkRead": quiet(func(f *fixture) func() error {
		f.waiting()
		n := f.inbox("pia")[0].ID
		return func() error { return f.as("pia").MarkRead(ctx, n) }
	}),
	"Actor.MarkAllRead": quiet(func(f *fixture) func() error {
		f.waiting()
		return func() error { return f.as("pia").MarkAllRead(ctx) }
	}),
	"Actor.RetryMail": quiet(func(f *fixture) func() error {
		n := f.failedMail()
		return func() error { return f.as("sam").RetryMail(ctx, n) }
	}),
	"Actor.RetryMails": quiet(func(f *fixture) func() error {
		f.failedMail()
		return func() error { return onlyErr(f.as("sam").RetryMails(ctx)) }
	}),
	"House.NextMails": quiet(func(f *fixture) func() error {
		return func() error {
			_, _, err := f.NextMails(ctx)
			return err
		}
	}),
	"House.MailSent": quiet(func(f *fixture) func() error {
		n := f.failedMail()
		return func() error { return f.MailSent(ctx, []core.NotificationID{n}) }
	}),
	"House.MailFailed": quiet(func(f *fixture) func() error {
		n := f.failedMail()
		return func() error { return f.MailFailed(ctx, []core.NotificationID{n}, "no route", false) }
	}),
	"House.MailReturned": quiet(func(f *fixture) func() error {
		n := f.failedMail()
		return func() error { return f.MailReturned(ctx, []core.NotificationID{n}) }
	}),
	"House.SealSecrets": quiet(func(f *fixture) func() error {
		return func() error { return onlyErr(f.SealSecrets(ctx)) }
	}),
	"House.KeyText": quiet(func(f *fixture) func() error {
		return func() error { return onlyErr(f.KeyText(ctx)) }
	}),
	"House.MoveClock": quiet(func(f *fixture) func() error {
		f.put(func(tx core.Tx) error { return tx.PutSettings(core.Settings{Created: core.At(begin), Demo: true}) })
		return func() error { return f.MoveClock(ctx, time.Hour) }
	}),
}

// failedMail puts a notice of Pia into the outbox whose mail failed.
func (h *fixture) failedMail() core.NotificationID {
	h.t.Helper()
	h.waiting()
	n := h.inbox("pia")[0]
	n.Mail = core.Mail{State: core.MailFailed, Attempts: 1, Error: "no route", Next: h.now()}
	h.put(func(tx core.Tx) error { return tx.Notifications().Put(n) })
	return n.ID
}

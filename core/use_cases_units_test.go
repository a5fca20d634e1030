package core_test

import (
	"io"
	"time"

	"gatehouse/core"
)

// doing is a use case that needs no more than the start house.
func doing(do func(f *fixture) error) useCase {
	return change(func(f *fixture) func() error { return func() error { return do(f) } })
}

var accountUseCases = map[string]useCase{
	"Actor.CreateAccount": change(func(f *fixture) func() error {
		return func() error {
			_, _, err := f.as("sam").CreateAccount(ctx, core.AccountInput{Email: "new@data.test"})
			return err
		}
	}),
	"Actor.RenameAccount": doing(func(f *fixture) error { return onlyErr(f.as("pia").RenameAccount(ctx, "Philippa")) }),
	"Actor.ConfirmAddress": change(func(f *fixture) func() error {
		f.editAccount("pia", func(a *core.Account) { a.Confirmed = false })
		return func() error { return onlyErr(f.as("sam").ConfirmAddress(ctx, f.id("pia"))) }
	}),
	"Actor.IssueCode": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").IssueCode(ctx, f.id("pia"), "Lost the laptop"))
	}),
	"Actor.SetAccountExpiry": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SetAccountExpiry(ctx, f.id("sue"), f.in(200*core.Day)))
	}),
	"Actor.SetSupport": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SetSupport(ctx, f.id("otto"), true, f.in(200*core.Day)))
	}),
	"Actor.SetReadOnly": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SetReadOnly(ctx, f.id("pia"), true, "An auditor"))
	}),
	"Actor.SetDuty": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SetDuty(ctx, f.id("pia"), core.DutyBackup, true, "Nightly timer", f.in(core.Day)))
	}),
	"Actor.RemoveAccount": doing(func(f *fixture) error {
		return f.as("sam").RemoveAccount(ctx, f.id("pia"), "Has left the company")
	}),
	"Actor.AddKey": change(func(f *fixture) func() error {
		key := newKey(f.t)
		return func() error { return onlyErr(f.as("pia").AddKey(ctx, core.KeyInput{Key: key})) }
	}),
	"Actor.RemoveKey": change(func(f *fixture) func() error {
		must(f.as("pia").AddKey(ctx, core.KeyInput{Key: newKey(f.t)}))(f.t)
		second := must(f.as("pia").AddKey(ctx, core.KeyInput{Key: newKey(f.t)}))(f.t)
		return func() error { return f.as("pia").RemoveKey(ctx, second.Fingerprint) }
	}),
	"Actor.ConfirmMFA": change(func(f *fixture) func() error {
		e := must(f.as("pia").EnrolMFA(ctx))(f.t)
		return func() error { return onlyErr(f.as("pia").ConfirmMFA(ctx, codeAt(f.t, e.Secret, f.clock.Now()))) }
	}),
	"Actor.RenewRecoveryCodes": doing(func(f *fixture) error { return onlyErr(f.as("sam").RenewRecoveryCodes(ctx)) }),
	"Actor.SwitchOffMFA":       doing(func(f *fixture) error { return f.as("lea").SwitchOffMFA(ctx, f.code("lea")) }),
	"Actor.SwitchOffMFAOf": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SwitchOffMFAOf(ctx, f.id("lea"), "Lost the phone"))
	}),
	"Actor.Export":         doing(func(f *fixture) error { return f.as("sam").Export(ctx, io.Discard, nil) }),
	"Actor.ExportActivity": doing(func(f *fixture) error { return f.as("sam").ExportActivity(ctx, core.System, io.Discard) }),
}

var unitUseCases = map[string]useCase{
	"Actor.CreateMaintainer": doing(func(f *fixture) error { return onlyErr(f.as("sam").CreateMaintainer(ctx, "Partner Two")) }),
	"Actor.RenameMaintainer": doing(func(f *fixture) error {
		return onlyErr(f.as("lea").RenameMaintainer(ctx, f.partnerOne, 0, "Partner 1"))
	}),
	"Actor.SetMaintainerContact": doing(func(f *fixture) error {
		return onlyErr(f.as("lea").SetMaintainerContact(ctx, f.partnerOne, 0, "desk@partner-one.test"))
	}),
	"Actor.DeleteMaintainer": change(func(f *fixture) func() error {
		m := f.addMaintainer("Empty", "max")
		return func() error { return f.as("sam").DeleteMaintainer(ctx, m, 0) }
	}),
	"Actor.CreateOrganization": doing(func(f *fixture) error {
		return onlyErr(f.as("lea").CreateOrganization(ctx, f.partnerOne, "Beta"))
	}),
	"Actor.RenameOrganization": doing(func(f *fixture) error { return onlyErr(f.as("ana").RenameOrganization(ctx, f.acme, 0, "Acme Ltd")) }),
	"Actor.DeleteOrganization": change(func(f *fixture) func() error {
		o := f.addOrganization(f.partnerOne, "Empty")
		f.addMember(o.Ref(), "ana", core.RoleAdmin, core.RoleDefault)
		return func() error { return f.as("ana").DeleteOrganization(ctx, o, 0) }
	}),
	"Actor.MoveOrganization": change(func(f *fixture) func() error {
		m := f.addMaintainer("Partner Two", "max")
		return func() error { return onlyErr(f.as("sam").MoveOrganization(ctx, f.acme, 0, m)) }
	}),
	"Actor.SetAutoJoin": doing(func(f *fixture) error { return onlyErr(f.as("ana").SetAutoJoin(ctx, f.acme, 0, false)) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("sam").SetAutoJoin(ctx, f.acme, 0, true)) }),
	"Actor.SetDeciders": doing(func(f *fixture) error { return onlyErr(f.as("ana").SetDeciders(ctx, f.acme, 0, core.DecidersFullRole)) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("sam").SetDeciders(ctx, f.acme, 0, core.DecidersAnyUser)) }),
	"Actor.SetPendingTime": doing(func(f *fixture) error { return onlyErr(f.as("ana").SetPendingTime(ctx, f.acme, 0, 5)) }).
		orDenied(func(f *fixture) error { return onlyErr(f.as("lea").SetPendingTime(ctx, f.acme, 0, 6)) }),
	"Actor.SetNewMembers": doing(func(f *fixture) error {
		return onlyErr(f.as("ana").SetNewMembers(ctx, f.acme, 0, core.NewMembersDefault))
	}).
		orDenied(func(f *fixture) error {
			return onlyErr(f.as("lea").SetNewMembers(ctx, f.acme, 0, core.NewMembersAdmin))
		}),
	"Actor.RequireMFA": change(func(f *fixture) func() error {
		f.setMFA("ana", true)
		return func() error { return onlyErr(f.as("ana").RequireMFA(ctx, f.acme, 0, true)) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("sam").RequireMFA(ctx, f.acme, 0, true)) }),
	"Actor.ScheduleMFA": change(func(f *fixture) func() error {
		f.setMFA("ana", true)
		return func() error { return onlyErr(f.as("ana").ScheduleMFA(ctx, f.acme, 0, f.in(30*core.Day))) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("sam").ScheduleMFA(ctx, f.acme, 0, f.in(20*core.Day))) }),
	"Actor.MFAOff": change(func(f *fixture) func() error {
		f.setMFA("ana", true)
		f.requireMFA()
		return func() error { return onlyErr(f.as("ana").MFAOff(ctx, f.acme, 0)) }
	}).orDenied(func(f *fixture) error { return onlyErr(f.as("lea").MFAOff(ctx, f.acme, 0)) }),
	"Actor.MFAImpact":     doing(func(f *fixture) error { return onlyErr(f.as("ana").MFAImpact(ctx, f.acme)) }),
	"Actor.ExportMFAList": doing(func(f *fixture) error { return f.as("ana").ExportMFAList(ctx, f.acme, core.FormatCSV, io.Discard) }),
	"Actor.Billing":       doing(func(f *fixture) error { return onlyErr(f.as("sam").Billing(ctx, f.acme)) }),
	"Actor.SetBilling": doing(func(f *fixture) error {
		return onlyErr(f.as("ana").SetBilling(ctx, f.acme, 0, core.BillingPatch{City: ptr("Oslo")}))
	}),
	"Actor.CreateRole": doing(func(f *fixture) error { return onlyErr(f.as("ana").CreateRole(ctx, f.acme, "dev team", "Develops")) }),
	"Actor.DeleteRole": change(func(f *fixture) func() error {
		r := must(f.as("ana").CreateRole(ctx, f.acme, "dev team", "Develops"))(f.t)
		return func() error { return f.as("ana").DeleteRole(ctx, f.acme, r.ID) }
	}),
	"Actor.AssignRoles": change(func(f *fixture) func() error {
		r := must(f.as("ana").CreateRole(ctx, f.acme, "dev team", "Develops"))(f.t)
		return func() error {
			return onlyErr(f.as("ana").AssignRoles(ctx, f.acme, f.id("ben"), 0, []string{r.ID}, nil))
		}
	}),
	"Actor.GrantRole": change(func(f *fixture) func() error {
		r := must(f.as("ana").CreateRole(ctx, f.acme, "dev team", "Develops"))(f.t)
		return func() error { return onlyErr(f.as("pia").GrantRole(ctx, f.etl, r.ID, core.RoleGuest)) }
	}),
	"Actor.RevokeGrant": change(func(f *fixture) func() error {
		r := must(f.as("ana").CreateRole(ctx, f.acme, "dev team", "Develops"))(f.t)
		must(f.as("pia").GrantRole(ctx, f.etl, r.ID, core.RoleGuest))(f.t)
		return func() error { return f.as("pia").RevokeGrant(ctx, f.etl, r.ID, "") }
	}),
	"Actor.CreateProject": doing(func(f *fixture) error { return onlyErr(f.as("ana").CreateProject(ctx, f.acme, "Reports", "")) }),
	"Actor.RenameProject": doing(func(f *fixture) error { return onlyErr(f.as("pia").RenameProject(ctx, f.etl, 0, "Daily ETL")) }),
	"Actor.SetProject": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").SetProject(ctx, f.etl, 0, core.ProjectPatch{UserLimit: ptr(7)}))
	}),
	"Actor.DisableProject": doing(func(f *fixture) error {
		return onlyErr(f.as("sam").DisableProject(ctx, f.etl, 0, "Broken disk", 0))
	}),
	"Actor.EnableProject": change(func(f *fixture) func() error {
		must(f.as("sam").DisableProject(ctx, f.etl, 0, "Broken disk", 0))(f.t)
		return func() error { return onlyErr(f.as("sam").EnableProject(ctx, f.etl, 0)) }
	}),
	"Actor.DeleteProject": doing(func(f *fixture) error { return onlyErr(f.as("pia").DeleteProject(ctx, f.etl, 0)) }),
	"Actor.RestoreProject": change(func(f *fixture) func() error {
		must(f.as("pia").DeleteProject(ctx, f.etl, 0))(f.t)
		return func() error { return onlyErr(f.as("sam").RestoreProject(ctx, f.etl, 0)) }
	}),
	"Actor.PurgeProject": change(func(f *fixture) func() error {
		must(f.as("pia").DeleteProject(ctx, f.etl, 0))(f.t)
		f.dropMember(f.etl.Ref(), "pia")
		return func() error { return onlyErr(f.as("sam").PurgeProject(ctx, f.etl)) }
	}),
	"Actor.RemoveProject": change(func(f *fixture) func() error {
		f.dropMember(f.etl.Ref(), "pia")
		return func() error { return onlyErr(f.as("ana").RemoveProject(ctx, f.etl, 0)) }
	}),
	"Actor.MoveProject": change(func(f *fixture) func() error {
		o := f.addOrganization(f.partnerOne, "Beta")
		f.addMember(o.Ref(), "ben", core.RoleAdmin, core.RoleDefault)
		return func() error { return onlyErr(f.as("sam").MoveProject(ctx, f.etl, 0, o)) }
	}),
	"Actor.Undo": change(func(f *fixture) func() error {
		must(f.as("ana").SetAutoJoin(ctx, f.acme, 0, false))(f.t)
		f.clock.move(time.Minute)
		return func() error { return onlyErr(f.as("ana").Undo(ctx, core.EventRef{})) }
	}),
}

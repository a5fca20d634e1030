package core

import (
	"context"
	"sync"
)

// unitRights are the rights that Permissions answers for, by kind of unit: every row of section 6.
var unitRights = map[Kind][]Right{
	KindMaintainer: {
		MaintainerJoin, MaintainerAccept, MaintainerDecline, MaintainerSee, MaintainerManage, MaintainerDelete,
		MaintainerCreateOrganization, MaintainerLeave,
	},
	KindOrganization: {
		OrganizationJoin, OrganizationAccept, OrganizationDecline, OrganizationSee, OrganizationSeeMembers, OrganizationListProjects,
		OrganizationCombined, OrganizationMFAList, OrganizationInvite, OrganizationAdd, OrganizationHandOver, OrganizationRemoveMember, OrganizationLeave,
		OrganizationRename, OrganizationSettings, OrganizationRoles, OrganizationBillingView, OrganizationBillingEdit,
		OrganizationCreateProject, OrganizationDelete, OrganizationMove, OrganizationReceive,
		OrganizationBuckets,
	},
	KindProject: {
		ProjectJoin, ProjectRequest, ProjectExtend, ProjectContent, ProjectAccept, ProjectDecline, ProjectWithdraw, ProjectSee,
		ProjectActivity, ProjectInvite, ProjectCancel, ProjectAdd, ProjectManageUsers, ProjectGiveShare, ProjectGrantRoles,
		ProjectDecide, ProjectApprove, ProjectRename, ProjectDelete, ProjectRemoveForGood, ProjectMove, ProjectAdminister,
		ProjectRestore, ProjectPurge, ProjectEmpty, ProjectListDeleted, ProjectTicket, ProjectTicketRestore, ProjectLeave,
		ProjectBuckets, ProjectCatalog, ProjectLinkBuckets, ProjectShareBuckets,
	},
}

// readRights are those that a read-only house leaves.
var readRights = map[Right]bool{
	MaintainerSee: true, OrganizationSee: true, OrganizationSeeMembers: true, OrganizationListProjects: true, OrganizationCombined: true,
	OrganizationMFAList: true, OrganizationBillingView: true, ProjectSee: true, ProjectActivity: true, ProjectContent: true,
	ProjectListDeleted: true, ProjectCatalog: true, OrganizationBuckets: true,
}

// Permissions says of every right on a unit whether the actor has it, by the access function that also enforces: nil,
// or the refusal with its sentence. In a read-only house nothing but reading is left (read_only). It answers for outsiders and for units that are not there too. Errors: not_found
// for anything that is no unit.
func (a *Actor) Permissions(ctx context.Context, unit Unit) (Permissions, error) {
	var out Permissions
	err := a.read(ctx, func(r *reading) error {
		rights, ok := unitRights[unit.Kind]
		if !ok {
			return notFound(unit)
		}
		f, err := r.facts(unit)
		if err != nil {
			return err
		}
		f.nameOnce()
		out = make(Permissions, len(rights))
		for _, right := range rights {
			out[right] = Access(right, f).Err
			if a.readsOnly() && out[right] == nil && !readRights[right] {
				out[right] = refuse(ReasonReadOnly, nil)
			}
			if m := r.me.ReadOnly; m != nil && out[right] == nil && !readRights[right] {
				out[right] = refuse(ReasonReadOnlyAccount, words{"reason": m.Reason})
			}
		}
		return nil
	})
	return out, err
}

// nameOnce makes the people of the sentences be looked up once, however many sentences name them.
func (f *Facts) nameOnce() {
	if f.FullRoleUsers != nil {
		f.FullRoleUsers = sync.OnceValue(f.FullRoleUsers)
	}
	if f.Administrators != nil {
		f.Administrators = sync.OnceValue(f.Administrators)
	}
	if f.NobodyRuns != nil {
		f.NobodyRuns = sync.OnceValue(f.NobodyRuns)
	}
	if f.Contact != nil {
		f.Contact = sync.OnceValue(f.Contact)
	}
}

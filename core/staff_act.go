package core

// The rights that the flag Support gives over the whole database: they belong to no unit (AC23).
const (
	AccountCreate        Right = "account.create"         // without the flag Support: it opens nothing (H5)
	AccountCreateSupport Right = "account.create_support" // with it
	AccountConfirm       Right = "account.confirm"
	AccountCode          Right = "account.code_issue"
	AccountMFAOff        Right = "account.mfa_reset"
	AccountSupport       Right = "account.support_set" // and taking it
	AccountExpire        Right = "account.expiry_set"  // of everybody; fellow members renew each other without the flag (AC13)
	AccountRemove        Right = "account.remove"
	AccountReadOnly      Right = "account.read_only_set" // and taking it
	AccountDuty          Right = "account.duty_set"      // and taking it
	SessionRevoke        Right = "session.revoke"        // of other people
	HouseBackup          Right = "house.backup"
	HouseExport          Right = "house.export"
	MaintainerCreate     Right = "maintainer.create"
	OutboxRetry          Right = "outbox.retry"
)

// ownMFA says when a right asks for the own MFA of staff who use it, whatever the organization requires.
type ownMFA uint8

const (
	mfaNever   ownMFA = iota
	mfaAsStaff        // of who counts as staff or visitor there; whoever has the right otherwise uses it as that
	mfaByFlag         // of who has it by the relation of staff alone
	mfaStaff          // of everybody who is staff: the right rests on it, whatever else they are
)

// audience is who hears of an act of staff, beside the person whom it is about.
type audience string

const (
	tellsNobody         audience = "nobody"         // looking, and what is in the log only
	tellsPerson         audience = "the person"     // whom it is about, and nobody else
	tellsUsers          audience = "users"          // of the project
	tellsAdministrators audience = "administrators" // of the organization
	tellsProjectPeople  audience = "project people" // full-role users and administrators
	tellsEverybody      audience = "everybody"      // members of organization and maintainer, users of the projects
)

// staffAct is what the rules ask of staff for one right that they have as staff, and who hears of it.
type staffAct struct {
	rule   string // that asks, or that asks for nothing
	mfa    ownMFA
	reason bool
	end    bool
	tells  audience
}

// staffActs is every right that people have because they are staff, judged for MFA, reason, end and notice. The access
// function and the use cases read it: a right that is not in it is given to nobody as staff.
var staffActs = map[Right]staffAct{
	ProjectJoin:        {"R4", mfaAsStaff, true, true, tellsUsers},
	ProjectRequest:     {"R4", mfaAsStaff, true, true, tellsUsers},
	ProjectExtend:      {"R4", mfaAsStaff, true, true, tellsUsers},
	ProjectSee:         {"A4", mfaNever, false, false, tellsNobody},
	ProjectActivity:    {"AU7", mfaNever, false, false, tellsNobody},
	ProjectDelete:      {"S16", mfaNever, false, false, tellsProjectPeople},
	ProjectMove:        {"AC23", mfaStaff, false, false, tellsProjectPeople},
	ProjectAdminister:  {"P10", mfaNever, false, false, tellsNobody}, // disabling asks for a reason, and tells (P14)
	ProjectRestore:     {"DR5", mfaNever, false, false, tellsProjectPeople},
	ProjectPurge:       {"AC23", mfaByFlag, false, false, tellsNobody}, // who could enter it is gone by then (DR9)
	ProjectEmpty:       {"DR9", mfaNever, false, false, tellsPerson},
	ProjectListDeleted: {"DR4", mfaNever, false, false, tellsNobody},

	OrganizationJoin:         {"R4", mfaAsStaff, true, true, tellsAdministrators},
	OrganizationSee:          {"H11", mfaNever, false, false, tellsNobody},
	OrganizationSeeMembers:   {"H11", mfaNever, false, false, tellsNobody},
	OrganizationListProjects: {"S16", mfaNever, false, false, tellsNobody},
	OrganizationAdd:          {"M5", mfaAsStaff, true, false, tellsAdministrators},
	OrganizationHandOver:     {"M19", mfaByFlag, true, false, tellsEverybody},
	OrganizationRemoveMember: {"M9", mfaNever, false, false, tellsPerson},
	OrganizationRename:       {"S26", mfaNever, false, false, tellsNobody},
	OrganizationBillingView:  {"B5", mfaNever, false, false, tellsNobody}, // audited
	OrganizationDelete:       {"S16", mfaNever, false, false, tellsNobody},
	OrganizationMove:         {"AC23", mfaStaff, false, false, tellsAdministrators},
	OrganizationReceive:      {"AC23", mfaStaff, false, false, tellsProjectPeople}, // the other side of ProjectMove

	MaintainerJoin:               {"R4", mfaAsStaff, true, true, tellsNobody},
	MaintainerSee:                {"MT2", mfaNever, false, false, tellsNobody},
	MaintainerManage:             {"MT4", mfaNever, false, false, tellsPerson}, // who is made staff enters with own MFA (R4)
	MaintainerDelete:             {"MT1", mfaNever, false, false, tellsNobody}, // only while it has no organization (MT10)
	MaintainerCreateOrganization: {"MT3", mfaNever, false, false, tellsNobody}, // it has nobody yet

	AccountCreate:        {"AC14", mfaNever, false, false, tellsNobody},
	AccountCreateSupport: {"AC23", mfaByFlag, false, true, tellsNobody},
	AccountConfirm:       {"AC23", mfaByFlag, false, false, tellsNobody},
	AccountCode:          {"AC23", mfaByFlag, true, false, tellsPerson},
	AccountMFAOff:        {"AC23", mfaByFlag, true, false, tellsPerson},
	AccountSupport:       {"AC23", mfaByFlag, false, true, tellsNobody},
	AccountExpire:        {"AC23", mfaByFlag, false, true, tellsNobody},
	AccountRemove:        {"AC23", mfaByFlag, true, false, tellsNobody},
	AccountReadOnly:      {"AC24", mfaByFlag, true, false, tellsPerson},
	AccountDuty:          {"AC25", mfaByFlag, true, true, tellsPerson},
	SessionRevoke:        {"AC23", mfaByFlag, false, false, tellsNobody},
	HouseBackup:          {"AC23", mfaByFlag, false, false, tellsNobody},
	HouseExport:          {"AC23", mfaByFlag, false, false, tellsNobody},
	MaintainerCreate:     {"MT1", mfaNever, false, false, tellsNobody}, // it has nobody yet
	OutboxRetry:          {"N4", mfaNever, false, false, tellsNobody},  // gives and takes nothing: who was told is told
}

// needsOwnMFA reports whether the right is used as staff, and asks them for MFA of their own (R4, M5, AC23).
func (w *walk) needsOwnMFA() bool {
	switch staffActs[w.right].mfa {
	case mfaAsStaff:
		return w.v.Visitor || (w.v.Relation == RelationStaff && !w.ordinary())
	case mfaByFlag:
		return w.staffMay()
	case mfaStaff:
		return w.f.staff()
	default:
		return false
	}
}

// entersAsStaff reports whether somebody would come in, or stay, as staff (R4).
func (w *walk) entersAsStaff() bool { return staffActs[w.right].rule == "R4" && w.needsOwnMFA() }

// flagMay refuses everybody but a usable Support account that has what the right asks for, of those that concern the
// whole database (AC23). A right that the table does not know asks for MFA.
func (r *reading) flagMay(right Right) error {
	if d, ok := dutyRights[right]; ok && !r.me.Support {
		if refusal := r.supportOr(d, "this house"); refusal != nil {
			return refusal
		}
		return nil
	}
	if err := r.supportOnly(); err != nil {
		return err
	}
	if act, known := staffActs[right]; (!known || act.mfa != mfaNever) && !r.me.MFA() {
		return StaffNeedMFA()
	}
	return nil
}

// StaffNeedMFA is the refusal of acts of staff that need MFA of their own (AC23), for screens that offer them.
func StaffNeedMFA() *Error { return refuseAs(ReasonMFARequired, variantStaffAct, nil) }

// flagMayOn is flagMay for an act on an account that is not removed, which it gives.
func (r *reading) flagMayOn(right Right, who Who) (Account, error) {
	if err := r.flagMay(right); err != nil {
		return Account{}, err
	}
	acc, err := r.whoIs(who)
	if err == nil && acc.State == AccountRemoved {
		err = notFound(acc.ID.Ref())
	}
	return acc, err
}

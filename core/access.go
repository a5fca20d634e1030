package core

// Right is something that somebody may want to do to a unit: the rows of the tables in section 6.
type Right string

// The rights on a project (6.1, 6.3). The comment names the row.
const (
	ProjectJoin          Right = "project.join"
	ProjectRequest       Right = "project.request"
	ProjectExtend        Right = "project.extend"  // R23: a visitor asks to stay
	ProjectContent       Right = "project.content" // open content
	ProjectAccept        Right = "project.accept"  // accept the own invitation
	ProjectDecline       Right = "project.decline"
	ProjectWithdraw      Right = "project.withdraw"     // withdraw the own request
	ProjectSee           Right = "project.see"          // record, users, invitations, requests, visits
	ProjectActivity      Right = "project.activity"     // see project activity
	ProjectInvite        Right = "project.invite"       // invite, re-send
	ProjectCancel        Right = "project.cancel"       // cancel an invitation: as invite, but also while disabled (P14)
	ProjectAdd           Right = "project.add"          // direct add (A2)
	ProjectManageUsers   Right = "project.manage_users" // change role, remove a user, revoke a visit
	ProjectGiveShare     Right = "project.give_share"   // give the role share (RO3)
	ProjectGrantRoles    Right = "project.grant_roles"  // grant or take away role access
	ProjectDecide        Right = "project.decide"       // decide a request (R5, R6)
	ProjectApprove       Right = "project.approve"      // as decide, and refused while disabled (R13)
	ProjectRename        Right = "project.rename"
	ProjectDelete        Right = "project.delete"
	ProjectRemoveForGood Right = "project.remove"     // OR12
	ProjectMove          Right = "project.move"       // the source side of H14
	ProjectAdminister    Right = "project.administer" // template, expiry, price label, limit; disable, enable
	ProjectRestore       Right = "project.restore"    // a deleted project counts as existing here (DR6)
	ProjectPurge         Right = "project.purge"      // early purge, DR9; DR6 as for restore
	ProjectEmpty         Right = "project.empty"      // take users and grants away from a deleted project (DR9)
	ProjectListDeleted   Right = "project.list_deleted"
	ProjectTicket        Right = "project.ticket"
	ProjectTicketRestore Right = "project.ticket_restore" // a ticket of kind restore, also about a deleted project (ST4)
	ProjectLeave         Right = "project.leave"
)

// The rights on an organization (6.2, 6.4).
const (
	OrganizationJoin          Right = "organization.join"
	OrganizationAccept        Right = "organization.accept"
	OrganizationDecline       Right = "organization.decline"
	OrganizationSee           Right = "organization.see"            // record and setting states (H11)
	OrganizationSeeMembers    Right = "organization.see_members"    // members, invitations, roles, activity, all projects
	OrganizationListProjects  Right = "organization.list_projects"  // all projects; open to Support without MFA (S16)
	OrganizationCombined      Right = "organization.combined_users" // M14
	OrganizationMFAList       Right = "organization.mfa_list"       // S13
	OrganizationInvite        Right = "organization.invite"
	OrganizationAdd           Right = "organization.add"       // M5
	OrganizationHandOver      Right = "organization.hand_over" // M19
	OrganizationRemoveMember  Right = "organization.remove_member"
	OrganizationLeave         Right = "organization.leave"
	OrganizationRename        Right = "organization.rename"
	OrganizationSettings      Right = "organization.settings" // Auto Join, Deciders, pending time, MFA, new members get
	OrganizationRoles         Right = "organization.roles"    // create, delete, assign
	OrganizationBillingView   Right = "organization.billing_view"
	OrganizationBillingEdit   Right = "organization.billing_edit"
	OrganizationCreateProject Right = "organization.create_project"
	OrganizationDelete        Right = "organization.delete"
	OrganizationMove          Right = "organization.move"    // give it to another maintainer: its staff (H15)
	OrganizationReceive       Right = "organization.receive" // the side of H14 that a project is moved to
)

// The rights on a maintainer (6.2, section 17).
const (
	MaintainerJoin               Right = "maintainer.join"
	MaintainerAccept             Right = "maintainer.accept"
	MaintainerDecline            Right = "maintainer.decline"
	MaintainerSee                Right = "maintainer.see"
	MaintainerManage             Right = "maintainer.manage" // invite, add, remove; name and contact (MT4, MT9)
	MaintainerDelete             Right = "maintainer.delete" // Support (MT1)
	MaintainerCreateOrganization Right = "maintainer.create_organization"
	MaintainerLeave              Right = "maintainer.leave"
)

// Standing is how somebody belongs to a unit by a membership record.
type Standing uint8

// The standings.
const (
	NoStanding Standing = iota
	Ordinary
	Visiting
)

// Facts is everything that a verdict rests on: one account, one unit, now. They are gathered inside the
// transaction that uses the verdict. For a project the organization facts are those of its organization; for an
// organization the project facts are empty; for a maintainer only the account, MaintainerStanding and Invited count.
type Facts struct {
	Account   Account
	Activated bool // not merely created
	Expired   bool // past its expiry, swept or not (TM5)
	MFA       bool
	Duties    []Duty // those that have not expired (AC25)

	Unit    Unit
	Exists  bool // it is there and not deleted or purged; a deleted organization makes its projects absent
	Deleted bool // a project in its grace: absent, but restorable (DR6)

	MaintainerStanding Standing // in the maintainer of the organization, or in the maintainer asked about

	AutoJoin             bool
	MFARequired          bool
	Deciders             Deciders
	OrganizationStanding Standing
	Admin                bool // holds ADMIN, ordinary

	RoleSet       RoleSet
	Direct        Standing // direct membership in the project, running now
	DirectRole    Role
	RoleAccess    Role      // the highest level that organization roles give; empty for none (OR4, OR5)
	Openings      []Opening // the roles behind RoleAccess, the highest level first
	Disabled      *Disabled
	ProjectPurged bool

	Invited   bool // has a pending invitation to the unit
	Requested bool // has a pending request to the project

	// Until is when the membership that counts here is over, none without an end. Request, Invitation and their lapses
	// are the own pending ones. They fill sentences and decide nothing.
	Until            Moment
	Request          RequestID
	RequestLapses    Moment
	Invitation       InvitationID
	InvitationLapses Moment

	// Names and people for the sentences; they never decide anything.
	UnitName         string
	OrganizationName string
	ProjectName      string
	FullRoleUsers    func() []string // asked only when a sentence needs them
	Administrators   func() []string
	Contact          func() string // the contact address of the maintainer (ST5)

	organization OrganizationID
	// Can reports whether somebody else has a right, on the unit or its organization: sentences name nobody who has not.
	Can func(email string, right Right) bool
	// NobodyRuns reports whether no administrator of the organization can act (M19); asked only where it matters.
	NobodyRuns func() bool
}

// Relation is what somebody counts as toward a unit: the kinds of A8, in their order.
type Relation string

// The relations.
const (
	RelationDirect        Relation = "direct member"
	RelationAdministrator Relation = "administrator"
	RelationRoleUser      Relation = "role user"
	RelationInvitee       Relation = "invitee"
	RelationStaff         Relation = "staff"
	RelationPlainMember   Relation = "plain member"
	RelationRequester     Relation = "requester"        // no longer staff, with a pending request (6.1)
	RelationMember        Relation = "member"           // of a maintainer, or visitor of an organization
	RelationDuty          Relation = "holder of a duty" // for the rights of the duty only (AC25)
	RelationOutsider      Relation = "outsider"
)

// Verdict is the answer of the access function.
type Verdict struct {
	Allowed  bool
	Reason   Reason // why not
	Relation Relation
	Role     Role // the effective project role of somebody inside (OR5)
	Visitor  bool
	// Steps is the walk through the checks in the order of A9, the deciding one marked (W2).
	Steps []Step
	// Err is the refusal with its sentence; nil when allowed.
	Err *Error
}

// StepOutcome says how a check went.
type StepOutcome string

// The outcomes of steps.
const (
	StepPassed     StepOutcome = "passed"
	StepFailed     StepOutcome = "failed"
	StepNotReached StepOutcome = "not reached"
)

// Step is one check of a verdict.
type Step struct {
	Rule     string      `json:"rule"`
	Sentence string      `json:"sentence"`
	Outcome  StepOutcome `json:"outcome"`
	Deciding bool        `json:"deciding,omitempty"`
}

// Access is the one function that decides who may do what (section 6, A8, A9). It is pure. Checks that need more
// than Facts hold (version seen, last member, form of the input, the other person) stay with the use cases, behind it.
// An unknown right is refused with forbidden.
func Access(right Right, f Facts) Verdict {
	w := walk{right: right, f: &f}
	w.run()
	return w.verdict()
}

// permits is Access without steps and sentences, for the many accounts of a list: it asks for no names.
func permits(right Right, f Facts) bool {
	w := walk{right: right, f: &f, quiet: true}
	w.run()
	return w.v.Reason == ""
}

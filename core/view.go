package core

// Query is what every list is asked with. Cost follows the page, never the collection.
type Query struct {
	// Filter holds words that must all match: "etl" fuzzy, "=etl" as it stands, "!etl" not, "state:active" in a field.
	Filter string
	// Sort names one of the sorts that the list offers; empty means its first. Desc turns it round.
	Sort string
	Desc bool
	// After is the Next (with Back: the Prev) of another page of the same list. Empty means from the start (end).
	After string
	// Back asks for the page that ends before After; the items still come in the order of the list.
	Back bool
	// Limit is how many rows a page has: 50 when zero, 500 at most.
	Limit int
}

// Page is a window on a list.
type Page[R any] struct {
	Items []R `json:"items"`
	// Total counts what is listed, over all pages. It is Uncounted where that would have to be read to its end: with a
	// filter whose matches go beyond the page, and in lists without a counter that are longer than 500.
	Total int `json:"total"`
	// Next leads to the rows behind the page, Prev to those before it; empty where there are none. With a filter a page
	// may hold fewer rows than asked, even none, and still have a Next: the search goes on there.
	Next string `json:"next"`
	Prev string `json:"-"`
}

// Named is a unit with its name.
type Named struct {
	ID   uint64 `json:"id"`
	Name string `json:"name"`
}

// Person is an account as others see it.
type Person struct {
	ID      AccountID    `json:"id"`
	Email   string       `json:"email,omitempty"`
	Name    string       `json:"name,omitempty"`
	State   AccountState `json:"state"`
	Support bool         `json:"support,omitempty"`
	// MFA is nil where the reader may not see it (S31).
	MFA *bool `json:"mfa,omitempty"`
	// Unconfirmed marks an address that nobody has confirmed yet (AC21).
	Unconfirmed bool `json:"unconfirmed,omitempty"`
	// OnlyReads marks an account that changes nothing, whatever its roles (AC24).
	OnlyReads bool `json:"only_reads,omitempty"`
}

// Label is how a person is named in a sentence: the address, or "removed account 7" (AU13).
func (p Person) Label() string {
	if p.Email == "" {
		return "removed account " + p.ID.String()
	}
	return p.Email
}

// names is what a person is found by in the field of a filter: the label and the name.
func (p Person) names() string { return several(p.Label(), p.Name) }

// AccountView is an account as its owner and Support see it.
type AccountView struct {
	Person
	Version   uint64      `json:"version"`
	Expires   Moment      `json:"expires,omitzero"`
	Enrolled  Moment      `json:"enrolled,omitzero"`   // since when one-time codes are on
	Enrolling bool        `json:"enrolling,omitempty"` // a secret waits for its first code
	MailOff   bool        `json:"mail_off,omitempty"`
	Prefs     Preferences `json:"preferences,omitzero"`
	Created   Moment      `json:"created,omitzero"`
	Units     int         `json:"units"`
	// Keys counts the SSH keys, SecurityKeys those that count as MFA; RecoveryCodes are those not used yet.
	Keys          int           `json:"keys"`
	SecurityKeys  int           `json:"security_keys,omitempty"`
	RecoveryCodes int           `json:"recovery_codes,omitempty"`
	CodesLocked   Moment        `json:"codes_locked,omitzero"` // after too many wrong codes, until when (AC15)
	ReadOnly      *ReadOnlyMark `json:"read_only,omitempty"`   // AC24
	Duties        []DutyGrant   `json:"duties,omitempty"`      // AC25
	EnrolAgain    Moment        `json:"enrol_again,omitzero"`  // since when MFA was on before an import without secrets (X3)
}

// Staff reports whether the account is Support or belongs to a maintainer: those, and only those, have an expiry (AC13).
func (v AccountView) Staff() bool { return v.Support || v.Expires != 0 }

// MaintainerView is a maintainer in lists and on its page.
type MaintainerView struct {
	ID            MaintainerID `json:"id"`
	Version       uint64       `json:"version"`
	Name          string       `json:"name"`
	State         UnitState    `json:"state"`
	Contact       string       `json:"contact,omitempty"`
	Organizations int          `json:"organizations"`
	Members       int          `json:"members"`
	Visitors      int          `json:"visitors"`
	Invitations   int          `json:"invitations,omitempty"`  // open ones; on the page only
	Tickets       int          `json:"open_tickets,omitempty"` // not closed; on the page only
	Relation      Relation     `json:"relation,omitempty"`
	Created       Moment       `json:"created,omitzero"`
	// Alike marks a name in a list that can be taken for that of another row of the page; show the number beside it.
	Alike bool `json:"looks_alike,omitempty"`
}

// OrganizationView is an organization in lists and on its page.
type OrganizationView struct {
	ID           OrganizationID `json:"id"`
	Version      uint64         `json:"version,omitempty"`
	Name         string         `json:"name"`
	State        UnitState      `json:"state"`
	Maintainer   Named          `json:"maintainer"`
	AutoJoin     bool           `json:"auto_join"`
	Deciders     Deciders       `json:"deciders,omitempty"`
	PendingHours int            `json:"pending_hours,omitempty"`
	MFA          MFASetting     `json:"mfa"`
	NewMembers   NewMembers     `json:"new_members,omitempty"`
	Projects     int            `json:"projects"`
	Members      int            `json:"members"`
	Visitors     int            `json:"visitors"`
	Invitations  int            `json:"invitations,omitempty"` // open ones; on the page only, for whoever may list them
	Pending      int            `json:"pending"`               // requests that wait in its projects
	// Listed counts the projects that the reader would be shown (6.4); on the page only.
	Listed int `json:"-"`
	// Alike marks a name in a list that can be taken for that of another row of the page; show the number beside it.
	Alike    bool     `json:"looks_alike,omitempty"`
	Relation Relation `json:"relation,omitempty"`
	Created  Moment   `json:"created,omitzero"`
}

// ProjectView is a project in lists and on its page.
type ProjectView struct {
	ID           ProjectID    `json:"id"`
	Version      uint64       `json:"version,omitempty"`
	Name         string       `json:"name"`
	Organization Named        `json:"organization"`
	Maintainer   Named        `json:"maintainer,omitzero"`
	Template     string       `json:"template"`
	RoleSet      RoleSet      `json:"role_set,omitempty"`
	State        ProjectState `json:"state"`
	Expires      Moment       `json:"expires,omitzero"`
	PriceLabel   string       `json:"price_label,omitempty"`
	UserLimit    int          `json:"user_limit"`
	// RoleUsers counts who enters through a role alone, Uncounted beyond 1 000; on the page only.
	RoleUsers int  `json:"-"`
	Users     int  `json:"users"` // counted toward the limit (P17)
	Over      bool `json:"over_limit,omitempty"`
	Visitors  int  `json:"visitors"`
	Pending   int  `json:"pending"`
	Tickets   int  `json:"open_tickets,omitempty"` // not closed; on the page only
	// Grants are the first role grants by role, in lists of active projects (OR4); MoreGrants says that there are others.
	Grants     []GrantLevel `json:"grants,omitempty"`
	MoreGrants bool         `json:"more_grants,omitempty"`
	IsDisabled bool         `json:"is_disabled,omitempty"`
	Disabled   *Disabled    `json:"disabled,omitempty"` // on the page only
	Role       Role         `json:"role,omitempty"`     // own effective role (OR5)
	Visitor    bool         `json:"visitor,omitempty"`
	Relation   Relation     `json:"relation,omitempty"`
	Created    Moment       `json:"created,omitzero"`
	Deleted    Moment       `json:"deleted,omitzero"`
	DeletedBy  *Person      `json:"deleted_by,omitempty"`
	PurgeAt    Moment       `json:"purge_at,omitzero"`
	// Locked says that the MFA lock keeps the reader out (S15).
	Locked bool `json:"locked,omitempty"`
	// Purged is when it was purged; nothing but number, name, organization and dates remains (section 13).
	Purged Moment `json:"purged,omitzero"`
	// Alike marks a name in a list that can be taken for that of another row of the page, of the same organization;
	// show the number beside it.
	Alike bool `json:"looks_alike,omitempty"`
}

// GrantLevel is an organization role with the level at which it opens a project.
type GrantLevel struct {
	RoleID string `json:"role"`
	Level  Role   `json:"level"`
}

// MemberKind says what a row of a member or user list is.
type MemberKind string

// The kinds of rows.
const (
	MemberOrdinary  MemberKind = "member"
	MemberVisitor   MemberKind = "visitor"
	MemberRoleUser  MemberKind = "role_user"
	MemberInvitee   MemberKind = "invited"
	MemberRequester MemberKind = "pending"
)

// MemberView is a row of the members of a maintainer or organization, or of the users of a project (M16, R18, I7).
type MemberView struct {
	Kind       MemberKind   `json:"kind"`
	Unit       Unit         `json:"unit"`
	Person     Person       `json:"account"`
	Version    uint64       `json:"version,omitempty"`
	Role       Role         `json:"role,omitempty"`
	Roles      []string     `json:"roles,omitempty"`
	Since      Moment       `json:"since,omitzero"`
	Origin     Origin       `json:"origin,omitempty"`
	Until      Moment       `json:"until,omitzero"`
	Closes     Moment       `json:"closes,omitzero"`     // the first moment that closes it (V3)
	ClosesBy   string       `json:"closes_by,omitempty"` // "its end", "account expiry", "project expiry"
	Due        bool         `json:"due,omitempty"`       // past its end, not swept yet (TM5)
	Reason     string       `json:"reason,omitempty"`
	Inviter    *Person      `json:"inviter,omitempty"`
	Approver   *Person      `json:"approver,omitempty"`
	Visit      VisitID      `json:"visit,omitempty"`
	Request    RequestID    `json:"request,omitempty"`
	Asked      Term         `json:"asked,omitzero"`
	Invitation InvitationID `json:"invitation,omitempty"`
	External   bool         `json:"external,omitempty"` // no member of the organization (OR8)
	// By are the organization roles that open the project too, the highest level first (OR4, OR5).
	By []Opening `json:"by,omitempty"`
	// Locked says that the MFA lock keeps the person out, where the reader may see their MFA (S15, S31).
	Locked bool `json:"locked,omitempty"`
	// AddedByStaff marks an ordinary member of an organization whom staff added (M5).
	AddedByStaff bool `json:"added_by_staff,omitempty"`
}

// RequestView is a request with the names around it.
type RequestView struct {
	Request
	ProjectName      string  `json:"project_name"`
	OrganizationName string  `json:"organization_name"`
	Who              Person  `json:"who"`
	DecidedBy        *Person `json:"decided_by,omitempty"`
	Due              bool    `json:"due,omitempty"`
	MayDecide        bool    `json:"may_decide"`
	// Alike marks a project that can be taken for another one of its organization: in a list for that of another row of the
	// page, on the page of a request for any of the first thousand that the reader sees. Show the number beside the name.
	Alike bool `json:"looks_alike,omitempty"`
	// Deciders are the first people who may decide now, and how many there are; on the page only.
	Deciders      []Person `json:"deciders,omitempty"`
	DecidersTotal int      `json:"deciders_total,omitempty"`
	GrantRole     Role     `json:"grant_role,omitempty"` // what an approval gives (A7)
	Users         int      `json:"users,omitempty"`
	UserLimit     int      `json:"user_limit,omitempty"`
	// Of a pending request, on the page only: the end of the requester's account, the maintainer of the organization,
	// whether the requester is no longer staff (R10), and the present end of the visit to extend (R23).
	WhoExpires    Moment `json:"who_expires,omitzero"`
	Maintainer    Named  `json:"maintainer,omitzero"`
	NoLongerStaff bool   `json:"no_longer_staff,omitempty"`
	VisitEnds     Moment `json:"visit_ends,omitzero"`
	// TicketSubject is that of the ticket that is cited, for who may read it (ST9).
	TicketSubject string `json:"ticket_subject,omitempty"`
	// MayNotDecide and MayNotApprove say why the reader may not, by the access function; nil where it says yes, and for
	// the own request. On the page only.
	MayNotDecide  *Error `json:"-"`
	MayNotApprove *Error `json:"-"`
}

// VisitView is a visit with the names around it.
type VisitView struct {
	Visit
	UnitName         string  `json:"unit_name"`
	OrganizationName string  `json:"organization_name,omitempty"`
	Who              Person  `json:"who"`
	ApprovedBy       *Person `json:"approved_by,omitempty"`
	// EndedBy is who ended it, nil for the system; Lasted is how long it really was (V9). Both are of a visit that is over.
	EndedBy  *Person `json:"ended_by,omitempty"`
	Lasted   Length  `json:"lasted,omitzero"`
	Closes   Moment  `json:"closes,omitzero"`
	ClosesBy string  `json:"closes_by,omitempty"`
	Due      bool    `json:"due,omitempty"`
	Mine     bool    `json:"mine,omitempty"`
	// TicketSubject is that of the ticket that is cited, for who may read it (ST9).
	TicketSubject string `json:"ticket_subject,omitempty"`
}

// EventView is an event with the present names of its people and units (AU13).
type EventView struct {
	Event
	Who   string `json:"who"`
	About string `json:"about,omitempty"` // the subjects by name: "Nightly ETL, sam@support.test"
}

// OwnUnit is a unit that an account belongs to, on its account page.
type OwnUnit struct {
	Unit             Unit     `json:"unit"`
	Name             string   `json:"name"`
	OrganizationName string   `json:"organization_name,omitempty"`
	Role             Role     `json:"role,omitempty"`
	Roles            []string `json:"roles,omitempty"`
	Since            Moment   `json:"since"`
	Until            Moment   `json:"until,omitzero"`
	Visit            VisitID  `json:"visit,omitempty"`
	Locked           bool     `json:"locked,omitempty"` // by the MFA lock (S17)
}

// Counts are the numbers in the title row and the rail.
type Counts struct {
	Waiting int `json:"waiting"` // requests that this account can decide now
	Tickets int `json:"tickets"` // tickets whose next word is this account's: to answer, and own ones that are answered
	Inbox   int `json:"inbox"`
	// OpensTickets is set for who uses a project, and so may open tickets (ST1).
	OpensTickets bool `json:"opens_tickets,omitempty"`
}

// HomeView is what needs the actor now.
type HomeView struct {
	Waiting       []RequestView    `json:"waiting"` // the first that the actor can decide
	WaitingTotal  int              `json:"waiting_total"`
	Mine          []RequestView    `json:"mine"`    // own pending requests
	Tickets       []TicketView     `json:"tickets"` // the first to answer, and own ones that are answered
	TicketsTotal  int              `json:"tickets_total"`
	Visits        []VisitView      `json:"visits"`   // own running visits, and those about to end that the actor may end
	Expiring      []ProjectView    `json:"expiring"` // projects that expire within 7 days
	WithoutMFA    []MFALack        `json:"without_mfa"`
	Invitations   []InvitationView `json:"invitations"` // own pending ones
	Organizations int              `json:"organizations"`
	Projects      int              `json:"projects"`
	Unread        int              `json:"unread"`
	Activity      []EventView      `json:"activity"`
	More          HomeMore         `json:"more"`
	HomeNeeds
}

// HomeMore says of which blocks without a total Home shows only some rows.
type HomeMore struct {
	Visits     bool `json:"visits,omitempty"`
	Expiring   bool `json:"expiring,omitempty"`
	WithoutMFA bool `json:"without_mfa,omitempty"`
	Scheduled  bool `json:"mfa_dates,omitempty"`
	Stuck      bool `json:"stuck,omitempty"`
	ForSupport bool `json:"for_support,omitempty"`
}

// MFALack is an organization that requires MFA and has people without it.
type MFALack struct {
	Organization Named `json:"organization"`
	People       int   `json:"people"`
}

// AutoJoinImpact is what turning Auto Join off would leave running (S6).
type AutoJoinImpact struct {
	Visits []VisitView `json:"visits"`
	Total  int         `json:"total"`
}

// MFAImpact is whom Require MFA locks out (S12, S13).
type MFAImpact struct {
	People []MFAImpactRow `json:"people"` // administrators first
	Apart  []MFAImpactRow `json:"apart"`  // invitees, requesters and staff without MFA
	// Members and Users count whom the setting covers; Closed counts the projects that somebody loses.
	Covered int `json:"covered"`
	Closed  int `json:"closed_projects"`
}

// MFAImpactRow is one person without MFA.
type MFAImpactRow struct {
	Person       Person       `json:"account"`
	Self         bool         `json:"self,omitempty"`
	Admin        bool         `json:"admin,omitempty"`
	Organization bool         `json:"organization,omitempty"` // a member of the organization
	External     bool         `json:"external,omitempty"`
	Projects     []MFAProject `json:"projects,omitempty"`
	Kind         MemberKind   `json:"kind"`
}

// MFAProject is a project that a person without MFA would lose.
type MFAProject struct {
	Named
	Role Role `json:"role"`
	// Closed marks a project that is left without any user who can enter (S12).
	Closed bool `json:"closed,omitempty"`
}

// Hit is a unit or person found by name or number, for the palette.
type Hit struct {
	Ref    Ref    `json:"ref"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
}

// Permissions says of each right on a unit whether the actor has it: nil, or the refusal.
type Permissions map[Right]*Error

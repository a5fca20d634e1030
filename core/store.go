package core

import "context"

// Store keeps the records of one house. It is implemented by package storage over an ordered key/value engine.
//
// View gives a consistent snapshot and must be short: one page or one slice of work. Update is serializable and
// all or nothing; its function may run more than once and must do nothing outside the transaction. Neither may be
// called from inside another one.
type Store interface {
	View(ctx context.Context, fn func(Tx) error) error
	Update(ctx context.Context, fn func(Tx) error) error
	// Watch delivers committed changes through a one-slot mailbox: changes that are not fetched in time are merged,
	// and a slow reader delays nobody. The channel closes when ctx ends or the store closes.
	Watch(ctx context.Context) <-chan Changed
	// Load fills an empty store in one go, all or nothing; put takes any record of the tables of Tx, a Counters value
	// for the last numbers given out, and a Settings value, in any order. look, when given, reads what was loaded before
	// anybody else can see it; when it fails nothing was written. Errors: house_not_empty, import_invalid for two
	// records with one key, and those of rows and look.
	Load(ctx context.Context, rows func(put func(record any) error) error, look func(Store) error) error
	// Check compares every index entry, counter and due entry with the rows, and reports each fault in one sentence.
	Check(ctx context.Context, report func(fault string)) error
	Close() error
}

// Changed says which records a commit touched. All means: too many to say, or some were merged away. Memberships are
// told as their unit and their account, roles as their organization, grants as their project, events as their chain.
type Changed struct {
	Refs []Ref
	All  bool
}

// Tx is one transaction. Tables of a View refuse to write. While a function given to Scan, ScanRows or Due runs, it may
// read, but not write: collect first.
type Tx interface {
	Accounts() Accounts
	Codes() Table[string, ActivationCode] // by hash
	Maintainers() Table[MaintainerID, Maintainer]
	Organizations() Organizations
	Projects() Projects
	Memberships() Table[MembershipKey, Membership]
	Visits() Table[VisitID, Visit]
	Requests() Table[RequestID, Request]
	Invitations() Table[InvitationID, Invitation]
	Roles() Table[OrganizationRoleKey, OrganizationRole]
	Grants() Table[GrantKey, Grant]
	Notifications() Table[NotificationID, Notification]
	Events() Table[EventKey, Event]
	Heads() Table[Ref, Head]
	Attempts() Table[string, Attempt]
	Keys() Table[string, PublicKey] // by fingerprint
	Billings() Table[OrganizationID, Billing]
	Tickets() Table[TicketID, Ticket]
	Comments() Table[CommentKey, Comment]
	Buckets() Table[BucketID, Bucket]
	Links() Table[LinkID, Link]
	Undos() Table[UndoKey, Undo]
	SavedFilters() Table[SavedFilterKey, SavedFilter]
	Mailings() Table[string, Mailing] // by address

	// Savepoint runs fn in a transaction within this one: what it writes stays when fn answers nil, and is taken back
	// otherwise, with the error. This one is not used meanwhile.
	Savepoint(fn func(Tx) error) error
	// NextID gives the next number of the kind (F9).
	NextID(k Kind) (uint64, error)
	// LastIDs gives the last number given out, per kind.
	LastIDs() (Counters, error)
	// Settings gives the facts about the house itself.
	Settings() (Settings, error)
	PutSettings(Settings) error
	// Count gives a counter that is kept in the same transactions as its rows.
	Count(c Counter, scope Ref) (int, error)
	// Due calls fn with what is due up to and including until, in the order of SW2, until fn wants no more.
	Due(until Moment, fn func(DueItem) (more bool, err error)) error
}

// Counters are the last numbers given out, per kind (F9).
type Counters map[Kind]uint64

// Settings are the facts about the house itself.
type Settings struct {
	Created Moment `json:"created" cbor:"1,keyasint"`
	Demo    bool   `json:"demo,omitempty" cbor:"2,keyasint,omitempty"` // a throwaway house whose clock may be moved
	// Clock is how far the clock of a demo house was moved ahead, in seconds.
	Clock int64 `json:"clock,omitempty" cbor:"3,keyasint,omitempty"`
	// Sealed is set once no secret lies in the store in clear (trust.md requirement 12). A dump holds them in clear.
	Sealed bool `json:"-" cbor:"5,keyasint,omitempty"`
	// ID tells the house from all others, in mails that it sends; empty until the first one.
	ID string `json:"id,omitempty" cbor:"4,keyasint,omitempty"`
	// Restored is when the house was last put back from a backup: sessions that are older have ended (X5).
	Restored Moment `json:"restored,omitzero" cbor:"6,keyasint,omitempty"`
	// Key is the public half of the key that signs checkpoints, in base64; empty until there is one. It says whether
	// the key file that seals secrets is the right one, and whether there must be one.
	Key string `json:"-" cbor:"7,keyasint,omitempty"`
}

// DueItem is one record that the sweep has something to do with. Account is set for memberships, whose Ref is the
// unit; Key is set for attempts; Account and N are set for undos.
type DueItem struct {
	At      Moment
	Ref     Ref
	Account AccountID
	Key     string
	N       uint64
}

// Table keeps the records of one kind. Put inserts or replaces the record under its key and maintains indexes,
// counters and due entries. Get reports whether the record is there.
type Table[K comparable, R any] interface {
	// Get may give the same lists and pointers again within the transaction, so what they lead to is not changed in place.
	Get(key K) (R, bool, error)
	Put(record R) error
	Delete(key K) error
	// Scan calls fn with the records of a part of an index in order, until fn wants no more.
	Scan(s Scan, fn func(R) (more bool, err error)) (End, error)
}

// Accounts is the table of accounts with its covering rows.
type Accounts interface {
	Table[AccountID, Account]
	// ScanRows is Scan over AccountsByEmail or AccountsByName without touching the records.
	ScanRows(s Scan, fn func(AccountRow) (more bool, err error)) (End, error)
}

// Organizations is the table of organizations with its covering rows.
type Organizations interface {
	Table[OrganizationID, Organization]
	// ScanRows is Scan over OrganizationsByName or OrganizationsOfMaintainer without touching the records.
	ScanRows(s Scan, fn func(OrganizationRow) (more bool, err error)) (End, error)
}

// Projects is the table of projects with its covering rows.
type Projects interface {
	Table[ProjectID, Project]
	// ScanRows is Scan over ProjectsByName, ProjectsOfMaintainer, ProjectsOfOrganization, DeletedProjects… or
	// PurgedProjects… without touching the records.
	ScanRows(s Scan, fn func(ProjectRow) (more bool, err error)) (End, error)
}

// Scan names a part of an index and how to walk it.
type Scan struct {
	Index  Index // zero: the order of the primary key
	Prefix Key   // the leading parts that stay fixed
	// After continues behind (with Reverse: before) the entry with these remaining parts, exclusively; it need not be
	// there any more. Only the first of them give the place just before all entries that begin with those: the way to
	// jump to a letter.
	After   Key
	Reverse bool
	// Match, when set, is asked with the folded text of each entry; entries that it does not want are skipped without
	// being decoded. The text is the first one behind the prefix; an index without is an error. The bytes are valid
	// during the call only.
	Match func(text []byte) bool
	// Limit, when above zero, ends the walk after that many entries were looked at, matching or not.
	Limit int
}

// End says where a Scan stopped.
type End struct {
	// At holds the remaining parts of the last entry looked at, to be used as After; nil when there was none.
	At Key
	// Done is set when there is nothing behind it.
	Done bool
}

// Part is one part of an index key: a number or a text.
type Part struct {
	Text   string
	Num    uint64
	IsText bool
}

// Key is an ordered list of parts: numbers order by value, texts by their bytes.
type Key []Part

// Num is a number as part of a key.
func Num[N ~uint64 | ~int64 | ~uint8](n N) Part { return Part{Num: uint64(n)} }

// Text is a text as part of a key. Texts that are stored must not hold the byte 0; one that does is never found.
func Text(s string) Part { return Part{Text: s, IsText: true} }

// RefKey gives kind and number of the ref as two parts.
func RefKey(r Ref) Key { return Key{Num(r.Kind), Num(r.ID)} }

// Index names an order in which a table can be read. The remaining parts behind the prefix are in braces.
type Index uint8

// The indexes. "name" and "email" are folded by Fold. Only what the comment says is contained.
const (
	Primary Index = iota // the key of the record; see below for its parts
	// Primary parts: ids one number; Memberships unit (2), account; Events chain (2), sequence; Roles organization,
	// id text; Grants project, role id text, level text; Codes hash text; Heads chain (2); Attempts key text; Keys
	// fingerprint text; Comments ticket, number; Undos account, number; SavedFilters account, screen text, name text;
	// Mailings address text.

	AccountsByEmail // [] {email, id} accounts that are not removed; covering
	AccountsByName  // [] {name, id} accounts that are not removed; covering
	SupportAccounts // [] {id} accounts with the Support flag that are not removed
	CodesOfAccount  // [account] {hash}

	MaintainersByName // [] {name, id} active ones

	OrganizationsByName       // [] {name, id} active ones; covering
	OrganizationsOfMaintainer // [maintainer] {name, id} active ones; covering

	ProjectsByName                // [] {name, id} active ones; covering
	ProjectsOfMaintainer          // [maintainer] {name, id} active ones; covering
	ProjectsOfOrganization        // [organization] {name, id} active ones; covering
	ProjectsByExpiry              // [] {expires, id} active ones that expire; covering
	DeletedProjects               // [] {deleted, id} deleted, not purged; covering
	DeletedProjectsOfOrganization // [organization] {deleted, id}; covering
	PurgedProjects                // [] {purged, id} purged; covering
	PurgedProjectsOfOrganization  // [organization] {purged, id}; covering
	ProjectIDsOfOrganization      // [organization] {id} active and deleted, not purged

	MembershipsOfAccount // [account] {unit kind, unit id}
	TemporaryMemberships // [unit kind, unit id] {until, account} ordinary ones with an end
	HoldersOfRole        // [unit kind, unit id, role id text] {account} of every role but DEFAULT, which all members have

	VisitsOfUnit               // [unit kind, unit id] {id} all
	VisitsOfAccount            // [account] {id} all
	ActiveVisits               // [] {ends, id}
	ActiveVisitsByID           // [] {id}
	ActiveVisitsOfOrganization // [organization] {id} active visits to the organization and its projects
	VisitsOfOrganization       // [organization] {id} all visits to the organization and its projects

	RequestsByState        // [] {id} pending ones only
	DecidedRequests        // [] {id} all that are no longer pending
	RequestsOfProject      // [project] {id} all
	PendingOfProject       // [project] {id} pending
	RequestsOfOrganization // [organization] {id} all
	PendingOfOrganization  // [organization] {id} pending
	RequestsOfRequester    // [requester] {id} all
	PendingOfRequester     // [requester] {id} pending
	PendingOfVisit         // [visit] {id} pending extensions
	RequestsForSupport     // [] {id} pending, that nobody can decide where nobody runs the organization (M19)

	InvitationsOfUnit    // [unit kind, unit id] {id} all
	OpenOfUnit           // [unit kind, unit id] {id} pending and lapsed (I2)
	InvitationsOfAccount // [account] {id} pending
	InvitationsOfSender  // [account] {id} pending, of who sent or re-sent it last (I17)

	GrantsOfRole // [organization, role id text] {project, level text}

	NotificationsOf // [recipient] {id} all
	UnreadOf        // [recipient] {id} unread and not withdrawn
	NoticesAbout    // [kind, id of the first subject] {id} of requests and invitations: not withdrawn
	Outbox          // [] {id} mail queued or failed

	EventsByTime // [] {time, chain kind, chain id, sequence}
	EventsAbout  // [subject kind, id] {time, chain kind, chain id, sequence}: subjects that are projects or accounts, and the acting account

	KeysOfAccount // [account] {added, fingerprint}

	VisitsOfTicket // [ticket] {id} visits that cite it (ST9)

	TicketsOfAuthor         // [author] {id} all
	TicketsOfProject        // [project] {id} all
	TicketsOfOrganization   // [organization] {id} all
	TicketsOfMaintainer     // [maintainer] {id} all
	OpenTickets             // [] {id} not closed
	OpenTicketsOfAuthor     // [author] {id} not closed
	OpenTicketsOfProject    // [project] {id} not closed
	OpenTicketsOfMaintainer // [maintainer] {id} not closed
	OpenTicketsWithSupport  // [] {id} not closed, with Support

	BucketsOfProject            // [project] {name, id}
	BucketsOfOrganization       // [organization] {name, id}
	SharedBucketsOfOrganization // [organization] {name, id}
	LinksOfProject              // [project] {name, id}
	LinksOfBucket               // [bucket] {project, id}

	MailsDue // [] {next, id} mail queued or failed that has a moment for its next try
)

// Counter names a number that is kept with the rows.
type Counter uint8

// The counters, with the scope they take.
const (
	CountAccounts        Counter = iota + 1 // scope none: not removed
	CountMaintainers                        // none: active
	CountOrganizations                      // none or maintainer: active
	CountProjects                           // none, maintainer or organization: active
	CountDeletedProjects                    // none or organization: deleted, not purged
	CountMembers                            // unit: ordinary memberships
	CountVisitors                           // unit: visitors
	CountUsers                              // project: ordinary memberships that are not Uncounted (P17)
	CountMemberships                        // account: all
	CountPendingRequests                    // none, project, organization or account (the requester)
	CountRequests                           // none, project, organization or account (the requester): all states
	CountActiveVisits                       // none, organization (with its projects), unit or account
	CountOpenInvitations                    // unit: pending and lapsed; account: pending
	CountNotifications                      // account: all
	CountUnread                             // account
	CountEvents                             // none, or a chain
	CountTickets                            // none, project, organization, maintainer or account (the author): all
	CountOpenTickets                        // the same, not closed; System: not closed and with Support
	CountBuckets                            // project or organization
	CountLinks                              // project, or the bucket
	CountOutbox                             // none: mail queued or failed
	CountKeys                               // account
	CountPurgedProjects                     // none or organization: purged
)

// AccountRow is what a list shows of an account.
type AccountRow struct {
	ID      AccountID    `cbor:"1,keyasint"`
	Email   string       `cbor:"2,keyasint,omitempty"`
	Name    string       `cbor:"3,keyasint,omitempty"`
	State   AccountState `cbor:"4,keyasint"`
	Support bool         `cbor:"5,keyasint,omitempty"`
	MFA     bool         `cbor:"6,keyasint,omitempty"`
	Expires Moment       `cbor:"7,keyasint,omitempty"`
}

// Row gives what a list shows of the account.
func (a Account) Row() AccountRow {
	return AccountRow{a.ID, a.Email, a.Name, a.State, a.Support, a.MFA(), a.Expires}
}

// OrganizationRow is what a list shows of an organization.
type OrganizationRow struct {
	ID         OrganizationID `cbor:"1,keyasint"`
	Maintainer MaintainerID   `cbor:"2,keyasint"`
	Name       string         `cbor:"3,keyasint"`
	AutoJoin   bool           `cbor:"4,keyasint,omitempty"`
	MFA        MFAState       `cbor:"5,keyasint"`
}

// Row gives what a list shows of the organization.
func (o Organization) Row() OrganizationRow {
	return OrganizationRow{o.ID, o.Maintainer, o.Name, o.AutoJoin, o.MFA.State}
}

// ProjectRow is what a list shows of a project.
type ProjectRow struct {
	ID           ProjectID      `cbor:"1,keyasint"`
	Organization OrganizationID `cbor:"2,keyasint"`
	Maintainer   MaintainerID   `cbor:"3,keyasint"`
	Name         string         `cbor:"4,keyasint"`
	Template     string         `cbor:"5,keyasint"`
	UserLimit    int            `cbor:"6,keyasint"`
	Expires      Moment         `cbor:"7,keyasint,omitempty"`
	State        ProjectState   `cbor:"8,keyasint"`
	Disabled     bool           `cbor:"9,keyasint,omitempty"`
	Deleted      Moment         `cbor:"10,keyasint,omitempty"`
	Purged       Moment         `cbor:"11,keyasint,omitempty"`
}

// Row gives what a list shows of the project.
func (p Project) Row() ProjectRow {
	return ProjectRow{
		p.ID, p.Organization, p.Maintainer, p.Name, p.Template, p.UserLimit, p.Expires, p.State, p.Disabled != nil, p.Deleted,
		p.Purged,
	}
}

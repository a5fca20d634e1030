package core

// Notice is the event that a notification is about (section 21).
type Notice string

// The notices of section 21. The words are stored; never change them.
const (
	NoticeMemberAdded       Notice = "member_added"
	NoticeMemberRemoved     Notice = "member_removed"
	NoticeActivate          Notice = "activate"
	NoticeUserAdded         Notice = "user_added"
	NoticeUserRemoved       Notice = "user_removed"
	NoticeUserEnded         Notice = "user_ended"
	NoticeRequestFiled      Notice = "request_filed"
	NoticeExtensionFiled    Notice = "extension_filed"
	NoticeReminder          Notice = "reminder"
	NoticeUndecidable       Notice = "undecidable"
	NoticeRequestApproved   Notice = "request_approved"
	NoticeRequestRejected   Notice = "request_rejected"
	NoticeRequestLapsed     Notice = "request_lapsed"
	NoticeStaffJoined       Notice = "staff_joined"
	NoticeVisitExtended     Notice = "visit_extended"
	NoticeVisitCutShort     Notice = "visit_cut_short"
	NoticeVisitRevoked      Notice = "visit_revoked"
	NoticeVisitEnded        Notice = "visit_ended"
	NoticeProjectExpires    Notice = "project_expires"
	NoticeProjectDeleted    Notice = "project_deleted"
	NoticeProjectRestored   Notice = "project_restored"
	NoticeProjectDisabled   Notice = "project_disabled"
	NoticeProjectEnabled    Notice = "project_enabled"
	NoticeMFARequired       Notice = "mfa_required"
	NoticeMFAScheduled      Notice = "mfa_scheduled"
	NoticeMFAUnscheduled    Notice = "mfa_unscheduled"
	NoticeMFASwitchedOff    Notice = "mfa_switched_off"
	NoticeCodeIssued        Notice = "code_issued"
	NoticeAccountExpires    Notice = "account_expires"
	NoticeInvitationSent    Notice = "invitation_sent"
	NoticeInvitationAnswers Notice = "invitation_answered"
	NoticeInvitationLapsed  Notice = "invitation_lapsed"
	NoticeRejectionUndone   Notice = "rejection_undone"
	NoticeKeyChanged        Notice = "key_changed"
	NoticeCodesLocked       Notice = "codes_locked"
	NoticeTicketOpened      Notice = "ticket_opened"
	NoticeTicketChanged     Notice = "ticket_changed"
	NoticeTicketPassed      Notice = "ticket_passed"
	NoticeDuty              Notice = "duty"      // given, taken or expired (AC25)
	NoticeReadOnly          Notice = "read_only" // set or taken (AC24)
	NoticeProjectMoved      Notice = "project_moved"
	NoticeOrganizationMoved Notice = "organization_moved"
	NoticeAdministratorNew  Notice = "administrator_new"
	NoticeAddedByStaff      Notice = "added_by_staff"
	NoticeHandedOver        Notice = "handed_over"
)

// MailState is how far the mail of a notification has come (N4).
type MailState string

// The mail states.
const (
	MailQueued MailState = "queued"
	MailSent   MailState = "sent"
	MailFailed MailState = "failed"
	MailOff    MailState = "off"
)

// Mail is the delivery of a notification by e-mail; together they are the outbox (N4).
type Mail struct {
	State    MailState `json:"state" cbor:"1,keyasint"`
	Attempts int       `json:"attempts,omitempty" cbor:"2,keyasint,omitempty"`
	Error    string    `json:"error,omitempty" cbor:"3,keyasint,omitempty"`
	Cause    string    `json:"cause,omitempty" cbor:"4,keyasint,omitempty"` // why it is off: "no delivery set up", "mail off", "withdrawn"
	Next     Moment    `json:"next,omitzero" cbor:"5,keyasint,omitempty"`   // the next try; none: it waits for Support
	Taken    Moment    `json:"taken,omitzero" cbor:"6,keyasint,omitempty"`  // since when a deliverer has it; none: nobody has
}

// Notification tells one person of one thing, once (N5).
type Notification struct {
	ID        NotificationID `json:"id" cbor:"1,keyasint"`
	Version   uint64         `json:"version" cbor:"2,keyasint"`
	Recipient AccountID      `json:"recipient" cbor:"3,keyasint"`
	Event     Notice         `json:"event" cbor:"4,keyasint"`
	Subjects  []Ref          `json:"subjects,omitempty" cbor:"5,keyasint,omitempty"` // the first is what it leads to
	// Subject is the subject line of section 21, Body what stands below it. Both are filled in for who reads the notice;
	// only notices of older versions have them stored.
	Subject   string `json:"subject,omitempty" cbor:"6,keyasint,omitempty"`
	Body      string `json:"body,omitempty" cbor:"7,keyasint,omitempty"`
	Created   Moment `json:"created" cbor:"8,keyasint"`
	Read      Moment `json:"read,omitzero" cbor:"9,keyasint,omitempty"`
	Withdrawn Moment `json:"withdrawn,omitzero" cbor:"10,keyasint,omitempty"`
	// WithdrawnNote is what stands beside a withdrawn notice (N6): "decided", and to readers "decided by ana@acme.test".
	WithdrawnNote string `json:"withdrawn_note,omitempty" cbor:"11,keyasint,omitempty"`
	Mail          Mail   `json:"mail" cbor:"12,keyasint"`
	// Decide is set when the recipient could decide the request at that moment (N1).
	Decide bool `json:"decide,omitempty" cbor:"13,keyasint,omitempty"`
	// Address is that contact address, filled in for who reads the notice; only older versions stored it.
	Address string `json:"address,omitempty" cbor:"14,keyasint,omitempty"`
	// Code is set when the mail carries an activation code: it is made for this invitation, or for the account when
	// zero, at the moment the mail is handed over (AC19).
	Code *CodeToSend `json:"code,omitempty" cbor:"15,keyasint,omitempty"`
	// Facts are what Subject and Body are made of when the notice is read (AC8). Older notices are stored in words.
	Facts NoticeFacts `json:"facts,omitzero" cbor:"16,keyasint,omitzero"`
	// WithdrawnBy is who withdrew the notice, to be named behind WithdrawnNote.
	WithdrawnBy AccountID `json:"withdrawn_by,omitempty" cbor:"17,keyasint,omitempty"`
	// Contact is the maintainer whose contact address the mail goes to when there is no Recipient (section 21).
	Contact MaintainerID `json:"contact,omitempty" cbor:"18,keyasint,omitempty"`
}

// NoticeIsFound reports whether notices are found by what they are about, so that they can be withdrawn when it is over:
// those about requests (N6) and invitations (I17).
func NoticeIsFound(about Kind) bool { return about == KindRequest || about == KindInvitation }

// Unread reports whether the notification counts in the inbox badge.
func (n Notification) Unread() bool { return n.Read == 0 && n.Withdrawn == 0 }

// CodeToSend says what activation code a mail carries (AC19). The code itself is never stored.
type CodeToSend struct {
	Invitation InvitationID `json:"invitation,omitempty" cbor:"1,keyasint,omitempty"`
	// Expires is when the code stops working; zero: 7 days after it is made.
	Expires Moment `json:"expires" cbor:"2,keyasint"`
}

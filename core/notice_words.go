package core

import (
	"slices"
	"strconv"
	"strings"
)

// wording puts one notice into words for who reads it now.
type wording struct {
	NoticeFacts
	*directory
	n   *Notification
	err error
}

// worded gives a notice with its subject line and its text, and without what they are made of. People are named as they
// are now: by address, or as "removed account 7" (AC8).
func (d *directory) worded(n Notification) (Notification, error) {
	w := &wording{NoticeFacts: n.Facts, directory: d, n: &n}
	if words, known := noticeWords[n.Event]; n.Subject != "" || !known {
		n.Subject, n.Body, n.WithdrawnNote = w.fromOlder(n.Subject), w.fromOlder(n.Body), w.fromOlder(n.WithdrawnNote)
	} else {
		n.Subject, n.Body = words(w)
		n.Subject, n.Body = strings.TrimSpace(n.Subject), strings.TrimSpace(n.Body)
	}
	n.Mail.Error = w.fromOlder(n.Mail.Error) // a mail server tells the address that it refuses
	if n.WithdrawnBy != 0 {
		n.WithdrawnNote += " by " + w.name(n.WithdrawnBy)
	}
	if n.Contact != 0 {
		n.Address = w.contact(n.Contact)
	}
	n.Facts, n.WithdrawnBy, n.Contact = NoticeFacts{}, 0, 0
	return n, w.err
}

// name names somebody as they are called now.
func (w *wording) name(id AccountID) string {
	if id == 0 {
		return "the system"
	}
	label, err := w.label(id)
	if err != nil {
		w.err = err
	}
	return label
}

func (w *wording) by() string    { return w.name(w.By) }
func (w *wording) about() string { return w.name(w.About) }

// contact gives the contact address of a maintainer as it is now.
func (w *wording) contact(id MaintainerID) string {
	m, err := w.maintainerOf(id)
	if err != nil {
		w.err = err
	}
	return m.Contact
}

// help is whom to turn to (ST5), as the end of a text.
func (w *wording) help() string {
	if contact := w.contact(w.Help); w.Help != 0 && contact != "" {
		return " Help: " + contact + "."
	}
	return ""
}

// reason writes what a person gave as the reason, or nothing.
func (w *wording) reason() string {
	if w.Text == "" {
		return ""
	}
	return "Reason: " + w.Text
}

// noticeWords are the subject lines and texts of section 21. Every notice has its entry.
var noticeWords = map[Notice]func(w *wording) (subject, body string){
	NoticeMemberAdded: func(w *wording) (string, string) { return "You are now a member of " + w.Name, w.added() },
	NoticeUserAdded:   func(w *wording) (string, string) { return "You are now a user of " + w.Name, w.added() },
	NoticeActivate: func(w *wording) (string, string) {
		return w.by() + " invites you to " + w.Name + ": activate your account", w.invited()
	},
	NoticeInvitationSent: func(w *wording) (string, string) { return w.by() + " invites you to " + w.Name, w.invited() },
	NoticeInvitationAnswers: func(w *wording) (string, string) {
		return w.by() + " " + w.How + " your invitation to " + w.Name, ""
	},
	NoticeInvitationLapsed: func(w *wording) (string, string) {
		return w.about() + " did not answer your invitation to " + w.Name, "It lapsed at " + moment(w.Lapses) + ". You may send it again."
	},
	NoticeMemberRemoved: func(w *wording) (string, string) { return "You are no longer a member of " + w.Name, "" },
	NoticeUserRemoved:   func(w *wording) (string, string) { return "You are no longer a user of " + w.Name, "" },
	NoticeUserEnded: func(w *wording) (string, string) {
		return "Your access to " + w.Name + " has ended", "Its end was " + moment(w.At) + "."
	},
	NoticeStaffJoined: func(w *wording) (string, string) {
		return w.about() + " " + w.How + " " + w.Name + " until " + moment(w.At), w.granted()
	},
	NoticeVisitExtended: func(w *wording) (string, string) {
		return w.about() + " stays in " + w.Name + " until " + moment(w.At), w.granted()
	},
	NoticeVisitCutShort: (*wording).cutShort,
	NoticeVisitRevoked:  func(w *wording) (string, string) { return w.by() + " ended your visit to " + w.Name, w.Text },
	NoticeVisitEnded: func(w *wording) (string, string) {
		return "Your visit to " + w.Name + " has ended", "Its end was " + moment(w.At) + "."
	},

	NoticeRequestFiled: func(w *wording) (string, string) {
		return w.about() + " asks to enter " + w.Name + " " + w.Asked.text(), w.reason() + "\n" + w.waits()
	},
	NoticeExtensionFiled: func(w *wording) (string, string) {
		return w.about() + " asks to stay in " + w.Name + " " + w.Asked.text(), w.reason() + "\n" + w.waits()
	},
	NoticeReminder: func(w *wording) (string, string) {
		return "Still waiting: " + w.about() + " asks to enter " + w.Name,
			w.reason() + "\nAsked: " + w.Asked.text() + ". " + w.waits()
	},
	NoticeUndecidable: func(w *wording) (string, string) {
		subject := "Nobody can decide: " + w.about() + " asks to enter " + w.Name
		if w.How == howNobody { // to Support (M19)
			return subject, "No administrator of " + w.In + " can act. Hand the organization over to somebody, who can join and decide."
		}
		return subject, "Join the project, then decide the request."
	},
	NoticeRequestApproved: func(w *wording) (string, string) {
		return "You may enter " + w.Name + " until " + moment(w.At), "Approved by " + w.by() + ". Asked: " + w.Asked.text() + "."
	},
	NoticeRequestRejected: func(w *wording) (string, string) { return w.by() + " rejected your request for " + w.Name, w.Text },
	NoticeRejectionUndone: func(w *wording) (string, string) {
		return "Your request for " + w.Name + " is waiting again", "The rejection was undone. It waits until " + moment(w.Lapses) + "."
	},
	NoticeRequestLapsed: func(w *wording) (string, string) {
		return "Your request for " + w.Name + " lapsed", "You may file a new one."
	},

	NoticeProjectExpires: func(w *wording) (string, string) {
		return w.Name + " expires on " + day(w.At), "It expires at " + moment(w.At) + " and is deleted then. Support can move the date."
	},
	NoticeProjectDeleted: func(w *wording) (string, string) {
		return w.Name + " was deleted; Support can restore it until " + day(w.At),
			"What is in it cannot be opened any more. Invitations and requests are void."
	},
	NoticeProjectRestored: func(w *wording) (string, string) { return w.Name + " was restored", "It can be opened again." },
	NoticeProjectDisabled: func(w *wording) (string, string) {
		return w.Name + " was disabled: " + w.Text, "Expected back: " + momentOr(w.At, "not known") + "."
	},
	NoticeProjectEnabled: func(w *wording) (string, string) { return w.Name + " was enabled again", "" },

	NoticeMFARequired: func(w *wording) (string, string) {
		return w.Name + " now requires MFA: turn yours on", "Until then " + w.Name + " and its projects are closed to you." + w.help()
	},
	NoticeMFAScheduled:   (*wording).mfaScheduled,
	NoticeMFAUnscheduled: (*wording).mfaUnscheduled,
	NoticeMFASwitchedOff: func(w *wording) (string, string) { return "Support switched off your MFA", w.reason() },
	NoticeCodeIssued:     func(w *wording) (string, string) { return "Support issued a code for you", w.reason() },
	NoticeKeyChanged:     (*wording).keyChanged,
	NoticeCodesLocked: func(w *wording) (string, string) {
		return "Too many wrong codes: codes for your account are locked until " + moment(w.At),
			"If that was not you, somebody has one of your keys: remove the ones that you do not know under Account."
	},
	NoticeDuty:     (*wording).duty,
	NoticeReadOnly: (*wording).readOnly,
	NoticeAccountExpires: func(w *wording) (string, string) {
		body := "Ask for a renewal before that: you cannot renew it yourself."
		if w.How == howMayRenew {
			body = "You may renew it."
		}
		return w.about() + " expires on " + day(w.At), body
	},

	NoticeProjectMoved: func(w *wording) (string, string) {
		return w.Name + " was moved to " + w.In, "Moved from " + w.Title + " by " + w.by() + "."
	},
	NoticeOrganizationMoved: func(w *wording) (string, string) { return w.Name + " was given to " + w.In, "By " + w.by() + "." },
	NoticeAdministratorNew: func(w *wording) (string, string) {
		how := map[string]string{howAdded: "Added by ", howInvited: "Invited by ", howUndone: "The removal was undone by "}[w.How]
		return w.about() + " is now an administrator of " + w.Name, nameOr(how, "ADMIN was given by ") + w.by() + "."
	},
	NoticeAddedByStaff: func(w *wording) (string, string) {
		return "Staff added " + w.about() + " to " + w.Name, "Added by " + w.by() + ". " + w.reason()
	},
	NoticeHandedOver: func(w *wording) (string, string) {
		body := "Staff gave ADMIN, because no administrator could act: " + w.by() + ". " + w.reason()
		if w.About == 0 {
			return "You are now an administrator of " + w.Name, body
		}
		return w.about() + " is now an administrator of " + w.Name, body
	},

	NoticeTicketOpened: func(w *wording) (string, string) {
		return w.ticket("") + w.Title, w.by() + " in " + w.Name + " of " + w.In + " (" + TicketKind(w.How).Words() + ", priority " + string(w.Priority) + "):\n\n" + w.Text
	},
	NoticeTicketChanged: (*wording).ticketChanged,
	NoticeTicketPassed: func(w *wording) (string, string) {
		return w.ticket(" passed on to you") + w.Title, w.by() + " passed it on.\n\n" + w.Text
	},
}

func (w *wording) added() string {
	if w.How == howUndone {
		return "Your removal was undone."
	}
	return w.reason() + "\n" + w.held()
}

// held says the role, or roles, and the end of a membership.
func (w *wording) held() string {
	text := ""
	if w.Role != "" {
		text = "Role: " + w.Role + ". "
	}
	if w.At != 0 {
		text += "It ends at " + moment(w.At) + "."
	}
	return strings.TrimSpace(text)
}

func (w *wording) invited() string {
	lines := []string{w.reason(), w.held()}
	if w.Lapses != 0 {
		lines = append(lines, "The invitation lapses at "+moment(w.Lapses)+".")
	}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// granted says why somebody is in, and who let them in after what was asked.
func (w *wording) granted() string {
	if w.Approver == 0 {
		return w.reason()
	}
	return w.reason() + "\nApproved by " + w.name(w.Approver) + ". Asked: " + w.Asked.text() + "."
}

func (w *wording) cutShort() (string, string) {
	body := "It would have lasted until " + moment(w.At) + "."
	switch VisitState(w.How) {
	case VisitLeft:
		body = w.about() + " left. " + body
	case VisitRevoked:
		body = w.by() + " ended it. " + body + "\n" + w.Text
	case VisitActive, VisitEnded:
	}
	return "The visit of " + w.about() + " to " + w.Name + " ended early", body
}

// waits says how long a request waits, and how many other people may decide it.
func (w *wording) waits() string {
	text := "It lapses at " + moment(w.Lapses) + ". "
	switch {
	case !w.n.Decide && w.Others == 1:
		return text + "One person may decide it."
	case !w.n.Decide:
		return text + strconv.Itoa(w.Others) + " people may decide it."
	case w.Others == 0:
		return text + "Nobody else may decide it."
	case w.Others == 1:
		return text + "One other person may decide it."
	}
	return text + strconv.Itoa(w.Others) + " other people may decide it."
}

func (w *wording) mfaScheduled() (string, string) {
	body := "From " + moment(w.At) + " on " + w.Name + " and its projects are closed to everybody without MFA."
	switch {
	case w.How != howWatch:
		body += " Turn yours on before that." + w.help()
	case w.Others == 1:
		body += " One person has none yet; the settings say who."
	case w.Others > 1:
		body += " " + strconv.Itoa(w.Others) + " people have none yet; the settings say who."
	}
	return w.Name + " requires MFA from " + day(w.At), body
}

func (w *wording) mfaUnscheduled() (string, string) {
	body := "The date was dropped."
	if w.How == howNobody {
		body = "The date was dropped, because no administrator has MFA."
	}
	return w.Name + " does not require MFA on " + day(w.At), body
}

func (w *wording) duty() (string, string) {
	switch w.How {
	case howExpired:
		return "Your " + w.Name + " expired", "Ask Support for it if it is still needed."
	case howRemoved:
		return "You no longer have the " + w.Name, "Taken away by " + w.by() + "."
	}
	return "You have the " + w.Name + " until " + moment(w.At), "Given by " + w.by() + ". " + w.reason()
}

func (w *wording) readOnly() (string, string) {
	if w.How == howRemoved {
		return "Your account may change things again", "Allowed by " + w.by() + "."
	}
	return "Your account is now read-only", "Set by " + w.by() + ". " + w.reason()
}

func (w *wording) keyChanged() (string, string) {
	if w.How == howRemoved {
		return "A key was removed from your account", w.Text + "\nIf that was not you, tell Support."
	}
	return "A key was added to your account", w.Text + "\nIf that was not you, remove it under Account, and tell Support."
}

// ticket begins the subject line of a notice about a ticket, which is the first thing that it is about.
func (w *wording) ticket(what string) string {
	return "Ticket " + firstRef(w.n.Subjects).number() + what + ": "
}

func (w *wording) ticketChanged() (string, string) {
	subject := w.ticket(" " + w.How)
	switch w.How {
	case howPurged:
		return w.ticket(" closed") + w.Title, "Its project is gone for good."
	case howAnswered:
		return subject + w.Title, w.by() + " wrote:\n\n" + w.Text
	}
	return subject + w.Title, w.by() + " " + w.How + " it."
}

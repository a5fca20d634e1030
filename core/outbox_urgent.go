package core

// urgentNotices go out before everything else, and outside the hourly limit of the other mails (N7): what concerns the
// security of the reader's own account, and removals.
var urgentNotices = map[Notice]bool{
	NoticeKeyChanged: true, NoticeCodesLocked: true, NoticeCodeIssued: true, NoticeActivate: true, NoticeMFASwitchedOff: true,
	NoticeMFARequired: true, NoticeMFAScheduled: true, NoticeMFAUnscheduled: true, NoticeMemberRemoved: true,
	NoticeUserRemoved: true, NoticeUndecidable: true, NoticeAccountExpires: true,
}

// Urgent reports whether the mail of a notice goes before everything else: security notices, codes, and requests that
// the reader may decide.
func (n Notification) Urgent() bool { return urgentNotices[n.Event] || n.Decide || n.Code != nil }

// mailClass is one of the two orders of the outbox, each with a limit of its own.
type mailClass struct {
	urgent bool
	most   int    // mails to one address in an hour
	beyond string // why one waits
}

// mailClasses are served one after the other.
var mailClasses = []mailClass{
	{urgent: true, most: urgentQuota, beyond: causeBeyondUrgent},
	{urgent: false, most: mailQuota, beyond: causeBeyond},
}

// of gives the notices of the class.
func (k mailClass) of(due []Notification) (mine []Notification) {
	for _, n := range due {
		if n.Urgent() == k.urgent {
			mine = append(mine, n)
		}
	}
	return mine
}

// sent gives the moments of the mails of the class that went to an address within the hour.
func (k mailClass) sent(m *Mailing) *[]Moment {
	if k.urgent {
		return &m.Urgent
	}
	return &m.Sent
}

// classOf gives the class of a notice.
func classOf(n Notification) mailClass {
	if n.Urgent() {
		return mailClasses[0]
	}
	return mailClasses[1]
}

package core

import "context"

// projectNotices are the notices about a project that its people get as such. Who stops using the project no longer
// sees them (N2); all others are about oneself and stay.
var projectNotices = map[Notice]bool{
	NoticeUserAdded: true, NoticeRequestFiled: true, NoticeExtensionFiled: true, NoticeReminder: true, NoticeUndecidable: true,
	NoticeStaffJoined: true, NoticeVisitExtended: true, NoticeVisitCutShort: true, NoticeProjectExpires: true, NoticeProjectDeleted: true, NoticeProjectRestored: true,
	NoticeProjectDisabled: true, NoticeProjectEnabled: true,
}

// Inbox lists the notifications to the actor, newest first (N4). Notices of a project that the actor no longer uses
// are left out (N2). Fields of the filter: event, read (yes, no); words are looked for in subject line and body.
//
// Total counts to 500, see Page.
func (a *Actor) Inbox(ctx context.Context, q Query) (Page[Notification], error) {
	return list(ctx, a, func(r *reading) (Page[Notification], error) { return r.inbox(q) })
}

func notificationKey(n Notification) Key { return Key{Num(n.ID)} }

func (r *reading) inbox(q Query) (Page[Notification], error) {
	var none Page[Notification]
	sort, err := q.sortOf("newest", "created")
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["inbox"]...)
	if err != nil {
		return none, err
	}
	d := r.directory()
	w := window[Notification]{
		name: "inbox", forms: []string{"n"}, newest: sort == "newest",
		streams: []*stream[Notification]{{
			index: Scan{Index: NotificationsOf, Prefix: Key{Num(r.me.ID)}}, scan: r.Notifications().Scan, key: notificationKey,
		}},
		keep: d.seesNotice,
	}
	w.total, w.filter = w.walked(r, countedTo), f
	w.keep = func(n Notification) (bool, error) {
		if ok, err := d.seesNotice(n); err != nil || !ok {
			return false, err
		}
		return d.noticeMatches(f, n)
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, d.worded)
}

func (d *directory) noticeMatches(f filter, n Notification) (bool, error) {
	fits := f.matchFields(func(name string) string {
		if name == "read" {
			return yesNo(n.Read != 0)
		}
		return string(n.Event)
	})
	if !fits || len(f.words) == 0 {
		return fits, nil
	}
	n, err := d.worded(n)
	return f.matchTexts(n.Subject, n.Body), err
}

// seesNotice reports whether its recipient still sees a notification (N2).
func (d *directory) seesNotice(n Notification) (bool, error) {
	if first := firstRef(n.Subjects); first.Kind == KindTicket { // who may no longer read it reads nothing of it (ST7)
		t, ok, err := d.Tickets().Get(TicketID(first.ID))
		if err != nil || !ok {
			return ok, err
		}
		return d.seesTicket(t)
	}
	if !projectNotices[n.Event] {
		return true, nil
	}
	for _, s := range n.Subjects {
		if s.Kind != KindProject {
			continue
		}
		f, err := d.factsOf(s)
		if err != nil {
			return false, err
		}
		return f.Direct != NoStanding || f.RoleAccess != "" || f.Admin, nil
	}
	return true, nil
}

// unreadCounted is how far unread notifications are looked at one by one; beyond it their counter is taken.
const unreadCounted = 200

// unread counts the unread notifications that the actor still sees.
func (d *directory) unread() (int, error) {
	visible, looked := 0, 0
	err := each(d.Notifications(), Scan{Index: UnreadOf, Prefix: Key{Num(d.me.ID)}, Reverse: true}, func(n Notification) (bool, error) {
		looked++
		ok, err := d.seesNotice(n)
		if ok {
			visible++
		}
		return looked < unreadCounted, err
	})
	if err != nil || looked < unreadCounted {
		return visible, err
	}
	return d.Count(CountUnread, d.me.ID.Ref())
}

// MarkRead marks one own notification as read (N2). It is bookkeeping and writes no event (AU14). Errors: not_found.
func (a *Actor) MarkRead(ctx context.Context, id NotificationID) error {
	return a.do(ctx, attempt{action: "notification.read", subjects: []Ref{id.Ref()}, reads: true}, func(c *change) error {
		n, err := get(c.Notifications(), id, id.Ref())
		if err != nil {
			return err
		}
		if n.Recipient != c.me.ID {
			return notFound(id.Ref())
		}
		return c.markRead(n)
	})
}

func (c *change) markRead(n Notification) error {
	if n.Read != 0 {
		return nil
	}
	n.Read = c.now
	n.Version++
	return c.Notifications().Put(n)
}

// readAtOnce is how many notifications are marked in one transaction.
const readAtOnce = 500

// MarkAllRead marks all own notifications as read (N2), in slices. It writes no event (AU14).
func (a *Actor) MarkAllRead(ctx context.Context) error {
	for {
		marked := 0
		err := a.do(ctx, attempt{action: "notification.read", reads: true}, func(c *change) error {
			marked = 0
			var unread []Notification
			err := each(c.Notifications(), Scan{Index: UnreadOf, Prefix: Key{Num(c.me.ID)}}, func(n Notification) (bool, error) {
				unread = append(unread, n)
				return len(unread) < readAtOnce, nil
			})
			if err != nil {
				return err
			}
			for _, n := range unread {
				if err := c.markRead(n); err != nil {
					return err
				}
			}
			marked = len(unread)
			return nil
		})
		if err != nil || marked < readAtOnce {
			return err
		}
	}
}

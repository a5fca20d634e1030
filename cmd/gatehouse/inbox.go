package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newInbox() *cobra.Command {
	return newNoun("inbox", "notifications to you",
		asList(m, &cobra.Command{Use: "list", Short: "list your notifications, the newest first"}, []string{"newest"},
			[]column[core.Notification]{
				{title: "ID", cell: func(n core.Notification) string { return number(n.ID) }, right: true},
				{title: "TIME", cell: func(n core.Notification) string { return n.Created.String() }},
				{title: "READ", cell: inboxState},
				{title: "ABOUT", cell: func(n core.Notification) string { return orDash(firstSubject(n)) }},
				{title: "SUBJECT", cell: func(n core.Notification) string { return n.Subject }},
			},
			simply((*core.Actor).Inbox)),
		m.newInboxRead(),
	)
}

func inboxState(n core.Notification) string {
	switch {
	case n.Withdrawn != 0 && n.WithdrawnNote != "":
		return "withdrawn, " + n.WithdrawnNote
	case n.Withdrawn != 0:
		return "withdrawn"
	case n.Read != 0:
		return "read"
	}
	return "new"
}

func firstSubject(n core.Notification) string {
	if len(n.Subjects) == 0 {
		return ""
	}
	return n.Subjects[0].String()
}

func (m *Main) newInboxRead() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "read {NOTIFICATION… | --all}",
		Short: "mark notifications as read",
	}
	cmd.Flags().BoolVar(&all, "all", false, "all of them")
	cmd.Args = argumentsOrAll(&all)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		if all {
			if err := a.MarkAllRead(ctx); err != nil {
				return err
			}
			return m.printDone(map[string]bool{"read": true}, "all notifications are read")
		}
		return m.each(args, func(arg string) (any, string, error) {
			id, err := parseID[core.NotificationID]("NOTIFICATION", arg)
			if err != nil {
				return nil, "", err
			}
			return map[string]any{"id": id, "read": true}, fmt.Sprintf("notification %d is read", id), a.MarkRead(ctx, id)
		})
	})
	return cmd
}

func (m *Main) newOutbox() *cobra.Command {
	return newNoun("outbox", "mails that notifications cause (Support)",
		asList(m, &cobra.Command{
			Use: "list", Short: "list mails that wait or failed, with their state",
			Long: "List mails that wait or failed, with their state. Those that were sent or are off:\n--filter state:sent, --filter state:off.",
		}, []string{"newest"},
			[]column[core.OutboxMail]{
				{title: "ID", cell: func(n core.OutboxMail) string { return number(n.ID) }, right: true},
				{title: "TIME", cell: func(n core.OutboxMail) string { return n.Created.String() }},
				{title: "TO", cell: func(n core.OutboxMail) string { return n.To }},
				{title: "STATE", cell: func(n core.OutboxMail) string { return string(n.Mail.State) }},
				{title: "TRIES", cell: func(n core.OutboxMail) string { return number(n.Mail.Attempts) }, right: true},
				{title: "NEXT", cell: func(n core.OutboxMail) string { return momentOrDash(n.Mail.Next) }},
				{title: "SUBJECT", cell: func(n core.OutboxMail) string { return n.Subject }},
				{title: "CAUSE", cell: func(n core.OutboxMail) string { return orDash(mailTrouble(n.Mail)) }},
			},
			simply((*core.Actor).Outbox)),
		m.newOutboxRetry(),
		m.newOutboxSend(),
	)
}

// mailTrouble says why a mail waits, is off or failed.
func mailTrouble(m core.Mail) string {
	if m.Error != "" && m.Cause != "" {
		return m.Error + "; " + m.Cause
	}
	return m.Error + m.Cause
}

func (m *Main) newOutboxRetry() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "retry {MAIL… | --all}",
		Short: "try failed mails again, from the beginning",
	}
	cmd.Flags().BoolVar(&all, "all", false, "all that failed")
	cmd.Args = argumentsOrAll(&all)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		if all {
			n, err := a.RetryMails(ctx)
			if err != nil {
				return err
			}
			return m.printDone(map[string]int{"queued": n}, fmt.Sprintf("%s queued again", plural(n, "mail")))
		}
		return m.each(args, func(arg string) (any, string, error) {
			id, err := parseID[core.NotificationID]("MAIL", arg)
			if err != nil {
				return nil, "", err
			}
			return map[string]any{"id": id, "queued": true}, fmt.Sprintf("mail %d is queued", id), a.RetryMail(ctx, id)
		})
	})
	return cmd
}

package storage

import (
	"context"
	"path/filepath"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage/kv"
)

// Schema 3, AC8: an older house has notices in words, with addresses. Those of accounts become numbers, that of an account
// which is gone is nobody's, what people wrote stays, and a mail to a contact address names the maintainer.
func TestMigrationPlacesAccountsInNotices(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	s, err := Open(ctx, path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	const many = 2*placedAtOnce + 3 // three slices
	older := func(n uint64) core.Notification {
		one := core.Notification{ID: core.NotificationID(n), Version: 1, Recipient: 2, Subjects: []core.Ref{core.RequestID(n).Ref()}}
		switch n % 4 {
		case 0:
			one.Event, one.Subject = core.NoticeRequestFiled, "Sam@support.test asks to enter"
			one.Body, one.WithdrawnNote = "Reason: call sam@support.test or {account 9}", "decided by gone@acme.test"
		case 1:
			one.Event, one.Subject = core.NoticeTicketOpened, "new ticket: write to gone@acme.test"
		case 2:
			one.Event, one.Subject, one.Recipient, one.Address = core.NoticeTicketPassed, "a ticket was passed on", 0, "help@partner.test"
			one.Subjects = []core.Ref{core.TicketID(5).Ref()}
		default:
			one.Event, one.Facts = core.NoticeRequestFiled, core.NoticeFacts{About: 1, Name: "Nightly ETL"}
		}
		return one
	}
	err = s.Update(ctx, func(x core.Tx) error {
		for id, email := range []string{1: "sam@support.test", 2: "ana@acme.test"} {
			if email == "" {
				continue
			}
			if err := x.Accounts().Put(core.Account{ID: core.AccountID(id), Version: 1, Email: email, State: core.AccountActive}); err != nil {
				return err
			}
		}
		if err := x.Tickets().Put(core.Ticket{ID: 5, Version: 1, Project: 1, Maintainer: 7}); err != nil {
			return err
		}
		for n := range uint64(many) {
			if err := x.Notifications().Put(older(n + 1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.engine.Update(ctx, func(w kv.Writer) error { return mark(w, 2) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	steps := 0
	told := core.WithProgress(ctx, func(step string, done, total int) {
		if step == "bringing the house up to date" && done == steps && total == len(schema3) {
			steps++
		}
	})
	if s, err = Open(told, path, Options{NoSync: true}); err != nil || steps != len(schema3) {
		t.Fatalf("%d of %d steps were told: %v", steps, len(schema3), err)
	}
	defer func() { _ = s.Close() }()
	seen := 0
	err = s.View(ctx, func(x core.Tx) error {
		_, err := x.Notifications().Scan(core.Scan{}, func(n core.Notification) (bool, error) {
			seen++
			was := older(uint64(n.ID))
			want := was
			switch n.ID % 4 {
			case 0:
				want.Subject, want.Body = "{account 1} asks to enter", "Reason: call {account 1} or (account 9)"
				want.WithdrawnNote = "decided by {account }"
			case 1: // people wrote it
			case 2:
				want.Address, want.Contact = "", 7
			}
			if n.Subject != want.Subject || n.Body != want.Body || n.WithdrawnNote != want.WithdrawnNote || n.Address != want.Address ||
				n.Contact != want.Contact || n.Facts.About != want.Facts.About {
				t.Errorf("notice %d was %+v and is %+v", n.ID, was, n)
			}
			return !t.Failed(), nil
		})
		return err
	})
	if err != nil || seen != many && !t.Failed() {
		t.Errorf("%d notices, %v", seen, err)
	}
}

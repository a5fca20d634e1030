package storage

import (
	"context"
	"path/filepath"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage/kv"
)

// Schema 3: a house of schema 2 gets the entries of the indexes that are new, whatever its records are, and is whole then.
func TestMigrationFillsIndexes(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	s, err := Open(ctx, path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	const many = 2*fillRecords + 7 // three slices
	fill := func(x core.Tx) error {
		for n := range uint64(many) {
			i := core.Invitation{
				ID: core.InvitationID(n + 1), Version: 1, Unit: core.ProjectID(1).Ref(), Account: core.AccountID(n%5 + 1), Inviter: 7,
				State: core.InvitationPending,
			}
			if n%3 == 0 {
				i.State = core.InvitationLapsed
			}
			if n%4 == 0 {
				i.Resender = 8
			}
			if err := x.Invitations().Put(i); err != nil {
				return err
			}
			notice := core.Notification{ID: core.NotificationID(n + 1), Version: 1, Recipient: 3, Subjects: []core.Ref{i.ID.Ref()}}
			if err := x.Notifications().Put(notice); err != nil {
				return err
			}
			m := core.Membership{Unit: core.OrganizationID(1).Ref(), Account: core.AccountID(n + 1), Version: 1, Roles: []string{"DEFAULT", "TEAM"}}
			if err := x.Memberships().Put(m); err != nil {
				return err
			}
			for _, k := range []core.Kind{core.KindInvitation, core.KindNotification} {
				if _, err := x.NextID(k); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := s.Update(ctx, fill); err != nil {
		t.Fatal(err)
	}
	emptied := 0
	err = s.engine.Update(ctx, func(w kv.Writer) error {
		for _, i := range []core.Index{core.InvitationsOfSender, core.NoticesAbout, core.HoldersOfRole} {
			var keys [][]byte
			err := w.Scan(kv.Range{Prefix: []byte{indexLayouts[i].collection}}, func(key, _ []byte) (bool, error) {
				keys = append(keys, append([]byte(nil), key...))
				return true, nil
			})
			if err != nil {
				return err
			}
			for _, key := range keys {
				emptied++
				if err := w.Delete(key); err != nil {
					return err
				}
			}
		}
		return mark(w, 2)
	})
	if err != nil || emptied < many {
		t.Fatalf("%d entries taken away, %v", emptied, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(ctx, path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Check(ctx, func(fault string) { t.Error(fault) }); err != nil {
		t.Fatal(err)
	}
}

package storage

import (
	"bytes"
	"fmt"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

func init() { schema3 = append(schema3, placeAccounts) }

// placedAtOnce is how many notifications are read before they are written.
const placedAtOnce = 1_000

// placeAccounts puts numbers of accounts in place of the addresses that older versions kept in notifications (AC8).
func placeAccounts(w kv.Writer) error {
	known, err := addresses(w)
	if err != nil {
		return err
	}
	find := func(email string) (core.AccountID, bool) {
		id, ok := known[email]
		return id, ok
	}
	at := []byte{colNotifications}
	for at != nil {
		var older []core.Notification
		looked, from := 0, at
		at = nil
		err := w.Scan(kv.Range{Prefix: []byte{colNotifications}, From: from}, func(key, value []byte) (bool, error) {
			if looked++; looked > placedAtOnce {
				at = bytes.Clone(key)
				return false, nil
			}
			var n core.Notification
			if err := decode(value, &n); err != nil {
				return false, fmt.Errorf("a notification cannot be read: %w", err)
			}
			if n.Subject != "" {
				older = append(older, n)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		for _, n := range older {
			n.Unplaced()
			n.PlaceAccounts(find)
			if err := contactInstead(w, &n); err != nil {
				return err
			}
			if err := putRecord(w, appendNumber([]byte{colNotifications}, uint64(n.ID)), &n); err != nil {
				return err
			}
		}
	}
	return nil
}

// addresses gives the accounts by address.
func addresses(r kv.Reader) (map[string]core.AccountID, error) {
	known := map[string]core.AccountID{}
	return known, r.Scan(kv.Range{Prefix: []byte{colAccounts}}, func(_, value []byte) (bool, error) {
		var acc core.Account
		if err := decode(value, &acc); err != nil {
			return false, fmt.Errorf("an account cannot be read: %w", err)
		}
		if acc.Email != "" {
			known[core.Fold(acc.Email)] = acc.ID
		}
		return true, nil
	})
}

// contactInstead lets a mail to the contact address of a maintainer name the maintainer in its place: the one that the
// ticket is with, which is the first thing that the mail is about.
func contactInstead(r kv.Reader, n *core.Notification) error {
	if n.Address == "" || len(n.Subjects) == 0 || n.Subjects[0].Kind != core.KindTicket {
		return nil
	}
	value, found, err := r.Get(appendNumber([]byte{colTickets}, n.Subjects[0].ID))
	if err != nil || !found {
		return err
	}
	var t core.Ticket
	if err := decode(value, &t); err != nil {
		return fmt.Errorf("a ticket cannot be read: %w", err)
	}
	n.Address, n.Contact = "", t.Maintainer
	return nil
}

// putRecord writes a record whose entries in indexes and counters stay as they are.
func putRecord(w kv.Writer, key []byte, record any) error {
	var b bytes.Buffer
	if err := encode(&b, record); err != nil {
		return err
	}
	return w.Put(key, b.Bytes())
}

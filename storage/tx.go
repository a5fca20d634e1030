package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

var errView = errors.New("a View does not write")

// tx implements core.Tx. It belongs to one goroutine and dies with its function.
type tx struct {
	r     kv.Reader
	w     kv.Writer // nil in a View
	wrote bool

	// Buffers that are used again by every operation; none is in use while a function of the caller runs.
	key           []byte
	value         bytes.Buffer
	before, after entries
	tally         tally

	kept [lastRecords - colAccounts + 1]any // what is kept of each collection of records, see table.Get
}

var _ core.Tx = (*tx)(nil)

func (x *tx) Accounts() core.Accounts {
	return accounts{table[core.AccountID, core.Account]{x, &accountSpec}}
}

func (x *tx) Codes() core.Table[string, core.ActivationCode] {
	return table[string, core.ActivationCode]{x, &codeSpec}
}

func (x *tx) Maintainers() core.Table[core.MaintainerID, core.Maintainer] {
	return table[core.MaintainerID, core.Maintainer]{x, &maintainerSpec}
}

func (x *tx) Organizations() core.Organizations {
	return organizations{table[core.OrganizationID, core.Organization]{x, &organizationSpec}}
}

func (x *tx) Projects() core.Projects {
	return projects{table[core.ProjectID, core.Project]{x, &projectSpec}}
}

func (x *tx) Memberships() core.Table[core.MembershipKey, core.Membership] {
	return table[core.MembershipKey, core.Membership]{x, &membershipSpec}
}

func (x *tx) Visits() core.Table[core.VisitID, core.Visit] {
	return table[core.VisitID, core.Visit]{x, &visitSpec}
}

func (x *tx) Requests() core.Table[core.RequestID, core.Request] {
	return table[core.RequestID, core.Request]{x, &requestSpec}
}

func (x *tx) Invitations() core.Table[core.InvitationID, core.Invitation] {
	return table[core.InvitationID, core.Invitation]{x, &invitationSpec}
}

func (x *tx) Roles() core.Table[core.OrganizationRoleKey, core.OrganizationRole] {
	return table[core.OrganizationRoleKey, core.OrganizationRole]{x, &roleSpec}
}

func (x *tx) Grants() core.Table[core.GrantKey, core.Grant] {
	return table[core.GrantKey, core.Grant]{x, &grantSpec}
}

func (x *tx) Notifications() core.Table[core.NotificationID, core.Notification] {
	return table[core.NotificationID, core.Notification]{x, &notificationSpec}
}

func (x *tx) Events() core.Table[core.EventKey, core.Event] {
	return table[core.EventKey, core.Event]{x, &eventSpec}
}

func (x *tx) Heads() core.Table[core.Ref, core.Head] {
	return table[core.Ref, core.Head]{x, &headSpec}
}

func (x *tx) Attempts() core.Table[string, core.Attempt] {
	return table[string, core.Attempt]{x, &attemptSpec}
}

func (x *tx) Keys() core.Table[string, core.PublicKey] {
	return table[string, core.PublicKey]{x, &keySpec}
}

func (x *tx) Billings() core.Table[core.OrganizationID, core.Billing] {
	return table[core.OrganizationID, core.Billing]{x, &billingSpec}
}

func (x *tx) Tickets() core.Table[core.TicketID, core.Ticket] {
	return table[core.TicketID, core.Ticket]{x, &ticketSpec}
}

func (x *tx) Comments() core.Table[core.CommentKey, core.Comment] {
	return table[core.CommentKey, core.Comment]{x, &commentSpec}
}

func (x *tx) Buckets() core.Table[core.BucketID, core.Bucket] {
	return table[core.BucketID, core.Bucket]{x, &bucketSpec}
}

func (x *tx) Links() core.Table[core.LinkID, core.Link] {
	return table[core.LinkID, core.Link]{x, &linkSpec}
}

func (x *tx) Undos() core.Table[core.UndoKey, core.Undo] {
	return table[core.UndoKey, core.Undo]{x, &undoSpec}
}

func (x *tx) SavedFilters() core.Table[core.SavedFilterKey, core.SavedFilter] {
	return table[core.SavedFilterKey, core.SavedFilter]{x, &savedFilterSpec}
}

func (x *tx) Mailings() core.Table[string, core.Mailing] {
	return table[string, core.Mailing]{x, &mailingSpec}
}

// Savepoint implements core.Tx.
func (x *tx) Savepoint(fn func(core.Tx) error) error {
	if x.w == nil {
		return errView
	}
	writes := kv.NewOverlay(x.w)
	inner := &tx{r: writes, w: writes}
	err := fn(inner)
	writes.Finish()
	if err != nil || !inner.wrote {
		return err
	}
	x.wrote = true
	clear(x.kept[:]) // it may have changed since
	return writes.Writes(func(key, value []byte, deleted bool) error {
		if deleted {
			return x.w.Delete(key)
		}
		return x.w.Put(key, value)
	})
}

// diff turns the entries of the record as it was into those of the record as it is. Entries that stay as they are
// are not written.
func (x *tx) diff() error {
	before, after := &x.before, &x.after
	if after.err != nil {
		return after.err
	}
	rowStays := bytes.Equal(before.row.Bytes(), after.row.Bytes())
	for i := range before.list {
		if after.find(before.key(i)) < 0 {
			if err := x.w.Delete(before.key(i)); err != nil {
				return err
			}
		}
	}
	for i := range after.list {
		if before.find(after.key(i)) >= 0 && (rowStays || !after.list[i].covers) {
			continue
		}
		if err := x.w.Put(after.key(i), after.value(i)); err != nil {
			return err
		}
	}
	return nil
}

// count adds the tally to the counters.
func (x *tx) count() error {
	x.tally.settle()
	for _, c := range x.tally.list {
		if c.delta == 0 {
			continue
		}
		x.key = appendCounter(x.key[:0], c.counter, c.scope)
		n, err := x.number(x.key)
		if err != nil {
			return err
		}
		if c.delta < 0 && n < uint64(-c.delta) {
			return &fault{what: fmt.Sprintf("counter %d of %s is too low", c.counter, c.scope), cause: errNegative}
		}
		if n += uint64(c.delta); n == 0 {
			err = x.w.Delete(x.key)
		} else {
			err = x.putNumber(x.key, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// number reads a number that is stored as 8 bytes; an absent one is zero.
func (x *tx) number(key []byte) (uint64, error) {
	value, found, err := x.r.Get(key)
	if err != nil || !found {
		return 0, err
	}
	if len(value) != 8 {
		return 0, &fault{what: "a stored number does not have 8 bytes"}
	}
	return binary.BigEndian.Uint64(value), nil
}

func (x *tx) putNumber(key []byte, n uint64) error {
	x.wrote = true
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	return x.w.Put(key, b[:])
}

// NextID implements core.Tx.
func (x *tx) NextID(k core.Kind) (uint64, error) {
	if x.w == nil {
		return 0, errView
	}
	key := numberKey(k)
	n, err := x.number(key)
	if err != nil {
		return 0, err
	}
	n++
	return n, x.putNumber(key, n)
}

// LastIDs implements core.Tx.
func (x *tx) LastIDs() (core.Counters, error) {
	last := core.Counters{}
	err := x.r.Scan(kv.Range{Prefix: []byte{colNumbers}}, func(key, value []byte) (bool, error) {
		if len(key) != 2 || len(value) != 8 {
			return false, &fault{what: "the last numbers cannot be read"}
		}
		last[core.Kind(key[1])] = binary.BigEndian.Uint64(value)
		return true, nil
	})
	return last, err
}

// Settings implements core.Tx. A house without settings has zero ones.
func (x *tx) Settings() (core.Settings, error) {
	var s core.Settings
	value, found, err := x.r.Get(metaSettings)
	if err != nil || !found {
		return s, err
	}
	if err := decode(value, &s); err != nil {
		return s, &fault{what: "the settings of the house cannot be read", cause: err}
	}
	return s, nil
}

// PutSettings implements core.Tx.
func (x *tx) PutSettings(s core.Settings) error {
	if x.w == nil {
		return errView
	}
	x.value.Reset()
	if err := encode(&x.value, &s); err != nil {
		return err
	}
	x.wrote = true
	return x.w.Put(metaSettings, x.value.Bytes())
}

// Count implements core.Tx.
func (x *tx) Count(c core.Counter, scope core.Ref) (int, error) {
	x.key = appendCounter(x.key[:0], c, scope)
	n, err := x.number(x.key)
	return int(n), err
}

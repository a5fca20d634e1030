package storage

import (
	"encoding/binary"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// Due implements core.Tx.
func (x *tx) Due(until core.Moment, fn func(core.DueItem) (bool, error)) error {
	return x.r.Scan(kv.Range{Prefix: []byte{colDue}}, func(key, _ []byte) (bool, error) {
		item, ok := dueItem(key)
		if !ok {
			return false, &fault{what: "an entry of what is due has a broken key"}
		}
		if item.At > until {
			return false, nil
		}
		return fn(item)
	})
}

// dueKinds gives the kind of the records that have one number, by rank.
var dueKinds = [...]core.Kind{
	rankAccount: core.KindAccount, rankProject: core.KindProject, rankVisit: core.KindVisit,
	rankRequest: core.KindRequest, rankInvitation: core.KindInvitation, rankOrganization: core.KindOrganization,
	rankAttempt: core.KindNone,
}

// dueItem reads the key of a due entry.
func dueItem(key []byte) (core.DueItem, bool) {
	if len(key) < 11 {
		return core.DueItem{}, false
	}
	item := core.DueItem{At: core.Moment(binary.BigEndian.Uint64(key[1:]))}
	rank, rest := key[9], key[10:]
	switch {
	case rank == rankAttempt:
		item.Key = string(rest[:len(rest)-1])
		return item, rest[len(rest)-1] == 0
	case rank == rankUndo:
		if len(rest) != 16 {
			return item, false
		}
		item.Account, item.N = core.AccountID(binary.BigEndian.Uint64(rest)), binary.BigEndian.Uint64(rest[8:])
		return item, true
	case rank == rankMembership:
		ref, ok := refAt(rest)
		if !ok || len(rest) != 17 {
			return item, false
		}
		item.Ref, item.Account = ref, core.AccountID(binary.BigEndian.Uint64(rest[9:]))
		return item, true
	case int(rank) >= len(dueKinds) || dueKinds[rank] == core.KindNone || len(rest) != 8:
		return item, false
	}
	item.Ref = core.Ref{Kind: dueKinds[rank], ID: binary.BigEndian.Uint64(rest)}
	return item, true
}

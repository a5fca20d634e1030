package storage

import (
	"context"
	"encoding/binary"
	"slices"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// maxRefs is how many records a Changed names before it says All.
const maxRefs = 64

// Watch implements core.Store. Memberships are told as their unit and their account, roles as their organization,
// grants as their project, activation codes as their account, events as their chain.
func (s *Store) Watch(ctx context.Context) <-chan core.Changed {
	commits := s.engine.Watch(ctx)
	out := make(chan core.Changed, 1)
	go func() {
		defer close(out)
		for c := range commits {
			next := changed(c)
			if !next.All && len(next.Refs) == 0 {
				continue
			}
			// Only this goroutine sends, so a slot that was emptied here, or by its reader, has room.
			select {
			case old := <-out:
				next = merged(old, next)
			default:
			}
			out <- next
		}
	}()
	return out
}

func merged(a, b core.Changed) core.Changed {
	if a.All || b.All {
		return core.Changed{All: true}
	}
	return capped(append(slices.Clone(a.Refs), b.Refs...))
}

// changed translates the keys of commits.
func changed(c kv.Change) core.Changed {
	if c.All {
		return core.Changed{All: true}
	}
	var refs []core.Ref
	for _, key := range c.Keys {
		if string(key) == string(metaSettings) {
			return core.Changed{All: true} // the clock of the house may have moved
		}
		refs = appendTouched(refs, key)
	}
	return capped(refs)
}

func capped(refs []core.Ref) core.Changed {
	slices.SortFunc(refs, func(a, b core.Ref) int {
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind)
		}
		if a.ID < b.ID {
			return -1
		}
		if a.ID > b.ID {
			return 1
		}
		return 0
	})
	refs = slices.Compact(refs)
	if len(refs) > maxRefs {
		return core.Changed{All: true}
	}
	return core.Changed{Refs: refs}
}

// numbered gives the kind of the records of a collection whose keys are, or begin with, one number.
var numbered = map[byte]core.Kind{
	colAccounts: core.KindAccount, colMaintainers: core.KindMaintainer, colOrganizations: core.KindOrganization,
	colProjects: core.KindProject, colVisits: core.KindVisit, colRequests: core.KindRequest,
	colInvitations: core.KindInvitation, colNotifications: core.KindNotification,
	colRoles: core.KindOrganization, colGrants: core.KindProject,
	indexLayouts[core.CodesOfAccount].collection: core.KindAccount,
}

// appendTouched adds what a key says was touched. Index, counter and due entries come with their record.
func appendTouched(refs []core.Ref, key []byte) []core.Ref {
	if len(key) < 9 {
		return refs
	}
	if k, ok := numbered[key[0]]; ok {
		return append(refs, core.Ref{Kind: k, ID: binary.BigEndian.Uint64(key[1:])})
	}
	unit, ok := refAt(key[1:])
	if !ok {
		return refs
	}
	switch key[0] {
	case colMemberships:
		refs = append(refs, unit)
		if len(key) >= 18 {
			refs = append(refs, core.AccountID(binary.BigEndian.Uint64(key[10:])).Ref())
		}
	case colEvents:
		refs = append(refs, unit)
	}
	return refs
}

package core

import (
	"hash/maphash"
	"slices"
)

// stageVisits is the place of the visits among the kinds.
var stageVisits = slices.IndexFunc(dumpKinds, func(k dumpKind) bool { return k.name == "visit" })

// known is what the lines of a dump are compared with that came before them: for each record its number, and what the
// rules ask of it; never the record. A dump of millions of lines is checked in little memory: numbers mostly follow
// each other, and then cost nothing.
type known struct {
	stage    int // index into dumpKinds of the present kind
	counters Counters

	accounts      numbers[accountFact]
	maintainers   numbers[bool] // active
	organizations numbers[knownOrganization]
	projects      numbers[knownProject]
	requests      numbers[struct{}]
	visits        numbers[Unit]
	invitations   numbers[struct{}]
	tickets       numbers[ProjectID]
	buckets       numbers[bucketFact]

	seed  maphash.Seed
	roles map[uint64]struct{} // what is remembered of each; the house is looked at as well before it is there for anybody

	chain     chainLink
	chainDone bool // the present chain is broken: one fault is enough
	heads     []knownHead
	headsSeen int
}

// knownHead is where a chain ended.
type knownHead struct {
	chain    Ref
	sequence uint64
	hash     [32]byte
	broken   bool // before its end, so that it says nothing
}

func newKnown() known {
	return known{stage: -1, seed: maphash.MakeSeed(), roles: map[uint64]struct{}{}}
}

type knownOrganization struct {
	maintainer MaintainerID
	active     bool
}

type knownProject struct {
	organization                      OrganizationID
	protected, active, deletedForGood bool
}

// numbers are records by rising numbers, with what is remembered of each.
type numbers[T any] struct {
	runs  []numberRun
	pages [][]T // of pageFacts each
	n     int
}

// numberRun is a run of numbers that follow each other.
type numberRun struct {
	first uint64
	at    int // how many numbers stand before it
}

const pageFacts = 4096

func (n *numbers[T]) add(id uint64, fact T) {
	last := len(n.runs) - 1
	if last >= 0 {
		next := n.runs[last].first + uint64(n.n-n.runs[last].at) //nolint:gosec // a length
		if id < next {
			return // a fault, and told as such
		}
		if id > next {
			last = -1
		}
	}
	if last < 0 {
		n.runs = append(n.runs, numberRun{id, n.n})
	}
	if n.n%pageFacts == 0 {
		n.pages = append(n.pages, make([]T, 0, pageFacts))
	}
	page := &n.pages[len(n.pages)-1]
	*page = append(*page, fact)
	n.n++
}

// place gives how many numbers stand before this one.
func (n *numbers[T]) place(id uint64) (int, bool) {
	i, ok := slices.BinarySearchFunc(n.runs, id, func(r numberRun, id uint64) int {
		switch {
		case r.first < id:
			return -1
		case r.first > id:
			return 1
		}
		return 0
	})
	if !ok {
		i--
	}
	if i < 0 {
		return 0, false
	}
	end := n.n
	if i+1 < len(n.runs) {
		end = n.runs[i+1].at
	}
	behind := id - n.runs[i].first
	if behind >= uint64(end-n.runs[i].at) { //nolint:gosec // a length
		return 0, false
	}
	return n.runs[i].at + int(behind), true //nolint:gosec // bounded by a length
}

func (n *numbers[T]) get(id uint64) (fact T, ok bool) {
	at, ok := n.place(id)
	if ok {
		fact = n.pages[at/pageFacts][at%pageFacts]
	}
	return fact, ok
}

func (k *known) last(kind Kind) uint64 { return k.counters[kind] }

func (k *known) account(id AccountID) (accountFact, bool) { return k.accounts.get(uint64(id)) }

func (k *known) maintainer(id MaintainerID) (UnitState, bool) {
	active, ok := k.maintainers.get(uint64(id))
	return unitState(active), ok
}

func unitState(active bool) UnitState {
	if active {
		return UnitActive
	}
	return UnitDeleted
}

func (k *known) organization(id OrganizationID) (organizationFact, bool) {
	o, ok := k.organizations.get(uint64(id))
	return organizationFact{o.maintainer, unitState(o.active)}, ok
}

func (k *known) project(id ProjectID) (projectFact, bool) {
	p, ok := k.projects.get(uint64(id))
	f := projectFact{organization: p.organization, roles: RoleSetStandard, state: ProjectDeleted}
	if p.protected {
		f.roles = RoleSetProtected
	}
	switch {
	case p.active:
		f.state = ProjectActive
	case p.deletedForGood:
		f.state = ProjectPurged
	}
	return f, ok
}

func (k *known) role(key OrganizationRoleKey) bool {
	_, ok := k.roles[k.digest(key)]
	return ok
}

func (k *known) digest(key OrganizationRoleKey) uint64 { return maphash.Comparable(k.seed, key) }

func (k *known) request(id RequestID) bool {
	_, ok := k.requests.get(uint64(id))
	return ok
}

// visit finds a visit. Requests name visits that come below them; whether those are there, the house shows afterwards.
func (k *known) visit(id VisitID) (Unit, bool) {
	if k.stage < stageVisits {
		return Unit{}, true
	}
	return k.visits.get(uint64(id))
}

func (k *known) invitation(id InvitationID) bool {
	_, ok := k.invitations.get(uint64(id))
	return ok
}

func (k *known) ticket(id TicketID) (ProjectID, bool) { return k.tickets.get(uint64(id)) }

func (k *known) bucket(id BucketID) (bucketFact, bool) { return k.buckets.get(uint64(id)) }

// placeOf gives how many records of its kind stand before one.
func (k *known) placeOf(ref Ref) (int, bool) {
	switch ref.Kind {
	case KindAccount:
		return k.accounts.place(ref.ID)
	case KindMaintainer:
		return k.maintainers.place(ref.ID)
	case KindOrganization:
		return k.organizations.place(ref.ID)
	case KindProject:
		return k.projects.place(ref.ID)
	case KindRequest:
		return k.requests.place(ref.ID)
	case KindVisit:
		return k.visits.place(ref.ID)
	case KindInvitation:
		return k.invitations.place(ref.ID)
	case KindTicket:
		return k.tickets.place(ref.ID)
	case KindBucket:
		return k.buckets.place(ref.ID)
	default:
		return 0, false
	}
}

// remember keeps of a record what later lines are compared with.
func (k *known) remember(rec any) {
	switch r := rec.(type) {
	case *Account:
		k.accounts.add(uint64(r.ID), factOfAccount(r))
	case *Maintainer:
		k.maintainers.add(uint64(r.ID), r.State == UnitActive)
	case *Organization:
		k.organizations.add(uint64(r.ID), knownOrganization{r.Maintainer, r.State == UnitActive})
	case *Project:
		k.projects.add(uint64(r.ID), knownProject{
			r.Organization, r.RoleSet == RoleSetProtected, r.State == ProjectActive, r.State == ProjectPurged,
		})
	case *OrganizationRole:
		k.roles[k.digest(OrganizationRoleKey{r.Organization, r.ID})] = struct{}{}
	case *Request:
		k.requests.add(uint64(r.ID), struct{}{})
	case *Visit:
		k.visits.add(uint64(r.ID), r.Unit)
	case *Invitation:
		k.invitations.add(uint64(r.ID), struct{}{})
	case *Ticket:
		k.tickets.add(uint64(r.ID), r.Project)
	case *Bucket:
		k.buckets.add(uint64(r.ID), factOfBucket(r))
	}
}

func factOfAccount(a *Account) accountFact {
	return accountFact{removed: a.State == AccountRemoved, support: a.Support, dated: a.Expires != 0}
}

func factOfBucket(b *Bucket) bucketFact { return bucketFact{b.Organization, b.Share != nil} }

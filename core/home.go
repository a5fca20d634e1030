package core

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Bounds of the home screen: it is drawn first and must cost little in any house.
const (
	HomeRows       = 5
	homeActivity   = 10
	homeUnits      = 50  // units of one kind looked at for a block
	homeLooked     = 500 // records looked at for a block
	homeEvents     = 1000
	homeSoon       = 7 * Day
	homeVisitsSoon = Day
)

// Counts gives the numbers of the title row and the rail: requests that the actor can decide now and tickets that wait for
// the actor, both counted to 500, and unread notifications.
func (a *Actor) Counts(ctx context.Context) (Counts, error) {
	var out Counts
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		var err error
		out, err = r.directory().numbers()
		return err
	})
	return out, err
}

func (d *directory) numbers() (Counts, error) {
	var out Counts
	var err error
	if _, out.Waiting, err = d.waiting(); err != nil {
		return out, err
	}
	if out.OpensTickets, err = d.opensTickets(); err != nil {
		return out, err
	}
	if _, out.Tickets, err = d.ticketsWaiting(0); err != nil {
		return out, err
	}
	out.Inbox, err = d.unread()
	return out, err
}

// waiting gives the first requests that the actor can decide now, and how many there are. Deciders are users of the
// project (R5), so only the projects that the actor uses are looked at, and those only where a request is pending.
func (d *directory) waiting() ([]Request, int, error) {
	s, err := d.scope()
	if err != nil {
		return nil, 0, err
	}
	var first []Request
	total, looked := 0, 0
	for id := range s.roles {
		n, err := d.Count(CountPendingRequests, id.Ref())
		if err != nil {
			return nil, 0, err
		}
		if n == 0 || looked >= homeLooked {
			continue
		}
		if ok, err := d.permitted(ProjectDecide, id.Ref()); err != nil {
			return nil, 0, err
		} else if !ok {
			continue
		}
		err = each(d.Requests(), Scan{Index: PendingOfProject, Prefix: Key{Num(id)}}, func(q Request) (bool, error) {
			looked++
			if q.Pending(d.now) && q.Requester != d.me.ID {
				total++
				first = append(first, q)
			}
			return looked < homeLooked, nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	sortByLapse(first)
	return first[:min(len(first), HomeRows)], total, nil
}

// Home gives what needs the actor now. Every block is bounded: a few rows, found in a bounded amount of work.
func (a *Actor) Home(ctx context.Context) (HomeView, error) {
	var out HomeView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		s, err := r.scope()
		if err != nil {
			return err
		}
		h := &homePage{directory: r.directory(), s: s, v: &out}
		for _, block := range []func() error{
			h.requests, h.tickets, h.ownVisits, h.visitsToEnd, h.expiring, h.invitations, h.withoutMFA, h.needs, h.totals, h.activity,
		} {
			if err := block(); err != nil {
				return err
			}
		}
		h.cut()
		return nil
	})
	return out, err
}

// cut leaves what Home shows of the blocks that are found without a total, each of which was looked for one row further.
func (h *homePage) cut() {
	v := h.v
	v.Expiring, v.More.Expiring = firstRows(v.Expiring)
	v.WithoutMFA, v.More.WithoutMFA = firstRows(v.WithoutMFA)
	v.Scheduled, v.More.Scheduled = firstRows(v.Scheduled)
	v.Stuck, v.More.Stuck = firstRows(v.Stuck)
	v.ForSupport, v.More.ForSupport = firstRows(v.ForSupport)
}

func firstRows[R any](rows []R) (first []R, more bool) {
	return rows[:min(len(rows), HomeRows)], len(rows) > HomeRows
}

// homePage is the home screen being filled.
type homePage struct {
	*directory
	s *scope
	v *HomeView
}

func (h *homePage) requests() error {
	first, total, err := h.waiting()
	if err != nil {
		return err
	}
	h.v.WaitingTotal = total
	for _, q := range first {
		row, err := h.requestRow(q)
		if err != nil {
			return err
		}
		h.v.Waiting = append(h.v.Waiting, row)
	}
	markRequestsAlike(h.v.Waiting)
	return each(h.Requests(), Scan{Index: PendingOfRequester, Prefix: Key{Num(h.me.ID)}, Limit: homeUnits}, func(q Request) (bool, error) {
		row, err := h.requestRow(q)
		h.v.Mine = append(h.v.Mine, row)
		return true, err
	})
}

// ownVisits finds the running visits of the actor by its memberships.
func (h *homePage) ownVisits() error {
	return each(h.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(h.me.ID)}}, func(m Membership) (bool, error) {
		if !m.Visitor() || !m.Running(h.now) {
			return true, nil
		}
		v, err := h.visitOf(m)
		if err != nil {
			return false, err
		}
		if h.v.More.Visits = len(h.v.Visits) == homeUnits; h.v.More.Visits {
			return false, nil
		}
		row, err := h.visitRow(v)
		h.v.Visits = append(h.v.Visits, row)
		return true, err
	})
}

// visitsToEnd finds visits that end within a day and that the actor may revoke: in administered organizations, and in
// projects used with a full role.
func (h *homePage) visitsToEnd() error {
	e := &endingVisits{homePage: h, seen: map[VisitID]bool{}}
	for _, o := range h.s.own[:min(len(h.s.own), homeUnits)] {
		if !h.s.administered[o.ID] || h.v.More.Visits {
			continue
		}
		err := e.look(Scan{Index: ActiveVisitsOfOrganization, Prefix: Key{Num(o.ID)}, Limit: homeLooked})
		if err != nil {
			return err
		}
	}
	for _, p := range h.s.used[:min(len(h.s.used), homeUnits)] {
		if h.v.More.Visits || !h.s.roles[p.ID].Full() {
			continue
		}
		n, err := h.Count(CountActiveVisits, p.ID.Ref())
		if err == nil && n > 0 {
			err = e.look(Scan{Index: VisitsOfUnit, Prefix: RefKey(p.ID.Ref()), Reverse: true, Limit: homeUnits})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// endingVisits collects visits of others that end soon.
type endingVisits struct {
	*homePage
	seen  map[VisitID]bool
	found int
}

func (e *endingVisits) look(s Scan) error {
	return each(e.Visits(), s, func(v Visit) (bool, error) {
		if e.seen[v.ID] || v.State != VisitActive || v.Account == e.me.ID || v.Ends.Passed(e.now) || v.Ends > e.now.Add(homeVisitsSoon) {
			return true, nil
		}
		e.seen[v.ID] = true
		ok, err := e.permitted(revokeRight(v.Unit), v.Unit)
		if err != nil || !ok {
			return err == nil, err
		}
		if e.v.More.Visits = e.found == HomeRows; e.v.More.Visits {
			return false, nil
		}
		row, err := e.visitRow(v)
		e.v.Visits = append(e.v.Visits, row)
		e.found++
		return true, err
	})
}

// revokeRight is the right to take people out of a unit, or revoke their visits (sections 6 and 11).
func revokeRight(unit Unit) Right {
	switch unit.Kind {
	case KindMaintainer:
		return MaintainerManage
	case KindOrganization:
		return OrganizationRemoveMember
	default:
		return ProjectManageUsers
	}
}

// expiring finds the projects of the scope that expire within seven days, soonest first.
func (h *homePage) expiring() error {
	s := Scan{Index: ProjectsByExpiry, Limit: homeLooked}
	_, err := h.Tx.Projects().ScanRows(s, func(p ProjectRow) (bool, error) {
		if p.Expires > h.now.Add(homeSoon) {
			return false, nil
		}
		if !h.s.sees(p) {
			return true, nil
		}
		row, err := h.projectRow(p, h.s)
		h.v.Expiring = append(h.v.Expiring, row)
		return len(h.v.Expiring) <= HomeRows, err
	})
	return err
}

func (h *homePage) invitations() error {
	return each(h.Invitations(), Scan{Index: InvitationsOfAccount, Prefix: Key{Num(h.me.ID)}, Limit: homeUnits}, func(i Invitation) (bool, error) {
		if !i.Pending(h.now) {
			return true, nil
		}
		v, err := h.invitationRow(i)
		h.v.Invitations = append(h.v.Invitations, v)
		return true, err
	})
}

// withoutMFA counts the people without MFA in administered organizations that require it: members and direct users,
// each once, as far as a bounded look goes. Only administrators get it (S31).
func (h *homePage) withoutMFA() error {
	for _, o := range h.s.own {
		if len(h.v.WithoutMFA) > HomeRows {
			return nil
		}
		if o.MFA != MFARequired || h.s.member[o.ID] != Ordinary || !h.s.administered[o.ID] {
			continue
		}
		if ok, err := h.permitted(OrganizationMFAList, o.ID.Ref()); err != nil {
			return err
		} else if !ok {
			continue
		}
		n, err := h.countWithoutMFA(o.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			h.v.WithoutMFA = append(h.v.WithoutMFA, MFALack{Named{uint64(o.ID), o.Name}, n})
		}
	}
	return nil
}

func (h *homePage) countWithoutMFA(id OrganizationID) (int, error) {
	without, looked := map[AccountID]bool{}, 0
	look := func(m Membership) (bool, error) {
		looked++
		acc, err := h.accountOf(m.Account)
		if err == nil && !acc.MFA() {
			without[acc.ID] = true
		}
		return looked < homeLooked, err
	}
	if err := each(h.Memberships(), Scan{Prefix: RefKey(id.Ref())}, look); err != nil {
		return 0, err
	}
	var projects []ProjectID
	_, err := h.Tx.Projects().ScanRows(Scan{Index: ProjectsOfOrganization, Prefix: Key{Num(id)}, Limit: homeUnits}, func(p ProjectRow) (bool, error) {
		projects = append(projects, p.ID)
		return true, nil
	})
	for _, p := range projects {
		if err == nil && looked < homeLooked {
			err = each(h.Memberships(), Scan{Prefix: RefKey(p.Ref())}, look)
		}
	}
	return len(without), err
}

func (h *homePage) totals() error {
	_, n, err := h.organizationStreams(OrganizationQuery{All: true}, h.s)
	if err != nil {
		return err
	}
	h.v.Organizations = n
	src, err := h.projectSource(ProjectQuery{}, h.s)
	if err != nil {
		return err
	}
	h.v.Projects = src.total
	h.v.Unread, err = h.unread()
	return err
}

// activity finds the latest events but those of people who come and go, as far back as a bounded look goes: who works
// by verbs over SSH would see nothing else.
func (h *homePage) activity() error {
	page, err := h.reading.activity(ActivityQuery{Query: Query{Limit: homeActivity}}, func(e Event) bool {
		return e.Outcome != OutcomeDone || !strings.HasPrefix(string(e.Action), "session.")
	}, homeEvents)
	h.v.Activity = page.Items
	return err
}

// sortByLapse puts the requests that lapse first in front.
func sortByLapse(qs []Request) {
	slices.SortFunc(qs, func(a, b Request) int {
		return cmp.Or(cmp.Compare(a.Lapses, b.Lapses), cmp.Compare(a.ID, b.ID))
	})
}

package core

import (
	"context"
	"time"
)

// ActivityQuery asks for audit events.
type ActivityQuery struct {
	Query
	// Unit is a maintainer, an organization (with its projects), a project, or System; zero is all that the actor may
	// read.
	Unit Unit
	By   Who // acted by this account; nil for everybody
	// Action is an action, or its front with a dot behind it: "request.approve", "request.".
	Action string
	// Since and Until bound the time: from Since on, before Until.
	Since, Until Moment
}

// Activity lists audit events, newest first (AU1). Who may read what is AU7; without a unit, everything that the actor
// may read is merged by time. Fields of the filter: who, action, about, reason, outcome, origin; words are looked for
// in all of them.
//
// Total comes from the counter of a chain that is read whole; else it counts to 500, see Page. Errors: not_found, forbidden, role_restricted, mfa_required
// for a unit that the actor may not read.
func (a *Actor) Activity(ctx context.Context, q ActivityQuery) (Page[EventView], error) {
	return list(ctx, a, func(r *reading) (Page[EventView], error) { return r.activity(q, nil, 0) })
}

// Keys of events in lists over one chain and over several.
func eventKey(e Event) Key { return Key{Num(e.Sequence)} }

func eventTimeKey(e Event) Key {
	return Key{Num(e.Time), Num(e.Chain.Kind), Num(e.Chain.ID), Num(e.Sequence)}
}

// activity reads a page. fits leaves events out besides the query, nil none; at most looked rows are looked at for it,
// with 0 as many as for every page.
func (r *reading) activity(q ActivityQuery, fits func(Event) bool, looked int) (Page[EventView], error) {
	var none Page[EventView]
	f, err := parseFilter(q.Filter, listFields["activity"]...)
	if err != nil {
		return none, err
	}
	sort, err := q.sortOf("newest", "time")
	if err != nil {
		return none, err
	}
	l := &eventList{directory: r.directory(), q: q}
	if q.By != nil {
		if l.by, err = r.numberOf(q.By); err != nil {
			return none, err
		}
		if l.by == 0 {
			l.by = noAccount // an address without an account: lists nothing, as one whose events may not be read (A10)
		}
	}
	w := window[Event]{name: "activity/time", forms: []string{"nknn"}, newest: sort == "newest", filter: f, looked: looked}
	if err := l.sources(&w); err != nil {
		return none, err
	}
	if fits == nil {
		w.total = l.total
	}
	w.keep = func(e Event) (bool, error) {
		if fits != nil && !fits(e) {
			return false, nil
		}
		return l.keep(f, e)
	}
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, l.eventView)
}

// noAccount is a number that no account has.
const noAccount = AccountID(maxNumber)

// eventList is a list of events being read.
type eventList struct {
	*directory
	q        ActivityQuery
	by       AccountID                 // of q.By; zero for everybody
	total    total                     // nil where nobody counts
	visible  func(Event) (bool, error) // nil: everything that the streams hold
	readable map[Ref]bool              // chains
}

// sources chooses the streams that the events come from.
func (l *eventList) sources(w *window[Event]) error {
	switch l.q.Unit.Kind {
	case KindMaintainer, KindOrganization:
		if err := l.mayReadChain(l.q.Unit); err != nil {
			return err
		}
		return l.oneChain(w, l.q.Unit)
	case KindProject:
		if err := l.mayReadProject(ProjectID(l.q.Unit.ID)); err != nil {
			return err
		}
		return l.about(w, l.q.Unit)
	case KindSystem:
		if l.me.Support {
			return l.oneChain(w, System)
		}
		l.visible = l.ownSystemEvent
		return l.about(w, l.me.ID.Ref())
	case KindNone:
	default:
		return notFound(l.q.Unit)
	}
	// Everybody else walks what they may read: the time that a look at somebody else's events takes would tell whether
	// there are any (A10).
	if l.by != 0 && (l.me.Support || l.by == l.me.ID) {
		l.visible = l.seesEvent
		return l.about(w, l.by.Ref())
	}
	if l.me.Support {
		w.streams = []*stream[Event]{l.eventIndex(Scan{Index: EventsByTime})}
		l.count(w, l.counters(Ref{}, CountEvents))
		return nil
	}
	return l.merged(w)
}

// mayReadProject refuses who may not read the events of a project. Once it is deleted or purged they stay readable to
// who reads the chain of its organization (AU6, AU7).
func (l *eventList) mayReadProject(id ProjectID) error {
	p, ok, err := l.Projects().Get(id)
	if err != nil {
		return err
	}
	if ok && p.State != ProjectActive {
		if reads, err := l.readsChain(p.Organization.Ref()); err != nil || reads {
			return err
		}
	}
	_, err = l.may(ProjectActivity, id.Ref())
	return err
}

// activityRight is the right to read the chain of a unit (AU7).
func activityRight(unit Unit) Right {
	switch unit.Kind {
	case KindMaintainer:
		return MaintainerSee
	case KindOrganization:
		return OrganizationSeeMembers
	default:
		return ProjectActivity
	}
}

func (l *eventList) oneChain(w *window[Event], chain Ref) error {
	w.name, w.forms = "activity/chain", []string{"n"}
	w.streams = []*stream[Event]{{index: Scan{Prefix: RefKey(chain)}, scan: l.chainScan(chain), key: eventKey, stop: l.over}}
	l.count(w, l.counters(chain, CountEvents))
	return nil
}

// count says how the events are counted: by a counter of everything that the streams hold, where nothing narrows that.
func (l *eventList) count(w *window[Event], whole total) {
	if l.by == 0 && l.q.Action == "" && l.q.Since == 0 && l.q.Until == 0 && whole != nil {
		l.total = whole
		return
	}
	walk := *w
	walk.keep = func(e Event) (bool, error) { return l.keep(filter{}, e) }
	l.total = walk.walked(l.reading, countedTo)
}

// eventIndex reads an index of events by time, from the bound of the time that was asked for.
func (l *eventList) eventIndex(s Scan) *stream[Event] {
	return &stream[Event]{index: s, key: eventTimeKey, stop: l.over, scan: func(s Scan, fn func(Event) (bool, error)) (End, error) {
		if s.After == nil {
			s.After = l.bound(s.Reverse, 0)
		}
		return l.Events().Scan(s, fn)
	}}
}

// bound is where a walk by time begins; slack widens it.
func (l *eventList) bound(reverse bool, slack time.Duration) Key {
	switch {
	case reverse && l.q.Until != 0:
		return Key{Num(l.q.Until.Add(slack)), {}, {}, {}}
	case !reverse && l.q.Since != 0:
		return Key{Num(max(l.q.Since.Add(-slack), 0)), {}, {}, {}}
	}
	return nil
}

// about lists the events about a project or an account.
func (l *eventList) about(w *window[Event], subject Ref) error {
	w.streams = []*stream[Event]{l.eventIndex(Scan{Index: EventsAbout, Prefix: RefKey(subject)})}
	l.count(w, nil)
	return nil
}

// slack is for clocks that were set back: they put an older time behind a newer one in a chain.
const slack = Day

// over ends a walk behind the time that was asked for.
func (l *eventList) over(e Event, reverse bool) bool {
	if reverse {
		return l.q.Since != 0 && e.Time.Add(slack) < l.q.Since
	}
	return l.q.Until != 0 && e.Time.Add(-slack) >= l.q.Until
}

// merged puts the chains that the actor may read together by time, with the events of projects that it may read alone,
// and those about the own account (AU7).
func (l *eventList) merged(w *window[Event]) error {
	chains, projects, complete, err := l.readableChains()
	if err != nil {
		return err
	}
	l.visible = l.seesEvent
	if !complete || len(chains)+len(projects) > maxStreams/4 {
		// Too many chains to merge: walk all events by time and keep those that may be read.
		w.streams = []*stream[Event]{l.eventIndex(Scan{Index: EventsByTime})}
		return nil
	}
	for _, chain := range chains {
		w.streams = append(w.streams, l.chainByTime(chain))
	}
	for _, p := range projects {
		w.streams = append(w.streams, l.eventIndex(Scan{Index: EventsAbout, Prefix: RefKey(p.Ref())}))
	}
	w.streams = append(w.streams, l.eventIndex(Scan{Index: EventsAbout, Prefix: RefKey(l.me.ID.Ref())}))
	l.count(w, nil)
	return nil
}

// readableChains gives the chains that the actor may read besides the one of the system, and the projects of other
// chains whose events it may read. complete is false when the organizations of its maintainers are too many to be told.
func (l *eventList) readableChains() (chains []Ref, projects []ProjectID, complete bool, err error) {
	s, err := l.scope()
	if err != nil {
		return nil, nil, false, err
	}
	organizations, complete, err := s.maintainerOrganizations(l.reading, CountEvents)
	if err != nil {
		return nil, nil, false, err
	}
	for id := range s.maintainers {
		chains = append(chains, id.Ref())
	}
	for _, id := range organizations {
		chains = append(chains, id.Ref())
	}
	for _, o := range s.own {
		if s.administered[o.ID] && s.maintainers[o.Maintainer] != Ordinary {
			chains = append(chains, o.ID.Ref())
		}
	}
	for _, p := range s.used {
		projects = append(projects, p.ID)
	}
	readable := chains[:0]
	for _, chain := range chains {
		if ok, err := l.readsChain(chain); err != nil {
			return nil, nil, false, err
		} else if ok {
			readable = append(readable, chain)
		}
	}
	return readable, projects, complete, nil
}

// readsChain reports whether the actor may read a whole chain (AU7).
func (l *eventList) readsChain(chain Ref) (bool, error) {
	if chain == System {
		return l.me.Support, nil
	}
	if ok, known := l.readable[chain]; known {
		return ok, nil
	}
	ok, err := l.permitted(activityRight(chain), chain)
	if err == nil && !ok && l.me.Support {
		ok, err = l.gone(chain) // the chain of a deleted unit stays (AU6), see mayReadChain
	}
	if err == nil {
		if l.readable == nil {
			l.readable = map[Ref]bool{}
		}
		l.readable[chain] = ok
	}
	return ok, err
}

// seesEvent reports whether the actor may read an event (AU7).
func (l *eventList) seesEvent(e Event) (bool, error) {
	if ok, err := l.readsChain(e.Chain); err != nil || ok {
		return ok, err
	}
	if e.Chain == System {
		return l.ownSystemEvent(e)
	}
	for _, s := range e.Subjects {
		if s.Kind != KindProject {
			continue
		}
		if ok, err := l.permitted(ProjectActivity, s); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// ownSystemEvent keeps the events of the system about the own account: it is a subject, or acted on noAccount else.
func (l *eventList) ownSystemEvent(e Event) (bool, error) {
	if e.Chain != System {
		return false, nil
	}
	others := false
	for _, s := range e.Subjects {
		if s == l.me.ID.Ref() {
			return true, nil
		}
		others = others || s.Kind == KindAccount
	}
	return e.Actor == l.me.ID && !others, nil
}

// chainScan reads a chain from the bound of the time that was asked for.
func (l *eventList) chainScan(chain Ref) func(Scan, func(Event) (bool, error)) (End, error) {
	return func(s Scan, fn func(Event) (bool, error)) (End, error) {
		if after := l.bound(s.Reverse, slack); s.After == nil && after != nil {
			at, err := l.place(chain, after, s.Reverse)
			if err != nil {
				return End{}, err
			}
			s.After = Key{Num(at)}
		}
		return l.Events().Scan(s, fn)
	}
}

// chainByTime reads one chain with keys by time, so that it can be merged with others.
func (l *eventList) chainByTime(chain Ref) *stream[Event] {
	read := l.chainScan(chain)
	return &stream[Event]{
		index: Scan{Prefix: RefKey(chain)}, key: eventTimeKey, stop: l.over,
		scan: func(s Scan, fn func(Event) (bool, error)) (End, error) {
			if s.After != nil {
				at, err := l.place(chain, s.After, s.Reverse)
				if err != nil {
					return End{}, err
				}
				s.After = Key{Num(at)}
			}
			var last Event
			end, err := read(s, func(e Event) (bool, error) {
				last = e
				return fn(e)
			})
			if end.At != nil {
				end.At = eventTimeKey(last)
			}
			return end, err
		},
	}
}

// place gives the sequence in the chain that a walk goes on from, exclusively, to be behind a key by time. Times in a
// chain rise with the sequence, so it is found by halving.
func (l *eventList) place(chain Ref, after Key, reverse bool) (uint64, error) {
	if after[1].Num == uint64(chain.Kind) && after[2].Num == chain.ID {
		return after[3].Num, nil
	}
	head, _, err := l.Heads().Get(chain)
	if err != nil {
		return 0, err
	}
	low, high := uint64(1), head.Sequence+1 // the first sequence whose key is behind after
	for low < high {
		mid := low + (high-low)/2
		e, ok, err := l.Events().Get(EventKey{chain, mid})
		if err != nil {
			return 0, err
		}
		if ok && compareKeys(eventTimeKey(e), after) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if reverse {
		return low, nil
	}
	return low - 1, nil
}

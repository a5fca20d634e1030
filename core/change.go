package core

import (
	"cmp"
	"context"
	"strconv"
)

// change is one transaction of a use case that changes something. The use case reads, checks, writes records, says
// what happened with event, and whom to tell with tell; the audit event, its links and the notifications are written
// behind it in the same transaction (AU14).
type change struct {
	reading // its now is when the change happens: the present, but for what the sweep does late (V10)
	ctx     context.Context
	// written is the present moment, at which events and notices are written; due is set where the sweep does what was
	// due at that moment.
	written, due Moment

	actor  string // "system" where no account acts
	origin string
	event  *Event  // the one event of the change; nil when nothing has changed (F11)
	linked []Event // the linked events in further chains (AU14)
	told   []telling
	toldBy map[toldKey]bool
	undos  []Undo
	taken  Taken // what the change takes along (I17)
	// undoing is the action that is undone, zero in all other changes.
	undoing EventRef

	session *Session        // that the actor acts in; nil at the local console
	begins  *Session        // what begins with the change
	endings []sessionEnding // the sessions that end with the change
}

// attempt names what a use case tries, so that a denied try can be audited (AU8).
type attempt struct {
	action   Action
	subjects []Ref
	// denied makes a denied attempt stand in the log: join, request, decide, settings and sign-in.
	denied bool
	// reads marks what an account that is kept to reading may do all the same: audited reads, own bookkeeping, and what its
	// own sign-in needs (AC24).
	reads bool
}

// do runs a use case of the actor in one transaction. fn answers with nil and no event when nothing has changed.
func (a *Actor) do(ctx context.Context, t attempt, fn func(*change) error) error {
	if a.readsOnly() {
		return refuse(ReasonReadOnly, nil).on(string(t.action), firstRef(t.subjects))
	}
	var taken Taken
	once := func(h *House) error {
		return h.update(ctx, func(c *change) error {
			if err := a.stands(); err != nil {
				return err
			}
			c.origin, c.session = a.origin, a.session
			me, err := c.account(a.id)
			if err != nil {
				return err
			}
			c.me = me
			if me.ReadOnly != nil && !t.reads {
				return refuse(ReasonReadOnlyAccount, words{"reason": me.ReadOnly.Reason})
			}
			if err := fn(c); err != nil {
				return err
			}
			taken = c.taken   // the function may run more than once
			return a.stands() // the session may have ended meanwhile
		})
	}
	var err error
	if a.rehearses {
		err = a.house.staged(ctx, once)
	} else {
		err = once(a.house)
	}
	if err == nil {
		if a.taken != nil {
			a.taken.Revoked = append(a.taken.Revoked, taken.Revoked...)
		}
		return nil
	}
	if e := AsError(err); t.denied && e.Code == CodeDenied && e.Reason != ReasonSessionEnded {
		if auditErr := a.auditDenial(ctx, t, e.Reason); auditErr != nil {
			a.house.log.Error("denied attempt not audited", "action", t.action, "error", auditErr)
		}
	}
	return named(err, t)
}

// named adds use case and subject to an error that has none.
func named(err error, t attempt) error {
	e := AsError(err)
	if e.Op == "" {
		e.Op = string(t.action)
	}
	if e.Subject.IsZero() {
		e.Subject = firstRef(t.subjects)
	}
	return e
}

func firstRef(refs []Ref) Ref {
	if len(refs) == 0 {
		return Ref{}
	}
	return refs[0]
}

// system runs a change whose actor is the system: the sweep, init, and what the owner of the house file does.
func (h *House) system(ctx context.Context, fn func(*change) error) error {
	if h.readOnly {
		return refuse(ReasonReadOnly, nil)
	}
	return h.update(ctx, func(c *change) error {
		c.actor, c.origin = actorSystem, OriginLocal
		return fn(c)
	})
}

const actorSystem = "system"

func (h *House) update(ctx context.Context, fn func(*change) error) error {
	if !h.rehearsal { // which is inside the transaction already: whoever waits for that one may hold the lock
		h.sessions.settle.RLock()
		defer h.sessions.settle.RUnlock()
	}
	var runs []*change // the function may run more than once; the last one counts
	committed := false
	defer func() {
		for i, c := range runs {
			c.settleSessions(committed && i == len(runs)-1 && !h.rehearsal)
		}
	}()
	err := h.store.Update(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		c := &change{reading: reading{Tx: tx, house: h, now: now}, written: now, ctx: ctx, toldBy: map[toldKey]bool{}}
		runs = append(runs, c)
		if err := fn(c); err != nil {
			return err
		}
		return c.finish()
	})
	if committed = err == nil && len(runs) > 0; committed {
		h.witnessed(runs[len(runs)-1])
	}
	return err
}

// happened says what the change is in the audit log: one event in the chain of the unit. Further calls in the same
// change add to the first event as consequences (AU3).
func (c *change) happened(action Action, chain Ref, subjects []Ref, reason string, changes ...Change) {
	if c.event == nil {
		c.event = &Event{Outcome: OutcomeDone}
	}
	if c.event.Action == "" {
		c.event.Action, c.event.Chain, c.event.Subjects, c.event.Reason = action, chain, subjects, reason
	}
	c.event.Changes = append(c.event.Changes, changes...)
}

// consequence adds what followed from the change to its event: a superseded invitation, a voided request, an ended
// visit (AU3).
func (c *change) consequence(subject Ref, field, before, after string) {
	if c.event == nil {
		c.event = &Event{Outcome: OutcomeDone}
	}
	c.event.Changes = append(c.event.Changes, Change{Subject: &subject, Field: field, Before: before, After: after})
}

// alsoIn writes a linked event into another chain that the change concerns (AU14).
func (c *change) alsoIn(action Action, chain Ref, subjects []Ref, changes ...Change) {
	c.linked = append(c.linked, Event{Action: action, Chain: chain, Subjects: subjects, Outcome: OutcomeDone, Changes: changes})
}

// finish writes the event, the linked events and the notifications.
func (c *change) finish() error {
	if c.event == nil {
		return c.writeNotifications() // bookkeeping of the sweep, such as notices, has no event of its own
	}
	main, err := c.append(*c.event)
	if err != nil {
		return err
	}
	if err := c.writeUndos(main); err != nil {
		return err
	}
	for _, e := range c.linked {
		e.Linked = main.Chain.String() + "#" + strconv.FormatUint(main.Sequence, 10)
		e.Reason = cmp.Or(e.Reason, main.Reason)
		if _, err := c.append(e); err != nil {
			return err
		}
	}
	return c.writeNotifications()
}

// append puts one event at the end of its chain (AU12).
func (c *change) append(e Event) (Event, error) {
	head, ok, err := c.Heads().Get(e.Chain)
	if err != nil {
		return e, err
	}
	if !ok {
		head = Head{Chain: e.Chain, Hash: FirstPrevious}
	}
	e.Sequence, e.Previous = head.Sequence+1, head.Hash
	e.Time, e.Due, e.Origin, e.Actor = c.written, c.due, c.origin, c.me.ID
	if c.actor != "" {
		e.Actor, e.ActorName = 0, c.actor
	}
	e.Hash = e.ComputeHash()
	if err := c.Events().Put(e); err != nil {
		return e, err
	}
	return e, c.Heads().Put(Head{Chain: e.Chain, Sequence: e.Sequence, Hash: e.Hash})
}

// auditDenial writes a denied attempt, or counts it when the same one was written within ten minutes (AU8).
func (a *Actor) auditDenial(ctx context.Context, t attempt, why Reason) error {
	return a.house.auditDenial(ctx, denial{
		attempt: t, key: attemptKey(strconv.FormatUint(uint64(a.id), 10), t, why), actor: a.id, origin: a.origin, why: why,
	})
}

// denial is a denied attempt that is audited.
type denial struct {
	attempt
	key    string // of the attempts that count as the same
	actor  AccountID
	name   string // of an actor who is no account
	origin string
	why    Reason
}

func (h *House) auditDenial(ctx context.Context, d denial) error {
	return h.update(ctx, func(c *change) error {
		c.origin, c.actor = d.origin, d.name
		if d.name == "" {
			me, err := c.account(d.actor)
			if err != nil {
				return err
			}
			c.me = me
		}
		chain, err := c.chainOf(firstRef(d.subjects))
		if err != nil {
			return err
		}
		subjects, err := c.placed(d.subjects)
		if err != nil {
			return err
		}
		old, ok, err := c.Attempts().Get(d.key)
		if err != nil {
			return err
		}
		if ok && !old.Due().Passed(c.now) {
			old.Count++
			old.Version++
			if old.ActorName != d.name {
				old.ActorName = actorUnknown // several of them
			}
			return c.Attempts().Put(old)
		}
		if ok && old.Count > 0 { // its ten minutes are over and the sweep has not come yet
			c.origin, c.actor = old.Origin, old.ActorName
			counted, err := c.countOf(old)
			if err != nil {
				return err
			}
			if _, err := c.append(counted); err != nil {
				return err
			}
			c.origin, c.actor = d.origin, d.name
		}
		c.event = &Event{Action: d.action, Chain: chain, Subjects: subjects, Outcome: OutcomeDenied, Reason: string(d.why)}
		return c.Attempts().Put(Attempt{
			Key: d.key, Version: 1, Chain: chain, Actor: d.actor, ActorName: d.name, Action: d.action, Subjects: subjects,
			Reason: d.why, Origin: d.origin, First: c.now,
		})
	})
}

// placed puts the unit of a request or visit in front of the subjects, so that the event is found by its unit (AU7).
func (r *reading) placed(subjects []Ref) ([]Ref, error) {
	var unit Unit
	switch first := firstRef(subjects); first.Kind {
	case KindRequest:
		q, _, err := r.Requests().Get(RequestID(first.ID))
		if err != nil {
			return nil, err
		}
		unit = q.Project.Ref()
	case KindVisit:
		v, _, err := r.Visits().Get(VisitID(first.ID))
		if err != nil {
			return nil, err
		}
		unit = v.Unit
	default:
		return subjects, nil
	}
	return append([]Ref{unit}, subjects...), nil
}

// countOf is the event that says how often the attempt was repeated. It stands in the chain that the unit belongs to now.
func (r *reading) countOf(t Attempt) (Event, error) {
	chain, err := r.chainOf(firstRef(t.Subjects))
	return Event{
		Action: t.Action, Chain: chain, Subjects: t.Subjects, Outcome: OutcomeDenied, Reason: string(t.Reason), Count: t.Count,
	}, err
}

// attemptKey says which attempts are the same: who, what, on what, and the reason.
func attemptKey(who string, t attempt, why Reason) string {
	key := who + "|" + string(t.action) + "|" + string(why)
	for _, s := range t.subjects {
		key += "|" + s.String()
	}
	return key
}

// chainOf gives the chain that events about the record stand in (AU4): projects, their requests and visits stand in
// the chain of the organization; what has no unit stands in the chain of the system.
func (r *reading) chainOf(ref Ref) (Ref, error) {
	switch ref.Kind {
	case KindMaintainer, KindOrganization:
		return ref, nil
	case KindProject:
		return chainOver(r, r.Projects(), ProjectID(ref.ID), func(p Project) Ref { return p.Organization.Ref() })
	case KindRequest:
		return chainOver(r, r.Requests(), RequestID(ref.ID), func(q Request) Ref { return q.Organization.Ref() })
	case KindVisit:
		return chainOver(r, r.Visits(), VisitID(ref.ID), func(v Visit) Ref { return v.Unit })
	case KindTicket:
		return chainOver(r, r.Tickets(), TicketID(ref.ID), func(t Ticket) Ref { return t.Organization.Ref() })
	case KindInvitation:
		return chainOver(r, r.Invitations(), InvitationID(ref.ID), func(i Invitation) Ref { return i.Unit })
	case KindBucket:
		return chainOver(r, r.Buckets(), BucketID(ref.ID), func(b Bucket) Ref { return b.Organization.Ref() })
	default:
		return System, nil
	}
}

// chainOver is the chain of the unit that a record belongs to, or that of the system once the record is gone.
func chainOver[ID comparable, T any](r *reading, t Table[ID, T], id ID, unit func(T) Ref) (Ref, error) {
	rec, ok, err := t.Get(id)
	if err != nil || !ok {
		return System, err
	}
	return r.chainOf(unit(rec))
}

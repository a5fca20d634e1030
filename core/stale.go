package core

// changesLooked is how many events are looked at to name who changed a record.
const changesLooked = 200

// unchanged refuses a change made on an older version of a record with stale, naming who has changed it (F10). thing
// says what it is, as a sentence begins: a name, or "Request 41". Seen zero means: do not check.
func (r *reading) unchanged(ref Ref, thing string, version, seen uint64) error {
	if seen == 0 || seen == version {
		return nil
	}
	who, err := r.lastChangedBy(ref)
	if err != nil {
		return err
	}
	return refuse(ReasonStale, words{"thing": thing, "who": who}).on("", ref)
}

// lastChangedBy names who changed the record last, by its newest event.
func (r *reading) lastChangedBy(ref Ref) (string, error) {
	chain, err := r.chainOf(ref)
	if err != nil {
		return "", err
	}
	s := Scan{Prefix: RefKey(chain), Reverse: true, Limit: changesLooked}
	if ref.Kind == KindProject || ref.Kind == KindAccount {
		s.Index, s.Prefix = EventsAbout, RefKey(ref)
	}
	who := "somebody"
	_, err = r.Events().Scan(s, func(e Event) (bool, error) {
		if e.Outcome != OutcomeDone || !e.touches(ref) {
			return true, nil
		}
		name, err := r.actorName(e)
		who = name
		return false, err
	})
	return who, err
}

// touches reports whether the event is about the record, by a subject or by a consequence.
func (e Event) touches(ref Ref) bool {
	for _, s := range e.Subjects {
		if s == ref {
			return true
		}
	}
	for _, ch := range e.Changes {
		if ch.Subject != nil && *ch.Subject == ref {
			return true
		}
	}
	return e.Chain == ref
}

// actorName names who did something, for a sentence.
func (r *reading) actorName(e Event) (string, error) {
	if e.Actor == 0 {
		return "the " + e.ActorName, nil
	}
	return r.label(e.Actor)
}

// label names an account for a sentence: its address, or "removed account 7"; none is the system.
func (r *reading) label(id AccountID) (string, error) {
	if id == 0 {
		return "the system", nil
	}
	acc, ok, err := r.Accounts().Get(id)
	if err != nil {
		return "", err
	}
	if !ok {
		return "account " + id.String(), nil
	}
	return acc.label(), nil
}

// label names the account for a sentence.
func (a Account) label() string { return Person{ID: a.ID, Email: a.Email}.Label() }

package core

import "strings"

// keep is everything that an event must fulfil: person, action, time, visibility, filter.
func (l *eventList) keep(f filter, e Event) (bool, error) {
	if ok, err := l.asked(e); err != nil || !ok || f.empty() {
		return ok, err
	}
	v, err := l.eventView(e)
	if err != nil {
		return false, err
	}
	who, about, err := l.eventNames(v)
	if err != nil || !f.matchTexts(who, string(e.Action), about, e.Reason, e.Origin) {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "who":
			return who
		case "action":
			return string(e.Action)
		case "about":
			return about
		case "outcome":
			return e.Outcome
		case "origin":
			return e.Origin
		}
		return e.Reason
	}), nil
}

// asked is keep without the filter.
func (l *eventList) asked(e Event) (bool, error) {
	if l.by != 0 && e.Actor != l.by || !l.q.asks(e) {
		return false, nil
	}
	if l.visible == nil {
		return true, nil
	}
	return l.visible(e)
}

// eventNames is what actor and subjects of an event are found by: the labels that are shown, and the names of people.
func (d *directory) eventNames(v EventView) (who, about string, err error) {
	name := func(id AccountID) string {
		acc, e := d.accountOf(id)
		if e != nil {
			err = e
		}
		return acc.Name
	}
	who, about = v.Who, v.About
	if v.Actor != 0 {
		who = several(who, name(v.Actor))
	}
	for _, s := range v.Subjects {
		if s.Kind == KindAccount {
			about = several(about, name(AccountID(s.ID)))
		}
	}
	return who, about, err
}

// asks reports whether the event is of the action and in the time that was asked for.
func (q ActivityQuery) asks(e Event) bool {
	return q.asksAction(string(e.Action)) &&
		(q.Since == 0 || e.Time >= q.Since) && (q.Until == 0 || e.Time < q.Until)
}

func (q ActivityQuery) asksAction(action string) bool {
	if strings.HasSuffix(q.Action, ".") {
		return strings.HasPrefix(action, q.Action)
	}
	return q.Action == "" || action == q.Action
}

// eventView puts the present names to an event (AU13).
func (d *directory) eventView(e Event) (EventView, error) {
	v := EventView{Event: e, Who: e.ActorName}
	var err error
	if e.Actor != 0 {
		if v.Who, err = d.label(e.Actor); err != nil {
			return v, err
		}
	}
	var about []string
	for _, s := range e.Subjects {
		name, err := d.subjectName(s)
		if err != nil {
			return v, err
		}
		about = append(about, name)
	}
	v.About = strings.Join(about, ", ")
	return v, nil
}

func (d *directory) subjectName(s Ref) (string, error) {
	switch s.Kind {
	case KindAccount:
		return d.label(AccountID(s.ID))
	case KindBucket:
		return d.bucketWord(BucketID(s.ID))
	default:
	}
	name, err := d.unitName(s)
	if name == "" {
		name = s.String()
	}
	return name, err
}

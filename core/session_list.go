package core

import "context"

func (a *Actor) sessions(ctx context.Context, of Who) ([]SessionFacts, error) {
	account := AccountID(0)
	if settle := &a.house.sessions.settle; !a.house.rehearsal {
		settle.Lock()   // so that what was committed before is seen: the sign of a change comes with the commit
		settle.Unlock() //nolint:staticcheck // waiting is all that is wanted
	}
	out := []SessionFacts{}
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		var err error
		if account, err = r.sessionsOf(of); err != nil {
			return err
		}
		d := r.directory()
		out = out[:0]
		for _, s := range a.house.sessions.list(func(p *place) bool { return p.open && (account == 0 || p.account == account) }) {
			facts := s.Facts()
			facts.Own = s == a.session
			person, err := d.person(facts.Account, false)
			if err != nil {
				return err
			}
			facts.Person = &person
			out = append(out, facts)
		}
		return nil
	})
	if err != nil {
		return nil, named(err, attempt{action: "session.list", subjects: []Ref{account.Ref()}})
	}
	return out, nil
}

// sessionsOf gives the account whose sessions are asked for; zero for all of them, which only Support sees.
func (r *reading) sessionsOf(of Who) (AccountID, error) {
	all := of == nil || of == AccountID(0)
	switch {
	case all && r.me.Support:
		return 0, nil
	case all || r.isMe(of):
		return r.me.ID, nil
	}
	return r.ofOthers(of)
}

func (a *Actor) revokeSession(ctx context.Context, id SessionID) error {
	return a.do(ctx, attempt{action: "session.revoke"}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		s, ok := c.house.sessions.get(id)
		if !ok || s.End() != "" || s.facts.Account != c.me.ID && !c.me.Support {
			return refuse(ReasonNotFound, words{"kind": "session", "id": id.String()})
		}
		if s.facts.Account != c.me.ID {
			if err := c.flagMay(SessionRevoke); err != nil {
				return err
			}
		}
		c.happened("session.revoke", System, []Ref{s.facts.Account.Ref()}, "", Change{Field: "session", Before: id.String()})
		c.endSession(s, SessionRevoked)
		return nil
	})
}

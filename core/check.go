package core

import "context"

// Check looks at the whole house as Support does: that every record can be read and is found where it should be, that
// the rules hold between the records, and that every chain of events is whole. Each fault is reported in a sentence;
// faults are no error. It reads all of the house. Errors: forbidden for everybody else, and those of the store.
func (a *Actor) Check(ctx context.Context, report func(fault string)) error {
	const op = "house.check"
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		if !r.me.Support {
			return refuse(ReasonForbidden, words{"unit": "the house", "who": "Support"})
		}
		return nil
	})
	if err != nil {
		return named(err, attempt{action: op, subjects: []Ref{System}})
	}
	if err := a.house.store.Check(ctx, report); err != nil {
		return err
	}
	return CheckInvariants(ctx, a.house.store, a.house.Now(), report)
}

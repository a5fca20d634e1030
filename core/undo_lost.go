package core

import "slices"

// lostScanned is how many of the newest notices are looked at for decisions of others.
const lostScanned = 100

// decidedByOthers says which requests that the actor was asked to decide others have decided since a moment, within the
// time of an undo: after a lost race such a decision is none of the actor's, and no undo takes it back.
func (r *reading) decidedByOthers(since Moment) ([]string, error) {
	since = max(since, r.now.Add(-undoTime))
	asked := map[RequestID]bool{}
	where := Scan{Index: NotificationsOf, Prefix: Key{Num(r.me.ID)}, Reverse: true, Limit: lostScanned}
	_, err := r.Notifications().Scan(where, func(n Notification) (bool, error) {
		if first := firstRef(n.Subjects); asking[n.Event] && first.Kind == KindRequest && n.Withdrawn > since {
			asked[RequestID(first.ID)] = true
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	var said []string
	for id := range asked {
		q, ok, err := r.Requests().Get(id)
		if err != nil {
			return nil, err
		}
		decided := q.State == RequestApproved || q.State == RequestRejected
		if !ok || !decided || q.By == r.me.ID || q.Decided <= since {
			continue
		}
		who, err := r.label(q.By)
		if err != nil {
			return nil, err
		}
		said = append(said, "Request "+id.Ref().number()+" was "+string(q.State)+" by "+who+" at "+moment(q.Decided)+
			": that decision is not yours, and stays.")
	}
	slices.Sort(said)
	return said, nil
}

package core

// Orders of a member list besides kind. No index has them, so the rows are read whole, which is why they end somewhere.
const (
	sortKind  = "kind"
	sortName  = "name"
	sortEmail = "email"
	sortSince = "since"
)

// membersSorted is how many rows a member list may have, its filter apart, to be shown in another order than kind.
const membersSorted = 5_000

// MemberSorts names the orders of a member list.
func MemberSorts() []string { return []string{sortKind, sortName, sortEmail, sortSince} }

// inOrder makes a window over all rows in an order that no index has. Refused with invalid_value for a list that is too
// long for that.
func (l *memberList) inOrder(w window[memberRow], sort string) (window[memberRow], error) {
	var rows []memberRow
	looked := 0
	for _, s := range w.streams {
		rank := s.lead[0].Num
		_, err := s.scan(s.index, func(m memberRow) (bool, error) {
			if looked++; looked > membersSorted {
				return false, nil
			}
			if w.keep != nil {
				if ok, err := w.keep(m); err != nil || !ok {
					return err == nil, err
				}
			}
			var err error
			m.order, err = l.orderKey(m, rank, sort)
			rows = append(rows, m)
			return true, err
		})
		if err != nil {
			return w, err
		}
	}
	if looked > membersSorted {
		return w, invalidQuery("sort", "kind in a list of more than 5 000 people")
	}
	w.name, w.forms = w.name+"/"+sort, []string{"tnn"}
	if sort == sortSince {
		w.forms = []string{"nnn"}
	}
	w.keep, w.total = nil, exactly(len(rows))
	w.filter = filter{}
	w.streams = []*stream[memberRow]{rowsOf(rows, memberRow.key, nil)}
	return w, nil
}

func (l *memberList) orderKey(m memberRow, rank uint64, sort string) (Key, error) {
	acc, err := l.accountOf(m.account)
	var first Part
	switch sort {
	case sortName:
		first = Text(Fold(acc.Name))
	case sortEmail:
		first = Text(Fold(acc.label()))
	default:
		first = Num(m.since())
	}
	id := m.key()
	return Key{first, {Num: rank}, id[len(id)-1]}, err
}

// since is when somebody came to be in the list.
func (m memberRow) since() Moment {
	switch m.kind {
	case MemberInvitee:
		return m.invitation.Sent
	case MemberRequester:
		return m.request.Filed
	default:
		return m.membership.Since
	}
}

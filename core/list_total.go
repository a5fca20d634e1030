package core

// Uncounted is the total of a list that nobody has countedTo, see Page.Total.
const Uncounted = -1

// countedTo is how far a list without a counter is walked for its total: beyond it the total is left out.
const countedTo = 500

// total gives how many rows a list without a filter has, or Uncounted. A list hands it to the window, which asks it only
// where the page is not the whole list.
type total func() (int, error)

// exactly is for counters that are kept with just the rows that are listed.
func exactly(n int) total { return func() (int, error) { return n, nil } }

// walked counts what a list holds, visible rows only. It is asked for before the filter joins keep.
func (w window[T]) walked(r *reading, limit int) total {
	return func() (int, error) {
		n, whole, err := w.count(r, limit)
		if !whole {
			n = Uncounted
		}
		return n, err
	}
}

// plus adds totals of sources that do not overlap.
func plus(totals ...total) total {
	return func() (int, error) {
		sum := 0
		for _, t := range totals {
			n, err := t()
			if err != nil || n < 0 {
				return Uncounted, err
			}
			sum += n
		}
		return sum, nil
	}
}

// counters adds up counters of one scope.
func (r *reading) counters(of Ref, counters ...Counter) total {
	return func() (int, error) {
		sum := 0
		for _, c := range counters {
			n, err := r.Count(c, of)
			if err != nil {
				return 0, err
			}
			sum += n
		}
		return sum, nil
	}
}

// totalOf gives the total of a page: what is listed, or Uncounted where that would have to be read to its end.
func (w window[T]) totalOf(q Query, c cut[T]) (int, error) {
	switch {
	case q.After == "" && c.next == "" && c.prev == "":
		return len(c.rows), nil
	case w.total == nil || !w.filter.empty():
		return Uncounted, nil
	}
	return w.total()
}

// projectsListed counts the projects of an organization that the actor is shown: none where the list is refused.
func (r *reading) projectsListed(id OrganizationID) (int, error) {
	s, err := r.scope()
	if err != nil {
		return 0, err
	}
	src, err := r.projectsOfOrganization(ProjectQuery{Organization: id}, s)
	if ReasonOf(err) != "" {
		return 0, nil
	}
	return src.total, err
}

// countRoleUsersOf counts who enters a project through a role alone, or gives Uncounted beyond 1 000.
func (r *reading) countRoleUsersOf(id ProjectID) (int, error) {
	l, err := r.memberList(id.Ref())
	if err != nil || len(l.granted) == 0 {
		return 0, err
	}
	return l.countRoleUsers()()
}

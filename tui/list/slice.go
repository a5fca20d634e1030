package list

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// Slice is a source over a collection that is small enough to be read whole: the members of a unit, the tabs of one
// record. all reads it at every fetch, so changes show. field gives the text of a row for a field: of the filter
// ("state:active"), of a sort name, and "" for what a filter without a field looks at.
func Slice[R any](all func(ctx context.Context) ([]R, error), field func(row R, name string) string) Source[R] {
	return func(ctx context.Context, q Query) (Page[R], error) {
		rows, err := all(ctx)
		if err != nil {
			return Page[R]{}, err
		}
		f := ParseFilter(q.Filter)
		kept := make([]R, 0, len(rows))
		for _, r := range rows {
			if f.Match(func(name string) string { return field(r, name) }) {
				kept = append(kept, r)
			}
		}
		if q.Sort != "" {
			slices.SortStableFunc(kept, func(a, b R) int {
				return cmp.Compare(strings.ToLower(field(a, q.Sort)), strings.ToLower(field(b, q.Sort)))
			})
		}
		if q.Reverse {
			slices.Reverse(kept)
		}
		return window(kept, q), nil
	}
}

// window cuts a page out of rows; cursors are positions.
func window[R any](rows []R, q Query) Page[R] {
	n := len(rows)
	from, to := 0, min(q.Limit, n)
	at, err := strconv.Atoi(q.From)
	switch {
	case q.Backward && err != nil:
		from, to = max(n-q.Limit, 0), n
	case q.Backward:
		to = min(at, n)
		from = max(to-q.Limit, 0)
	case err == nil:
		from = min(at, n)
		to = min(from+q.Limit, n)
	}
	p := Page[R]{Rows: rows[from:to:to], Prev: strconv.Itoa(from), Next: strconv.Itoa(to), Total: n, Done: to == n}
	if q.Backward {
		p.Done = from == 0
	}
	return p
}

// Package rows turns the list use cases of core into sources of lists.
package rows

import (
	"context"

	"gatehouse/core"
	"gatehouse/tui/list"
)

// From makes the source of a list out of a list use case.
func From[R any](fetch func(ctx context.Context, q core.Query) (core.Page[R], error)) list.Source[R] {
	return func(ctx context.Context, q list.Query) (list.Page[R], error) {
		page, err := fetch(ctx, core.Query{
			Filter: q.Filter, Sort: q.Sort, Desc: q.Reverse, After: q.From, Back: q.Backward, Limit: q.Limit,
		})
		if err != nil {
			return list.Page[R]{}, err
		}
		out := list.Page[R]{Rows: page.Items, Prev: page.Prev, Next: page.Next, Done: page.Next == "", Total: page.Total}
		if q.Backward {
			out.Done = page.Prev == ""
		}
		return out, nil
	}
}

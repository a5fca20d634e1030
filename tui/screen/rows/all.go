package rows

import (
	"context"

	"gatehouse/core"
)

// All reads a list to its end, for menus and forms that hold all of it.
func All[R any](ctx context.Context, filter string, fetch func(ctx context.Context, q core.Query) (core.Page[R], error)) ([]R, error) {
	whole, _, err := First(ctx, filter, 0, fetch)
	return whole, err
}

// First reads the first rows of a list that fit a filter, at most n (0 is all), and whether there are more.
func First[R any](
	ctx context.Context, filter string, n int, fetch func(ctx context.Context, q core.Query) (core.Page[R], error),
) (out []R, more bool, err error) {
	q := core.Query{Filter: filter, Limit: 500}
	for {
		if n > 0 {
			q.Limit = min(500, n-len(out))
		}
		page, err := fetch(ctx, q)
		if err != nil {
			return nil, false, err
		}
		out = append(out, page.Items...)
		if page.Next == "" || page.Next == q.After || n > 0 && len(out) >= n {
			return out, page.Next != "", ctx.Err()
		}
		q.After = page.Next
	}
}

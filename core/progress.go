package core

import "context"

// Progress is told how far long work is: step says in a few words what is done now, done never goes back within a step,
// and total is zero where it is not known. It is called from one goroutine at a time.
type Progress func(step string, done, total int)

// recordCounter is a store that can say how many records it keeps.
type recordCounter interface {
	Records(ctx context.Context) (int, error)
}

// recordsOf counts the records of a store; zero where it cannot be known.
func recordsOf(ctx context.Context, store Store) (int, error) {
	if c, ok := store.(recordCounter); ok {
		return c.Records(ctx)
	}
	return 0, nil
}

type progressKey struct{}

// WithProgress makes whatever works with the context tell how far it is: the store, the check of a house, the sweep.
func WithProgress(ctx context.Context, p Progress) context.Context {
	return context.WithValue(ctx, progressKey{}, p)
}

// ProgressOf gives whom WithProgress has named; it can always be called.
func ProgressOf(ctx context.Context) Progress {
	if p, ok := ctx.Value(progressKey{}).(Progress); ok && p != nil {
		return p
	}
	return func(string, int, int) {}
}

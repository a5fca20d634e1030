package card

import (
	"context"

	"gatehouse/core"
)

// Does says what is done about a row, by the actor that is given. The table then knows before what would be refused: it
// lets the same be rehearsed for its rows in their order.
func (b *Bulk) Does(actor *core.Actor, do func(ctx context.Context, a *core.Actor, id string) error) {
	b.Run = func(ctx context.Context, id string) error { return do(ctx, actor, id) }
	b.Try = func(ctx context.Context, ids []string) (Tried, error) {
		foreseen, err := actor.Rehearse(ctx, len(ids), func(a *core.Actor, n int) error { return do(ctx, a, ids[n]) })
		var t Tried
		var all core.Taken
		for _, f := range foreseen {
			t.Errs = append(t.Errs, f.Err)
			if f.Err == nil {
				all.Revoked = append(all.Revoked, f.Revoked...)
			}
		}
		t.TakenAlong = all.Lines()
		return t, err
	}
}

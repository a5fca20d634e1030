package screen_test

import (
	"fmt"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
)

// BenchmarkChange is what one change of the house costs one session: everything that is loaded again, and the frame.
func BenchmarkChange(b *testing.B) {
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	h := screentest.New(b, store)
	h.AutoJoin(false)
	for i := range 6 {
		p := h.Project("ana", fmt.Sprintf("Project %d", i))
		h.Add("ana", p.Ref(), "cyd", core.AddInput{})
		for n := range 60 {
			h.Add("ana", p.Ref(), fmt.Sprintf("user%d", n), core.AddInput{})
		}
		h.Request([]string{"sam", "lea", "max", "sue"}[i%4], p, screentest.Incident)
	}
	for _, link := range []string{"requests", "request/1", "home", "project/1/users", "activity"} {
		b.Run(link, func(b *testing.B) {
			d := h.Open(b, "cyd", link)
			b.ResetTimer()
			b.ReportAllocs()
			for range b.N {
				d.Changed()
			}
		})
	}
	b.Run("surroundings", func(b *testing.B) {
		a := h.As("cyd")
		b.ReportAllocs()
		for range b.N {
			if _, err := a.Surroundings(ctx, h.ETL.Ref()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("counts+me", func(b *testing.B) {
		a := h.As("cyd")
		b.ReportAllocs()
		for range b.N {
			_, _ = a.Counts(ctx)
			_, _ = a.Me(ctx)
		}
	})
	b.Run("requests list", func(b *testing.B) {
		a := h.As("cyd")
		b.ReportAllocs()
		for range b.N {
			_, _ = a.Requests(ctx, core.RequestQuery{Tab: core.TabWaiting, Query: core.Query{Limit: 80}})
		}
	})
}

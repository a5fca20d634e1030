package core_test

import (
	"context"
	"slices"

	"gatehouse/core"
)

// readableAtMost is how many requests and visits the house of a test may hold to be judged by listsHoldTheReadable.
const readableAtMost = 40

// listsHoldTheReadable checks for the people of a test that the lists of visits and requests hold exactly what they can
// open by its id: nothing that may be read is missing, whatever the lists are merged from, and nothing else is there
// (A10, R25, V9). Every test of this package ends with it.
func listsHoldTheReadable(h *fixture) {
	h.t.Helper()
	visits, requests := allOf(h, core.Tx.Visits, core.Scan{}), allOf(h, core.Tx.Requests, core.Scan{})
	if len(visits)+len(requests) == 0 || len(visits)+len(requests) > readableAtMost {
		return
	}
	for name, id := range h.people {
		actor := h.As(id)
		listsAgree(h, name+": visits", visits, func(v core.Visit) core.Ref { return v.ID.Ref() }, func(v core.Visit) error {
			_, err := actor.Visit(context.Background(), v.ID)
			return err
		}, map[string]judged[core.Visit]{
			"all": {
				func(core.Visit) bool { return true },
				func() ([]core.Visit, error) { return visitsOf(actor, core.VisitQuery{}) },
			},
			"past": {
				func(v core.Visit) bool { return v.State != core.VisitActive },
				func() ([]core.Visit, error) { return visitsOf(actor, core.VisitQuery{Past: true}) },
			},
			"active": {
				func(v core.Visit) bool { return v.State == core.VisitActive },
				func() ([]core.Visit, error) { return visitsOf(actor, core.VisitQuery{Active: true}) },
			},
			"active, newest": {
				func(v core.Visit) bool { return v.State == core.VisitActive },
				func() ([]core.Visit, error) {
					return visitsOf(actor, core.VisitQuery{Active: true, Query: core.Query{Sort: "newest"}})
				},
			},
		})
		listsAgree(h, name+": requests", requests, func(q core.Request) core.Ref { return q.ID.Ref() }, func(q core.Request) error {
			_, err := actor.Request(context.Background(), q.ID)
			return err
		}, map[string]judged[core.Request]{
			"all": {
				func(core.Request) bool { return true },
				func() ([]core.Request, error) { return requestsOf(actor, core.TabAll) },
			},
			"waiting": {
				func(q core.Request) bool { return q.State == core.RequestPending },
				func() ([]core.Request, error) { return requestsOf(actor, core.TabWaiting) },
			},
			"decided": {
				func(q core.Request) bool { return q.State != core.RequestPending },
				func() ([]core.Request, error) { return requestsOf(actor, core.TabDecided) },
			},
		})
	}
}

// judged is a list, and which of the readable records it should hold.
type judged[R any] struct {
	holds func(R) bool
	list  func() ([]R, error)
}

func listsAgree[R any](h *fixture, what string, all []R, ref func(R) core.Ref, open func(R) error, lists map[string]judged[R]) {
	h.t.Helper()
	for name, l := range lists {
		rows, err := l.list()
		if err != nil {
			return // somebody who can do nothing: expired, removed, read nothing
		}
		var want, got []string
		for _, r := range all {
			if l.holds(r) && open(r) == nil {
				want = append(want, ref(r).String())
			}
		}
		for _, r := range rows {
			got = append(got, ref(r).String())
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			h.t.Errorf("%s, %s: listed are %v, readable are %v", what, name, got, want)
		}
	}
}

func visitsOf(a *core.Actor, q core.VisitQuery) ([]core.Visit, error) {
	var rows []core.Visit
	for {
		page, err := a.Visits(context.Background(), q)
		for _, v := range page.Items {
			rows = append(rows, v.Visit)
		}
		if q.After = page.Next; err != nil || q.After == "" {
			return rows, err
		}
	}
}

func requestsOf(a *core.Actor, tab core.RequestTab) ([]core.Request, error) {
	var rows []core.Request
	q := core.RequestQuery{Tab: tab}
	for {
		page, err := a.Requests(context.Background(), q)
		for _, v := range page.Items {
			rows = append(rows, v.Request)
		}
		if q.After = page.Next; err != nil || q.After == "" {
			return rows, err
		}
	}
}

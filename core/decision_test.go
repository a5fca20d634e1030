package core_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"gatehouse/core"
)

// TestOneDecisionOutOfSixtyFour lets 64 users decide one request at the same moment, half of them against it: exactly
// one decision, 63 conflicts that name the winner and the time, one event, one notice to the requester (R24, F10, trust-B1).
func TestOneDecisionOutOfSixtyFour(t *testing.T) {
	const people = 64
	for name, on := range map[string]struct {
		rounds int
		open   func(*testing.T) core.Store
	}{
		"memory": {1_000, func(t *testing.T) core.Store { return openMemory(t) }},
		"bolt":   {600, func(t *testing.T) core.Store { return openBolt(t) }},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixtureOver(t, on.open(t), core.Options{})
			h.autoJoin(false)
			var who []string
			for i := range people {
				who = append(who, fmt.Sprintf("user%02d", i))
				h.addAccount(who[i], who[i]+"@data.test")
				h.addUser(h.etl, who[i], core.RoleGuest)
			}
			for range rounds(on.rounds) {
				q := h.file("sam")
				before, told := h.counter(core.CountEvents, core.Ref{}), h.counter(core.CountNotifications, h.id("sam").Ref())
				errs := make([]error, people)
				var start, wait sync.WaitGroup
				start.Add(1)
				for i := range who {
					wait.Go(func() {
						a := h.As(h.people[who[i]])
						start.Wait()
						if i%2 == 0 {
							_, errs[i] = a.ApproveRequest(ctx, q.ID, q.Version, core.Term{})
						} else {
							_, errs[i] = a.RejectRequest(ctx, q.ID, q.Version, "")
						}
					})
				}
				start.Done()
				wait.Wait()
				h.oneWinner(q, who, errs)
				if got := h.counter(core.CountEvents, core.Ref{}) - before; got != 1 {
					t.Errorf("%d events, want one", got)
				}
				if got := h.counter(core.CountNotifications, h.id("sam").Ref()) - told; got != 1 {
					t.Errorf("Sam has %d new notifications, want one", got)
				}
				if h.request(q.ID).State == core.RequestApproved {
					h.visitor("sam")
					allowed(t, h.as("sam").LeaveProject(ctx, h.etl))
				}
				h.noMember(h.etl.Ref(), "sam")
			}
		})
	}
}

func (h *fixture) oneWinner(q core.Request, who []string, errs []error) {
	h.t.Helper()
	got := h.request(q.ID)
	winners := 0
	for i, err := range errs {
		if err == nil {
			winners++
			if got.By != h.people[who[i]] || (got.State == core.RequestApproved) != (i%2 == 0) {
				h.t.Errorf("%s decided, but the request is %+v", who[i], got)
			}
		}
	}
	if winners != 1 {
		h.t.Fatalf("%d decisions, want one", winners)
	}
	named := ""
	for name, id := range h.people {
		if id == got.By {
			named = name + "@data.test"
		}
	}
	for i, err := range errs {
		if err == nil {
			continue
		}
		if core.ReasonOf(err) != core.ReasonAlreadyDecided || !strings.Contains(err.Error(), "by "+named+" at 2026-03-02 10:00 UTC") {
			h.t.Errorf("%s: %v, want a conflict that names %s and the time", who[i], err, named)
		}
	}
}

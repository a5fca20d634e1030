package request_test

import (
	"context"
	"slices"
	"testing"

	"gatehouse/core"
	"gatehouse/tui/screen/screentest"
)

// TestHeldEnter: enter is held on Approve while the list moves under the cursor: one decision, for the row that was shown
// (behaviour 3, trust-B5).
func TestHeldEnter(t *testing.T) {
	runs := 20
	if testing.Short() {
		runs = 5
	}
	h := house(t)
	h.AutoJoin(false)
	ctx := context.Background()
	for run := range runs {
		shown := h.Request("sam", h.ETL, screentest.Incident)
		other := h.Request("lea", h.ETL, "Quarterly review")
		d := open(t, h, "pia", "")
		d.Press("G").ExpectLine("▌", "sam@support.test").Press("A").Expect("Approve request")
		// The row above goes and another one comes while the card is open.
		_, err := h.As("lea").WithdrawRequest(ctx, other, 0)
		h.Must(err)
		third := h.Request("sue", h.ETL, "Handover of the night shift")
		if run%2 == 0 {
			d.AwaitChange()
		}
		d.Press(slices.Repeat([]string{"enter"}, 200)...)
		for id, want := range map[core.RequestID]core.RequestState{
			shown: core.RequestApproved, other: core.RequestWithdrawn, third: core.RequestPending,
		} {
			if q := stateOf(t, h, id); q.State != want {
				t.Fatalf("run %d: request %d is %s, want %s", run, id, q.State, want)
			}
		}
		h.Must(h.As("sam").LeaveProject(ctx, h.ETL))
		_, err = h.As("sue").WithdrawRequest(ctx, third, 0)
		h.Must(err)
	}
}

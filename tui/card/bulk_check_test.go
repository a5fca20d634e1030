package card

import (
	"context"
	"errors"
	"testing"
)

// Rows that vanish before they are decided are left out, with the reason; without any row the card closes.
func TestBulkDropsWhatIsGone(t *testing.T) {
	gone := map[string]error{}
	var unit error
	c := &Bulk{
		Heading: "Approve", Verb: "Approve", Done: "approved", Rows: []BulkRow{{ID: "1", Label: "sam"}, {ID: "2", Label: "lea"}},
		Run:        func(_ context.Context, id string) error { gone[id] = errors.New("approved"); return nil },
		Still:      func(_ context.Context, id string) error { return gone[id] },
		StillThere: func(context.Context) error { return unit },
	}
	b := open(t, c, "A")
	ctx := context.Background()
	if err := c.Check(ctx); err != nil {
		t.Fatalf("all are there: %v", err)
	}
	gone["1"] = errors.New("withdrawn")
	if err := c.Check(ctx); !errors.Is(err, gone["1"]) || !c.Narrow(err) {
		t.Errorf("one is gone: %v", err)
	}
	b.expect("- sam", "left out", "[ Approve 1 ]")
	gone["2"] = gone["1"]
	if err := c.Check(ctx); c.Narrow(err) {
		t.Error("stays without a row")
	}
	gone = map[string]error{}

	c.Rows[0].Skip, c.Rows[1].Skip = "", ""
	open(t, c, "A").press("tab", "enter").expect("2 approved")
	if err := c.Check(ctx); err == nil || !c.Narrow(err) {
		t.Errorf("the results are closed by what they decided: %v", err)
	}
	unit = errors.New("removed from it")
	if err := c.Check(ctx); c.Narrow(err) {
		t.Error("results of a unit that one may not see stay")
	}
}

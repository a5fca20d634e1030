package request_test

import (
	"context"
	"testing"

	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/screentest"
)

func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return screentest.New(t, store)
}

func TestLook(t *testing.T) {
	h := house(t)
	h.Strange()
	h.Request("sam", h.ETL, screentest.Incident)
	h.Request("lea", h.ETL, "Quarterly review of the nightly load, with a reason that is longer than any line of this list can ever be, so that it must be cut somewhere")
	d := h.Driver(t, request.Kinds(), "pia", app.Page{Kind: "requests"})
	t.Log(d.Frame())
	t.Log(d.Press("A").Frame())
	t.Log(d.Press("esc", "E").Frame())
	t.Log(d.Press("esc", "D").Frame())
	t.Log(d.Press("esc", "W").Frame())
	t.Log(d.Press("esc", "*", "A").Frame())
	t.Log(d.Press("enter").Frame())
	t.Log(d.Press("enter").Press("tab").Frame())
	t.Log(d.Press("x").Frame())
	t.Log(d.Press("esc", "enter").Frame())
	t.Log(d.Press("h", "tab").Frame())
	t.Log(d.Press("enter").Frame())
	t.Log(d.Press("h", "tab").Frame())
}

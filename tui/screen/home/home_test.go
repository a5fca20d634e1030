package home_test

import (
	"context"
	"testing"

	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/home"
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

func kinds() []*app.Kind { return append(home.Kinds(), request.Kinds()...) }

func TestLook(t *testing.T) {
	h := house(t)
	t.Log(h.Driver(t, kinds(), "pia", app.Page{}).Frame())
	t.Log(h.Driver(t, kinds(), "otto", app.Page{}).Frame())
	h.Strange()
	h.Request("sam", h.ETL, screentest.Incident)
	h.Request("lea", h.ETL, "Quarterly review of the nightly load")
	d := h.Driver(t, kinds(), "ana", app.Page{})
	t.Log(d.Frame())
	t.Log(d.Resize(80, 24).Frame())
	t.Log(d.Resize(60, 16).Frame())
	t.Log(d.Press("G").Frame())
	d = h.Driver(t, kinds(), "sam", app.Page{})
	t.Log(d.Frame())
}

package app_test

import (
	"testing"

	"gatehouse/tui/app"
	"gatehouse/tui/driver"
)

func start(t testing.TB, o *orchard, w, h int) *driver.Driver {
	t.Helper()
	s := &app.Session{Person: "ana@acme.test", Changes: o.changes, Mouse: true}
	return driver.New(t, driver.Options{Session: s, Kinds: kinds(o), Width: w, Height: h})
}

func TestLooksAtItself(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	t.Log("\n" + d.Frame())
	d.Press("x")
	t.Log("\n" + d.Frame())
	d.Press("esc", ":")
	t.Log("\n" + d.Frame())
	d.Press("esc", "?")
	t.Log("\n" + d.Frame())
	d.Press("esc", "enter")
	t.Log("\n" + d.Frame())
}

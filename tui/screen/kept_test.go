package screen_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
)

// A demo that was saved to a file does not say that it goes when the visitor does.
func TestKeptDemo(t *testing.T) {
	h := house(t)
	s := h.Session(t)
	s.Kept = true
	screen.Demo(s, h.House, screen.DemoOptions{Welcome: true})
	actor := h.As("ana")
	me, err := actor.Me(context.Background())
	h.Must(err)
	screen.Become(s, actor, me, screen.Wishes{})
	d := driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Clock: h.Clock, Page: app.Page{Kind: "home"}})
	d.Advance(time.Second).Expect("It stays in its file.").ExpectNot("gone when you leave").
		Press("esc", "q").Expect("Quit", "What you decided is saved.").ExpectNot("thrown away")
}

package screentest

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
)

// Open starts the whole interface, all pages of it, as a person; link is a deep link such as "account/-/mfa". Counts,
// search and preferences are those of the program.
func (h *House) Open(t testing.TB, name, link string) *driver.Driver {
	t.Helper()
	page, err := app.ParsePage(link)
	h.Must(err)
	actor := h.As(name)
	me, err := actor.Me(context.Background())
	h.Must(err)
	s := h.Session(t)
	screen.Become(s, actor, me, screen.Wishes{})
	return driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Page: page, Clock: h.Clock})
}

// Session makes a session in which nobody acts yet.
func (h *House) Session(t testing.TB) *app.Session {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return &app.Session{House: h.House, Changes: h.Watch(ctx), ReadOnly: h.ReadOnly(), Now: h.Clock.Now, SignIn: h.Server}
}

// Kinds are all pages; being somebody works in the session, the rest of the options is for the test to say.
func (h *House) Kinds(s *app.Session, o start.Options) []*app.Kind {
	o.Become = func(id core.AccountID) tea.Cmd { return screen.SwitchTo(s.House.As(id), screen.Wishes{}, app.Page{}) }
	return screen.Kinds(o)
}

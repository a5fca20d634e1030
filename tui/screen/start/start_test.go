package start_test

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
)

func open(t *testing.T) core.Store {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// empty is a house without anybody, at the form that begins it.
func empty(t *testing.T, o start.Options) (*driver.Driver, *core.House) {
	t.Helper()
	clock := driver.NewClock()
	house := core.New(open(t), core.Options{Clock: clock.Now})
	h := &screentest.House{House: house, Clock: clock}
	s := h.Session(t)
	return driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, o), Page: app.Page{Kind: "begin"}, Clock: clock}), house
}

// The form of an empty house makes the first Support account and its maintainer, keeps what was typed when something is
// wrong, says whether the account is remembered, and goes on to Home.
func TestBegin(t *testing.T) {
	ctx := context.Background()
	remembered := ""
	d, house := empty(t, start.Options{
		Where:    "/tmp/gatehouse.db",
		Demo:     func() tea.Cmd { return app.Send(app.Quit{}) },
		Remember: func(email string) (string, bool) { remembered = email; return "config.toml remembers you.", true },
	})
	d.Expect("Welcome to Gatehouse", "/tmp/gatehouse.db", "ctrl+o opens a demo", "tab move").GoldenSizes("begin")
	d.Press("ctrl+s").Expect("Fill in your e-mail.").Type("q5?").Press("enter").Type("Ana").Press("enter").Type("Harbor").Press("ctrl+s").Expect("is not an e-mail address")
	if empty, err := house.Empty(ctx); err != nil || !empty {
		t.Fatalf("something was made: %v, %v", empty, err)
	}
	d.Press("backspace", "backspace", "backspace").Type("Ana@Harbor.test").Press("ctrl+s")
	d.Expect("gatehouse ▸ Home", "ana@harbor.test Support", "config.toml remembers you.", "a makes the first one").Press("5").ExpectLine("Harbor", "● inside")
	if remembered != "ana@harbor.test" {
		t.Errorf("remembered %q", remembered)
	}
}

// A house that could not remember its first account is made all the same.
func TestBeginWithoutMemory(t *testing.T) {
	d, house := empty(t, start.Options{Remember: func(string) (string, bool) { return "config.toml cannot be written.", false }})
	d.ExpectNot("ctrl+o").Type("ana@harbor.test").Press("tab").Type("Ana").Press("tab").Type("Harbor").Press("enter", "enter")
	d.Expect("gatehouse ▸ Home", "! The house is yours. config.toml cannot be written.")
	if empty, err := house.Empty(context.Background()); err != nil || empty {
		t.Errorf("nothing was made: %v, %v", empty, err)
	}
}

// ctrl+o opens the demo from any field.
func TestBeginOpensDemo(t *testing.T) {
	for _, tabs := range []int{0, 1, 3} {
		opened := 0
		d, _ := empty(t, start.Options{Demo: func() tea.Cmd { opened++; return nil }})
		for range tabs {
			d.Type("x").Press("tab")
		}
		if d.Press("ctrl+o"); opened != 1 {
			t.Errorf("after %d fields: opened %d times", tabs, opened)
		}
	}
}

// Only one of two people at the form begins the house; the other reads why not and loses nothing.
func TestBeginTwice(t *testing.T) {
	d, house := empty(t, start.Options{})
	d.Type("ana@harbor.test").Press("tab").Type("Ana").Press("tab").Type("Harbor")
	if _, err := house.Init(context.Background(), core.InitInput{Email: "ben@harbor.test", Name: "Ben", Maintainer: "Harbor"}); err != nil {
		t.Fatal(err)
	}
	d.Press("ctrl+s").Expect("needs an empty house", "ana@harbor.test", "Ana")
}

// AC2: at the local console the owner of the file chooses whom to be; those who cannot act are not offered.
func TestWho(t *testing.T) {
	h := screentest.New(t, open(t))
	if _, _, err := h.As("ana").AddMember(context.Background(), core.AddInput{Unit: h.Acme.Ref(), Email: "new@acme.test"}); err != nil {
		t.Fatal(err)
	}
	s := h.Session(t)
	d := driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Page: app.Page{Kind: "who"}, Clock: h.Clock})
	d.Expect("Who are you?", "🐙 sam@support.test", "pia@data.test").ExpectNot("new@acme.test").GoldenSizes("who")
	d.Press("/").Type("pia").Press("enter").ExpectLine("▌", "pia@data.test").Press("enter").Expect("gatehouse ▸ Home", "pia@data.test")
	d.Press("h").ExpectNot("Who are you?")
}

// The page become is one of a moment: it goes on to Home as the account.
func TestBecome(t *testing.T) {
	h := screentest.New(t, open(t))
	h.Open(t, "ana", "become/"+h.People["sam"].String()).Expect("gatehouse ▸ Home", "sam@support.test Support")
	h.Open(t, "ana", "become/nobody").Expect("nobody is not the number of an account")
}

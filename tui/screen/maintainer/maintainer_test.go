package maintainer_test

import (
	"context"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
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

// H12, MT1: members see their own maintainers, Support all; only Support makes one.
func TestList(t *testing.T) {
	h := house(t)
	_, err := h.As("sam").CreateMaintainer(context.Background(), "Harbor")
	h.Must(err)
	h.Open(t, "ana", "maintainers").Expect("You are in no maintainer", "ask one of its members").Press("a").Expect("Only Support makes maintainers.")
	d := h.Open(t, "lea", "maintainers").ExpectLine("▌", "Partner One", "● inside").ExpectNot("Harbor").Press("J").Expect("already in Partner One")
	d.Press("x").Expect("You have no right").Press("Y").Expect("Copy as command", "gatehouse maintainer rename 1 NAME")

	d = h.Open(t, "sam", "maintainers").ExpectLine("▌", "Harbor", "● inside").ExpectLine("Partner One", "○ outside")
	d.Press("a").Expect("New maintainer", "first member").Type("North").Press("ctrl+s").Expect("Created North.", "gatehouse ▸ North ▸ Organizations", "has no organization")
	d.Press("h").AwaitChange().ExpectLine("North", "● inside").Press("j", "e").Expect("Rename North").Type("wind").Press("ctrl+s").
		Expect("North is now called Northwind.").ExpectLine("▌", "Northwind").Press("e", "ctrl+s").Expect("The name is still Northwind.")
	d.Press("x").Expect("Delete Northwind?", "There is no restore").Type("Northwind").Press("enter", "left", "enter").Expect("Deleted Northwind.").ExpectNot("Northwind  ")
	d.Press("G").ExpectLine("▌", "Partner One").Press("x").Expect("still has 1 organization")
	d.Press("L").Expect("You have no right").Press("J").Expect("Join Partner One").Type(screentest.Incident).Press("ctrl+s").
		Expect("You are inside Partner One until").AwaitChange().ExpectLine("Partner One", "● inside").Press("L").Expect("Leave Partner One?", "[ Cancel ]").Press("left", "enter").
		Expect("You left Partner One.").ExpectLine("Partner One", "○ outside")
}

// MT3, MT9: the page of one maintainer.
func TestPage(t *testing.T) {
	h := house(t)
	d := h.Open(t, "lea", "maintainer/1").Expect("▸ Partner One ▸ Organizations", "Organizations 1", "Members 2").ExpectLine("▌", "Acme")
	d.Press("a").Expect("New organization").Type("Blue Heron").Press("ctrl+s").Expect("Created Blue Heron", "▸ Blue Heron ▸ Projects").Press("h").AwaitChange().ExpectLine("Blue Heron")
	d.Press("tab").Expect("lea@partner-one.test", "max@partner-one.test").Press("a").Expect("Add").Press("esc", "tab").Expect("Nobody is invited here.").Press("tab").Expect("Nobody has visited yet.").Press("tab").Expect("No ticket about").Press("tab")
	d.Expect("Contact", "none", "number 1").Press("j", "e").Expect("Contact of Partner One").Type("nonsense").Press("ctrl+s").Expect("is not an e-mail address").
		Press("esc", "esc", "e").Type("help@partner-one.test").Press("ctrl+s").Expect("is help@partner-one.test now").ExpectLine("Contact", "help@partner-one.test")
	d.Press("k", "t").Expect("is no switch").Press("e").Expect("Rename Partner One").Press("esc").Press("x").Expect("You have no right")
	d.Press("tab").Expect("chain maintainer/1", "maintainer.contact_", "maintainer.create")

	m, err := h.As("lea").Maintainer(context.Background(), h.PartnerOne)
	if err != nil || m.Contact != "help@partner-one.test" || m.Organizations != 2 {
		t.Errorf("%+v, %v", m, err)
	}
}

// A10: outsiders learn the number, never the name, on every tab; what is not there says so.
func TestOutsider(t *testing.T) {
	h := house(t)
	for _, tab := range []string{"organizations", "members", "settings", "activity"} {
		d := h.Open(t, "ana", "maintainer/1/"+tab).Expect("You have no relation to maintainer 1")
		if strings.Contains(d.Frame(), "Partner One") {
			t.Errorf("%s names it:\n%s", tab, d.Frame())
		}
	}
	h.Open(t, "sam", "maintainer/9/settings").Expect("There is no maintainer 9")
}

// A contact form closes when somebody else changes the maintainer meanwhile (behaviour 3).
func TestSettingsMoveOn(t *testing.T) {
	h := house(t)
	d := h.Open(t, "lea", "maintainer/1/settings").Press("j", "e").Expect("Contact of Partner One")
	_, err := h.As("max").RenameMaintainer(context.Background(), h.PartnerOne, 0, "Partner Won")
	h.Must(err)
	d.AwaitChange().Expect("Partner Won was changed while you were looking").ExpectNot("Contact of")
}

// A read-only house shows everything and says why nothing can be changed.
func TestReadOnly(t *testing.T) {
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	h.House = core.New(store, core.Options{Clock: h.Clock.Now, ReadOnly: true})
	d := h.Open(t, "lea", "maintainer/1/settings").Expect("read-only", "This session only reads.").Press("e").ExpectNot("Rename Partner One")
	d.Press("5", "e").ExpectNot("Rename Partner One").Expect("only reads")
}

func TestFrames(t *testing.T) {
	h := house(t)
	_, err := h.As("sam").SetMaintainerContact(context.Background(), h.PartnerOne, 0, "help@partner-one.test")
	h.Must(err)
	for _, name := range []string{"Harbor", "日本語パートナー", "Octopus 🐙 étude e\u0301"} {
		_, err := h.As("sam").CreateMaintainer(context.Background(), name)
		h.Must(err)
	}
	h.Open(t, "sam", "maintainers").GoldenSizes("list")
	h.Open(t, "lea", "maintainer/1/settings").GoldenSizes("settings")
	h.Open(t, "lea", "maintainer/1").GoldenSizes("organizations")
}

package core_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"gatehouse/core"
)

// TestPlainLettersFindAccents: a plain letter finds the accented one, an accent that is typed finds only itself.
func TestPlainLettersFindAccents(t *testing.T) {
	for _, c := range []struct {
		text, word string
		holds      bool
	}{
		{"Tilo Krüger", "kruger", true},
		{"Tilo Krüger", "krüger", true},
		{"Tilo Kruger", "krüger", false},
		{"Ines Domínguez", "dominguez", true},
		{"Café Zürich", "cafe", true},
		{"Café Zürich", "zurich", true},
		{"Krügér", "krüger", true}, // letter by letter
		{"Søren Łukasz", "soren", true},
		{"Søren Łukasz", "lukasz", true},
		{"Nguyễn Thị Huế", "nguyen thi hue", true},
		{"Straße", "strasse", true},
		{"æther", "aether", true},
		{"Юрий", "юрии", false}, // only Latin letters
		{"王芳", "wang", false},
		{"q\u0303a", "qa", true}, // a mark that is no part of a letter
	} {
		if got := core.Holds(c.text, c.word); got != c.holds {
			t.Errorf("%q holds %q: %v", c.text, c.word, got)
		}
		if c.holds && !core.HoldsLetters(c.text, c.word) {
			t.Errorf("%q does not hold the letters of %q", c.text, c.word)
		}
	}
}

// TestPlainFormIsAlwaysFound: whatever Latin letters a text has, it is found by them without their marks, and by itself.
func TestPlainFormIsAlwaysFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("abcnouàéîõüñçğšžßåȩẹễ")), 1, 12, -1).Draw(t, "text")
		plain := strings.Map(func(r rune) rune {
			if r >= 0x300 && r < 0x370 {
				return -1
			}
			return r
		}, norm.NFD.String(s))
		for _, word := range []string{plain, s, strings.ToUpper(s)} {
			if !core.Holds(s, word) || !core.HoldsLetters("x"+s+"y", word) {
				t.Fatalf("%q is not found by %q", s, word)
			}
		}
	})
}

// TestPeopleAreFoundByNameAndAddress asks every list with people for the name and for the address, in every order.
func TestPeopleAreFoundByNameAndAddress(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.editAccount("sam", func(a *core.Account) { a.Name = "Sam Krüger" })
	h.editAccount("ana", func(a *core.Account) { a.Name = "Ana Domínguez" })
	h.file("sam")
	h.addInvitation(h.acme.Ref(), "otto", "ana")
	h.editAccount("otto", func(a *core.Account) { a.Name = "Otto Ångström" })
	sam, ana := h.as("sam"), h.as("ana")
	rows := func(n int, err error) func(string) {
		return func(what string) {
			t.Helper()
			if err != nil || n != 1 {
				t.Errorf("%s: %d rows, %v", what, n, err)
			}
		}
	}
	for _, words := range []string{"kruger", "sam@support.test", "Krüger"} {
		for _, sort := range []string{"email", "name"} {
			q := core.Query{Filter: "=" + words, Sort: sort}
			accounts, err := sam.Accounts(ctx, q)
			rows(len(accounts.Items), err)("accounts by " + sort + ": " + words)
			local, err := h.LocalAccounts(ctx, q)
			rows(len(local.Items), err)("local accounts by " + sort + ": " + words)
		}
		requests, err := ana.Requests(ctx, core.RequestQuery{Query: core.Query{Filter: "=" + words}})
		rows(len(requests.Items), err)("requests: " + words)
	}
	for _, words := range []string{"dominguez", "ana@acme.test"} {
		for _, sort := range core.MemberSorts() {
			members, err := ana.Members(ctx, h.acme.Ref(), core.Query{Filter: "=" + words, Sort: sort})
			rows(len(members.Items), err)("members by " + sort + ": " + words)
		}
		invitations, err := ana.Invitations(ctx, core.InvitationQuery{Unit: h.acme.Ref(), Query: core.Query{Filter: "inviter:" + words + " =angstrom"}})
		rows(len(invitations.Items), err)("invitations: " + words)
		events, err := sam.Activity(ctx, core.ActivityQuery{Unit: h.acme.Ref(), Query: core.Query{Filter: "who:" + words, Limit: 1}})
		_ = events
		if err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{"kruger", "Krüger", "sam@"} {
		hits := must(sam.Search(ctx, text, 0))(t)
		if len(hits) != 1 || hits[0].Ref != h.id("sam").Ref() {
			t.Errorf("the palette finds %+v by %q", hits, text)
		}
	}
}

// TestWholeValues: "field:=value" is the whole value, and so is the id of a role without it (F8).
func TestWholeValues(t *testing.T) {
	h := newFixture(t)
	for _, name := range []string{"admins", "reviewers admin"} {
		must(h.as("ana").CreateRole(ctx, h.acme, name, "d"))(t)
	}
	h.addAccount("cyd", "cyd@acme.test", func(a *core.Account) { a.Name = "Cyd Castro" })
	h.addMember(h.acme.Ref(), "cyd", core.RoleDefault, "ADMINS")
	h.addAccount("eve", "eve@acme.test", func(a *core.Account) { a.Name = "Cyd" })
	h.addMember(h.acme.Ref(), "eve", core.RoleDefault, "REVIEWERS_ADMIN")
	for filter, want := range map[string]int{
		"role:admin": 2, "role:=ADMIN": 2, "role:admins": 1, "role:=admins": 1, "role:dmin": 4, "role:=dmin": 0,
		"!role:admin": 2, `name:="Cyd Castro"`: 1, "name:=Cyd": 1, "name:cyd": 2, `"cyd castro"`: 1, "email:=cyd@acme.test": 1,
	} {
		if page := must(h.as("ana").Members(ctx, h.acme.Ref(), core.Query{Filter: filter}))(t); len(page.Items) != want {
			t.Errorf("%s: %d rows, want %d", filter, len(page.Items), want)
		}
	}
}

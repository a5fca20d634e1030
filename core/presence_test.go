package core_test

import (
	"slices"
	"testing"

	"gatehouse/core"
)

// Who may decide a request learns the names of the others who may and look at it; everybody else only that somebody
// does, and of those who may not decide nothing is said at all (A10).
func TestCompanyOf(t *testing.T) {
	at, other := core.RequestID(41).Ref(), core.RequestID(42).Ref()
	person := func(id core.AccountID, label string, decides bool) core.Onlooker {
		return core.Onlooker{At: at, Account: id, Label: label, Decides: decides}
	}
	ana, ben, cyd, dan := person(1, "ana", true), person(2, "ben", true), person(3, "cyd", true), person(4, "dan", true)
	sam, lea := person(7, "sam", false), person(8, "lea", false)
	elsewhere := core.Onlooker{At: other, Account: 2, Label: "ben", Decides: true}
	for _, c := range []struct {
		name   string
		me     core.Onlooker
		others []core.Onlooker
		want   core.Company
	}{
		{"alone", ana, nil, core.Company{}},
		{"two who decide", ana, []core.Onlooker{ben}, core.Company{Names: []string{"ben"}}},
		{"in order", ana, []core.Onlooker{cyd, ben}, core.Company{Names: []string{"ben", "cyd"}}},
		{"the rest are counted", ana, []core.Onlooker{dan, cyd, ben}, core.Company{Names: []string{"ben", "cyd"}, More: 1}},
		{"the requester decides nothing", ana, []core.Onlooker{sam}, core.Company{}},
		{"staff decide nothing", ana, []core.Onlooker{sam, lea, ben}, core.Company{Names: []string{"ben"}}},
		{"the requester learns no name", sam, []core.Onlooker{ana}, core.Company{Somebody: true}},
		{"nor how many", sam, []core.Onlooker{ana, ben, cyd}, core.Company{Somebody: true}},
		{"nor do staff", lea, []core.Onlooker{ana}, core.Company{Somebody: true}},
		{"nor that other staff look", lea, []core.Onlooker{sam}, core.Company{}},
		{"the own second session", ana, []core.Onlooker{ana}, core.Company{}},
		{"somebody twice", ana, []core.Onlooker{ben, ben}, core.Company{Names: []string{"ben"}}},
		{"another record", ana, []core.Onlooker{elsewhere}, core.Company{}},
		{"nowhere", core.Onlooker{Account: 1, Decides: true}, []core.Onlooker{{Account: 2, Label: "ben", Decides: true}}, core.Company{}},
	} {
		got := core.CompanyOf(c.me, c.others)
		if !slices.Equal(got.Names, c.want.Names) || got.More != c.want.More || got.Somebody != c.want.Somebody {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if got.Nobody() != (len(c.want.Names) == 0 && !c.want.Somebody) {
			t.Errorf("%s: nobody is %v", c.name, got.Nobody())
		}
	}
}

// The board tells those who are there, forgets who leaves, and waits for nobody.
func TestPresence(t *testing.T) {
	var p core.Presence
	at := core.RequestID(41).Ref()
	woken := func(s *core.Seat) bool {
		select {
		case <-s.Woken():
			return true
		default:
			return false
		}
	}
	ana, ben, sam := p.Seat(), p.Seat(), p.Seat()
	ana.Take(core.Onlooker{At: at, Account: 1, Label: "ana", Decides: true})
	sam.Take(core.Onlooker{At: at, Account: 7, Label: "sam"})
	for range 3 { // ana fetches nothing, and delays nobody
		ben.Take(core.Onlooker{At: at, Account: 2, Label: "ben", Decides: true})
		ben.Take(core.Onlooker{Account: 2})
	}
	ben.Take(core.Onlooker{At: at, Account: 2, Label: "ben", Decides: true})
	if !woken(ana) || woken(ana) || !woken(sam) || woken(ben) {
		t.Error("the others are woken once, whoever comes is not")
	}
	if c := ana.Company(); len(c.Names) != 1 || c.Names[0] != "ben" {
		t.Errorf("ana: %+v", c)
	}
	if c := sam.Company(); !c.Somebody || c.Names != nil {
		t.Errorf("sam: %+v", c)
	}
	ben.Take(core.Onlooker{At: at, Account: 2, Label: "ben", Decides: true})
	if woken(ana) {
		t.Error("taking the same seat again wakes somebody")
	}
	ben.Take(core.Onlooker{At: at, Account: 2, Label: "ben"}) // the right was taken away
	if !woken(ana) || !ana.Company().Nobody() || !sam.Company().Somebody {
		t.Errorf("ben may not decide any more: %+v, %+v", ana.Company(), sam.Company())
	}
	ana.Leave()
	ana.Leave()
	if !woken(sam) || !sam.Company().Nobody() {
		t.Errorf("ana has left: %+v", sam.Company())
	}
	ana.Take(core.Onlooker{At: at, Account: 1, Label: "ana", Decides: true})
	if !sam.Company().Nobody() || !ana.Company().Nobody() {
		t.Error("who left is back")
	}
}

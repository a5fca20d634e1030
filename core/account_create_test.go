package core_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"gatehouse/core"
)

// emptyHouse opens a house without anybody.
func emptyHouse(t testing.TB) (*core.House, *testClock) {
	t.Helper()
	clock := &testClock{now: begin}
	return core.New(openMemory(t), core.Options{Clock: clock.Now}), clock
}

// AC14, H6: init makes the first Support account, active at once, and a maintainer with it as the first member.
func TestInit(t *testing.T) {
	ctx := context.Background()
	h, _ := emptyHouse(t)
	if !must(h.Empty(ctx))(t) {
		t.Fatal("a new house is not empty")
	}
	for name, c := range map[string]struct {
		in   core.InitInput
		want core.Reason
	}{
		"no address":         {core.InitInput{Email: "olga", Name: "Olga"}, core.ReasonInvalidEmail},
		"no name":            {core.InitInput{Email: "olga@support.test"}, core.ReasonNameRequired},
		"hostile maintainer": {core.InitInput{Email: "olga@support.test", Name: "Olga", Maintainer: "a\x1b[2J"}, core.ReasonInvalidText},
		"past":               {core.InitInput{Email: "olga@support.test", Name: "Olga", Expires: h.Now()}, core.ReasonInvalidEnd},
		"a day too long": {
			core.InitInput{Email: "olga@support.test", Name: "Olga", Expires: h.Now().Add(366 * core.Day)}, core.ReasonInvalidEnd,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Init(ctx, c.in)
			refused(t, err, c.want)
		})
	}
	acc := must(h.Init(ctx, core.InitInput{Email: " Olga@Support.test ", Name: "Olga", Maintainer: "Platform"}))(t)
	if acc.State != core.AccountActive || !acc.Support || acc.Email != "olga@support.test" || acc.Expires != h.Now().Add(365*core.Day) {
		t.Errorf("account: %+v", acc)
	}
	page := must(h.As(acc.ID).Maintainers(ctx, core.Query{}))(t)
	if len(page.Items) != 1 || page.Items[0].Name != "Platform" || page.Items[0].Members != 1 {
		t.Errorf("maintainers: %+v", page.Items)
	}
	if must(h.Empty(ctx))(t) {
		t.Error("the house is still empty")
	}
	_, err := h.Init(ctx, core.InitInput{Email: "eve@support.test", Name: "Eve"})
	refused(t, err, core.ReasonHouseNotEmpty)
}

// AC14: Support creates accounts, with a code that is stored only as its hash (AC19).
func TestCreateAccount(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	year := h.in(365 * core.Day)
	for name, c := range map[string]struct {
		who  string
		in   core.AccountInput
		want core.Reason
	}{
		"not Support":              {"ana", core.AccountInput{Email: "new@acme.test"}, core.ReasonForbidden},
		"no address":               {"sam", core.AccountInput{Email: "new"}, core.ReasonInvalidEmail},
		"name not text":            {"sam", core.AccountInput{Email: "new@acme.test", Name: "a\tb"}, core.ReasonInvalidText},
		"Support without a date":   {"sam", core.AccountInput{Email: "new@acme.test", Support: true}, core.ReasonExpiryRequired},
		"more than 365 days":       {"sam", core.AccountInput{Email: "new@acme.test", Support: true, Expires: year + 1}, core.ReasonInvalidEnd},
		"over already":             {"sam", core.AccountInput{Email: "new@acme.test", Expires: h.now()}, core.ReasonInvalidEnd},
		"address has one (H4)":     {"sam", core.AccountInput{Email: "ANA@acme.test"}, core.ReasonAlreadyMember},
		"alias is another address": {"sam", core.AccountInput{Email: "ana+2@acme.test"}, ""},
		"Support":                  {"sam", core.AccountInput{Email: "new@support.test", Support: true, Expires: year}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.counter(core.CountAccounts, core.Ref{})
			acc, code, err := h.as(c.who).CreateAccount(ctx, c.in)
			if c.want != "" {
				refused(t, err, c.want)
				if n := h.counter(core.CountAccounts, core.Ref{}); n != before {
					t.Errorf("%d accounts, want %d", n, before)
				}
				return
			}
			allowed(t, err)
			if acc.State != core.AccountNotActivated || acc.Support != c.in.Support || code == "" {
				t.Errorf("account %+v, code %q", acc, code)
			}
			h.lastEvent(core.System, "account.create")
		})
	}
}

// newPerson creates an account that is not activated, and gives its code.
func (h *fixture) newPerson(name, email string) string {
	h.t.Helper()
	acc, code, err := h.as("sam").CreateAccount(context.Background(), core.AccountInput{Email: email})
	allowed(h.t, err)
	h.people[name] = acc.ID
	return code
}

// AC18: redeeming makes the account active, and all its codes die.
func TestRedeem(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")

	if _, _, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "nia@data.test"}); err != nil {
		t.Fatal(err)
	}
	_, err := h.Redeem(ctx, code, "")
	refused(t, err, core.ReasonNameRequired)
	_, err = h.Redeem(ctx, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A", "Nia")
	refused(t, err, core.ReasonCodeInvalid)
	unknown := err.Error()
	_, err = h.Redeem(ctx, "nonsense", "Nia")
	refused(t, err, core.ReasonCodeInvalid)

	// As people type it: without hyphens, in small letters, with blanks.
	acc := must(h.Redeem(ctx, " "+strings.ToLower(strings.ReplaceAll(code, "-", " ")), "Nia"))(t)
	if acc.State != core.AccountActive || acc.Name != "Nia" || acc.Confirmed {
		t.Errorf("account: %+v", acc)
	}
	if e := h.lastEvent(core.System, "account.activate"); e.Actor != acc.ID {
		t.Errorf("the actor is %d, want the account of the code", e.Actor)
	}
	_, err = h.Redeem(ctx, code, "Nia")
	refused(t, err, core.ReasonCodeInvalid)
	if err.Error() != unknown {
		t.Errorf("used and unknown codes answer differently: %q, %q", err, unknown)
	}
	for _, c := range allOf(h, core.Tx.Codes, core.Scan{Index: core.CodesOfAccount, Prefix: core.Key{core.Num(acc.ID)}}) {
		if c.Used == 0 {
			t.Errorf("a code of the account still works: %+v", c)
		}
		if len(c.Hash) != 64 || strings.Contains(strings.ToUpper(c.Hash), strings.ReplaceAll(code, "-", "")) {
			t.Errorf("the code is stored in clear (AC19): %+v", c)
		}
	}
}

// AC18: a second code of the account, issued by an add elsewhere, works too and dies with the first.
func TestRedeemOtherCode(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	first := h.newPerson("nia", "nia@data.test")
	_, second, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "nia@data.test"})
	allowed(t, err)
	if second == "" || second == first {
		t.Fatalf("codes %q and %q", first, second)
	}
	must(h.Redeem(ctx, second, "Nia"))(t)
	_, err = h.Redeem(ctx, first, "Nia")
	refused(t, err, core.ReasonCodeInvalid)
}

// Section 2.2: a code works for seven days; what ends at 10:00:00 is over at 10:00:00 (F7).
func TestCodeLapses(t *testing.T) {
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")
	other := h.newPerson("noa", "noa@data.test")
	h.clock.move(7*core.Day - 1e9)
	must(h.Redeem(context.Background(), other, "Noa"))(t)
	h.clock.move(1e9)
	_, err := h.Redeem(context.Background(), code, "Nia")
	refused(t, err, core.ReasonCodeInvalid)
}

// I11: who has not redeemed may not act; who has may.
func TestNotActivatedDoesNothing(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")
	nia := h.as("nia")
	_, err := nia.RenameAccount(ctx, "Nia")
	refused(t, err, core.ReasonInactiveAccount)
	_, err = nia.EnrolMFA(ctx)
	refused(t, err, core.ReasonInactiveAccount)
	must(h.Redeem(ctx, code, "Nia"))(t)
	must(nia.RenameAccount(ctx, "Nia N."))(t)
}

// A house that only reads refuses all of it.
func TestReadOnlyHouse(t *testing.T) {
	ctx := context.Background()
	h := core.New(openMemory(t), core.Options{ReadOnly: true})
	_, err := h.Init(ctx, core.InitInput{Email: "olga@support.test", Name: "Olga"})
	refused(t, err, core.ReasonReadOnly)
	_, err = h.Redeem(ctx, "x", "y")
	refused(t, err, core.ReasonReadOnly)
	_, err = h.RenewSupport(ctx, "olga@support.test")
	refused(t, err, core.ReasonReadOnly)
	_, err = h.As(1).RenameAccount(ctx, "Olga")
	refused(t, err, core.ReasonReadOnly)
}

// AC13, AC18: the code of an account that expired meanwhile says so.
func TestRedeemExpired(t *testing.T) {
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")
	h.editAccount("nia", func(a *core.Account) { a.Expires = h.now() })
	_, err := h.Redeem(context.Background(), code, "Nia")
	refused(t, err, core.ReasonAccountExpired)
}

// trust-E6: of many who redeem one code at once, one succeeds.
func TestRedeemRace(t *testing.T) {
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")
	errs := make([]error, 64)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = h.Redeem(context.Background(), code, "Nia") })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		refused(t, err, core.ReasonCodeInvalid)
	}
	if won != 1 {
		t.Errorf("%d redeemed it, want one", won)
	}
}

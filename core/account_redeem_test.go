package core_test

import (
	"context"
	"fmt"
	"testing"

	"gatehouse/core"
)

// AC18: a code is redeemed with a key, from elsewhere only with one; what is refused leaves the code as it was.
func TestActivateWithKey(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	code := h.newPerson("nia", "nia@data.test")
	taken := newKeyOf(h, "ana")
	line := newKey(t)
	for _, c := range []struct {
		in   core.Redeeming
		want core.Reason
	}{
		{core.Redeeming{Code: code, Name: "Nia", Origin: "ssh 192.0.2.7"}, core.ReasonInvalidKey},
		{core.Redeeming{Code: code, Name: "Nia", Key: "nonsense"}, core.ReasonInvalidKey},
		{core.Redeeming{Code: code, Name: "Nia", Key: taken}, core.ReasonKeyTaken},
		{core.Redeeming{Code: code, Key: line}, core.ReasonNameRequired},
		{core.Redeeming{Code: "x", Name: "Nia", Key: line}, core.ReasonCodeInvalid},
	} {
		_, err := h.Activate(ctx, c.in)
		refused(t, err, c.want)
	}
	acc := must(h.Activate(ctx, core.Redeeming{Code: code, Name: "Nia", Key: line, Origin: "ssh 192.0.2.7"}))(t)
	if acc.State != core.AccountActive || acc.Activated != h.now() || acc.Confirmed || acc.MFA() || len(h.keys("nia")) != 1 {
		t.Errorf("account: %+v", acc)
	}
	e := h.lastEvent(core.System, "account.activate")
	if e.Origin != "ssh 192.0.2.7" || e.Actor != acc.ID || len(e.Changes) != 2 {
		t.Errorf("event: %+v", e)
	}
	h.told("nia", core.NoticeKeyChanged)
	other := h.newPerson("noa", "noa@data.test")
	if acc := must(h.Activate(ctx, core.Redeeming{Code: other, Name: "Noa", Key: hardwareKey(t)}))(t); !acc.MFA() {
		t.Error("a security key is no MFA")
	}
}

// AC11: Support issues a code to who lost all keys: it adds a key, and everything else stays as it was.
func TestIssueCode(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.enrol("pia")
	for _, c := range []struct {
		by, of, reason string
		want           core.Reason
	}{
		{"ana", "pia", "lost the laptop", core.ReasonForbidden},
		{"lea", "pia", "lost the laptop", core.ReasonForbidden},
		{"sam", "pia", "", core.ReasonReasonRequired},
	} {
		_, err := h.as(c.by).IssueCode(ctx, h.id(c.of), c.reason)
		refused(t, err, c.want)
	}
	_, err := h.as("sam").IssueCode(ctx, core.AccountID(999), "lost the laptop")
	refused(t, err, core.ReasonNotFound)
	before := h.account("pia")
	code := must(h.as("sam").IssueCode(ctx, h.id("pia"), "lost the laptop"))(t)
	if e := h.lastEvent(core.System, "account.code_issue"); e.Reason != "lost the laptop" || len(e.Changes) != 0 {
		t.Errorf("event: %+v", e)
	}
	if got := h.told("pia", core.NoticeCodeIssued).Subject; got != "Support issued a code for you" {
		t.Errorf("told %q", got)
	}
	acc := must(h.Activate(ctx, core.Redeeming{Code: code, Name: "Somebody", Key: newKey(t)}))(t)
	if acc.Name != before.Name || acc.TOTP == nil || acc.State != core.AccountActive || acc.Confirmed != before.Confirmed {
		t.Errorf("account: %+v", acc)
	}
	h.editAccount("pia", func(a *core.Account) { a.Expires = h.now() })
	_, err = h.as("sam").IssueCode(ctx, h.id("pia"), "lost the laptop")
	refused(t, err, core.ReasonAccountExpired)
	h.editAccount("pia", func(a *core.Account) { a.Expires = 0 })
}

// AC11, AC13: a code that waits does not make an account look as if it had never been activated.
func TestIssuedCodeAndExpiry(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("sam").IssueCode(ctx, h.id("lea"), "lost the laptop"))(t)
	h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(core.Day) })
	h.pass(2 * core.Day)
	if s := h.account("lea").State; s != core.AccountExpired {
		t.Fatalf("state %s", s)
	}
	if acc := must(h.as("sam").SetAccountExpiry(ctx, h.id("lea"), h.in(100*core.Day)))(t); acc.State != core.AccountActive {
		t.Errorf("renewed, and %s", acc.State)
	}
}

// AC19, AC21: with mail the code goes by mail only, and who redeems it has confirmed the address; Support confirms others.
func TestConfirmed(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	acc := must(h.Redeem(ctx, h.newPerson("nia", "nia@data.test"), "Nia"))(t)
	for _, who := range []string{"ana", "nia", "lea"} {
		_, err := h.as(who).ConfirmAddress(ctx, acc.ID)
		refused(t, err, core.ReasonForbidden)
	}
	_, err := h.as("sam").ConfirmAddress(ctx, core.AccountID(999))
	refused(t, err, core.ReasonNotFound)
	if me := must(h.as("nia").Me(ctx))(t); !me.Unconfirmed {
		t.Error("the address counts as confirmed")
	}
	got := must(h.as("sam").ConfirmAddress(ctx, acc.ID))(t)
	if !got.Confirmed || got.Version != acc.Version+1 {
		t.Errorf("account: %+v", got)
	}
	if e := h.lastEvent(core.System, "account.confirm"); fmt.Sprint(e.Changes) == "" || e.Subjects[0] != acc.ID.Ref() {
		t.Errorf("event: %+v", e)
	}
	n := h.countEvents()
	must(h.as("sam").ConfirmAddress(ctx, acc.ID))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}

	h.House = core.New(h.Store(), core.Options{Clock: h.clock.Now, MailDelivery: true, RecoveryMemory: 64})
	code := must(h.as("sam").IssueCode(ctx, h.id("nia"), "lost the laptop"))(t)
	if code != "" {
		t.Error("Support is shown a code that goes by mail (AC19)")
	}
	if n := h.told("nia", core.NoticeCodeIssued); n.Code == nil || n.Mail.State != core.MailQueued {
		t.Errorf("notification: %+v", n)
	}
}

// trust-E6: the code of another account, an expired, a used, a superseded and a guessed one: the same words each time,
// and none lets anybody in.
func TestTrustE6_Codes(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	line := newKey(t)
	words := map[string]bool{}
	no := func(code string) {
		t.Helper()
		_, err := h.Activate(ctx, core.Redeeming{Code: code, Name: "Thief", Key: line})
		refused(t, err, core.ReasonCodeInvalid)
		words[err.Error()] = true
	}
	expired := h.newPerson("nia", "nia@data.test")
	h.clock.move(7 * core.Day)
	no(expired)
	first := h.newPerson("noa", "noa@data.test")
	second := must(h.as("sam").IssueCode(ctx, h.id("noa"), "the first went astray"))(t)
	other := h.newPerson("ned", "ned@data.test")
	must(h.Activate(ctx, core.Redeeming{Code: second, Name: "Noa", Key: newKey(t)}))(t)
	no(first)
	no(second)
	allowed(t, h.as("sam").RemoveAccount(ctx, h.id("ned"), "a mistake"))
	no(other)
	for i := range 2_000 {
		no(fmt.Sprintf("%05d-AAAAA-BBBBB-CCCCC-DDDDD-E", i)[:31])
		no(fmt.Sprintf("AAAAA-BBBBB-CCCCC-DDDDD-%c%c%cAA-A", 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26))
	}
	if len(words) != 1 {
		t.Errorf("codes are refused in %d ways: %v", len(words), words)
	}
}

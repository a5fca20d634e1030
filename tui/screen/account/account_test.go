package account_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/driver"
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

var recoveryLine = regexp.MustCompile(`(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}`)

var secretLine = regexp.MustCompile(`Secret +([A-Z2-7 ]+)`)

// code reads the secret off the screen, as a person does, and gives what an authenticator shows for it.
func code(t *testing.T, d *driver.Driver) string {
	t.Helper()
	m := secretLine.FindStringSubmatch(d.Frame())
	if m == nil {
		t.Fatalf("no secret on the screen:\n%s", d.Frame())
	}
	return codeOf(t, strings.ReplaceAll(m[1], " ", ""), d.Clock().Now())
}

func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// AC15: enrolling shows the code and always the secret; one right code turns MFA on; a wrong one loses nothing.
func TestEnrol(t *testing.T) {
	h := house(t)
	d := h.Open(t, "ana", "account/-/mfa")
	d.Expect("MFA off", "○ off", "t turn MFA on").Press("t").Expect("Secret", "▀▀▀", "████")
	if strings.Contains(d.Frame(), "larger window") {
		t.Errorf("the QR code does not fit into 120×40:\n%s", d.Frame())
	}
	right := code(t, d)
	d.Resize(80, 24).Expect("Secret", "larger window").ExpectNot("████")
	if got := code(t, d); got != right {
		t.Error("another secret after resizing")
	}
	d.Resize(60, 16).Expect("Secret").Resize(120, 40)
	wrong := "000000"
	if right == wrong {
		wrong = "000001"
	}
	d.Press("enter").Expect("Turn MFA on").Type(wrong).Press("enter", "enter").Expect("That code is wrong").
		Press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace").Type(right).Press("ctrl+s")
	d.Expect("MFA is on.", "Recovery codes", "shown only now")
	if codes := recoveryLine.FindAllString(d.Frame(), -1); len(codes) != 10 {
		t.Errorf("%d recovery codes on the screen", len(codes))
	}
	d.Press("enter", "q", "y").Expect("Recovery codes") // keys typed on do not close it
	if got := strings.Split(d.Copied(), "\n"); len(got) != 10 {
		t.Errorf("copied %q", got)
	}
	d.Resize(60, 16).Expect("Recovery codes", "esc close")
	if codes := recoveryLine.FindAllString(d.Frame(), -1); len(codes) != 10 {
		t.Errorf("%d recovery codes at 60×16", len(codes))
	}
	d.Resize(120, 40).Press("esc").Expect("MFA on", "● on", "10 recovery codes left", "t turn MFA off").ExpectNot("Secret", "Keep these")
	me, err := h.As("ana").Me(context.Background())
	if err != nil || me.MFA == nil || !*me.MFA {
		t.Errorf("MFA after enrolling: %+v, %v", me.MFA, err)
	}
}

// Another secret takes the place of one that was not confirmed, and the secret can be copied.
func TestEnrolAgain(t *testing.T) {
	d := house(t).Open(t, "ana", "account/-/mfa").Press("t")
	first := code(t, d)
	if d.Press("y"); len(d.Copied()) != 32 {
		t.Errorf("copied %q", d.Copied())
	}
	if d.Press("t"); code(t, d) == first {
		t.Error("the same secret again")
	}
}

// S22: before MFA goes off, what locks is named; the focus is on Cancel, and a code is needed.
func TestSwitchOff(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	d := h.Open(t, "ana", "account/-/mfa").Press("t")
	secret := strings.ReplaceAll(secretLine.FindStringSubmatch(d.Frame())[1], " ", "")
	d.Press("enter").Type(codeOf(t, secret, h.Clock.Now())).Press("enter", "enter").Expect("MFA is on.").Press("esc")
	for _, name := range []string{"ben", "pia"} {
		h.EnrolMFA(name)
	}
	_, err := h.As("ana").RequireMFA(ctx, h.Acme, 0, true)
	h.Must(err)

	d.Press("t").Expect("Turn MFA off?", "Acme", "locks until", "[ Cancel ]").Press("enter").ExpectNot("Turn MFA off?").Expect("● on")
	h.Clock.Move(time.Minute)
	d.Press("t", "left", "enter").Expect("recovery codes.").Type(codeOf(t, secret, h.Clock.Now())).Press("tab", "enter")
	d.Expect("MFA is off.", "○ off", "MFA off")
	if _, err := h.As("ana").Organization(ctx, h.Acme); core.ReasonOf(err) != core.ReasonMFARequired {
		t.Errorf("Acme without MFA: %v", err)
	}
}

// S29: the last administrator with MFA keeps it, and is told why.
func TestSwitchOffLastEnrolled(t *testing.T) {
	h := house(t)
	d := h.Open(t, "ana", "account/-/mfa").Press("t")
	secret := strings.ReplaceAll(secretLine.FindStringSubmatch(d.Frame())[1], " ", "")
	d.Press("enter").Type(codeOf(t, secret, h.Clock.Now())).Press("ctrl+s").Expect("MFA is on.").Press("esc")
	_, err := h.As("ana").RequireMFA(context.Background(), h.Acme, 0, true)
	h.Must(err)
	h.Clock.Move(time.Minute)
	d.Press("t", "left", "enter").Type(codeOf(t, secret, h.Clock.Now())).Press("tab", "enter").Expect("the last administrator of Acme with MFA")
}

// The profile is changed row by row; what never changes says so, and preferences show at once.
func TestProfile(t *testing.T) {
	h := house(t)
	d := h.Open(t, "ana", "account")
	d.ExpectLine("▌", "E-mail", "ana@acme.test").Press("e").Expect("E-mail: never changes").Press("esc")
	if d.Press("y"); d.Copied() != "ana@acme.test" {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press("j", "e").Expect("Rename").Type(" Castro").Press("enter", "enter").Expect("Renamed.").ExpectLine("Name", "Ana Castro")
	d.Press("j", "j", "j", "enter").Expect("follows the terminal", "contrast").Press("j", "enter").Expect("Saved.").ExpectLine("Theme", "dark")
	if d.Model().Session().Look.Name != "dark" {
		t.Errorf("theme %s", d.Model().Session().Look.Name)
	}
	d.Press("j", "enter", "j", "enter").ExpectLine("> ", "Symbols", "ascii").ExpectNot("▌")
	d.Press("k", "Y").Expect("account set --theme")
	me, err := h.As("ana").Me(context.Background())
	if err != nil || me.Prefs.Theme != "dark" || me.Prefs.Glyphs != "ascii" || me.Name != "Ana Castro" {
		t.Errorf("kept: %+v, %v", me, err)
	}
}

// The own units are opened and left from one list; visits too.
func TestUnits(t *testing.T) {
	h := house(t)
	_, err := h.As("sam").JoinProject(context.Background(), h.ETL, &core.Entry{Reason: screentest.Incident, Term: core.Term{For: 240}})
	h.Must(err)
	d := h.Open(t, "sam", "account/-/units")
	d.ExpectLine("Nightly ETL", "project", "Acme", "visitor admin", "in 4 h").Press("L").Expect("Leave Nightly ETL?", "Your visit ends now", "[ Cancel ]").
		Press("left", "enter").Expect("You left Nightly ETL.", "You belong to no")
	h.Open(t, "ana", "account/-/units").ExpectLine("▌", "Acme", "organization", "ADMIN").Press("L").Expect("Leave Acme?").Press("esc", "enter").Expect("▸ Acme ▸ Projects")
	h.Open(t, "otto", "account/-/units").Expect("You belong to no maintainer, organization or project.", "ask somebody")
}

// AC1, AC10: Support makes accounts, sees the code once, sets expiry and flag, and switches off MFA; others have no such tab.
func TestAccounts(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	h.Open(t, "ana", "account").ExpectNot("All accounts")
	d := h.Open(t, "sam", "account/-/accounts")
	d.Expect("🐙 sam@support.test", "otto@elsewhere.test").Press("a").Expect("New account").Type("new@support.test").Press("tab").Type("New").
		Press("tab", "space", "tab", "ctrl+s").Expect("Say until when").Type("90d").Press("ctrl+s").Expect("Activation code for new@support.test", "is created", "works once", "account activate CODE", "not shown again")
	d.Press("esc").ExpectLine("🐙 new@support.test", "not activated", "in 90 d")
	d.Press("/").Type("otto").Press("enter", "t").Expect("Make otto@elsewhere.test Support staff").Press("ctrl+s").Expect("is Support staff now")
	d.Press("t").Expect("Take the Support flag?", "[ Cancel ]").Press("left", "enter").Expect("no longer Support staff")
	d.Press("e").Expect("Expiry of otto").Press("ctrl+s").Expect("is set")
	d.Press(":").Type("switch off MFA").Expect("has no MFA").Press("esc", "esc")
	d.Press("/").Type("=lea").Press("enter").ExpectLine("▌", "lea@partner-one.test")
	d.Press(":").Type("switch off MFA").Press("enter").Expect("Switch off the MFA of lea", "The person is told").Type("lost phone").Press("tab", "enter").Expect("is off")
	d.Expect("Activation code for lea@partner-one.test", "y copy").Press("esc")
	lea, err := h.As("lea").Me(ctx)
	if err != nil || *lea.MFA {
		t.Errorf("MFA of lea: %+v, %v", lea, err)
	}
	d.Press("enter").Expect("Account", "lea@partner-one.test", "Expires").Press("esc")
}

// Golden frames of the tabs at every size; the enrolment has a random secret, so it has none.
func TestFrames(t *testing.T) {
	h := house(t)
	h.Open(t, "ana", "account").GoldenSizes("profile")
	h.Open(t, "ana", "account/-/mfa").GoldenSizes("mfa")
	h.Open(t, "ana", "account/-/units").GoldenSizes("units")
	h.Open(t, "sam", "account/-/accounts").GoldenSizes("accounts")
}

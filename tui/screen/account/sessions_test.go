package account_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
)

// signIn adds the key to the person and signs in with it from an address.
func signIn(t *testing.T, h *screentest.House, name, key, address string) *core.Session {
	t.Helper()
	ctx := context.Background()
	public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(key))
	h.Must(err)
	if _, err := h.As(name).AddKey(ctx, core.KeyInput{Key: key}); core.ReasonOf(err) != core.ReasonKeyTaken {
		h.Must(err)
	}
	s, err := h.SignIn(ctx, core.SigningIn{Fingerprint: ssh.FingerprintSHA256(public), Origin: "ssh " + address})
	h.Must(err)
	return s
}

// openIn shows a page to who is signed in by the session.
func openIn(t *testing.T, h *screentest.House, in *core.Session, link string) *driver.Driver {
	t.Helper()
	page, err := app.ParsePage(link)
	h.Must(err)
	actor := in.Actor()
	me, err := actor.Me(context.Background())
	h.Must(err)
	s := h.Session(t)
	screen.Become(s, actor, me, screen.Wishes{})
	return driver.New(t, driver.Options{Session: s, Kinds: h.Kinds(s, start.Options{}), Page: page, Clock: h.Clock})
}

// AC1, AC5: one sees the own sessions, which of them is this one, and ends another; it shows at once when one begins or
// ends elsewhere.
func TestSessions(t *testing.T) {
	h := house(t)
	h.Open(t, "ana", "account/-/sessions").Expect("You have no sessions.", "signed in over SSH").Press("x").ExpectNot("End session").
		Press("Y").ExpectNot("session revoke")
	here := signIn(t, h, "ana", laptopKey, "192.0.2.7")
	h.Clock.Move(3 * time.Minute)
	there := signIn(t, h, "ana", laptopKey, "2001:db8::17")
	d := openIn(t, h, here, "account/-/sessions")
	d.ExpectLine("▌", "2", "2001:db8::17", "now", laptopName[:12]).ExpectLine("1", "192.0.2.7", "3 min ago", "this one")
	if d.Press("y"); d.Copied() != laptopName {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press("enter").Expect("Session 2", "2001:db8::17", "Last input").Press("esc", "Y").Expect("session revoke 2")
	d.Press("x").Expect("End session 2?", "2001:db8::17", "can sign in again", "[ Cancel ]").Press("x", "enter").ExpectNot("End session 2?").
		ExpectLine("2", "2001:db8::17")
	d.Press("x", "left", "enter").Expect("Session 2 has ended.").ExpectNot("2001:db8::17")
	if there.End() != core.SessionRevoked {
		t.Errorf("end %q", there.End())
	}
	third := signIn(t, h, "ana", laptopKey, "198.51.100.9")
	d.AwaitChange().Advance(time.Second).ExpectLine("3", "198.51.100.9")
	h.Must(third.SignOut(context.Background(), core.SessionDisconnected))
	d.AwaitChange().Advance(time.Second).ExpectNot("198.51.100.9")
	d.Press("x").Expect("End session 1?", "the session that you are in", "signed out at once").Press("esc")
	h.Open(t, "ana", "account/-/keys").ExpectLine("ana@laptop", "3 min ago").Press("enter").Expect("It signed you in last on")
}

// AC5, AC10: Support sees the sessions of an account, and of everybody, and ends any; others have no such page.
func TestSessionsOfOthers(t *testing.T) {
	h := house(t)
	ana := signIn(t, h, "ana", laptopKey, "192.0.2.7")
	ben := signIn(t, h, "ben", tokenKey, "192.0.2.8")
	d := h.Open(t, "sam", "account/-/accounts").Press("/").Type("=ana").Press("enter", "Y").Expect("gatehouse session list ana@acme.test").Press("esc", "s")
	d.Expect("▸ Account ▸ Sessions").ExpectLine("▌", "ana@acme.test", "192.0.2.7").ExpectNot("192.0.2.8")
	d.Press("x").Expect("End session 1?", "ana@acme.test").Press("left", "enter").Expect("has ended", "not signed in over SSH")
	if ana.End() != core.SessionRevoked {
		t.Errorf("end %q", ana.End())
	}
	d.Press("esc").Expect("All accounts").Press(":").Type("sessions of everybody").Press("enter").ExpectLine("ben@acme.test", "192.0.2.8")
	d.Press("enter").Expect("Session 2", "ben@acme.test").Press("esc")
	h.Must(ben.SignOut(context.Background(), core.SessionSignedOut))
	d.AwaitChange().Advance(time.Second).Expect("Nobody is signed in over SSH.")
	h.Open(t, "pia", "sessions/1").Expect("There is no account 1 that you may see")
	h.Open(t, "sam", "sessions/nobody").Expect("that you may see")
}

// Golden frames of the sessions at every size.
func TestSessionFrames(t *testing.T) {
	h := house(t)
	h.Open(t, "ana", "account/-/sessions").GoldenSizes("sessions-empty")
	first := signIn(t, h, "ana", laptopKey, "192.0.2.7")
	h.Clock.Move(26 * time.Hour)
	signIn(t, h, "ana", laptopKey, "2001:db8:85a3:8d3:1319:8a2e:370:7348")
	h.Clock.Move(5 * time.Minute)
	first.Input()
	openIn(t, h, first, "account/-/sessions").GoldenSizes("sessions")
	signIn(t, h, "ben", tokenKey, "198.51.100.9")
	h.Open(t, "sam", "sessions").GoldenSizes("sessions-all")
}

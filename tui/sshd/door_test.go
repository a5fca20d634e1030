package sshd_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// refusal signs in and wants to be refused, with the sentence.
func (h *served) refusal(l sshtest.Login, sentence string) *sshtest.Talk {
	h.t.Helper()
	c, talk, err := sshtest.Try(h.t, h.addr, l)
	if err == nil {
		h.t.Fatalf("signed in as %q", c.Run("who", "").Out)
	}
	if !strings.Contains(talk.All(), sentence) {
		h.t.Errorf("%q is not said, but: %s (%v)", sentence, talk.All(), err)
	}
	return talk
}

// The key says who it is, and nothing else does (AC2). Every sign-in and sign-out stands in the log of the house with
// the address, and a sign-out once (AU2).
func TestSignInByKey(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	for _, user := range []string{"otto", "sam", "root", "sam@support.test", "\x1b[2J"} {
		c := sshtest.Dial(t, h.addr, sshtest.Login{User: user, Keys: []gossh.Signer{key}})
		if got := c.Run("who", "").Out; got != h.is("otto", key, "127.0.0.1") {
			t.Errorf("as %q it is %s", user, got)
		}
		_ = c.Close()
	}
	for _, out := range h.signedOut(5) {
		if want := fmt.Sprintf("done|signed_out|%d|ssh 127.0.0.1", h.People["otto"]); out != want {
			t.Errorf("sign-out %q, want %q", out, want)
		}
	}
	if in := h.events("session.sign_in"); len(in) != 5 || in[0] != fmt.Sprintf("done||%d|ssh 127.0.0.1", h.People["otto"]) {
		t.Errorf("sign-ins: %q", in)
	}
	if f := h.server.Figures(); f != (sshd.Figures{}) {
		sshtest.Await(t, "all figures are zero", func() bool { return h.server.Figures() == sshd.Figures{} })
	}
	if log := h.log.String(); !strings.Contains(log, sshtest.Fingerprint(key)) || strings.Contains(log, "root") {
		t.Errorf("the log:\n%s", log)
	}
}

// An account with codes is asked for one (AC17); a wrong one is answered with the sentence, a third ends it.
func TestSignInWithCode(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	code, recovery := h.enrolled("otto")
	keys := []gossh.Signer{key}
	h.refusal(sshtest.Login{Keys: keys}, "")
	talk := h.refusal(sshtest.Login{Keys: keys, Answers: []string{"000000", "", "1", code}}, "That code is wrong")
	if n := len(talk.Asked()); n != 3 {
		t.Errorf("%d questions for wrong codes, want 3: %q", n, talk.Asked())
	}
	c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: keys, Answers: []string{"111111", " " + code + "\n"}})
	if told := c.Talk.Told(); len(told) != 2 || !strings.Contains(told[1], "left") {
		t.Errorf("told %q", told)
	}
	if got := c.Run("who", "").Out; got != h.is("otto", key, "127.0.0.1") {
		t.Error(got)
	}
	h.refusal(sshtest.Login{Keys: keys, Answers: []string{code}}, "wrong or was used before")
	sshtest.Dial(t, h.addr, sshtest.Login{Keys: keys, Answers: []string{recovery[0]}})
	for range 2 {
		_, _, _ = sshtest.Try(t, h.addr, sshtest.Login{Keys: keys, Answers: []string{"111112", "111113", "111114"}})
	}
	h.refusal(sshtest.Login{Keys: keys, Answers: []string{recovery[1]}}, "Too many wrong codes")
	denied := 0
	for _, e := range h.events("session.sign_in") {
		if strings.HasPrefix(e, fmt.Sprintf("denied|second_factor_wrong|%d|ssh 127.0.0.1", h.People["otto"])) {
			denied++
		}
	}
	if denied != 1 { // what is repeated within ten minutes is counted by the sweep (AU8)
		t.Errorf("%d events of wrong codes, want 1: %q", denied, h.events("session.sign_in"))
	}
}

// Who is refused learns why, but only with a signature: an offered key gets the same answer whatever it is.
func TestRefusedOnlyAfterSigning(t *testing.T) {
	h := built(t)
	old, gone := h.key("otto"), h.key("ben")
	_, err := h.As("sam").SetAccountExpiry(context.Background(), h.People["otto"], h.Now().Add(core.Day))
	h.Must(err)
	h.Must(h.As("sam").RemoveAccount(context.Background(), h.People["ben"], "left the company"))
	h.Clock.Move(48 * 3600e9)
	h.open(nil)

	unknown := sshtest.Key(t)
	for name, key := range map[string]gossh.Signer{"expired": old, "removed": gone, "unknown": unknown} {
		silent := &unsigning{Signer: key}
		_, talk, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{silent}})
		if err == nil || !silent.asked || talk.All() != "\n\n" {
			t.Errorf("%s, not signed: asked to sign %v, told %q, %v", name, silent.asked, talk.All(), err)
		}
	}
	if e := h.events("session.sign_in"); len(e) != 0 {
		t.Errorf("offers without a signature are in the log: %q", e)
	}
	h.refusal(sshtest.Login{Keys: []gossh.Signer{old}}, "This account expired")
	h.refusal(sshtest.Login{Keys: []gossh.Signer{gone}}, "")
	h.refusal(sshtest.Login{Keys: []gossh.Signer{unknown}}, "")
	want := []string{
		fmt.Sprintf("denied|account_expired|%d|ssh 127.0.0.1", h.People["otto"]),
		"denied|unknown_key|unknown " + sshtest.Fingerprint(gone) + "|ssh 127.0.0.1",
	}
	if got := h.events("session.sign_in"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("events %q, want %q", got, want)
	}
}

// unsigning is the public half of a key: it is offered, and cannot sign.
type unsigning struct {
	gossh.Signer
	asked bool
}

var errUnsigning = errors.New("only the public half is here")

func (u *unsigning) Sign(io.Reader, []byte) (*gossh.Signature, error) {
	u.asked = true
	return nil, errUnsigning
}

// A key of nobody may do one thing (AC18): become the key of an account, with its activation code.
func TestActivationAtTheDoor(t *testing.T) {
	ctx := context.Background()
	h := serve(t, func(o *sshd.Options) { o.Limits.Tries = 3 })
	_, code, err := h.As("sam").CreateAccount(ctx, core.AccountInput{Email: "nia@new.test"})
	h.Must(err)
	key := sshtest.Key(t)
	keys := []gossh.Signer{key}

	talk := h.refusal(sshtest.Login{Keys: keys, Answers: []string{"x", strings.Repeat("y", 100_000), "", code}}, "This code is unknown, used or lapsed.")
	if n := len(talk.Asked()); n != 3 {
		t.Errorf("%d codes may be guessed in a connection, want 3", n)
	}
	if !strings.Contains(talk.Told()[0], sshtest.Fingerprint(key)) {
		t.Errorf("the key is not named: %q", talk.Told())
	}
	c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: keys, Answers: []string{code, "\x1b]0;Nia\a", "Nia"}})
	if n := len(c.Talk.Asked()); n != 3 || strings.ContainsAny(c.Talk.All(), "\x1b\a") {
		t.Errorf("asked %q, told %q", c.Talk.Asked(), c.Talk.Told())
	}
	who := c.Run("who", "").Out
	if !strings.Contains(who, sshtest.Fingerprint(key)) {
		t.Error(who)
	}
	again := sshtest.Dial(t, h.addr, sshtest.Login{Keys: keys})
	if got := again.Run("who", "").Out; got != who {
		t.Errorf("the second time it is %q, first %q", got, who)
	}
	h.refusal(sshtest.Login{Keys: []gossh.Signer{sshtest.Key(t)}, Answers: []string{code, code, code}}, "This code is unknown, used or lapsed.")

	// Who lost all keys has a name, and a second factor that stays (AC11).
	factor, _ := h.enrolled("otto")
	code, err = h.As("sam").IssueCode(ctx, h.People["otto"], "lost the laptop")
	h.Must(err)
	fresh := sshtest.Key(t)
	c = sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{fresh}, Answers: []string{code, factor}})
	if got := c.Run("who", "").Out; got != h.is("otto", fresh, "127.0.0.1") {
		t.Error(got)
	}
	found := false
	for _, e := range h.events("account.activate") {
		found = found || strings.HasPrefix(e, "denied|code_invalid|unknown SHA256:") && strings.HasSuffix(e, "|ssh 127.0.0.1")
	}
	if !found {
		t.Errorf("no guess stands in the log: %q", h.events("account.activate"))
	}
	if log := h.log.String(); strings.Contains(log, code) {
		t.Error("a code is in the log")
	}
}

// Somebody whose agent holds many keys gets in with the one that is known, wherever it comes: that costs nothing, is told
// to nobody, and leaves no trace of strangers in the log of the house.
func TestSeveralKeys(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	for _, others := range []int{2, 6, 10} {
		for range 6 { // more often than an address may fail
			c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: append(strangers(t, others), key), Answers: []string{}})
			if got := c.Run("who", "").Out; got != h.is("otto", key, "127.0.0.1") {
				t.Error(got)
			}
			if said := c.Talk.All(); said != "\n\n" {
				t.Errorf("told %q", said)
			}
			_ = c.Close()
		}
	}
	for _, e := range h.events("session.sign_in") {
		if !strings.HasPrefix(e, "done|") {
			t.Errorf("in the log of the house: %s", e)
		}
	}
	code, _ := h.enrolled("otto")
	sshtest.Dial(t, h.addr, sshtest.Login{Keys: append(strangers(t, 9), key), Answers: []string{"1", "2", code}})
}

// An outsider with a long ring of keys is looked up until ten keys and one more were nobody's, asked for three codes, and noted once.
func TestManyUnknownKeys(t *testing.T) {
	h := serve(t, nil)
	keys := strangers(t, 12)
	talk := h.refusal(sshtest.Login{Keys: keys, Answers: []string{"1", "2", "3", "4"}}, "This code is unknown, used or lapsed.")
	if n := len(talk.Asked()); n != 3 {
		t.Errorf("asked %d times", n)
	}
	want := "denied|unknown_key|unknown " + sshtest.Fingerprint(keys[0]) + "|ssh 127.0.0.1"
	if got := h.events("session.sign_in"); len(got) != 1 || got[0] != want {
		t.Errorf("events %q, want %q", got, want)
	}
	sshtest.Await(t, "the log", func() bool { return strings.Contains(h.log.String(), "not signed in") })
	for i, k := range keys {
		if strings.Contains(h.log.String(), sshtest.Fingerprint(k)) != (i <= 10) {
			t.Errorf("key %d is looked up, or is not: %s", i, h.log)
		}
	}
	h.refusal(sshtest.Login{Keys: append(strangers(t, 10), strangers(t, 1)[0], h.key("otto"))}, "")
	h.refusal(sshtest.Login{Keys: strangers(t, 40)}, "")
}

func strangers(t *testing.T, n int) (keys []gossh.Signer) {
	t.Helper()
	for range n {
		keys = append(keys, sshtest.Key(t))
	}
	return keys
}

// However often a client asks to be asked, three codes may be wrong in a connection, of an activation and of a second
// factor.
func TestCodesOfAConnection(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	code, _ := h.enrolled("otto")
	for name, keys := range map[string][]gossh.Signer{
		"second factor": {key}, "activation": strangers(t, 1), "second factor after many keys": append(strangers(t, 10), key),
	} {
		asked := 0
		round := gossh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
			if asked += len(questions); asked > 3 {
				return []string{code}, nil
			}
			return make([]string, len(questions)), nil
		})
		_, talk, err := sshtest.Try(t, h.addr, sshtest.Login{Auth: []gossh.AuthMethod{
			gossh.PublicKeys(keys...), gossh.RetryableAuthMethod(round, 50),
		}})
		if err == nil || asked > 3 || asked < 2 { // codes of an account are locked after five
			t.Errorf("%s: asked %d times, %v: %s", name, asked, err, talk.All())
		}
		if said := talk.Banners(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "wrong code") && !strings.Contains(said, "code is") && !strings.Contains(said, "not a code") {
			t.Errorf("%s: told %q, want the last refusal, once", name, said)
		}
		h.Clock.Move(time.Hour) // codes are not locked any more
	}
}

// Nothing else leads in: no password, no certificate, no weak key, and not nothing.
func TestNothingElseLeadsIn(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	h.Must(err)
	weakKey, err := gossh.NewSignerFromKey(weak)
	h.Must(err)
	h.refusal(sshtest.Login{}, "")
	h.refusal(sshtest.Login{Auth: []gossh.AuthMethod{gossh.Password("otto")}}, "")
	h.refusal(sshtest.Login{Answers: []string{"1"}}, "Gatehouse knows you by your SSH key")
	h.refusal(sshtest.Login{Keys: []gossh.Signer{weakKey}, Answers: []string{"1"}}, "ssh-rsa of 3072 bits")
	h.refusal(sshtest.Login{Keys: []gossh.Signer{certificate(t, key, key)}, Answers: []string{"1"}}, "no certificates")
	h.refusal(sshtest.Login{Keys: []gossh.Signer{certificate(t, sshtest.Key(t), key)}}, "")
	strong, err := rsa.GenerateKey(rand.Reader, 3072)
	h.Must(err)
	strongKey, err := gossh.NewSignerFromKey(strong)
	h.Must(err)
	h.Must(func() error {
		_, err := h.As("otto").AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(strongKey)})
		return err
	}())
	c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{strongKey}})
	if got := c.Run("who", "").Out; got != h.is("otto", strongKey, "127.0.0.1") {
		t.Error(got)
	}
	sha1, err := gossh.NewSignerWithAlgorithms(strongKey.(gossh.AlgorithmSigner), []string{gossh.KeyAlgoRSA})
	h.Must(err)
	h.refusal(sshtest.Login{Keys: []gossh.Signer{sha1}}, "")
}

func certificate(t *testing.T, key, authority gossh.Signer) gossh.Signer {
	t.Helper()
	c := &gossh.Certificate{
		Key: key.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity,
		ValidPrincipals: []string{"test", "otto"},
	}
	if err := c.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewCertSigner(c, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every refusal of core is told in its sentence, once the key has signed.
func TestRefusalsAreTold(t *testing.T) {
	h := serve(t, nil)
	otto, pia := h.key("otto"), h.key("pia")
	_, err := h.As("pia").AddKey(context.Background(), core.KeyInput{Key: hardwareLine()})
	h.Must(err)
	h.refusal(sshtest.Login{Keys: []gossh.Signer{pia}}, "This account signs in with its security key.")
	h.LimitSessions(core.SessionLimits{PerAccount: 1})
	first := sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{otto}})
	h.refusal(sshtest.Login{Keys: []gossh.Signer{otto}}, "1 session is open, the most that are allowed.")
	_ = first.Close()
	h.signedOut(1)
	sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{otto}})
}

// That no more sessions are allowed is told before a code is asked for.
func TestSessionLimitIsToldBeforeTheCode(t *testing.T) {
	h := serve(t, nil)
	otto := h.key("otto")
	code, _ := h.enrolled("otto")
	h.LimitSessions(core.SessionLimits{PerAccount: 1})
	sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{otto}, Answers: []string{code}})
	talk := h.refusal(sshtest.Login{Keys: []gossh.Signer{otto}, Answers: []string{code}}, "1 session is open, the most that are allowed.")
	if len(talk.Asked()) > 0 {
		t.Errorf("asked %q", talk.Asked())
	}
}

// hardwareLine is the public half of a key that lives in hardware.
func hardwareLine() string {
	public := make([]byte, 32)
	_, _ = rand.Read(public)
	blob := gossh.Marshal(struct{ Kind, Key, Application string }{gossh.KeyAlgoSKED25519, string(public), "ssh:"})
	return gossh.KeyAlgoSKED25519 + " " + base64.StdEncoding.EncodeToString(blob)
}

// Who is asked for a code has more time than the handshake, and not for ever.
func TestTimeForCodes(t *testing.T) {
	h := serve(t, func(o *sshd.Options) {
		o.Limits = sshd.Limits{Handshake: 400 * time.Millisecond, SignIn: time.Second}
	})
	key := h.key("otto")
	code, _ := h.enrolled("otto")
	asked := make(chan struct{}, 9)
	began := time.Now()
	sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answer: func(_, _ string) (string, error) {
		<-time.After(600 * time.Millisecond) // a person types
		return code, nil
	}})
	t.Logf("typed for 600 ms, signed in after %v", time.Since(began))
	_, _, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answer: func(_, _ string) (string, error) {
		asked <- struct{}{}
		sshtest.Await(t, "the server has closed the connection", func() bool { return h.server.Figures().Waiting == 0 })
		return "000000", nil
	}})
	if err == nil || len(asked) != 1 {
		t.Errorf("asked %d times, %v", len(asked), err)
	}
	if log := h.log.String(); !strings.Contains(log, "not finished in time") {
		t.Errorf("the log: %s", log)
	}
}

// Old algorithms are not spoken.
func TestOldAlgorithms(t *testing.T) {
	h := serve(t, nil)
	old := gossh.InsecureAlgorithms()
	for i, c := range []gossh.Config{
		{KeyExchanges: old.KeyExchanges},
		{Ciphers: []string{gossh.InsecureCipherAES128CBC, gossh.InsecureCipherTripleDESCBC}},
		{MACs: []string{gossh.HMACSHA1}, Ciphers: []string{gossh.CipherAES128CTR}},
		{KeyExchanges: []string{gossh.KeyExchangeDH16SHA512, gossh.KeyExchangeDHGEXSHA256}},
	} {
		conn, err := net.Dial("tcp", h.addr)
		h.Must(err)
		_, _, _, err = gossh.NewClientConn(conn, h.addr, &gossh.ClientConfig{
			Config: c, User: "x", HostKeyCallback: gossh.InsecureIgnoreHostKey(), //nolint:gosec // of this test
		})
		var differ *gossh.AlgorithmNegotiationError
		if !errors.As(err, &differ) {
			t.Errorf("%d: %v", i, err)
		}
		_ = conn.Close()
	}
}

// Whoever's codes are locked is told until when, by the banner that OpenSSH shows, before being asked for any; once.
func TestLockedCodesAreTold(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	code, _ := h.enrolled("otto")
	for range 2 {
		_, _, _ = sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answers: []string{"111112", "111113", "111114"}})
	}
	for _, keys := range [][]gossh.Signer{{key}, append(strangers(t, 3), key)} {
		talk := h.refusal(sshtest.Login{Keys: keys, Answers: []string{code, code, code}}, "Too many wrong codes. Try again at ")
		if said := talk.Banners(); strings.Count(said, "Too many wrong codes") != 1 || !strings.HasSuffix(said, "\r\n") {
			t.Errorf("told %q", said)
		}
		if len(keys) == 1 && len(talk.Told()) > 0 {
			t.Errorf("asked %q, told %q", talk.Asked(), talk.Told())
		}
	}
}

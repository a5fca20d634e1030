package core_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// AC15, AC16: what cannot be a code costs no try, however often; while codes are locked, that is said.
func TestWhatIsNoCodeCostsNoTry(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	secret, _ := h.enrol("pia")
	h.clock.move(time.Minute)
	for range 3 {
		for _, none := range []string{"", "12345", "1234567", "abcdef", "12345x", "  ", "not a code at all", strings.Repeat("1", 5000), "1234-5", "١٢٣٤٥٦"} {
			err := h.as("pia").CheckSecondFactor(ctx, none)
			refused(t, err, core.ReasonSecondFactorWrong)
			if !strings.Contains(err.Error(), "does not count") {
				t.Fatalf("%q: %v", none, err)
			}
		}
	}
	code := codeAt(t, secret, h.clock.Now())
	allowed(t, h.as("pia").CheckSecondFactor(ctx, code[:3]+"\u202f-\u200b"+fullWidth(code[3:])+"\r\n"))
	for i := range 5 {
		_ = h.as("pia").CheckSecondFactor(ctx, h.wrong(secret, i))
	}
	refused(t, h.as("pia").CheckSecondFactor(ctx, "12345"), core.ReasonSecondFactorLocked)
}

// AC19, AC16: activation and recovery codes are read in every form in which they are pasted.
func TestPastedCodes(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, given, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "nia@data.test"})
	allowed(t, err)
	code := given.Code
	if code == "" {
		t.Fatal("who adds sees no code")
	}
	pasted := "\u00a0" + strings.ToLower(strings.ReplaceAll(code, "-", "\u2011")) + "\u200b\r\n"
	if _, err := h.Redeem(ctx, pasted, "Nia"); err != nil {
		t.Errorf("%+q: %v", pasted, err)
	}
}

// AC20: a key is taken in every form in which files have it; anything else is refused with its cause.
func TestPastedKeys(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	line := func() (kind, letters string) {
		parts := strings.Fields(newKey(t))
		return parts[0], parts[1]
	}
	kind, letters := line()
	rfc := "---- BEGIN SSH2 PUBLIC KEY ----\r\nSubject: pia\r\nComment: \"laptop, made \\\r\nlong ago\"\r\n" +
		letters[:40] + "\r\n" + letters[40:] + "\r\n---- END SSH2 PUBLIC KEY ----\r\n"
	key, err := h.as("pia").AddKey(ctx, core.KeyInput{Key: rfc})
	allowed(t, err)
	if key.Type != kind || base64.StdEncoding.EncodeToString(key.Blob) != letters {
		t.Errorf("%+v", key)
	}
	kind, letters = line()
	allowed(t, onlyErr(h.as("pia").AddKey(ctx, core.KeyInput{Key: "\ufeff# my keys\n\n" + kind + " " + letters + " pia@laptop\r\n"})))
	kind, letters = line()
	for text, cause := range map[string]string{
		"from=\"10.0.0.0/8\",no-pty " + kind + " " + letters:                           "before the type of the key",
		"gate.example.test " + kind + " " + letters:                                    "before the type of the key",
		kind + " " + letters + "\n" + kind + " " + letters:                             "more than one key",
		"ssh-ed25519-cert-v01@openssh.com AAAA pia":                                    "certificate",
		"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----":                   "PEM",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----": "private key",
		"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n":                       "private key",
	} {
		err := onlyErr(h.as("pia").AddKey(ctx, core.KeyInput{Key: text}))
		refused(t, err, core.ReasonInvalidKey)
		if !strings.Contains(err.Error(), cause) || strings.Contains(err.Error(), letters) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

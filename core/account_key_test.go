package core_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// keyLine writes a public key as OpenSSH does, with a comment.
func keyLine(t tester, key crypto.PublicKey, comment string) string {
	t.Helper()
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(public)), "\n") + " " + comment
}

// newKey gives a new key of the usual kind.
func newKey(t tester) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyLine(t, public, "")
}

// hardwareKey gives a new key that lives in hardware.
func hardwareKey(t tester) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	blob := ssh.Marshal(struct{ Kind, Key, Application string }{ssh.KeyAlgoSKED25519, string(public), "ssh:"})
	return ssh.KeyAlgoSKED25519 + " " + base64.StdEncoding.EncodeToString(blob)
}

func ecdsaKey(t tester, curve elliptic.Curve) *ecdsa.PublicKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &key.PublicKey
}

func hardwareKeyECDSA(t tester) string {
	t.Helper()
	point, err := ecdsaKey(t, elliptic.P256()).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	blob := ssh.Marshal(struct{ Kind, Curve, Point, Application string }{ssh.KeyAlgoSKECDSA256, "nistp256", string(point), "ssh:"})
	return ssh.KeyAlgoSKECDSA256 + " " + base64.StdEncoding.EncodeToString(blob)
}

var rsaKeys = sync.OnceValue(func() map[int]*rsa.PublicKey {
	keys := map[int]*rsa.PublicKey{}
	for _, bits := range []int{2048, 3072} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		keys[bits] = &key.PublicKey
	}
	return keys
})

// addKey adds a key for a person.
func (h *fixture) addKey(name, line string) core.PublicKey {
	h.t.Helper()
	return must(h.as(name).AddKey(context.Background(), core.KeyInput{Key: line}))(h.t)
}

func (h *fixture) keys(name string) []core.PublicKey {
	h.t.Helper()
	return must(h.as(name).Keys(context.Background(), h.id(name)))(h.t)
}

// Section 2.2, AC4: every kind of key that is accepted, and which of them are MFA.
func TestAddKeyKinds(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	for _, c := range []struct {
		line, kind string
		security   bool
	}{
		{newKey(t), "ssh-ed25519", false},
		{keyLine(t, ecdsaKey(t, elliptic.P256()), ""), "ecdsa-sha2-nistp256", false},
		{keyLine(t, ecdsaKey(t, elliptic.P384()), ""), "ecdsa-sha2-nistp384", false},
		{keyLine(t, ecdsaKey(t, elliptic.P521()), ""), "ecdsa-sha2-nistp521", false},
		{keyLine(t, rsaKeys()[3072], ""), "ssh-rsa", false},
		{hardwareKey(t), "sk-ssh-ed25519@openssh.com", true},
		{hardwareKeyECDSA(t), "sk-ecdsa-sha2-nistp256@openssh.com", true},
	} {
		before := h.account("pia")
		key := h.addKey("pia", c.line)
		if key.Type != c.kind || key.Security != c.security || key.Account != h.id("pia") || key.Added != h.now() ||
			!strings.HasPrefix(key.Fingerprint, "SHA256:") {
			t.Errorf("%s: %+v", c.kind, key)
		}
		after := h.account("pia")
		if c.security != (after.SecurityKeys == before.SecurityKeys+1) || after.MFA() != (after.SecurityKeys > 0) {
			t.Errorf("%s: %d security keys before, %d after", c.kind, before.SecurityKeys, after.SecurityKeys)
		}
		e := h.lastEvent(core.System, "account.key_add")
		if text := fmt.Sprint(e.Changes, e.Reason, e.Subjects); strings.Contains(text, "SHA256") || strings.Contains(text, c.kind) {
			t.Errorf("the event holds the key (AU13): %+v", e)
		}
	}
	if n := len(h.keys("pia")); n != 7 || must(h.as("pia").Me(context.Background()))(t).Keys != n {
		t.Errorf("%d keys", n)
	}
}

// AC20: what is no public key of an accepted kind, and what is said about it.
func TestAddKeyRefused(t *testing.T) {
	h := newFixture(t)
	good := newKey(t)
	h.addKey("ana", good)
	parts := strings.Fields(newKey(t))
	for name, c := range map[string]struct {
		in   core.KeyInput
		want core.Reason
	}{
		"empty":         {core.KeyInput{}, core.ReasonInvalidKey},
		"words":         {core.KeyInput{Key: "please let me in"}, core.ReasonInvalidKey},
		"kind only":     {core.KeyInput{Key: "ssh-ed25519"}, core.ReasonInvalidKey},
		"cut off":       {core.KeyInput{Key: parts[0] + " " + parts[1][:40]}, core.ReasonInvalidKey},
		"another kind":  {core.KeyInput{Key: "ssh-rsa " + parts[1]}, core.ReasonInvalidKey},
		"DSA":           {core.KeyInput{Key: "ssh-dss AAAAB3NzaC1kc3MAAACB"}, core.ReasonInvalidKey},
		"certificate":   {core.KeyInput{Key: "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQ="}, core.ReasonInvalidKey},
		"RSA of 2048":   {core.KeyInput{Key: keyLine(t, rsaKeys()[2048], "")}, core.ReasonInvalidKey},
		"options":       {core.KeyInput{Key: `command="rm" ` + newKey(t)}, core.ReasonInvalidKey},
		"private":       {core.KeyInput{Key: "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END"}, core.ReasonInvalidKey},
		"huge":          {core.KeyInput{Key: good + strings.Repeat("x", 1<<20)}, core.ReasonInvalidKey},
		"taken, own":    {core.KeyInput{Key: newKeyOf(h, "pia")}, core.ReasonKeyTaken},
		"taken":         {core.KeyInput{Key: good}, core.ReasonKeyTaken},
		"label":         {core.KeyInput{Key: newKey(t), Label: "a\u202eb"}, core.ReasonInvalidText},
		"label too big": {core.KeyInput{Key: newKey(t), Label: strings.Repeat("x", 51)}, core.ReasonInvalidText},
	} {
		_, err := h.as("pia").AddKey(context.Background(), c.in)
		if core.ReasonOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
			continue
		}
		refused(t, err, c.want)
		if strings.Contains(err.Error(), "b3BlbnNz") || c.want == core.ReasonInvalidKey && name != "private" && name != "certificate" && !strings.Contains(err.Error(), "ed25519") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func newKeyOf(h *fixture, name string) string {
	line := newKey(h.t)
	h.addKey(name, line)
	return line
}

// A key that a terminal has broken into lines when it was copied is one key; its comment becomes the label.
func TestAddKeyAsPasted(t *testing.T) {
	h := newFixture(t)
	ctx := context.Background()
	line := keyLine(t, rsaKeys()[3072], "pia@laptop home")
	broken := ""
	for i, r := range line {
		if broken += string(r); i%70 == 69 && i < 300 {
			broken += "\r\n"
		}
	}
	key := must(h.as("pia").AddKey(ctx, core.KeyInput{Key: "\n " + broken + " \n"}))(t)
	if key.Label != "pia@laptop home" {
		t.Errorf("label %q", key.Label)
	}
	if key = must(h.as("pia").AddKey(ctx, core.KeyInput{Key: newKey(t) + " x\x1b[31m", Label: " work "}))(t); key.Label != "work" {
		t.Errorf("label %q", key.Label)
	}
	if key = must(h.as("pia").AddKey(ctx, core.KeyInput{Key: newKey(t) + " x\x1b[31m"}))(t); key.Label != "" {
		t.Errorf("a comment that is no label became %q", key.Label)
	}
}

// Section 2.2: twenty keys, and no more.
func TestTwentyKeys(t *testing.T) {
	h := newFixture(t)
	for range 20 {
		h.addKey("pia", newKey(t))
	}
	_, err := h.as("pia").AddKey(context.Background(), core.KeyInput{Key: newKey(t)})
	refused(t, err, core.ReasonInvalidValue)
}

// AC20: a key goes, but not the last one, and nobody else's; each change is told to the person, who did it (N5).
func TestRemoveKey(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	first, second := h.addKey("pia", newKey(t)), h.addKey("pia", newKey(t))
	other := h.addKey("ana", newKey(t))
	refused(t, h.as("pia").RemoveKey(ctx, other.Fingerprint), core.ReasonNotFound)
	refused(t, h.as("pia").RemoveKey(ctx, "SHA256:nothing"), core.ReasonNotFound)
	allowed(t, h.as("pia").RemoveKey(ctx, " "+first.Fingerprint+"\n"))
	if e := h.lastEvent(core.System, "account.key_remove"); len(e.Changes) != 1 || e.Changes[0].Before != "2" || e.Changes[0].After != "1" {
		t.Errorf("event: %+v", e)
	}
	refused(t, h.as("pia").RemoveKey(ctx, second.Fingerprint), core.ReasonLastKey)
	var told []string
	for _, n := range h.inbox("pia") {
		if n.Event == core.NoticeKeyChanged {
			told = append(told, n.Subject)
		}
	}
	if want := "A key was added to your account,A key was added to your account,A key was removed from your account"; strings.Join(told, ",") != want {
		t.Errorf("told %q", told)
	}
	h.addKey("otto", newKeyAgain(first)) // a key that was removed may be anybody's
}

func newKeyAgain(k core.PublicKey) string {
	return k.Type + " " + base64.StdEncoding.EncodeToString(k.Blob)
}

// AC10: keys of others are not found, except for Support.
func TestKeysOfOthers(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addKey("pia", newKey(t))
	for _, who := range []string{"ana", "lea", "otto"} {
		_, err := h.as(who).Keys(ctx, h.id("pia"))
		refused(t, err, core.ReasonNotFound)
	}
	if keys := must(h.as("sam").Keys(ctx, h.id("pia")))(t); len(keys) != 1 {
		t.Errorf("Support sees %d keys", len(keys))
	}
}

// AC4, S17, S29: a security key opens the lock, and going takes it away again, but not from the last administrator.
func TestSecurityKeyIsMFA(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addKey("ana", newKey(t))
	key := h.addKey("ana", hardwareKey(t))
	must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(t)
	refused(t, openContent(h, "pia"), core.ReasonMFARequired)
	h.addKey("pia", hardwareKey(t))
	allowed(t, openContent(h, "pia"))

	refused(t, h.as("ana").RemoveKey(ctx, key.Fingerprint), core.ReasonLastEnrolledAdmin)
	if impact := must(h.as("ana").RemoveKeyImpact(ctx, key.Fingerprint))(t); len(impact) != 1 || impact[0].Unit != h.acme.Ref() {
		t.Errorf("impact: %+v", impact)
	}
	other := h.addKey("ana", hardwareKey(t))
	allowed(t, h.as("ana").RemoveKey(ctx, key.Fingerprint))
	h.addKey("ben", hardwareKey(t))
	if impact := must(h.as("ana").RemoveKeyImpact(ctx, other.Fingerprint))(t); len(impact) != 1 {
		t.Errorf("impact: %+v", impact)
	}
	allowed(t, h.as("ana").RemoveKey(ctx, other.Fingerprint))
	e := h.lastEvent(core.System, "account.key_remove")
	if len(e.Changes) != 3 || e.Changes[1] != (core.Change{Field: "mfa", Before: "on", After: "off"}) {
		t.Errorf("event: %+v", e.Changes)
	}
	_, err := h.as("ana").RenameOrganization(ctx, h.acme, 0, "Acme 2")
	refused(t, err, core.ReasonMFARequired)
}

func openContent(h *fixture, who string) error {
	_, err := h.as(who).OpenContent(context.Background(), h.etl)
	return err
}

// R20: a security key that goes may take the last decider of a request along.
func TestSecurityKeyLosesDecider(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	h.requireMFA()
	h.addKey("pia", newKey(t))
	key := h.addKey("pia", hardwareKey(t))
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.notTold("ana", core.NoticeUndecidable)
	allowed(t, h.as("pia").RemoveKey(ctx, key.Fingerprint))
	h.told("ana", core.NoticeUndecidable)
}

// AC17: what a sign-in asks besides the key.
func TestSignInNeeds(t *testing.T) {
	totp := &core.TOTP{}
	for _, c := range []struct {
		acc      core.Account
		security bool
		needs    core.SignIn
		refused  core.Reason
	}{
		{core.Account{}, false, core.SignInNothing, ""},
		{core.Account{TOTP: totp}, false, core.SignInCode, ""},
		{core.Account{TOTP: totp, SecurityKeys: 1}, false, core.SignInCode, ""},
		{core.Account{TOTP: totp, SecurityKeys: 1}, true, core.SignInNothing, ""},
		{core.Account{SecurityKeys: 2}, true, core.SignInNothing, ""},
		{core.Account{SecurityKeys: 2}, false, "", core.ReasonSecurityKeyRequired},
	} {
		needs, err := core.SignInNeeds(c.acc, c.security)
		if needs != c.needs || core.ReasonOf(err) != c.refused {
			t.Errorf("%+v with a security key %t: %q, %v", c.acc, c.security, needs, err)
		}
	}
}

package sshd_test

import (
	"crypto/rand"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/sshd/sshtest"
)

// lying offers the public half of one key, and signs with another.
type lying struct {
	gossh.Signer
	public gossh.PublicKey
}

func (l lying) PublicKey() gossh.PublicKey { return l.public }

func (l lying) Sign(r io.Reader, data []byte) (*gossh.Signature, error) {
	return l.Signer.Sign(r, data)
}

// asking asks for the key of somebody else first, which needs no signature, and then signs with its own: the trap of
// servers that remember which key was asked for.
type asking struct {
	gossh.Signer
	public gossh.PublicKey
	asked  *int
}

func (a asking) PublicKey() gossh.PublicKey { return a }
func (a asking) Type() string               { return a.public.Type() }

func (a asking) Verify(data []byte, sig *gossh.Signature) error {
	return a.Signer.PublicKey().Verify(data, sig)
}

// Marshal gives the other key for the question and for its answer, and then the own one.
func (a asking) Marshal() []byte {
	if *a.asked++; *a.asked <= 2 {
		return a.public.Marshal()
	}
	return a.Signer.PublicKey().Marshal()
}

// Whatever an attacker mixes who has public keys of others and keys of their own: the identity is the key that signed,
// or nobody (trust-D9).
func TestIdentityIsTheKeyThatSigned(t *testing.T) {
	rounds := often(100, 1000)
	h := serve(t, nil)
	victim := h.key("ana")
	_, recovery := h.enrolled("ana")
	guarded := h.key("ben") // another victim, whose second factor nobody has
	_, _ = h.enrolled("ben")
	own := map[string]gossh.Signer{"otto": h.key("otto"), "pia": h.key("pia")}
	_, codes := h.enrolled("pia")
	authority := sshtest.Key(t)
	seed := mrand.Uint64()
	t.Logf("seed %d", seed)
	rng := mrand.New(mrand.NewPCG(seed, 1)) //nolint:gosec // a test wants the seed
	signs := []func() gossh.Signer{
		func() gossh.Signer { return &unsigning{Signer: victim} },
		func() gossh.Signer { return &unsigning{Signer: guarded} },
		func() gossh.Signer { return lying{own["otto"], victim.PublicKey()} },
		func() gossh.Signer { return asking{own["otto"], victim.PublicKey(), new(int)} },
		func() gossh.Signer { return asking{own["pia"], guarded.PublicKey(), new(int)} },
		func() gossh.Signer { return certificate(t, own["otto"], authority) },
		func() gossh.Signer { return forged(t, victim, own["otto"]) },
		func() gossh.Signer { return sshtest.Key(t) },
		func() gossh.Signer { return own["otto"] },
		func() gossh.Signer { return own["pia"] },
	}
	in, nobody := map[string]int{}, 0
	for i := range rounds {
		var keys []gossh.Signer
		for range 1 + rng.IntN(3) {
			keys = append(keys, signs[rng.IntN(len(signs))]())
		}
		answers := []string{recovery[rng.IntN(len(recovery))], "000000", "ana", "x"}
		if rng.IntN(3) == 0 && len(codes) > 0 { // the code of pia, who may sign in with it
			answers = append([]string{codes[0]}, answers...)
		}
		k := &sshtest.Talk{}
		methods := []gossh.AuthMethod{
			gossh.PublicKeys(keys...), sshtest.Login{Answers: answers}.Codes(k), gossh.Password("ana"),
			gossh.RetryableAuthMethod(gossh.PublicKeysCallback(func() ([]gossh.Signer, error) {
				return []gossh.Signer{signs[rng.IntN(len(signs))]()}, nil
			}), 3),
		}
		rng.Shuffle(len(methods), func(i, j int) { methods[i], methods[j] = methods[j], methods[i] })
		from := fmt.Sprintf("127.0.%d.%d", 2+i/250, 1+i%250) // or the penalties would end the test
		c, _, err := sshtest.Try(t, h.addr, sshtest.Login{User: []string{"ana", "ben", "root", "otto"}[rng.IntN(4)], Auth: methods, From: from})
		if err != nil {
			nobody++
			continue
		}
		who := c.Run("who", "").Out
		_ = c.Close()
		name := ""
		for n, key := range own {
			if who == h.is(n, key, from) {
				name = n
			}
		}
		if name == "" {
			t.Fatalf("round %d, seed %d: it is %q", i, seed, who)
		}
		if in[name]++; name == "pia" {
			codes = codes[1:]
		}
	}
	t.Logf("%d mixes: signed in with their own key %v, nobody %d, somebody else 0", rounds, in, nobody)
	if in["otto"] == 0 || nobody == 0 {
		t.Error("the mixes do not reach both ends")
	}
	for _, e := range h.events("session.sign_in") {
		if name := e; strings.Contains(name, fmt.Sprintf("|%d|", h.People["ana"])) || strings.Contains(name, fmt.Sprintf("|%d|", h.People["ben"])) {
			t.Errorf("an event of a victim, whose key has not signed: %q", e)
		}
	}
}

// forged is a certificate of the key of somebody else, made and signed with one's own.
func forged(t *testing.T, of, with gossh.Signer) gossh.Signer {
	t.Helper()
	c := &gossh.Certificate{
		Key: of.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity, ValidPrincipals: []string{"ana"},
	}
	if err := c.SignCert(rand.Reader, with); err != nil {
		t.Fatal(err)
	}
	return lying{with, c}
}

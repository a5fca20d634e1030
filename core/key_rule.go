package core

import (
	"crypto/rsa"
	"strconv"

	"golang.org/x/crypto/ssh"
)

// What an account may have of SSH keys (section 2.2, AC20). This file is the one rule: adding a key, a dump, signing in
// with one and the key that a server is known by ask it.
const (
	keysMost   = 20
	keyTextMax = 16 << 10 // bytes
	rsaBitsMin = 3072
)

// keyKind is a kind of keys that is accepted.
type keyKind struct {
	name       string   // as it stands in a .pub file
	said       string   // in a list of kinds, behind the one before
	algorithms []string // that it may sign with: none with SHA-1
	security   bool     // a security key, which counts as MFA (AC4)
}

var keyKinds = []keyKind{
	{ssh.KeyAlgoED25519, "ssh-ed25519", []string{ssh.KeyAlgoED25519}, false},
	{ssh.KeyAlgoECDSA256, "ecdsa-sha2-nistp256", []string{ssh.KeyAlgoECDSA256}, false},
	{ssh.KeyAlgoECDSA384, "-nistp384", []string{ssh.KeyAlgoECDSA384}, false},
	{ssh.KeyAlgoECDSA521, "-nistp521", []string{ssh.KeyAlgoECDSA521}, false},
	{ssh.KeyAlgoRSA, "ssh-rsa of " + rsaBitsText + " bits or more", []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}, false},
	{ssh.KeyAlgoSKED25519, "sk-ssh-ed25519@openssh.com", []string{ssh.KeyAlgoSKED25519}, true},
	{ssh.KeyAlgoSKECDSA256, "sk-ecdsa-sha2-nistp256@openssh.com", []string{ssh.KeyAlgoSKECDSA256}, true},
}

var rsaBitsText = strconv.Itoa(rsaBitsMin)

// KeyAlgorithms gives the signature algorithms that a connection may sign in with: those of the keys that an account may
// have (AC20).
func KeyAlgorithms() []string {
	var all []string
	for _, k := range keyKinds {
		all = append(all, k.algorithms...)
	}
	return all
}

// KeyKinds names the kinds of keys that an account may have, for a sentence: "ssh-ed25519, ecdsa-sha2-nistp256, …".
func KeyKinds() string {
	said := ""
	for i, k := range keyKinds {
		switch {
		case i == 0:
		case k.said[0] == '-' && i+1 < len(keyKinds) && keyKinds[i+1].said[0] != '-':
			said += " or "
		default:
			said += ", "
		}
		said += k.said
	}
	return said
}

// AcceptableKey says whether an account may have the key (AC20): nil, or invalid_key with the cause. Certificates are no
// keys of an account.
func AcceptableKey(key ssh.PublicKey) error {
	if _, err := kindOfKey(key); err != nil {
		return err
	}
	return nil
}

// kindOfKey gives the kind of an acceptable key.
func kindOfKey(key ssh.PublicKey) (keyKind, *Error) {
	at := keyKindOf(key.Type())
	if at < 0 {
		return keyKind{}, invalidKey()
	}
	if bits := rsaBits(key); keyKinds[at].name == ssh.KeyAlgoRSA && bits < rsaBitsMin {
		return keyKind{}, shortKey(bits)
	}
	return keyKinds[at], nil
}

// keyKindOf gives the place of a word in keyKinds, or -1.
func keyKindOf(word string) int {
	for i, k := range keyKinds {
		if k.name == word {
			return i
		}
	}
	return -1
}

// rsaBits gives the length of an RSA key, or zero.
func rsaBits(pub ssh.PublicKey) int {
	crypto, ok := pub.(ssh.CryptoPublicKey)
	if !ok {
		return 0
	}
	key, ok := crypto.CryptoPublicKey().(*rsa.PublicKey)
	if !ok {
		return 0
	}
	return key.N.BitLen()
}

func invalidKey() *Error {
	return refuse(ReasonInvalidKey, words{"allowed types": KeyKinds()}).field("key")
}

// shortKey says that an RSA key has too few bits.
func shortKey(bits int) *Error {
	return notKey("This RSA key has "+strconv.Itoa(bits)+" bits; "+rsaBitsText+" or more are needed.", "Make another one: ssh-keygen -t ed25519.")
}

package demo

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"

	"golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// accounts gives the people of the story what an account page shows: keys, one of them a security key; a code for who
// lost a laptop; wrong codes that locked somebody out for a while; and an account that was removed.
func (b *builder) accounts() {
	b.key(Ana, "laptop")
	b.key(Ana, "office")
	b.key(Lea, "laptop")
	b.key(Sam, "laptop")
	b.securityKey(Sam, "blue token")
	b.do("code", func() error {
		_, err := b.as(Sam).IssueCode(b.ctx, b.ids["gus@acme.test"], "Lost the laptop on the train")
		return err
	})
	b.do("wrong codes", func() error {
		for range 5 {
			err := b.as("max.keller@partner-one.test").CheckSecondFactor(b.ctx, "000000")
			if r := core.ReasonOf(err); r != core.ReasonSecondFactorWrong && r != core.ReasonSecondFactorLocked {
				return err
			}
		}
		return nil
	})
	const importer = "old.importer@acme.test"
	b.do("an account that goes", func() error {
		acc, code, err := b.as(Sam).CreateAccount(b.ctx, core.AccountInput{Email: importer})
		if err != nil {
			return err
		}
		b.ids[importer] = acc.ID
		return b.activate(code, "Old Importer")
	})
	b.addUser(Ana, "Churn model", importer, core.RoleGuest, "Loads the lists of the shops", 0)
	b.do("remove it", func() error {
		return b.as(Sam).RemoveAccount(b.ctx, b.ids[importer], "Replaced by a service of the shops")
	})
}

// key adds an SSH key that follows from its owner and label: every demo has the same ones, and nobody has their other
// half.
func (b *builder) key(email, label string) {
	b.do("key of "+email, func() error {
		public, err := ssh.NewPublicKey(madeKey(email, label))
		if err != nil {
			return err
		}
		_, err = b.as(email).AddKey(b.ctx, core.KeyInput{Key: string(ssh.MarshalAuthorizedKey(public)), Label: label})
		return err
	})
}

// securityKey adds a key of a token, which counts as MFA.
func (b *builder) securityKey(email, label string) {
	b.do("security key of "+email, func() error {
		public, err := ssh.ParsePublicKey(ssh.Marshal(struct{ Kind, Key, Application string }{
			ssh.KeyAlgoSKED25519, string(madeKey(email, label)), "ssh:",
		}))
		if err != nil {
			return err
		}
		_, err = b.as(email).AddKey(b.ctx, core.KeyInput{Key: string(ssh.MarshalAuthorizedKey(public)), Label: label})
		return err
	})
}

func madeKey(email, label string) ed25519.PublicKey {
	seed := sha256.Sum256([]byte(email + " " + label))
	private := ed25519.NewKeyFromSeed(seed[:])
	return ed25519.PublicKey(bytes.Clone(private[ed25519.SeedSize:]))
}

package account_test

import (
	"context"
	"strings"
	"testing"

	"gatehouse/core"
)

const (
	laptopKey  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINIpz6yJjo8k+IeUMg9N8BBJyhSK7XGtg4Yl+reBPWbj ana@laptop"
	tokenKey   = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIHtL448zd3aYjlce/D42zgbH1/t4Z7oIDFaMo4OSLytwAAAABHNzaDo= token"
	laptopName = "SHA256:P8fMkGFwNMmkJ6mDzKCECxNJy4CEAK2sJ+HZYONWkxE"
)

// AC20: a key is added by pasting its line, also when the terminal broke it; the last one stays, and why is said.
func TestKeys(t *testing.T) {
	h := house(t)
	d := h.Open(t, "ana", "account/-/keys")
	d.Expect("You have no SSH keys.", "a adds one").Press("x").ExpectNot("Remove this key?")
	d.Press("a").Expect("Add an SSH key", "ends in .pub").Type("nonsense").Press("ctrl+s").Expect("not a public key", "ssh-ed25519")
	d.Press("ctrl+u").Paste(laptopKey[:50] + "\r\n" + laptopKey[50:] + "\n").Press("ctrl+s").Expect("Added ssh-ed25519.")
	d.ExpectLine("▌", "ssh-ed25519", "no", "never", "ana@laptop").Press("x").Expect("Remove this key?", laptopName, "[ Cancel ]").
		Press("left", "enter").Expect("This is the only key of the account").Press("esc")
	if d.Press("y"); d.Copied() != laptopName {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press("enter").Expect("SSH key", laptopName, "Label: ana@laptop").Press("esc")

	d.Press("a").Paste(tokenKey).Press("tab").Type("blue token").Press("ctrl+s").Expect("It counts as MFA.", "MFA on")
	d.ExpectLine("sk-ssh-ed25519", "yes", "blue token")
	_, err := h.As("ana").RequireMFA(context.Background(), h.Acme, 0, true)
	h.Must(err)
	h.EnrolMFA("ben")
	d.Press("G").ExpectLine("▌", "blue token").Press("x").Expect("Remove this key?", "Acme", "It is your MFA").Press("left", "enter").
		Expect("The key is removed.", "MFA off").ExpectNot("blue token")
	h.Open(t, "ana", "account/-/mfa").Expect("○ off")
}

// AC4: by a security key alone MFA is on; one-time codes come on top, and going leave it on.
func TestMFABySecurityKey(t *testing.T) {
	h := house(t)
	_, err := h.As("ana").AddKey(context.Background(), core.KeyInput{Key: tokenKey})
	h.Must(err)
	d := h.Open(t, "ana", "account/-/mfa").Expect("● on", "1 security key", "t turn MFA on")
	d.Press("t").Expect("Secret")
	right := code(t, d)
	d.Press("enter").Type(right).Press("ctrl+s").Expect("Recovery codes")
	recovery := recoveryLine.FindString(d.Frame())
	d.Press("esc", "t").Expect("Turn one-time codes off?", "only way to sign in").Press("left", "enter").Expect("recovery codes.").
		Type(recovery).Press("tab", "enter").Expect("One-time codes are off.", "● on", "1 security key")
}

// AC16: a new set is asked for first, and few codes are marked.
func TestRecoveryCodes(t *testing.T) {
	h := house(t)
	h.EnrolMFA("ana")
	d := h.Open(t, "ana", "account/-/mfa").Expect("10 recovery codes left").Press("a").Expect("Make new recovery codes?", "[ Cancel ]").
		Press("left", "enter").Expect("The old codes are worth nothing now.")
	codes := recoveryLine.FindAllString(d.Frame(), -1)
	d.Press("esc")
	for _, c := range codes[:7] {
		h.Must(h.As("ana").CheckSecondFactor(context.Background(), c))
	}
	d.AwaitChange().Expect("3 recovery codes left: a makes ten new ones")
	for range 5 {
		_ = h.As("ana").CheckSecondFactor(context.Background(), "000000")
	}
	d.AwaitChange().Expect("too many wrong codes: locked until")
}

// AC8, AC11, AC21: Support issues codes, confirms addresses, and removes accounts after reading what goes.
func TestRescue(t *testing.T) {
	h := house(t)
	d := h.Open(t, "sam", "account/-/accounts")
	d.Press("/").Type("=pia").Press("enter").ExpectLine("▌", "pia@data.test")
	d.Press(":").Type("new code").Press("enter").Expect("New activation code for pia").Type("lost the laptop").Press("ctrl+s").
		Expect("A code is issued for pia@data.test.", "works once")
	if d.Press("y"); strings.Count(d.Copied(), "-") != 5 {
		t.Errorf("copied %q", d.Copied())
	}
	d.Press("esc").Press(":").Type("confirm address").Press("enter").Expect("Confirm this address?", "pia@data.test").Press("esc").ExpectNot("is confirmed.")
	d.Press(":").Type("confirm address").Press("enter").Expect("Confirm this address?").Press("left", "enter").Expect("pia@data.test is confirmed.")
	d.Press(":").Type("confirm address").Expect("is confirmed. Nothing to do.").Press("esc", "esc")
	d.Press("x").Expect("Remove pia@data.test for good?", "It leaves Nightly ETL in Acme.", "cannot be undone").Press("enter").Expect("[ Cancel ]").Press("enter").ExpectNot("for good?")
	d.Press("x").Type("left the company").Press("tab", "enter").Expect("pia@data.test is removed.")
	if _, err := h.As("sam").Account(context.Background(), h.People["pia"]); err != nil {
		t.Errorf("Support reads a removed account: %v", err)
	}
	d.Press("/").Press("ctrl+u").Type("=max").Press("enter").ExpectLine("▌", "max@partner-one.test").Press("x").Expect("for good?").Press("esc")
}

// Golden frames of the tabs with something on them.
func TestRescueFrames(t *testing.T) {
	h := house(t)
	h.Open(t, "ana", "account/-/keys").GoldenSizes("keys-empty")
	for _, k := range []string{laptopKey, tokenKey} {
		_, err := h.As("ana").AddKey(context.Background(), core.KeyInput{Key: k})
		h.Must(err)
	}
	h.EnrolMFA("ana")
	h.Open(t, "ana", "account/-/keys").GoldenSizes("keys")
	h.Open(t, "ana", "account/-/mfa").GoldenSizes("mfa-on")
	h.Open(t, "sam", "account/-/accounts").Press("x").GoldenSizes("remove")
}

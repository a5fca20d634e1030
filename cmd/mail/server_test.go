package mail

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for url, want := range map[string]Server{
		"smtp://mail.example.test": {host: "mail.example.test", port: 587, policy: TLSRequired, from: "gatehouse@mail.example.test"},
		"smtp://ana:p%40ss%2Fw@mail.example.test:25?tls=opportunistic&from=help@acme.test": {
			host: "mail.example.test", port: 25, user: "ana", password: "p@ss/w", policy: TLSOpportunistic, from: "help@acme.test",
		},
		"smtp://127.0.0.1:2525/?tls=none": {host: "127.0.0.1", port: 2525, policy: TLSNone, from: "gatehouse@localhost"},
		"smtp://[::1]:2525?tls=none":      {host: "::1", port: 2525, policy: TLSNone, from: "gatehouse@localhost"},
		"smtp://localhost?tls=none":       {host: "localhost", port: 587, policy: TLSNone, from: "gatehouse@localhost"},
	} {
		got, err := Parse(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		got.patience = 0
		if *got != want {
			t.Errorf("%s: %+v, not %+v", url, *got, want)
		}
		if strings.Contains(got.String(), "p@ss") {
			t.Errorf("%s names itself %s", url, got)
		}
	}
	for _, url := range []string{
		"", "mail.example.test", "http://mail.example.test", "smtp:mail.example.test", "smtp://", "smtp://:587",
		"smtp://ana:secret@mail.example.test:0", "smtp://ana:secret@mail.example.test:70000", "smtp://ana:secret@mail.example.test:x",
		"smtp://ana:secret@mail.example.test?tls=none", "smtp://ana:secret@192.0.2.7?tls=none", "smtp://ana:secret@localhost.evil.test?tls=none",
		"smtp://ana:secret@mail.example.test?tls=maybe", "smtp://ana:secret@mail.example.test?tsl=required",
		"smtp://ana:secret@mail.example.test?tls=required&tls=opportunistic", "smtp://ana:sec%ret@mail.example.test",
		"smtp://ana:secret@mail.example.test/box", "smtp://ana:secret@mail.example.test#x", "smtp://ana:secret@mail_example\r\n.test",
		`smtp://ana:secret@mail.example.test?from="a%20b"@acme.test`, "smtp://ana:secret@mail.example.test?from=a@b@c",
		"smtp://ana:secret@mail.example.test?from=a%0d%0ab@acme.test", "smtp://ana:secret@mail.example.test?from=",
	} {
		m, err := Parse(url)
		switch {
		case err == nil:
			t.Errorf("%q is taken: %+v", url, m)
		case strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%ret"):
			t.Errorf("%q: the error says the password: %v", url, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, ok := range []string{"ana@acme.test", "a.b+c@acme.test", "o'neil{x}@a-b.acme.test", "gatehouse@localhost"} {
		if !validAddress(ok) {
			t.Errorf("%q is refused", ok)
		}
	}
	for _, bad := range []string{
		"", "ana", "@acme.test", "ana@", `"ana"@acme.test`, `"a b"@acme.test`, "ana(x)@acme.test", "a..b@acme.test", ".a@acme.test",
		"a.@acme.test", "ana@acme..test", "ana@-acme.test", "ana@acme.test\r\nBcc: x@evil.test", "ana@acme.test,x@evil.test",
		"ana@acme.test>", "<ana@acme.test", "an\x00a@acme.test", "änä@acme.test", "ana@äcme.test", "ana@[127.0.0.1]",
		strings.Repeat("a", 65) + "@acme.test", "a@" + strings.Repeat("a.", 130) + "test", "a@b@acme.test", "ana @acme.test",
	} {
		if validAddress(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}

package mail

import (
	"bytes"
	"io"
	"math/rand/v2"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// fragments are what names and reasons are made of here: everything that ever steered a mail.
var fragments = []string{
	"\r\nBcc: x@evil.test", "\nTo: x@evil.test", "\rSubject: y", "\r\n\r\n<html>", "\x00", "\r\n.\r\nMAIL FROM:<x@evil.test>\r\n", "\n.\n",
	`"`, `\"`, ",", ";", "<x@evil.test>", "(comment)", "=?utf-8?B?QmNjOiB4?=", "=?utf-8?q?=0d=0aBcc:_x?=", "=?", "?=", "=0D=0A", "=\r\n",
	"\u202e", "\u2066", "\u200b", "\u2028", "\u0085", "\x1b[2J", "\x9b2J", "\xff\xfe", "e\u0301", "日本語", "👩‍👩‍👧", "\ufeff", "\v", "\f", "\t",
	"Ana", " ", "x@evil.test", "--", "-- ", "Your activation code: AAAAA", strings.Repeat("a", 300), strings.Repeat("é", 200), ":", "%0d%0a", "\\r\\n",
	"boundary=", "Content-Type: text/html",
}

// trust-G1: names, reasons and addresses of any bytes leave headers and recipients exactly as planned.
func TestHostileMail(t *testing.T) {
	const rounds = 2_000
	s := newSink(t, nil)
	m := to(t, "", s.addr, "tls=none&from=gatehouse@acme.test")
	m.patience = 30 * time.Second
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test wants the seed
	some := func(n int) string {
		var b strings.Builder
		for range 1 + r.IntN(n) {
			b.WriteString(fragments[r.IntN(len(fragments))])
		}
		return b.String()
	}
	var outs []core.Outgoing
	refused := 0
	for i := range rounds {
		out := note(some(6)+" entered "+some(3), some(8))
		if i%5 == 0 {
			out.Notices = append(out.Notices, note(some(4), some(4)).Notices...)
		}
		if i%4 == 0 {
			out.Address = some(2) + "@acme.test"
		}
		if err := m.Send(t.Context(), out, time.Unix(1_800_000_000, 0)); err != nil {
			if validAddress(out.Address) {
				t.Fatalf("round %d: %v", i, err)
			}
			refused++
			continue
		}
		outs = append(outs, out)
	}
	got := s.got()
	if len(got) != len(outs) {
		t.Fatalf("%d mails arrived, not %d", len(got), len(outs))
	}
	for i, g := range got {
		planned(t, g, outs[i])
	}
	t.Logf("%d mails arrived as planned, %d addresses were refused", len(got), refused)
}

var plannedHeaders = []string{
	"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "List-Id", "Message-Id", "Mime-Version", "Subject", "To",
}

// planned compares a mail that arrived with what was to be sent.
func planned(t *testing.T, g received, out core.Outgoing) {
	t.Helper()
	if g.from != "gatehouse@acme.test" || !slices.Equal(g.to, []string{out.Address}) {
		t.Fatalf("envelope: %q to %q", g.from, g.to)
	}
	msg, err := mail.ReadMessage(bytes.NewReader(g.data))
	if err != nil {
		t.Fatalf("%v in %q", err, g.data)
	}
	var names []string
	for name, values := range msg.Header {
		names = append(names, name)
		if len(values) != 1 {
			t.Fatalf("%s is there %d times", name, len(values))
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, plannedHeaders) {
		t.Fatalf("headers: %q", names)
	}
	got, err := (&mime.WordDecoder{}).DecodeHeader(msg.Header.Get("Subject"))
	if want := subject(out); err != nil || got != want {
		t.Fatalf("subject: %q, not %q (%v)", got, want, err)
	}
	for name, want := range map[string]string{
		"To": "<" + out.Address + ">", "From": `"Gatehouse" <gatehouse@acme.test>`, "Message-Id": "<" + out.MessageID + "@acme.test>",
		"Auto-Submitted": "auto-generated", "List-Id": "<notifications.gatehouse.acme.test>",
		"Content-Type": "text/plain; charset=UTF-8",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Fatalf("%s: %q, not %q", name, got, want)
		}
	}
	text, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		t.Fatal(err)
	}
	if want := (&Server{}).body(out); strings.ReplaceAll(string(text), "\r\n", "\n") != want {
		t.Fatalf("body: %q, not %q", text, want)
	}
	for line := range strings.SplitSeq(string(g.data), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00\x1b") {
			t.Fatalf("a line of %d bytes: %.80q", len(line), line)
		}
	}
	if strings.Contains(string(text), "\nYour activation code") || core.Visible(strings.ReplaceAll(string(text), "\r\n", "")) != strings.ReplaceAll(string(text), "\r\n", "") {
		t.Fatalf("people can write lines of the template, or hidden signs: %q", text)
	}
}

// TestBodies (N7): what the mails say, as people read them, with and without the address of the server.
func TestBodies(t *testing.T) {
	known := (&Server{}).At(Address{Host: "gate.example.test", Port: 2222})
	ask := note("sam@support.test asks to enter Nightly ETL for 4 h", "Reason: INC-41\nsecond line")
	n := &ask.Notices[0]
	n.Event = core.NoticeRequestFiled
	if got := known.body(ask); strings.Contains(got, "ssh -t") || !strings.Contains(got, "\n  Reason: INC-41\n  second line\n") {
		t.Errorf("who is led nowhere gets %q", got) // N1
	}
	n.Decide, n.Leads = true, core.Ref{Kind: core.KindRequest, ID: 41}
	if got := known.body(ask); !strings.Contains(got, "\nDecide: ssh -t -p 2222 gate.example.test open request/41\n") ||
		!strings.Contains(got, "The Gatehouse server at gate.example.test:2222 sent this") {
		t.Errorf("who decides gets %q", got)
	}
	if got := (&Server{}).body(ask); !strings.Contains(got, "\nDecide in Gatehouse, on the page request/41\n") {
		t.Errorf("who decides gets %q", got)
	}
	n.Decide, n.Event, n.Leads = false, core.NoticeInvitationSent, core.Ref{Kind: core.KindInvitation, ID: 2}
	if got := known.body(ask); !strings.Contains(got, "\nSee it: ssh -t -p 2222 gate.example.test open invitation/2\n") {
		t.Errorf("who is invited gets %q", got)
	}
	n.Event, n.Leads = core.NoticeActivate, core.Ref{}
	n.Activation, n.CodeExpires = "ABCDE-FGHIJ", core.At(time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC))
	got := known.body(ask)
	if !strings.Contains(got, "Your activation code: ABCDE-FGHIJ\nIt works once, until 2026-03-09 10:00 UTC.\n"+
		"Sign in over SSH with a key of yours, and you are asked for it: ssh -t -p 2222 gate.example.test.\n") {
		t.Errorf("the code: %q", got)
	}
	if strings.Contains(subject(ask), "ABCDE") {
		t.Error("a code in a subject line")
	}
	ask.Notices = append(ask.Notices, note("Other", "Hidden reason").Notices...)
	if got := known.body(ask); !strings.Contains(got, "  Other\n") || !strings.Contains(got, "ABCDE-FGHIJ") || subject(ask) != "2 notifications from Gatehouse" {
		t.Errorf("digest: %q", got)
	}
}

// TestSubjects: a subject line is one visible line of at most 200 letters, as who receives the mail decodes it.
func TestSubjects(t *testing.T) {
	server := &Server{from: "gatehouse@acme.test"}
	for name, c := range map[string]struct{ given, want string }{
		"control signs": {"a\r\nBcc: x@evil.test\x1b[2J\u202e\x00z", core.Visible("a\r\nBcc: x@evil.test\x1b[2J\u202e\x00z")},
		"long":          {strings.Repeat("ä", 5_000), strings.Repeat("ä", 199) + "…"},
		"blank ends":    {"  told  ", "told"},
	} {
		msg, err := server.message(note(c.given, ""), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if _, err := msg.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(&raw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := (&mime.WordDecoder{}).DecodeHeader(read.Header.Get("Subject"))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, not %q (%v)", name, got, c.want, err)
		}
	}
}

// TestReach: where people reach the server, as it is set and as it is pasted.
func TestReach(t *testing.T) {
	for given, want := range map[string]string{
		"gate.example.test:2222": "ssh -t -p 2222 gate.example.test open request/41", "gate.example.test": "ssh -t gate.example.test open request/41",
		"gate:22": "ssh -t gate open request/41", "[2001:db8::1]:2222": "ssh -t -p 2222 2001:db8::1 open request/41", "": "",
	} {
		if a, err := ParseAddress(given); err != nil || a.Command("open request/41") != want {
			t.Errorf("%q gives %q, %v", given, a.Command("open request/41"), err)
		}
	}
	for _, given := range []string{":2222", "a b:22", "-oProxyCommand=x:22", "gate:0", "gate:65536", "gate:", "ssh://gate:22", "x@gate:22", "gate;reboot"} {
		if a, err := ParseAddress(given); err == nil {
			t.Errorf("%q is taken as %+v", given, a)
		}
	}
}

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
	if want := body(out); strings.ReplaceAll(string(text), "\r\n", "\n") != want {
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

// What the mails say, as people read them.
func TestBodies(t *testing.T) {
	ask := note("sam@support.test asks to enter Nightly ETL for 4 h", "Reason: INC-41\nsecond line")
	n := &ask.Notices[0]
	n.Event, n.Subjects = core.NoticeRequestFiled, []core.Ref{{Kind: core.KindRequest, ID: 41}, {Kind: core.KindProject, ID: 3}}
	if got := body(ask); strings.Contains(got, "gatehouse open") || !strings.Contains(got, "\n  Reason: INC-41\n  second line\n") {
		t.Errorf("who cannot decide gets %q", got) // N1
	}
	n.Decide = true
	if got := body(ask); !strings.Contains(got, "\nDecide: gatehouse open request/41\n") {
		t.Errorf("who decides gets %q", got)
	}
	n.Decide, n.Event, n.Subjects = false, core.NoticeActivate, []core.Ref{{Kind: core.KindProject, ID: 3}}
	n.Activation, n.CodeExpires = "ABCDE-FGHIJ", core.At(time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC))
	got := body(ask)
	if !strings.Contains(got, "Your activation code: ABCDE-FGHIJ\nIt works once, until 2026-03-09 10:00 UTC.\nSign in over SSH with a key of yours, and you are asked for it. At the console of the house: gatehouse account activate -\n") {
		t.Errorf("the code: %q", got)
	}
	if strings.Contains(subject(ask), "ABCDE") {
		t.Error("a code in a subject line")
	}
	ask.Notices = append(ask.Notices, note("Other", "Hidden reason").Notices...)
	if got := body(ask); !strings.Contains(got, "  Other\n") || !strings.Contains(got, "ABCDE-FGHIJ") || subject(ask) != "2 notifications from Gatehouse" {
		t.Errorf("digest: %q", got)
	}
}

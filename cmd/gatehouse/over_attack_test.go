package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/storage"
	"gatehouse/tui/sshd"
)

// stalled is a client that stops reading at once, until it goes on.
type stalled struct {
	begun, release chan struct{}
	once           sync.Once
	took           int
}

func newStalled() *stalled {
	return &stalled{begun: make(chan struct{}), release: make(chan struct{})}
}

func (s *stalled) Write(b []byte) (int, error) {
	s.once.Do(func() { close(s.begun) })
	<-s.release
	s.took += len(b)
	return len(b), nil
}

// Whoever does not read what a verb gives holds nothing of the house meanwhile: no view of it, which would keep the file
// from using its pages again.
func TestStalledReadersHoldNothing(t *testing.T) {
	f := newFarHouse(t)
	s := f.session("sam")
	for i := range 400 {
		_, err := f.As("ana").RenameAccount(t.Context(), fmt.Sprintf("Ana %d", i))
		f.Must(err)
	}
	store := f.Store().(*storage.Store)
	before := store.Info()
	var all sync.WaitGroup
	var clients []*stalled
	for _, words := range []string{"export -", "activity export -", "backup -", "activity list --all --json", "check --json", "activity verify"} {
		c := newStalled()
		clients = append(clients, c)
		all.Go(func() {
			in := &sshd.Client{Session: s, Args: strings.Fields(words), In: strings.NewReader(""), Out: c, Err: io.Discard}
			if code := f.runs.run(context.Background(), in); code != 0 {
				t.Errorf("%s: exit code %d", words, code)
			}
		})
	}
	for _, c := range clients {
		select {
		case <-c.begun:
		case <-time.After(time.Minute):
			t.Fatal("a verb never wrote")
		}
	}
	stalledAt := store.Info()
	for i := range 600 {
		_, err := f.As("ben").RenameAccount(t.Context(), fmt.Sprintf("Ben %d", i))
		f.Must(err)
	}
	<-time.After(1200 * time.Millisecond) // views of more than one second are counted
	for _, c := range clients {
		close(c.release)
	}
	all.Wait()
	after := store.Info()
	t.Logf("the file: %d KB before, %d KB when all stalled, %d KB after 600 changes more", before.Size>>10, stalledAt.Size>>10, after.Size>>10)
	if n := after.LongViews - before.LongViews; n != 0 {
		t.Errorf("%d views were held while nobody read", n)
	}
}

// A copy of the house needs as much room as the house: only so many are made and sent at once, however many ask.
func TestBackupsAtOnce(t *testing.T) {
	f := newFarHouse(t)
	s := f.session("sam")
	var all sync.WaitGroup
	clients := make([]*stalled, copiesMost)
	for i := range clients {
		c := newStalled()
		clients[i] = c
		all.Go(func() {
			in := &sshd.Client{Session: s, Args: []string{"backup", "-"}, In: strings.NewReader(""), Out: c, Err: io.Discard}
			if code := f.runs.run(context.Background(), in); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
		<-c.begun
	}
	events := f.last()
	if got := f.run(s, "", "backup", "-", "--json"); got.code != exitCodes["unavailable"] || !strings.Contains(got.err, `"reason":"busy"`) || got.out != "" {
		t.Errorf("one more: exit code %d, %s", got.code, got.err)
	}
	if now := f.last(); fmt.Sprint(now) != fmt.Sprint(events) {
		t.Error("what was refused stands in the log")
	}
	for _, c := range clients {
		close(c.release)
	}
	all.Wait()
	if got := f.run(s, "", "backup", "-"); got.code != 0 {
		t.Errorf("afterwards: exit code %d, %s", got.code, got.err)
	}
}

// Lines that are made to cost much cost little, and are answered shortly: a command has at most 32 KiB (trust-D7).
func TestCommandsThatCost(t *testing.T) {
	const most = 32 << 10
	f := newFarHouse(t)
	s := f.session("ana")
	for name, line := range map[string]string{
		"a long word":           strings.Repeat("x", most),
		"a long flag":           "project list --" + strings.Repeat("x", most-20),
		"many words":            "project " + strings.Repeat("x ", most/2-10),
		"many empty words":      strings.Repeat("'' ", most/3),
		"many flags":            "project list " + strings.Repeat("--all ", most/6-10),
		"quotes":                strings.Repeat(`'a'"b"\c`, most/8),
		"a filter":              "project list --filter '" + strings.Repeat("a:b ", most/4-20) + "'",
		"a filter of brackets":  "project list --filter " + strings.Repeat("(", 490),
		"a filter of words":     "project list --all --filter '" + strings.Repeat("a ", 249) + "'",
		"a limit":               "project list --limit 9223372036854775807",
		"a limit below nothing": "project list --limit -9223372036854775808",
		"a cursor":              "project list --after " + strings.Repeat("A", most-40),
		"a number":              "project show " + strings.Repeat("9", most-40),
		"a reason":              "request create 1 --reason '" + strings.Repeat("r", most-60) + "'",
		"a length":              "request create 1 --reason 'INC-1: text' --for " + strings.Repeat("1d", most/2-60),
		"escapes":               "project show '" + strings.Repeat("\x1b]52;c;AAAA\a\x00", most/16) + "'",
	} {
		words, err := sshd.Split(line)
		if err != nil {
			t.Fatal(name, err)
		}
		var out, errs bytes.Buffer
		began := time.Now()
		code := f.runs.run(t.Context(), &sshd.Client{Session: s, Args: words, In: strings.NewReader(""), Out: &out, Err: &errs})
		took := time.Since(began)
		t.Logf("%s: exit code %d in %v, %d and %d bytes", name, code, took.Round(time.Millisecond), out.Len(), errs.Len())
		if errs.Len() > 2*most+1000 || code < 0 || code > 5 || code == 1 {
			t.Errorf("%s: exit code %d, %d bytes of errors", name, code, errs.Len())
		}
		if strings.ContainsAny(out.String()+errs.String(), "\x1b\x00\a") {
			t.Errorf("%s: control characters come back", name)
		}
	}
}

// Input that never ends is read up to what a value may have, and refused then (trust-C5).
func TestEndlessInput(t *testing.T) {
	f := newFarHouse(t)
	for _, words := range []string{
		"ticket open --project 1 --subject Endless --body -", "account key add -", "activity verify --from -",
		"account mfa confirm -", "request create 1 --reason - --for 4h",
	} {
		in := &endless{}
		var errs bytes.Buffer
		code := f.runs.run(t.Context(), &sshd.Client{Session: f.session("ana"), Args: strings.Fields(words), In: in, Out: io.Discard, Err: &errs})
		if code != 2 && code != 4 && code != 3 {
			t.Errorf("%s: exit code %d: %.200s", words, code, &errs)
		}
		if in.given > 20<<20 {
			t.Errorf("%s: %d KB were read", words, in.given>>10)
		}
		t.Logf("%s: exit code %d, %d KB read: %.120s", words, code, in.given>>10, &errs)
	}
}

// endless gives the same for ever.
type endless struct{ given int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	e.given += len(p)
	if e.given > 1<<30 {
		return 0, io.EOF
	}
	return len(p), nil
}

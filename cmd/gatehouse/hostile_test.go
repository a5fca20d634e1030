package main

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/text"
)

// aloneVerbs open an interface, write files or need a house of their own.
var aloneVerbs = map[string]bool{
	"demo": true, "open": true, "serve": true, "init": true, "man": true, "completion": true, "backup": true, "restore": true,
	"import": true, "export": true, "compact": true, "migrate": true, "help": true, "paths": true,
}

// hostileHouse has something of every kind, with hostile text in every field.
func hostileHouse(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(t.Context(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	ctx := context.Background()
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	_, err = h.As("pia").OpenTicket(ctx, h.ETL, core.TicketInput{Subject: "It fails", Body: "Since Monday.\nWhy?"})
	h.Must(err)
	_, err = h.As("pia").CreateBucket(ctx, h.ETL, core.BucketInput{Name: "raw", Description: "What comes in"})
	h.Must(err)
	_, _, err = h.As("pia").Invite(ctx, core.InviteInput{Unit: h.ETL.Ref(), Email: "otto@elsewhere.test", Reason: "Helps"})
	h.Must(err)
	_, err = h.As("ana").CreateRole(ctx, h.Acme, "dev team", "Develops")
	h.Must(err)
	h.Hostile(rand.New(rand.NewPCG(5, 6)))
	h.Must(store.Update(ctx, func(tx core.Tx) error {
		for _, name := range []string{"sam", "ana", "pia"} {
			a, _, err := tx.Accounts().Get(h.People[name])
			if err != nil {
				return err
			}
			a.Email = h.Emails[name]
			if err := tx.Accounts().Put(a); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

// foreign says what an output must not hold, or nothing: it is text, line breaks, tabs between cells, and on a terminal
// the bold of a heading.
func foreign(out string, terminal bool) string {
	if !utf8.ValidString(out) {
		return "bad UTF-8"
	}
	if terminal {
		out = strings.NewReplacer("\x1b[1m", "", "\x1b[m", "").Replace(out)
	} else { // names are whole there, emoji with their joiners too
		for cell := range strings.FieldsFuncSeq(out, func(r rune) bool { return r == '\n' || r == '\t' }) {
			if core.Visible(cell) != cell {
				return strconv.QuoteToASCII(cell)
			}
		}
		return ""
	}
	for _, r := range out {
		if r != '\n' && text.Hidden(r) {
			return strconv.QuoteRuneToASCII(r)
		}
	}
	return ""
}

// TestTrustC1_HostileVerbs: every verb over a house full of hostile text, and with hostile words as arguments: tables,
// JSON, sentences and errors let out nothing but text (trust-C1).
func TestTrustC1_HostileVerbs(t *testing.T) {
	suite.Sequential(t)
	h := hostileHouse(t)
	var verbs [][]string
	var visit func(cmd *cobra.Command, path []string)
	visit = func(cmd *cobra.Command, path []string) {
		for _, sub := range cmd.Commands() {
			if !aloneVerbs[sub.Name()] && !sub.Hidden {
				visit(sub, append(path[:len(path):len(path)], sub.Name()))
			}
		}
		if cmd.Runnable() && len(path) > 0 {
			verbs = append(verbs, path)
		}
	}
	visit(newTree(), nil)
	bad := "Acme\x1b]8;;http://x\x1b\\\u202e\x9b31m\u0085"
	runs, shown := 0, 0
	for n, verb := range verbs {
		for i, args := range [][]string{nil, {"1"}, {"--project", "1"}, {"--org", "1"}, {bad}, {"1", bad}, {"1", "--reason", bad, "--for", "4h"}, {"--filter", bad}, {"--" + bad}} {
			if !deep() && (n+i)%3 != 0 {
				continue
			}
			as := []string{"sam", "ana", "pia"}[i%3]
			for _, on := range []struct {
				width int
				extra []string
			}{{0, []string{"--json"}}, {0, nil}, {100, nil}} {
				w := newWorld(t, bad, on.width)
				w.Clock = func() time.Time { return h.Clock.Now() }
				w.opened = h.House
				line := append(append(append([]string{}, verb...), args...), append(on.extra, "--as", h.Emails[as])...)
				w.Execute(t.Context(), line)
				runs++
				for _, out := range []string{w.out.String(), w.err.String()} {
					if fault := foreign(out, on.width > 0); fault != "" {
						t.Errorf("gatehouse %q lets out %s:\n%+.600q", line, fault, out)
					}
					if strings.Contains(out, "‹U+") || strings.Contains(out, `\u001b`) {
						shown++
					}
				}
			}
		}
	}
	if shown == 0 {
		t.Error("no verb shows hostile text")
	}
	t.Logf("%d verbs, %d runs, %d outputs show hostile text", len(verbs), runs, shown)
}

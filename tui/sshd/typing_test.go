package sshd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// pages is the runner of the interface that begins with the page that the command names.
func (h *served) pages(ctx context.Context, c *sshd.Client) int {
	actor := c.Session.Actor()
	me, err := actor.Me(ctx)
	if err != nil {
		return 1
	}
	s := &app.Session{House: h.House.House, Changes: h.Watch(ctx), Now: h.Clock.Now}
	screen.Become(s, actor, me, screen.Wishes{})
	if err := app.Run(ctx, s, screen.Kinds(start.Options{}), app.Page{Kind: c.Command}, c.RunOptions()); err != nil {
		_, _ = fmt.Fprintln(c.Err, err)
		return 1
	}
	return 0
}

// answers are what terminals say by themselves, some of them with text that others may have put there: none is typing.
var answers = []string{
	"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]4;1;rgb:cdcd/0000/0000\a", "\x1b]52;c;QUFBQQ==\a", "\x1b]52;c;DQ0NeQ==\x1b\\",
	"\x1b]lTITLE\x1b\\", "\x1b]LICON\x1b\\", "\x1bP1$r0mSTATUS\x1b\\", "\x1bP>|XTERM(380)\x1b\\", "\x1bP!|7E565445\x1b\\",
	"\x1bP1+r544e=78746572\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x1b[?64;1;2;6;22c", "\x1b[>41;380;0c", "\x1b[0n", "\x1b[?997;1n",
	"\x1b[?2026;2$y", "\x1b[?24;80R", "\x1b[8;24;80t", "\x1b[6;18;9t", "\x1b[?0u", "\x1b[I", "\x1b[O",
}

// What a terminal says by itself, floods of keys that mean nothing, storms of sizes and pastes of a megabyte, with a form
// or a search open: nothing of it becomes text or a decision, the server lives, and the keys work after it (trust-C5, D6).
func TestHostileTyping(t *testing.T) {
	h := built(t)
	h.AutoJoin(false)
	h.open(func(o *sshd.Options) { o.Run = h.pages })
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test wants the seed
	before := h.decisions()
	for _, c := range []struct{ who, page, await, keys, form string }{
		{"ana", "account", "ana@acme.test", "je", "Rename"},
		{"sam", "tickets", "Tickets", "/", "/"},
		{"sam", "projects", "Nightly ETL", "J", "Reason"},
		{"sam", "organizations", "Organizations", "/", "/"},
		{"ana", "home", "ana@", ":", "Go to or do"},
	} {
		t.Run(c.page, func(t *testing.T) {
			h.Clock.Move(time.Minute)
			login := sshtest.Login{Keys: []gossh.Signer{h.key(c.who)}}
			if c.who == "sam" {
				login.Answers = []string{h.Code("sam")}
			}
			term := sshtest.Dial(t, h.addr, login).Terminal(100, 30, c.page).Await(c.await).Type(c.keys).Await(c.form)
			for _, a := range answers {
				term.Type(a)
				if _, err := term.TryType([]byte(a)[:len(a)/2]); err != nil { // in two pieces
					t.Fatal(err)
				}
				term.Type(a[len(a)/2:])
			}
			term.Type("Zq").Await("Zq")
			for _, word := range []string{"rgb", "QUFB", "TITLE", "ICON", "STATUS", "XTERM", "7E56", "544e", "i=31", "[O", "[I"} {
				if strings.Contains(term.Text(), word) {
					t.Errorf("%q is taken for typing:\n%s", word, term.Text())
				}
			}
			term.Type("\x7f\x7f").AwaitGone("Zq")
			grown := peak(t, func() {
				term.Type(strings.Repeat("\x1b[97;1:3u\x1b[57441;2u\x00", 100))
				for range 2_000 {
					if err := term.Size(rng.IntN(520), rng.IntN(220)); err != nil {
						t.Fatal(err)
					}
				}
				term.Resize(100, 30)
				term.Type("\x1b[200~" + strings.Repeat("x\r\n\x00\x1b[A", 1<<17) + "\x1b[201~").Await("was cut")
			})
			t.Logf("the heap grew by %d KB, client included", grown>>10)
			if grown > 32<<20 {
				t.Errorf("the heap grew by %d KB", grown>>10)
			}
			interrupted(t, term)
			term.Close()
		})
	}
	if after := h.decisions(); after != before {
		t.Errorf("%d events were written", after-before)
	}
}

// decisions counts the events that are no sign-in, sign-out or key of the test.
func (h *served) decisions() (n int) {
	h.t.Helper()
	h.Must(h.Store().View(context.Background(), func(tx core.Tx) error {
		_, err := tx.Events().Scan(core.Scan{}, func(e core.Event) (bool, error) {
			if !strings.HasPrefix(string(e.Action), "session.") && !strings.HasPrefix(string(e.Action), "account.key") {
				n++
			}
			return true, nil
		})
		return err
	}))
	return n
}

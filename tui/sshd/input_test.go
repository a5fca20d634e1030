package sshd_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/app"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// screens is the runner of the whole interface, as cmd has it.
func (h *served) screens(ctx context.Context, c *sshd.Client) int {
	if c.Terminal == nil {
		return runs(ctx, c)
	}
	actor := c.Session.Actor()
	me, err := actor.Me(ctx)
	if err != nil {
		return 1
	}
	s := &app.Session{House: h.House.House, Changes: h.Watch(ctx), Now: h.Clock.Now}
	screen.Become(s, actor, me, screen.Wishes{})
	if err := app.Run(ctx, s, screen.Kinds(start.Options{}), app.Page{Kind: "home"}, c.RunOptions()); err != nil {
		_, _ = fmt.Fprintln(c.Err, err)
		return 1
	}
	return 0
}

// interrupted types ctrl+c until it is heard: the second one quits, which is hearing too.
func interrupted(t *testing.T, term *sshtest.Terminal) {
	t.Helper()
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	late := time.After(sshtest.Patience)
	term.Type("\x03")
	for !strings.Contains(term.Text(), "again to quit") {
		select {
		case <-term.Ended():
			if term.Wait() != 0 {
				t.Fatalf("it ended:\n%s", term.Raw())
			}
			return
		case <-again.C:
			term.Type("\x03")
		case <-late:
			t.Fatalf("keys are not heard:\n%s", term.Text())
		}
	}
}

// The real screens over SSH: somebody sees without a key what somebody else did, and both leave with the terminal as it
// was.
func TestScreensOverSSH(t *testing.T) {
	h := built(t)
	h.open(func(o *sshd.Options) { o.Run = h.screens })
	ana := h.dial("ana").Terminal(120, 40, "")
	ben := h.dial("ben").Terminal(80, 24, "")
	ana.Await("ana@", "Latest activity")
	ben.Await("ben@", "Latest activity")
	acme, err := h.As("ana").Organization(context.Background(), h.Acme)
	h.Must(err)
	_, err = h.As("ana").RenameOrganization(context.Background(), h.Acme, acme.Version, "Acme Rockets")
	h.Must(err)
	began := time.Now()
	ana.Await("Acme Rockets")
	ben.Await("Acme Rockets")
	t.Logf("both saw it within %v", time.Since(began).Round(time.Millisecond))
	ana.Resize(60, 16).Type("?").Await("Help").Type("\x1b").AwaitGone("Help:")
	for _, term := range []*sshtest.Terminal{ana, ben} {
		term.Type("\x03").Await("again to quit").Type("\x03")
		if code := term.Wait(); code != 0 {
			t.Errorf("code %d", code)
		}
		restored(t, term.Raw())
	}
}

// A paste that never ends is cut and told, a sequence that never ends is swallowed; keys work after both, and both cost
// no memory (trust-C5, C6, C7).
func TestFloodsOfInput(t *testing.T) {
	h := built(t)
	h.open(func(o *sshd.Options) { o.Run = h.screens })
	block := strings.Repeat("A", 32<<10)
	for _, flood := range []struct {
		name, begin, told string
		size              int
	}{
		{"a paste that never ends", "\x1b[200~", "The pasted text was cut", 64 << 20},
		{"an OSC that never ends", "\x1b]52;c;", "", often(16, 64) << 20},
		{"a DCS that never ends", "\x1bP", "", often(16, 64) << 20},
	} {
		term := h.dial("ana").Terminal(120, 40, "")
		term.Await("ana@", "Latest activity")
		used, at := cpu(t), time.Now()
		grown := peak(t, func() {
			term.Type(flood.begin)
			for sent := 0; sent < flood.size; sent += len(block) {
				term.Type(block)
				if sent == 8*len(block) && flood.told != "" { // while it goes on: it is told for some seconds only
					term.Await(flood.told)
				}
			}
			if flood.told == "" {
				term.Type("\x1b\\")
			}
		})
		t.Logf("%s, %d MB: the heap grew by %d KB, client included; %v of a core in %v", flood.name, flood.size>>20, grown>>10,
			(cpu(t) - used).Round(time.Millisecond), time.Since(at).Round(time.Millisecond))
		if grown > 16<<20 {
			t.Errorf("%s: the heap grew by %d KB", flood.name, grown>>10)
		}
		interrupted(t, term)
		term.Close()
	}
	for _, end := range []int{1 << 10, 64 << 10, often(1, 64) << 20} { // pastes that end
		term := h.dial("ana").Terminal(120, 40, "")
		term.Await("ana@", "Latest activity").Type("\x1b[200~" + strings.Repeat("B", end) + "\x1b[201~")
		interrupted(t, term)
		term.Close()
	}
}

// tally counts what it is told, and does nothing else.
type tally struct{ n int }

func (c tally) Init() tea.Cmd                       { return nil }
func (c tally) Update(tea.Msg) (tea.Model, tea.Cmd) { c.n++; return c, nil }
func (c tally) View() tea.View                      { return tea.NewView(fmt.Sprintf("told %d.", c.n)) }

// Random bytes are keys, and far more of them than anybody types: they have to wait, so they cost little, and nobody
// else notices; in the end the session is closed (trust-C7).
func TestRandomBytes(t *testing.T) {
	h := built(t)
	h.open(func(o *sshd.Options) {
		o.Run = func(ctx context.Context, c *sshd.Client) int {
			if c.Command == "tally" {
				return draws(tally{})(ctx, c)
			}
			return h.screens(ctx, c)
		}
	})
	other := h.dial("ben").Terminal(80, 24, "")
	other.Await("ben@")
	noisy := h.dial("ana").Terminal(120, 40, "tally")
	noisy.Await("told")
	go func() { // recovers: it has nothing that panics
		_, _ = io.Copy(writer(noisy.TryType), io.LimitReader(rand.NewChaCha8([32]byte{7}), 16<<20))
	}()
	grown := peak(t, func() { noisy.Await("told 12") }) // what may come at once is over
	used, at := cpu(t), time.Now()
	<-time.After(1500 * time.Millisecond) // the time that is measured
	share := float64(cpu(t)-used) / float64(time.Since(at))
	t.Logf("random bytes: %.1f %% of a core, the client included; the heap grew by %d KB", 100*share, grown>>10)
	if grown > 16<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	other.Type("\x03").Await("again to quit")
	if deep {
		noisy.Wait()
	}
	whole := h.dial("ana").Terminal(120, 40, "") // whatever the keys do, the server stays
	whole.Await("ana@")
	_, _ = io.Copy(writer(whole.TryType), io.LimitReader(rand.NewChaCha8([32]byte{8}), 1<<18))
	whole.Close()
	if r := h.dial("ben").Run("who", ""); r.Code != 0 {
		t.Errorf("%+v", r)
	}
}

// writer is a function that writes.
type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

package screen_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/text"
)

// full fills the start house with one of everything that a screen shows.
func full(t *testing.T, h *screentest.House) {
	t.Helper()
	ctx := context.Background()
	err := func(_ any, err error) { t.Helper(); h.Must(err) }
	_, joinErr := h.As("sue").JoinProject(ctx, h.ETL, &core.Entry{Reason: screentest.Incident, Term: core.Term{For: 240}})
	h.Must(joinErr)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	q := h.Request("max", h.ETL, "Look at the load")
	err(h.As("pia").RejectRequest(ctx, q, 0, "Not today"))
	ticket, ticketErr := h.As("pia").OpenTicket(ctx, h.ETL, core.TicketInput{Subject: "It fails", Body: "Since Monday.\nWhy?"})
	err(ticket, ticketErr)
	err(h.As("lea").CommentTicket(ctx, ticket.ID, "Since when?\nTell us."))
	bucket, bucketErr := h.As("pia").CreateBucket(ctx, h.ETL, core.BucketInput{Name: "raw", Description: "What comes in"})
	err(bucket, bucketErr)
	_, _, inviteErr := h.As("pia").Invite(ctx, core.InviteInput{Unit: h.ETL.Ref(), Email: "otto@elsewhere.test", Reason: "Helps with the load"})
	h.Must(inviteErr)
	err(h.As("ana").CreateRole(ctx, h.Acme, "dev team", "Develops"))
	err(h.As("pia").GrantRole(ctx, h.ETL, "DEV_TEAM", core.RoleGuest))
	city, name := "Oslo", "Acme Ltd"
	err(h.As("ana").SetBilling(ctx, h.Acme, 0, core.BillingPatch{City: &city, LegalName: &name}))
	off := h.Project("ana", "Reports")
	err(h.As("sam").DisableProject(ctx, off, 0, "Broken disk", 0))
	gone := h.Project("ana", "Gone")
	h.Must(h.As("ana").LeaveProject(ctx, gone))
	err(h.As("ana").RemoveProject(ctx, gone, 0))
}

// everyPage are the pages that the test walks over, by who looks.
var everyPage = map[string][]string{
	"sam": {"home", "requests", "organizations", "projects", "maintainers", "tickets", "activity", "inbox", "account", "accounts", "org/1", "project/1", "maintainer/1"},
	"ana": {"home", "org/1", "org/1/settings", "project/1", "project/2", "inbox", "activity", "buckets", "request/1"},
	"pia": {"home", "project/1", "request/1", "request/2", "visit/1", "ticket/1", "bucket/1", "invitation/1", "why"},
	"lea": {"maintainer/1", "ticket/1", "tickets", "org/1"},
}

// own fails the test when a frame holds anything but text and SGR sequences, and counts it.
func own(t *testing.T, d *driver.Driver, where string) {
	t.Helper()
	f := d.Model().Frame()
	if !utf8.ValidString(f) {
		t.Fatalf("%s: bad UTF-8", where)
	}
	for i := 0; i < len(f); {
		r, n := utf8.DecodeRuneInString(f[i:])
		if r == 0x1b {
			end := strings.IndexByte(f[i:], 'm')
			if end < 2 || f[i+1] != '[' || strings.Trim(f[i+2:i+end], "0123456789;:") != "" || concealed(f[i+2:i+end]) {
				t.Fatalf("%s: a foreign sequence %+.40q", where, f[i:])
			}
			i += end + 1
			continue
		}
		if r != '\n' && text.Hidden(r) {
			t.Fatalf("%s: %U leaves in %+.60q", where, r, f[max(0, i-30):])
		}
		i += n
	}
	if title := d.Model().View().WindowTitle; title != text.Clean(title) {
		t.Fatalf("%s: the title of the window is %+q", where, title)
	}
}

func concealed(sgr string) bool { return sgr == "8" || strings.HasPrefix(sgr, "8;") }

// TestTrustC1_HostileScreens: hostile text in every field of every record, past core, and every page with its tabs and
// cards, in true colour: only text and the interface's own sequences leave, and every line has its exact width
// (trust-C1, trust-C2, trust-C4).
func TestTrustC1_HostileScreens(t *testing.T) {
	suite.Sequential(t)
	rounds, step, keys := 1, 12, "acdeAfhimnoprstuvwxyYzDEGHIJKLMNOPQRTUVWXZ?:/"
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		rounds, step = 3, 2
	case testing.Short():
		keys = "aeAY"
	}
	frames, escaped := 0, 0
	for round := range rounds {
		h := house(t)
		full(t, h)
		rng := rand.New(rand.NewPCG(7, uint64(round)))
		h.Hostile(rng)
		for who, links := range everyPage {
			for n, link := range links {
				size := driver.Sizes[(n+round)%len(driver.Sizes)]
				d := h.Open(t, who, link).Resize(size[0], size[1])
				for tab := range 6 {
					where := fmt.Sprintf("%s, %s, tab %d, %v, round %d", who, link, tab, size, round)
					own(t, d, where)
					frames++
					if strings.Contains(d.Frame(), "‹U+") {
						escaped++
					}
					for _, key := range keys {
						if (int(key)+tab+n)%step != 0 {
							continue
						}
						d.Press(string(key))
						own(t, d, where+", key "+string(key))
						d.Press("esc")
						own(t, d, where+", esc behind "+string(key))
						d.Press("esc")
						frames += 2
					}
					d.Press("j", "tab")
				}
			}
		}
	}
	if escaped < 100 {
		t.Errorf("only %d frames show hostile text", escaped)
	}
	t.Logf("%d frames, %d show hostile text", frames, escaped)
}

// TestTrustC2_OpenEnd: a name that ends in an open sequence hides nothing of what stands behind it (trust-C2).
func TestTrustC2_OpenEnd(t *testing.T) {
	suite.Sequential(t)
	h := house(t)
	for _, end := range []string{"\x1b", "\x1b]0;", "\x1b]8;;http://x", "\x1b[", "\x1bP", "\x1b_", "\u009d", "\u009b", "\x9d", "\u202e", "\u2066"} {
		h.Must(h.Store().Update(context.Background(), func(tx core.Tx) error {
			o, _, err := tx.Organizations().Get(h.Acme)
			if err != nil {
				return err
			}
			o.Name = "Acme" + end
			return tx.Organizations().Put(o)
		}))
		for _, size := range driver.Sizes {
			d := h.Open(t, "sam", "organizations").Resize(size[0], size[1])
			own(t, d, "organizations")
			d.ExpectLine("Acme‹", "on").Expect("enter open")
		}
		h.Open(t, "ana", "project/1").Expect("Acme‹", "Nightly ETL")
	}
}

// TestTrustC4_ExactCells: stacked marks, joined emoji and wide characters at sizes from one cell to a wall of them: the
// driver holds every frame to its exact cells (trust-C4).
func TestTrustC4_ExactCells(t *testing.T) {
	count := 500
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		count = 5_000
	case testing.Short():
		count = 100
	}
	h := house(t)
	h.Strange()
	marks := "Z" + strings.Repeat("\u0301\u0489", 20) + "👩\u200d👩\u200d👧\u200d👦🇩🇪🇩日本語한국어नि👍🏽"
	h.Must(h.Store().Update(context.Background(), func(tx core.Tx) error {
		p, _, err := tx.Projects().Get(h.ETL)
		if err != nil {
			return err
		}
		p.Name = strings.Repeat(marks, 2)
		return tx.Projects().Put(p)
	}))
	rng := rand.New(rand.NewPCG(3, 4))
	var views []*driver.Driver
	for _, link := range []string{"home", "projects", "requests", "org/1", "project/1", "activity", "inbox"} {
		views = append(views, h.Open(t, "ana", link))
	}
	for i := range count {
		d := views[i%len(views)]
		w, height := 1+rng.IntN(500), 1+rng.IntN(200)
		switch i % 4 {
		case 0:
			w, height = 1+rng.IntN(90), 1+rng.IntN(30)
		case 1:
			w, height = 55+rng.IntN(80), 14+rng.IntN(30)
		}
		d.Resize(w, height)
	}
	for _, size := range [][2]int{{1, 1}, {500, 200}, {1, 200}, {500, 1}} {
		for _, d := range views {
			d.Resize(size[0], size[1])
		}
	}
}

// TestTrustC6_HugePaste: of a paste of 64 MB the first 64 KiB are taken, next to no memory, and the interface says so;
// the field is still held to its own limit, and nothing is stored (trust-C5, trust-C6).
func TestTrustC6_HugePaste(t *testing.T) {
	suite.Sequential(t)
	h := house(t)
	h.AutoJoin(false)
	most := 64 << 20
	if testing.Short() {
		most = 4 << 20
	}
	for kind, paste := range map[string]string{
		"letters": strings.Repeat("x", most), "lines": strings.Repeat("line\n", most/5), "wide": strings.Repeat("日", most/3), "bytes": strings.Repeat("\x9b", most),
	} {
		for where, keys := range map[string][]string{"organizations": {"e"}, "projects": {"J"}, "tickets": {"/"}, "requests": {"/"}} {
			d := h.Open(t, "sam", where).Press(keys...)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			d.Paste(paste)
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
				t.Errorf("%s into %s: %d MiB are kept", kind, where, grown>>20)
			}
			d.Expect("The pasted text was cut")
			own(t, d, where)
			d.Press("esc", "esc")
		}
	}
}

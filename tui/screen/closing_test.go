package screen_test

import (
	"os"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/tui/screen/screentest"
)

// Whatever takes the sight of a unit away closes its pages at once, without a key: nothing of it stays on the screen, the
// page says why, and open cards go.
func TestPagesCloseAtOnce(t *testing.T) {
	suite.Sequential(t)
	type step func(h *screentest.House)
	remove := func(by, name string, unit func(h *screentest.House) core.Unit) step {
		return func(h *screentest.House) { h.Must(h.As(by).RemoveMember(ctx, unit(h), h.People[name], 0)) }
	}
	etl := func(h *screentest.House) core.Unit { return h.ETL.Ref() }
	acme := func(h *screentest.House) core.Unit { return h.Acme.Ref() }
	visit := func(h *screentest.House) {
		q := h.Request("sue", h.ETL, "Look at the load")
		_, err := h.As("pia").ApproveRequest(ctx, q, 0, core.Term{})
		h.Must(err)
	}
	for _, c := range []struct {
		name, who string
		tabs      []string
		link      string
		card      []string // keys that open a card
		given, do step
		gone      []string
		says      string
	}{
		{
			name: "a user of a project", who: "cyd", link: "project/1", tabs: []string{"users", "requests", "access", "buckets", "tickets", "settings", "activity"},
			do: remove("pia", "cyd", etl), gone: []string{"Nightly ETL", "pia@data.test"}, says: "project 1",
		},
		{
			name: "a card of it", who: "cyd", link: "project/1/users", card: []string{"L"},
			do: remove("pia", "cyd", etl), gone: []string{"Nightly ETL", "pia@data.test", "Leave"}, says: "project 1",
		},
		{
			name: "the palette over it", who: "cyd", link: "project/1/users", card: []string{":"},
			do: remove("pia", "cyd", etl), gone: []string{"Nightly ETL", "Go to or do"}, says: "project 1",
		},
		{
			name: "its request", who: "cyd", link: "request/1", card: []string{"A"},
			do: remove("pia", "cyd", etl), gone: []string{"Approve request", "sam@support.test", "INC-41"}, says: "request 1",
		},
		{
			name: "a member of an organization", who: "ben", link: "organization/1",
			tabs: []string{"projects", "members", "roles", "invitations", "settings", "billing", "buckets", "activity"},
			do:   remove("ana", "ben", acme), gone: []string{"Acme", "ana@acme.test", "Nightly ETL"}, says: "organization 1",
		},
		{
			name: "a project of that organization", who: "ben", link: "project/1", tabs: []string{"users", "settings"},
			do: remove("ana", "ben", acme), gone: []string{"Nightly ETL", "pia@data.test"}, says: "project 1",
		},
		{
			name: "the organization of a visitor without other sight", who: "sue", link: "visit/1", given: visit, card: []string{"E"},
			do: func(h *screentest.House) { _, err := h.As("pia").RevokeVisit(ctx, 1, 0, ""); h.Must(err) }, gone: []string{"Ask to stay"}, says: "revoked",
		},
		{
			name: "a visit that ends by the clock", who: "sue", link: "visit/1", given: visit, card: []string{"L"},
			do: func(h *screentest.House) { h.Tick(5 * time.Hour) }, gone: []string{"Leave Nightly"}, says: "ended",
		},
		{
			name: "a right taken away", who: "cyd", link: "project/1/settings", card: []string{"e"},
			do: func(h *screentest.House) {
				_, err := h.As("pia").SetRole(ctx, h.ETL, h.People["cyd"], 0, "guest")
				h.Must(err)
			},
			gone: []string{"Rename Nightly"}, says: "Nightly ETL",
		},
		{
			name: "Require MFA", who: "cyd", link: "project/1", tabs: []string{"users", "activity"},
			do: func(h *screentest.House) {
				h.EnrolMFA("ana")
				_, err := h.As("ana").RequireMFA(ctx, h.Acme, 0, true)
				h.Must(err)
			},
			gone: []string{"pia@data.test"}, says: "MFA",
		},
		{
			name: "the organization", who: "pia", link: "project/1/users",
			do: func(h *screentest.House) { _, err := h.As("ana").DeleteProject(ctx, h.ETL, 0); h.Must(err) }, gone: []string{"cyd@acme.test"}, says: "project 1",
		},
	} {
		tabs := c.tabs
		if tabs == nil {
			tabs = []string{""}
		}
		for _, tab := range tabs {
			link := c.link
			if tab != "" {
				link += "/" + tab
			}
			for _, paused := range []bool{false, true} {
				t.Run(c.name+"/"+tab, func(t *testing.T) {
					h, _ := waiting(t)
					if c.given != nil {
						c.given(h)
					}
					d := h.Open(t, c.who, link)
					// The other tabs were looked at too: nothing of them may come back.
					d.Press("tab", "shift+tab")
					if paused {
						d.Press("P")
					}
					d.Press(c.card...)
					before := d.Frame()
					c.do(h)
					d.AwaitChange().Advance(time.Second)
					d.ExpectNot(c.gone...).Expect(c.says)
					if c.tabs != nil {
						d.Press("tab").ExpectNot(c.gone...).Press("tab").ExpectNot(c.gone...)
					}
					d.Press("enter", "h", "[", "]")
					if t.Failed() {
						t.Log("\n" + before)
					}
				})
			}
		}
	}
}

// trust-B9: whoever is removed while a confirm card is open decides nothing any more, whether the press or the news is
// quicker, and the screen closes; let in again, they see the page again.
func TestRemovedWhileConfirming(t *testing.T) {
	suite.Sequential(t)
	h, id := waiting(t)
	d := h.Open(t, "cyd", "project/1/requests").Resize(80, 24)
	rounds := 50
	if os.Getenv("GATEHOUSE_DEEP") != "" {
		rounds = 500
	}
	for i := range rounds {
		d.Expect("INC-41").Press("g", "A").Expect("Approve request 1?")
		h.Must(h.As("pia").RemoveMember(ctx, h.ETL.Ref(), h.People["cyd"], 0))
		if i%2 == 0 {
			d.Press("enter").ExpectNot("Approved request")
		}
		d.AwaitChange().ExpectNot("Approve request 1?", "INC-41", "sam@support.test", "Nightly ETL").Expect("project 1")
		d.Press("enter", "A", "enter").ExpectNot("Approve request 1?", "Approved request")
		if q := requestOf(t, h, id); q.State != core.RequestPending {
			t.Fatalf("round %d: decided by somebody who was removed: %+v", i, q.Request)
		}
		h.Add("pia", h.ETL.Ref(), "cyd", core.AddInput{})
		d.AwaitChange()
	}
}

// What was typed in a form that closes is kept; a form whose target only changed stays.
func TestTypedTextIsKept(t *testing.T) {
	h, id := waiting(t)
	cyd := h.Open(t, "cyd", "requests")
	cyd.Press("D").Type("Come back on Monday")
	cyd.Expect("Come back on Monday")
	_, err := h.As("pia").ApproveRequest(ctx, id, 0, core.Term{})
	h.Must(err)
	cyd.AwaitChange().ExpectNot("Reject request 1?").Expect("was approved by pia@data.test", "show unsaved text")
	cyd.Press(":").Type("unsaved").Advance(time.Second).Press("enter").Expect("Typed, not saved", "Note: Come back on Monday").Press("esc")

	pia := h.Open(t, "pia", "project/1/settings")
	pia.Press("e").Expect("Rename Nightly ETL").Type(" two")
	_, err = h.As("ana").RenameProject(ctx, h.ETL, 0, "Daily ETL")
	h.Must(err)
	pia.AwaitChange().Expect("Rename Nightly ETL", "Nightly ETL two", "was changed while you were looking").Press("ctrl+s").Expect("Nightly ETL two")
	pia.Press("esc", "esc").ExpectNot("Rename").Expect("Daily ETL")
}

// A table of many drops the rows that somebody else decided, and closes with the last of them.
func TestTableDropsWhatIsDecided(t *testing.T) {
	h, first := waiting(t)
	second := h.Request("lea", h.ETL, "Quarterly review")
	cyd := h.Open(t, "cyd", "requests")
	cyd.Press("space", "j", "space", "A").Expect("Approve 2 requests?", "[ Approve 2 ]")
	_, err := h.As("pia").RejectRequest(ctx, first, 0, "")
	h.Must(err)
	cyd.AwaitChange().Expect("Approve 1 request?", "left out: ", "[ Approve 1 ]")
	_, err = h.As("pia").RejectRequest(ctx, second, 0, "")
	h.Must(err)
	cyd.AwaitChange().ExpectNot("Approve 1 request?").Expect("rejected by pia@data.test")
}

// A menu goes with what it was opened for.
func TestMenuClosesWithItsRecord(t *testing.T) {
	h := house(t)
	ana := h.Open(t, "ana", "organization/1/roles")
	ana.Press("e").Expect("choose whom to give it to")
	h.Must(h.As("ben").RemoveMember(ctx, h.Acme.Ref(), h.People["ana"], 0))
	ana.AwaitChange().ExpectNot("choose whom to give it to")
}

// The end of an account ends the interface, with a sentence that says why.
func TestAccountGone(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(h *screentest.House) error
	}{
		{"removed", func(h *screentest.House) error { return h.As("sam").RemoveAccount(ctx, h.People["cyd"], "left") }},
		{"expired", func(h *screentest.House) error {
			_, err := h.As("sam").SetAccountExpiry(ctx, h.People["cyd"], h.Now().Add(time.Hour))
			h.Clock.Move(2 * time.Hour)
			_, _ = h.Sweep(ctx)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _ := waiting(t)
			d := h.Open(t, "cyd", "requests")
			d.Press("A").Expect("Approve request")
			h.Must(c.do(h))
			d.AwaitChange()
			if !d.Quit() {
				t.Fatal("the interface goes on:\n" + d.Frame())
			}
			if err := d.Model().Ended(); err == nil {
				t.Error("and does not say why")
			} else {
				t.Log(err)
			}
		})
	}
}

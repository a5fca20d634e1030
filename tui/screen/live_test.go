package screen_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/screentest"
)

var ctx = context.Background()

// sam waits to enter Nightly ETL, whose users are Pia and Cyd.
func waiting(t *testing.T) (*screentest.House, core.RequestID) {
	t.Helper()
	h := house(t)
	h.AutoJoin(false)
	h.Add("pia", h.ETL.Ref(), "cyd", core.AddInput{})
	return h, h.Request("sam", h.ETL, screentest.Incident)
}

// What one session decides, the other shows without a key: lists, pages, Home, users, the numbers of rail and title.
func TestTwoSessionsSeeEachOther(t *testing.T) {
	for _, c := range []struct {
		link          string
		before, after string
	}{
		{"requests", "INC-41", "Nothing waits for a decision."},
		{"request/1", "asks to enter", "approved by pia@data.test"},
		{"home", "1 waits for you", "0 wait for you"},
		{"project/1/users", "asks", "visitor"},
		{"project/1/requests", "Requests 1", "Requests   "},
	} {
		t.Run(c.link, func(t *testing.T) {
			h, _ := waiting(t)
			cyd, pia := h.Open(t, "cyd", c.link), h.Open(t, "pia", "request/1")
			cyd.Expect(c.before, "1 waiting").ExpectLine("2 Requests", "1")
			pia.Press("A", "enter").Expect("Approved request 1")
			cyd.AwaitChange().Expect(c.after).ExpectNot("1 waiting", c.before)
		})
	}
}

// P holds back what is seen, and shows it when it is pressed again.
func TestPauseHoldsBack(t *testing.T) {
	h, id := waiting(t)
	cyd := h.Open(t, "cyd", "requests")
	cyd.Press("P").Expect("paused", "INC-41", "1 waiting")
	_, err := h.As("pia").RejectRequest(ctx, id, 0, "")
	h.Must(err)
	cyd.AwaitChange().Expect("paused, changes wait", "INC-41", "1 waiting")
	cyd.Press("P").ExpectNot("paused", "INC-41", "1 waiting")
}

// A card whose request somebody else decided says so at once, and its button is gone; a press that was quicker is
// refused by core.
func TestDecideCardOfDecidedRequest(t *testing.T) {
	for _, quick := range []bool{false, true} {
		h, id := waiting(t)
		cyd, pia := h.Open(t, "cyd", "requests"), h.Open(t, "pia", "requests")
		cyd.Press("A").Expect("Approve request 1?")
		pia.Press("D").Type("Not now").Press("ctrl+s", "tab", "enter")
		if q := requestOf(t, h, id); q.State == core.RequestPending {
			pia.Press("shift+tab", "shift+tab", "enter")
		}
		if q := requestOf(t, h, id); q.State != core.RequestRejected {
			t.Fatalf("pia has not decided: %s", q.State)
		}
		if quick {
			cyd.Press("enter").Expect("Request 1 was rejected by pia@data.test")
		}
		cyd.AwaitChange().ExpectNot("Approve request 1?").Expect("Request 1 was rejected by pia@data.test").Press("enter")
		if q := requestOf(t, h, id); q.State != core.RequestRejected || q.By != h.People["pia"] {
			t.Fatalf("decided twice: %+v", q)
		}
	}
}

func requestOf(t *testing.T, h *screentest.House, id core.RequestID) core.RequestView {
	t.Helper()
	q, err := h.As("pia").Request(ctx, id)
	h.Must(err)
	return q
}

// What an action of the root says goes away again, also what an action of every page says.
func TestToastOfActionExpires(t *testing.T) {
	h, _ := waiting(t)
	d := h.Open(t, "cyd", "requests")
	d.Press("M").Expect("Mouse on").Advance(5 * time.Second).ExpectNot("Mouse on")
}

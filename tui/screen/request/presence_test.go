package request_test

import (
	"testing"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/screentest"
)

func pageOf(t *testing.T, h *screentest.House, who string) *driver.Driver {
	t.Helper()
	return h.Driver(t, request.Kinds(), who, app.Page{Kind: "request", ID: "1"})
}

// Who may decide sees at once who else has the request open, on the page and on the card; the requester and outsiders
// never see a name (A10).
func TestPresence(t *testing.T) {
	h, _, _ := waiting(t)
	for _, name := range []string{"cyd", "dan", "eve"} {
		h.Add("pia", h.ETL.Ref(), name, core.AddInput{})
	}
	pia := pageOf(t, h, "pia")
	pia.Expect("asks to enter Nightly ETL").ExpectNot("Also open")
	sam := pageOf(t, h, "sam")
	sam.ExpectLine("Also open", "by somebody who may decide").ExpectNot("by pia@data.test")
	pia.Wake().ExpectNot("Also open") // the requester looks: that is nothing to wait for
	staff := pageOf(t, h, "lea")
	staff.ExpectLine("Also open", "by somebody who may decide").ExpectNot("by pia@data.test")
	pia.Wake().ExpectNot("Also open")

	cyd := pageOf(t, h, "cyd")
	cyd.ExpectLine("Also open", "by pia@data.test").ExpectNot("sam@support.test, ")
	pia.Wake().ExpectLine("Also open", "by cyd@acme.test")
	// On a list nothing is open; its card is.
	dan := open(t, h, "dan", "")
	pia.Wake().ExpectNot("by cyd@acme.test,")
	dan.Press("j", "A").Expect("Approve request 1?", "Also open: cyd@acme.test, pia@data.test")
	pia.Wake().ExpectLine("Also open", "by cyd@acme.test, dan@acme.test")
	eve := pageOf(t, h, "eve")
	eve.ExpectLine("Also open", "by cyd@acme.test, dan@acme.test, +1").GoldenSizes("presence-page")
	eve.Press("A").Expect("Approve request 1?", "Also open: cyd@acme.test, dan@acme.test, +1").GoldenSizes("presence-card")
	eve.Press("esc", "D").Expect("Reject request 1?", "Also open: cyd@acme.test").Press("esc")
	sam.Wake().GoldenSizes("presence-requester")

	dan.Press("esc")
	pia.Wake().ExpectLine("Also open", "by cyd@acme.test, eve@acme.test")
	cyd.Press("h") // the page changes
	eve.Press("q")
	pia.Wake().ExpectNot("Also open")
	pia.Press("h")
	sam.Wake().ExpectNot("Also open")
}

// A second session of one's own is nobody else, and what is decided is nothing to look after any more.
func TestPresenceEnds(t *testing.T) {
	h, _, _ := waiting(t)
	h.Add("pia", h.ETL.Ref(), "cyd", core.AddInput{})
	one, two := pageOf(t, h, "pia"), pageOf(t, h, "pia")
	one.Wake().ExpectNot("Also open")
	two.ExpectNot("Also open")
	cyd := pageOf(t, h, "cyd")
	one.Wake().ExpectLine("Also open", "by cyd@acme.test")
	cyd.Press("A", "enter").Expect("Approved request 1")
	one.AwaitChange().Expect("approved").ExpectNot("Also open")
	cyd.AwaitChange().ExpectNot("Also open")
}

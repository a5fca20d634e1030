package organization_test

import (
	"context"
	"testing"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/screentest"
)

func billing(t *testing.T, h *screentest.House, who string) *driver.Driver {
	t.Helper()
	return open(t, h, who, app.Page{Kind: "organization", ID: "1", Tab: organization.TabBilling})
}

// TestBilling: administrators edit, errors stand at their field, staff read and leave one event a view (B1, B4, B5).
func TestBilling(t *testing.T) {
	h := house(t)
	d := billing(t, h, "ana")
	d.Expect("Legal name", "not given", "e to change").GoldenSizes("billing-empty")
	d.Press("e").Expect("Billing of Acme", "All fields may stay empty.").Type("Acme Ltd").Press("enter", "enter", "enter", "enter")
	d.Type("Zug").Press("enter").Type("XX").Press("enter", "enter", "enter", "enter", "enter").Type("4111 1111 1111 1111").Press("enter", "enter")
	d.Expect("Country must be a country of ISO 3166-1").Press("ctrl+u").Type("ch").Press("ctrl+s")
	d.Expect("never the number of a card").Press("ctrl+u").Type("invoice").Press("ctrl+s").
		Expect("Saved the billing of Acme.").AwaitChange().ExpectLine("Legal name", "Acme Ltd").ExpectLine("Address", "Zug, CH").ExpectLine("Payment", "invoice")
	d.Press("z").Expect("Undo?", "The billing of Acme", "legal name, city, country, payment label").Press("enter").
		Expect("Taken back: The billing of Acme").AwaitChange().ExpectNot("Acme Ltd")
	d.Press("G", "e").Expect("How you pay, in words").Type("card").Press("ctrl+s").Expect("Saved the billing").Press("r").ExpectLine("Payment", "card") // at the field of the row

	s := billing(t, h, "sam")
	s.Expect("read only", "this view stands in the activity of Acme")
	_, err := h.As("ana").SetPendingTime(context.Background(), h.Acme, 0, 10)
	h.Must(err)
	s.AwaitChange().Press("r").Expect("read only")
	views := 0
	events, err := h.As("ana").Activity(context.Background(), core.ActivityQuery{Unit: h.Acme.Ref(), Query: core.Query{Limit: 100}})
	h.Must(err)
	for _, e := range events.Items {
		if e.Action == "billing.view" {
			views++
		}
	}
	if views != 1 {
		t.Errorf("%d events for one view of staff", views)
	}
	billing(t, h, "pia").Expect("You have no relation to organization 1")
	billing(t, h, "otto").Expect("You have no relation to organization 1").ExpectNot("Acme")
}

// TestMFADate: from the card over a date, moved and dropped (S28, S30); the list of everybody (S13).
func TestMFADate(t *testing.T) {
	h := house(t)
	h.EnrolMFA("ana")
	d := settings(t, h, "ana").Press("j")
	d.Press("t").Expect("It locks out 2 of 3 people", "A date …").Press("tab", "tab", "enter").
		Expect("Require MFA in Acme from a date", "MFA is required from").Press("ctrl+u").Type("2h").Press("enter", "enter").
		Expect("The end must lie between").Press("ctrl+u").Type("2026-12-24").Press("enter", "enter").
		Expect("MFA will be required in Acme from 2026-12-24", "[ ! scheduled ]", "MFA will be required from 2026-12-24")
	if s := acme(t, h).MFA; s.State != core.MFAScheduled {
		t.Fatalf("setting: %+v", s)
	}
	d.Press("t").Expect("The date of MFA in Acme", "Drop it", "Move it …", "Now …").GoldenSizes("mfa-date")
	d.Press("tab", "enter").Expect("Move the date of MFA in Acme").Press("ctrl+u").Type("30d").Press("enter", "enter").
		Expect("MFA will be required in Acme from 2026-12-21")
	d.Press("z").Expect("Require MFA of Acme", "required from 2026-12-21", "required from 2026-12-24").Press("enter").Expect("[ ! scheduled ]", "2026-12-24")
	d.Press("t", "tab", "tab", "enter").Expect("Require MFA in Acme?", "It locks out 2 of 3 people").Press("esc")
	d.Press("i").Expect("Without MFA in Acme", "2 of 3 people inside have no MFA", "Nightly ETL as admin", "Y copies the command").Press("esc")
	d.Press("t", "enter").Expect("MFA is not required in Acme.", "[ ○ off ]")
	settings(t, h, "sam").Press("i").Expect("Only administrators of Acme may do this.")
}

// TestSavedFilters: save, apply and delete, per page and account.
func TestSavedFilters(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", app.Page{Kind: "organizations"})
	d.Press("F").Expect("Saved filters of this page", "Save the present filter …").ExpectNot("Delete one").Press("esc")
	d.Press("/").Type("zzz").Press("enter").ExpectNot("Partner One")
	d.Press("F", "enter").Expect("Save this filter", "It shows: zzz").Type("nothing").Press("enter", "enter").Expect(`Saved the filter "nothing"`)
	d.Press("esc").Expect("Partner One")
	d.Press("F").ExpectLine("nothing", "zzz").Press("enter").Expect("Filter: nothing.").ExpectNot("Partner One")
	d.Press("F", "j", "j", "enter").Expect("Delete a saved filter").Press("enter").Expect(`Deleted the filter "nothing"`)
	d.Press("F").ExpectNot("Delete one").Press("esc")
	if saved, err := h.As("ben").SavedFilters(context.Background(), ""); err != nil || len(saved) != 0 {
		t.Errorf("Ben has %v, %v", saved, err)
	}
}

// TestUndo: z asks with the words of the action, takes it back, and says why not (behaviour 5, U1).
func TestUndo(t *testing.T) {
	h := house(t)
	d := settings(t, h, "ana")
	d.Press("z").Expect("There is nothing of yours to undo.")
	d.Press("t", "enter").Expect("Auto Join is off in Acme.")
	d.Press("z").Expect("Undo?", "Auto Join of Acme", "it can be undone until").GoldenSizes("undo")
	d.Press("z").Expect("Press enter on a button to decide.").Press("enter").Expect("Taken back: Auto Join of Acme. Now: on.", "[ ● on ]")
	if !acme(t, h).AutoJoin {
		t.Fatal("Auto Join is off")
	}
	d.Press("t", "enter").Expect("Auto Join is off in Acme.").Press("z").Expect("Undo?")
	for _, on := range []bool{true, false} {
		_, err := h.As("ben").SetAutoJoin(context.Background(), h.Acme, 0, on)
		h.Must(err)
	}
	_, err := h.As("ben").SetAutoJoin(context.Background(), h.Acme, 0, true)
	h.Must(err)
	d.AwaitChange().Press("enter").Expect("ben@acme.test has changed it since").Press("esc")
	d.Press("Y").ExpectNot("gatehouse undo")
}

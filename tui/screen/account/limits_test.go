package account_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// AC24: Support keeps an account to reading with a reason, after reading what goes with it (I17), and lets it change things
// again; the list, the page and the account's own profile say so.
func TestKeepToReading(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	_, _, err := h.As("ana").Invite(ctx, core.InviteInput{Unit: h.Acme.Ref(), Email: "otto@elsewhere.test"})
	h.Must(err)
	d := h.Open(t, "sam", "account/-/accounts")
	d.Press("/").Type("=ana").Press("enter").ExpectLine("▌", "ana@acme.test", "● active")
	d.Press(":").Type("keep to reading").Press("enter").Expect("Keep ana@acme.test to reading", "Every change is refused at once",
		"may send them no more", "invitation 1 of otto@elsewhere.test to Acme")
	d.GoldenSizes("read-only")
	d.Press("ctrl+s").Expect("Keep ana@acme.test to reading").Type("an auditor from May").Press("ctrl+s").Expect("ana@acme.test is read-only.")
	d.ExpectLine("▌", "ana@acme.test", "read-only").Press("enter").Expect("Read-only", "an auditor from May").Press("esc")
	d.Press("Y").Expect("account read-only ana@acme.test off").Press("esc")
	h.Open(t, "ana", "account").ExpectLine("May", "only read").Press("j", "e").Expect("Rename").Type(" C").Press("enter", "enter").Expect("an auditor from May").Press("esc", "esc")
	h.Open(t, "ben", "org/1/members").Resize(150, 45).Press("enter").Expect("(not confirmed) (read-only)").Press("esc")
	d.Press(":").Type("keep to reading").Press("enter").Expect("Let ana@acme.test change things again", "Read-only since").Type("no auditor any more").
		Press("ctrl+s").Expect("may change things again").ExpectLine("▌", "ana@acme.test", "● active")
}

// AC25: Support gives duties with a reason and an end, and takes them away; the list, the page and the profile name them.
func TestDuties(t *testing.T) {
	h := house(t)
	d := h.Open(t, "sam", "account/-/accounts")
	d.Press("/").Type("=otto").Press("enter").ExpectLine("▌", "otto@elsewhere.test")
	d.Press(":").Type("duties").Press("enter").Expect("Duties of otto@elsewhere.test", "so that a timer can sign in with a key alone")
	d.GoldenSizes("duties")
	d.Press("ctrl+s").Expect("Duties of otto", "Give a reason").Type("the nightly timer").Press("ctrl+s")
	d.Expect("otto@elsewhere.test has the duty backup until").Press("enter").Expect("Duty", "backup until", "the nightly timer").Press("esc")
	h.Open(t, "otto", "account").ExpectLine("Duty", "backup until")
	d.Press(":").Type("duties").Press("enter").Expect("it gets the new reason and end").Press("tab", "right").Expect("It ends at once", "the nightly timer").
		Press("ctrl+s").Expect("no longer has the duty backup").Press("enter").ExpectNot("the nightly timer")
	if acc, err := h.As("sam").Account(context.Background(), h.People["otto"]); err != nil || len(acc.Duties) != 0 {
		t.Errorf("left: %+v, %v", acc.Duties, err)
	}
}

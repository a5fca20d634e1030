package request_test

import (
	"strconv"
	"testing"

	"gatehouse/core"
	"gatehouse/tui/screen/screentest"
)

// TestLookAlikes: whoever decides is told that another project can be taken for this one (trust-C3).
func TestLookAlikes(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	twin := h.Project("ana", "Nightly ЕTL") // with a Cyrillic Е
	h.Add("ana", twin.Ref(), "pia", core.AddInput{})
	h.Request("sam", h.ETL, screentest.Incident)
	d := open(t, h, "pia", "")
	d.ExpectLine("▌", "Nightly ETL").Press("A").Expect("Approve request", "Careful", "another project of Acme looks like this one, which is #"+strconv.FormatUint(uint64(h.ETL), 10))
	d.Press("esc", "enter").Expect("asks to enter", "Careful", "looks like this one")
	h.Request("lea", twin, "Quarterly review")
	d.Press("esc", "r").ExpectLine("! #"+strconv.FormatUint(uint64(twin), 10), "lea@partner-one.test").ExpectLine("! #"+strconv.FormatUint(uint64(h.ETL), 10), "sam@support.test")
}

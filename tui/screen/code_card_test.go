package screen_test

import (
	"strings"
	"testing"

	"gatehouse/core/suite"
	"gatehouse/tui/driver"
)

// N7: every card with an activation code has the line to paste that signs in at the server, whole at every size; y copies
// the code, Y the line.
func TestCodeCardsSayWhereToSignIn(t *testing.T) {
	suite.Sequential(t)
	const line = "ssh -t -p 2222 gatehouse.customers.example.test"
	ways := map[string]func(d *driver.Driver){
		"add": func(d *driver.Driver) {
			d.Press("a").Type("new@acme.test").Press("tab", "tab", "right", "right").Press("enter", "enter", "enter")
		},
		"invite": func(d *driver.Driver) {
			d.Press("a").Type("new@acme.test").Press("ctrl+s")
			for range 3 {
				if strings.Contains(d.Frame(), "Activation code") {
					return
				}
				d.Press("enter")
			}
		},
	}
	for name, way := range ways {
		for _, size := range driver.Sizes {
			h := house(t)
			h.Server = line
			d := h.Open(t, "ana", "organization/1/members").Resize(size[0], size[1])
			way(d)
			d.Expect("Activation code for new@acme.test", line, "Y copy the line")
			if d.Press("Y"); d.Copied() != line {
				t.Errorf("%s at %v: Y copied %q", name, size, d.Copied())
			}
			if d.Press("y"); strings.Count(d.Copied(), "-") < 4 || strings.Contains(d.Copied(), "ssh") {
				t.Errorf("%s at %v: y copied no code", name, size)
			}
			d.Press("esc").ExpectNot("Activation code for")
		}
	}
	h := house(t)
	h.Server = line
	d := h.Open(t, "sam", "account/-/accounts").Resize(60, 16)
	d.Press("a").Type("new@support.test").Press("ctrl+s").Expect("Activation code for new@support.test", line)
	h = house(t)
	if d = h.Open(t, "sam", "account/-/accounts").Press("a").Type("new@support.test").Press("ctrl+s"); strings.Contains(d.Frame(), "To sign in") {
		t.Error("a server without an address has a line")
	}
}

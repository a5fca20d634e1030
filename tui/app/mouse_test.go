package app_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/driver"
	"gatehouse/tui/text"
)

// clickOn clicks on the last place where words stand.
func clickOn(t *testing.T, d *driver.Driver, words string) *driver.Driver {
	t.Helper()
	lines := strings.Split(ansi.Strip(d.Frame()), "\n")
	for y := len(lines) - 1; y >= 0; y-- {
		if i := strings.LastIndex(lines[y], words); i >= 0 {
			return d.Click(text.Width(lines[y][:i]), y)
		}
	}
	t.Fatalf("nothing says %q:\n%s", words, d.Frame())
	return d
}

// TestMouseInCards: buttons and fields of the top card take clicks, what lies under it does not.
func TestMouseInCards(t *testing.T) {
	d := start(t, newOrchard(12), 120, 40)
	d.Press("x").Expect("Remove?").Click(30, 8).Click(4, 3).Expect("Remove?", "gatehouse ▸ Fruits")
	clickOn(t, d, "[ Cancel ]").ExpectNot("Remove?")
	d.Press("x")
	clickOn(t, d, "Remove ").Expect("Click again")
	clickOn(t, d, "[ Remove ]").Expect("Removed 1.")

	d.Press("a").Expect("New fruit")
	clickOn(t, d, "Owner").Click(0, 0)
	d.Type("me")
	clickOn(t, d, "Name").Click(0, 0)
	d.Type("Quince")
	clickOn(t, d, "Create").Expect("Created Quince.").ExpectLine("Quince", "me")
}

package keymap

import (
	"strings"
	"testing"
)

func actions() []*Action {
	return []*Action{
		{ID: "list.down", Title: "down", Keys: []string{"j", "down"}},
		{ID: "request.approve", Title: "approve", Keys: []string{"A"}, Hint: 2},
		{ID: "request.reject", Title: "reject", Keys: []string{"D"}, Hint: 1},
	}
}

func TestNormal(t *testing.T) {
	for in, want := range map[string]string{
		"Space": "space", " ": "space", "Ctrl+A": "ctrl+a", "return": "enter", "A": "A", "?": "?",
		"alt+shift+up": "alt+shift+up", "PageDown": "pgdown", "+": "+", "ctrl+/": "ctrl+/", "é": "é",
	} {
		if got, ok := Normal(in); !ok || got != want {
			t.Errorf("Normal(%q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "hyper+a", "banana", "ctrl+", "\x01"} {
		if got, ok := Normal(in); ok {
			t.Errorf("Normal(%q) = %q", in, got)
		}
	}
}

// Keys section: a clash or an unreachable chord is reported with the line to fix, and the defaults keep working.
func TestFileIssuesNameTheirLine(t *testing.T) {
	m, issues := Parse([]byte("# mine\n[keys]\n\"request.approve\" = \"ctrl+m\"\n\"list.down\" = [\"n\", \"banana\"]\n\"no.such\" = \"b\"\nrequest.reject = \"n\"\n\n[colours]\n"))
	m, more := m.Check([]Context{{Name: "requests", Actions: actions()}})
	issues = append(issues, more...)
	var got []string
	for _, i := range issues {
		got = append(got, i.String())
	}
	want := []string{
		"line 3: ctrl+m cannot be bound: terminals send ctrl+m as enter",
		`line 4: "banana" is not a key`,
		`line 8: unknown section or setting "colours": only [keys] is read`,
		`line 5: unknown action "no.such"`,
		`line 6: n is given to "list.down" and to "request.reject"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	x := m.Index(actions())
	for key, id := range map[string]string{"n": "list.down", "A": "request.approve", "D": "request.reject"} {
		if a := x.Find(key); a == nil || a.ID != id {
			t.Errorf("key %s is %+v, want %s", key, a, id)
		}
	}
	if x.Find("j") != nil {
		t.Error("j still moves although the file moved list.down")
	}
}

func TestFileTakesKeysOfOthers(t *testing.T) {
	m, issues := Parse([]byte("[keys]\n\"request.reject\" = [\"A\"]\n"))
	if len(issues) != 0 {
		t.Fatal(issues)
	}
	m, issues = m.Check([]Context{{Actions: actions()}})
	if len(issues) != 1 || issues[0].Line != 2 || !strings.Contains(issues[0].Text, "request.approve") {
		t.Errorf("got %v", issues)
	}
	if a := m.Index(actions()).Find("A"); a.ID != "request.reject" {
		t.Errorf("A is %s", a.ID)
	}
}

func TestBrokenFileNamesTheLine(t *testing.T) {
	m, issues := Parse([]byte("[keys]\n\"a\" = \n"))
	if len(issues) != 1 || issues[0].Line != 2 {
		t.Errorf("got %v", issues)
	}
	if m.Index(actions()).Find("A") == nil {
		t.Error("the defaults are gone")
	}
}

// A file that an editor began with a byte order mark is read like any other.
func TestFileWithByteOrderMark(t *testing.T) {
	m, issues := Parse([]byte("\ufeff[keys]\n\"request.reject\" = \"ctrl+y\"\n"))
	if len(issues) != 0 {
		t.Errorf("got %v", issues)
	}
	if a := m.Index(actions()).Find("ctrl+y"); a == nil || a.ID != "request.reject" {
		t.Errorf("ctrl+y is %+v", a)
	}
}

func TestHintsInOrder(t *testing.T) {
	h := (*Map)(nil).Index(actions()).Hints()
	if len(h) != 2 || h[0].ID != "request.reject" {
		t.Errorf("got %v", h)
	}
}

func TestAllowedCountsTargets(t *testing.T) {
	one, many, none := &Action{Title: "approve", Applies: One}, &Action{Applies: Many}, &Action{}
	if one.Allowed(0) == nil || one.Allowed(2) == nil || one.Allowed(1) != nil || one.Allowed(-1) != nil {
		t.Error("one")
	}
	if many.Allowed(0) == nil || many.Allowed(3) != nil || none.Allowed(0) != nil {
		t.Error("many or none")
	}
}

func TestClashes(t *testing.T) {
	got := Clashes(Context{Name: "x", Actions: append(actions(), &Action{ID: "bad", Keys: []string{"j", "ctrl+h", " "}})})
	if len(got) != 3 {
		t.Errorf("got %q", got)
	}
}

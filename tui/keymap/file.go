package keymap

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Map is what a keymap file says: other keys for some actions. It is immutable, so sessions may share it; nil changes
// nothing.
type Map struct {
	keys  map[string][]string // by action id
	lines map[string]int      // by action id
}

// Issue is one thing wrong with a keymap file. The defaults keep working.
type Issue struct {
	Line int // 1-based; 0 when no line can be named
	Text string
}

// String gives "line 3: …".
func (i Issue) String() string {
	if i.Line == 0 {
		return i.Text
	}
	return fmt.Sprintf("line %d: %s", i.Line, i.Text)
}

// Parse reads a keymap file: a TOML table [keys] of action id = key or list of keys.
//
//	[keys]
//	"request.approve" = "ctrl+y"
//	"list.down"       = ["j", "n"]
//
// What is wrong is reported and skipped; the map holds the rest. An empty list takes all keys from an action.
func Parse(file []byte) (*Map, []Issue) {
	m := &Map{keys: map[string][]string{}, lines: map[string]int{}}
	var doc map[string]any
	if err := toml.Unmarshal(file, &doc); err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return m, []Issue{{pe.Position.Line, "not TOML: " + pe.Message + ". No key was changed."}}
		}
		return m, []Issue{{0, "not TOML: " + err.Error()}}
	}
	var issues []Issue
	lines := strings.Split(string(file), "\n")
	for section := range doc {
		if section != "keys" {
			issues = append(issues, Issue{lineOf(lines, section), fmt.Sprintf("unknown section or setting %q: only [keys] is read", section)})
		}
	}
	table, ok := doc["keys"].(map[string]any)
	if !ok && doc["keys"] != nil {
		issues = append(issues, Issue{lineOf(lines, "keys"), "keys must be a table: [keys]"})
	}
	flat := map[string]any{}
	flatten("", table, flat)
	for id, v := range flat {
		line := lineOf(lines, id)
		m.lines[id] = line
		keys, bad := keyList(v)
		for _, b := range bad {
			issues = append(issues, Issue{line, fmt.Sprintf("%q is not a key", b)})
		}
		var good []string
		for _, k := range keys {
			if why := Unreachable(k); why != "" {
				issues = append(issues, Issue{line, fmt.Sprintf("%s cannot be bound: %s", k, why)})
				continue
			}
			good = append(good, k)
		}
		if len(good) > 0 || len(keys)+len(bad) == 0 {
			m.keys[id] = good
		}
	}
	sortIssues(issues)
	return m, issues
}

// flatten joins dotted keys, which TOML reads as nested tables.
func flatten(prefix string, in, out map[string]any) {
	for k, v := range in {
		if sub, ok := v.(map[string]any); ok {
			flatten(prefix+k+".", sub, out)
			continue
		}
		out[prefix+k] = v
	}
}

func keyList(v any) (keys, bad []string) {
	var raw []any
	switch v := v.(type) {
	case []any:
		raw = v
	default:
		raw = []any{v}
	}
	for _, r := range raw {
		s, ok := r.(string)
		if ok {
			if n, known := Normal(s); known {
				keys = append(keys, n)
				continue
			}
		}
		bad = append(bad, fmt.Sprint(r))
	}
	return keys, bad
}

func lineOf(lines []string, id string) int {
	last := id[strings.LastIndex(id, ".")+1:]
	for _, want := range []string{id, last} {
		for i, l := range lines {
			l = strings.NewReplacer(`"`, "", `'`, "").Replace(strings.TrimSpace(l))
			if l == "["+want+"]" {
				return i + 1
			}
			if rest, found := strings.CutPrefix(l, want); found && strings.HasPrefix(strings.TrimSpace(rest), "=") {
				return i + 1
			}
		}
	}
	return 0
}

func sortIssues(issues []Issue) {
	slices.SortStableFunc(issues, func(a, b Issue) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Text, b.Text)
	})
}

// Context is a set of actions that are live together, such as one screen with the global ones.
type Context struct {
	Name    string
	Actions []*Action
}

// Check compares the file with the actions that exist. An unknown action and two actions on one key within a context
// are reported with their line; of two, the one with the lower line keeps the key. A default key that the file gives to
// another action is taken from its owner without a report, unless the owner would be left without any key. The map that
// comes back holds what is left.
func (m *Map) Check(contexts []Context) (*Map, []Issue) {
	m = &Map{keys: maps.Clone(m.keys), lines: m.lines}
	var issues []Issue
	known := map[string]bool{}
	for _, c := range contexts {
		for _, a := range c.Actions {
			known[a.ID] = true
		}
	}
	for id := range m.keys {
		if !known[id] {
			issues = append(issues, Issue{m.lines[id], fmt.Sprintf("unknown action %q", id)})
			delete(m.keys, id)
		}
	}
	reported := map[string]bool{}
	for _, c := range contexts {
		owner := map[string]*Action{}
		for _, a := range m.byLine(c.Actions) {
			for _, k := range slices.Clone(m.keys[a.ID]) {
				if o := owner[k]; o != nil && o.ID != a.ID {
					text := fmt.Sprintf("%s is given to %q and to %q", k, o.ID, a.ID)
					if !reported[text] {
						reported[text] = true
						issues = append(issues, Issue{m.lines[a.ID], text})
					}
					m.keys[a.ID] = slices.DeleteFunc(slices.Clone(m.keys[a.ID]), func(x string) bool { return x == k })
					if len(m.keys[a.ID]) == 0 {
						delete(m.keys, a.ID)
					}
					continue
				}
				owner[k] = a
			}
		}
		issues = append(issues, m.robbed(c, owner, reported)...)
	}
	sortIssues(issues)
	return m, issues
}

// robbed reports actions that lose all their default keys to the file.
func (m *Map) robbed(c Context, owner map[string]*Action, reported map[string]bool) []Issue {
	var issues []Issue
	for _, a := range c.Actions {
		if _, changed := m.keys[a.ID]; changed || len(a.Keys) == 0 {
			continue
		}
		left := 0
		var thief *Action
		for _, k := range a.Keys {
			if o := owner[k]; o != nil && o.ID != a.ID {
				thief = o
			} else {
				left++
			}
		}
		if left == 0 && thief != nil {
			text := fmt.Sprintf("%q takes the only key of %q: give that one another key", thief.ID, a.ID)
			if !reported[text] {
				reported[text] = true
				issues = append(issues, Issue{m.lines[thief.ID], text})
			}
		}
	}
	return issues
}

func (m *Map) byLine(actions []*Action) []*Action {
	out := slices.Clone(actions)
	slices.SortStableFunc(out, func(a, b *Action) int { return m.lines[a.ID] - m.lines[b.ID] })
	return out
}

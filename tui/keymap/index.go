package keymap

import "slices"

// Index finds actions by key and keys by action, for one context. The keys of a keymap file win over defaults, and
// earlier actions win over later ones.
type Index struct {
	byKey map[string]*Action
	keys  map[*Action][]string
	all   []*Action
}

// Index builds the lookup of a context. A nil map means defaults only.
func (m *Map) Index(sets ...[]*Action) *Index {
	x := &Index{byKey: map[string]*Action{}, keys: map[*Action][]string{}}
	for _, set := range sets {
		x.all = append(x.all, set...)
	}
	for _, fromFile := range []bool{true, false} {
		for _, a := range x.all {
			keys, changed := m.of(a)
			if changed != fromFile {
				continue
			}
			for _, k := range keys {
				if x.byKey[k] == nil {
					x.byKey[k] = a
					x.keys[a] = append(x.keys[a], k)
				}
			}
		}
	}
	return x
}

func (m *Map) of(a *Action) (keys []string, changed bool) {
	if m != nil {
		if k, ok := m.keys[a.ID]; ok {
			return k, true
		}
	}
	return a.Keys, false
}

// Shown returns the key that a keymap file gives to an action, as people read it; "" where it says nothing of it. Use
// it for actions of other pages; an Index knows those of its own.
func (m *Map) Shown(id string) string {
	if m == nil || len(m.keys[id]) == 0 {
		return ""
	}
	return Pretty(m.keys[id][0])
}

// Find returns the action of a key, or nil.
func (x *Index) Find(key string) *Action { return x.byKey[key] }

// Key returns the first live key of an action, or "".
func (x *Index) Key(a *Action) string {
	if k := x.keys[a]; len(k) > 0 {
		return k[0]
	}
	return ""
}

// Keys returns all live keys of an action.
func (x *Index) Keys(a *Action) []string { return x.keys[a] }

// All returns every action, in order.
func (x *Index) All() []*Action { return x.all }

// Hints returns the actions with a place in the hint line, in order. The slice belongs to the caller.
func (x *Index) Hints() []*Action {
	var out []*Action
	for _, a := range x.all {
		if a.Hint > 0 {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *Action) int { return a.Hint - b.Hint })
	return out
}

// Clashes lists keys that two different actions of a context have by default, as "key: id, id"; a test keeps it empty.
func Clashes(c Context) []string {
	owner := map[string]*Action{}
	var out []string
	for _, a := range c.Actions {
		for _, k := range a.Keys {
			if n, ok := Normal(k); !ok || n != k {
				out = append(out, c.Name+": "+a.ID+": "+k+" is not how that key is reported")
			}
			if why := Unreachable(k); why != "" {
				out = append(out, c.Name+": "+a.ID+": "+k+": "+why)
			}
			if o := owner[k]; o != nil && o.ID != a.ID {
				out = append(out, c.Name+": "+k+": "+o.ID+", "+a.ID)
			}
			owner[k] = a
		}
	}
	return out
}

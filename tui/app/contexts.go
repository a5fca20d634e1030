package app

import (
	"context"
	"slices"
	"strings"

	"gatehouse/tui/keymap"
)

// Contexts lists all actions as they live together, for tests that hold keys to be unique: it makes one screen of every
// kind and tab without starting it.
func Contexts(s *Session, kinds []*Kind) []keymap.Context {
	s.prepare(context.Background())
	m := &Model{s: s, kinds: kinds}
	for _, k := range kinds {
		if k.Rail > 0 {
			m.rail = append(m.rail, k)
		}
	}
	m.global = append(m.globalActions(), s.Extra...)
	return m.contexts()
}

func (m *Model) contexts() []keymap.Context {
	ctx, cancel := context.WithCancel(m.s.context())
	defer cancel()
	var out []keymap.Context
	for _, k := range m.kinds {
		tabs := []Tab{{}}
		if k.Tabs != nil {
			tabs = k.Tabs(m.s, Page{Kind: k.Name, ID: "1"})
		}
		for _, t := range tabs {
			p := Page{Kind: k.Name, ID: "1", Tab: t.ID}
			c := &slot{page: p, kind: k, env: newEnv(ctx, m.s, p, 0)}
			var actions []*keymap.Action
			guard(c, func() { actions = k.Make(c.env, p).Actions() })
			name := strings.TrimSuffix(k.Name+"/"+t.ID, "/")
			out = append(out, keymap.Context{Name: name, Actions: slices.Concat(m.global, actions)})
		}
	}
	return out
}

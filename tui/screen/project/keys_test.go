package project_test

import (
	"slices"
	"testing"

	"gatehouse/tui/app"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/project"
)

// TestNoKeyTwice: on every page of units each key means one action, and every action says what it is.
func TestNoKeyTwice(t *testing.T) {
	h := house(t)
	s := &app.Session{House: h.House, Actor: h.As("ana"), Now: h.Clock.Now}
	for _, c := range app.Contexts(s, slices.Concat(project.Kinds(), organization.Kinds())) {
		keys, ids := map[string]string{}, map[string]bool{}
		for _, a := range c.Actions {
			if ids[a.ID] || a.ID == "" || a.Title == "" || a.Group == "" {
				t.Errorf("%s: action %q (%s) is there twice or says too little", c.Name, a.ID, a.Title)
			}
			ids[a.ID] = true
			for _, k := range a.Keys {
				if keys[k] != "" {
					t.Errorf("%s: key %s means %s and %s", c.Name, k, keys[k], a.ID)
				}
				keys[k] = a.ID
			}
		}
	}
}

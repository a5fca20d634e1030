package core

import (
	"context"
	"regexp"
)

// savedFiltersMost is how many an account keeps.
const savedFiltersMost = 100

// screenName is how pages and sorts are named: "requests", "organization/projects".
var screenName = regexp.MustCompile(`^[a-z][a-z_/-]{0,59}$`)

// SavedFilters lists the own saved filters of a screen by name, or of all screens when screen is empty.
func (a *Actor) SavedFilters(ctx context.Context, screen string) ([]SavedFilter, error) {
	out := []SavedFilter{}
	err := a.read(ctx, func(r *reading) error {
		key := Key{Num(a.id)}
		if screen != "" {
			key = append(key, Text(screen))
		}
		found, err := all(r.SavedFilters(), Scan{Prefix: key})
		out = append(out, found...)
		return err
	})
	return out, err
}

// SaveFilter keeps a filter with its order for a screen, under a name; the same name is replaced. It is bookkeeping of
// the own account and writes no event (AU14).
//
// Errors: name_required, invalid_text, invalid_value; read_only.
func (a *Actor) SaveFilter(ctx context.Context, f SavedFilter) (SavedFilter, error) {
	err := a.do(ctx, attempt{action: "filter.save", reads: true}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		if !screenName.MatchString(f.Screen) || (f.Sort != "" && !screenName.MatchString(f.Sort)) {
			return invalidValue("screen", "the name of a page")
		}
		var err error
		if f.Name, err = cleanName("name", f.Name); err != nil {
			return err
		}
		if err := checkCount("name", f.Name, 1, SavedFilterNameMax); err != nil {
			return err
		}
		if f.Filter, err = optionalLine("filter", f.Filter, SavedFilterTextMax); err != nil {
			return err
		}
		f.Account = c.me.ID
		held, known, err := c.SavedFilters().Get(SavedFilterKey{f.Account, f.Screen, f.Name})
		if err != nil {
			return err
		}
		if !known {
			kept, err := all(c.SavedFilters(), Scan{Prefix: Key{Num(f.Account)}, Limit: savedFiltersMost})
			if err != nil {
				return err
			}
			if len(kept) >= savedFiltersMost {
				return invalidValue("saved filters", "100 at most: delete one first")
			}
		}
		f.Version = held.Version
		if f == held {
			return nil // F11
		}
		f.Version++
		return c.SavedFilters().Put(f)
	})
	return f, err
}

// DeleteSavedFilter forgets an own saved filter. One that is not there is no error.
func (a *Actor) DeleteSavedFilter(ctx context.Context, screen, name string) error {
	return a.do(ctx, attempt{action: "filter.delete", reads: true}, func(c *change) error {
		key := SavedFilterKey{c.me.ID, screen, name}
		_, ok, err := c.SavedFilters().Get(key)
		if err != nil || !ok {
			return err
		}
		return c.SavedFilters().Delete(key)
	})
}

package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// TestInvariantsSeeFaultsOfService plants every fault of keys, billing, buckets, links, undos and saved filters once
// (trust.md section 3).
func TestInvariantsSeeFaultsOfService(t *testing.T) {
	h := filled(t)
	clean := export(t, h.House)
	bucket := func(id core.BucketID, change func(*core.Bucket)) func(core.Tx) error {
		return edit(core.Tx.Buckets, id, change)
	}
	link := func(change func(*core.Link)) func(core.Tx) error { return edit(core.Tx.Links, 1, change) }
	for name, c := range map[string]struct {
		plant func(core.Tx) error
		says  string
	}{
		"security keys counted wrongly": {edit(accounts, h.id("ben"), func(a *core.Account) { a.SecurityKeys = 0 }), "(AC4)"},
		"key of nobody":                 {put(core.Tx.Keys, sshKey(t, 7, 99, h.now())), "account/99"},
		"removed with keys": {edit(accounts, h.id("ana"), func(a *core.Account) {
			a.State, a.Email, a.Name = core.AccountRemoved, "", ""
		}), "keeps no keys (AC8)"},
		"recovery codes without TOTP": {edit(accounts, h.id("sam"), func(a *core.Account) { a.TOTP = nil }), "(AC16)"},
		"billing of nothing":          {put(core.Tx.Billings, core.Billing{Organization: 77, Version: 1}), "organization/77"},
		"bucket in nothing":           {bucket(2, func(b *core.Bucket) { b.Project = 77 }), "project 77 is not there"},
		"bucket elsewhere":            {bucket(2, func(b *core.Bucket) { b.Organization = 77 }), "SB15)"},
		"bucket above the last number": {put(core.Tx.Buckets, core.Bucket{
			ID: 99, Version: 1, Project: h.etl, Organization: h.acme, Name: "late", Owner: 1, Created: 1,
		}), "(F9)"},
		"two names":          {bucket(2, func(b *core.Bucket) { b.Name = "raw" }), "the same name"},
		"link to nothing":    {link(func(l *core.Link) { l.Bucket = 77 }), "not there (SB9)"},
		"link to not shared": {bucket(1, func(b *core.Bucket) { b.Share = nil }), "(SB1, SB9)"},
		"linked twice": {put(core.Tx.Links, core.Link{
			ID: 2, Version: 1, Project: 4, Organization: h.acme, Bucket: 1, Name: "again", By: 1, At: 1,
		}), "(SB8)"},
		"link in nothing": {link(func(l *core.Link) { l.Project = 77 }), "project 77 is not there"},
		"undo of no event": {edit(core.Tx.Undos, core.UndoKey{Account: h.id("ana"), N: 4}, func(u *core.Undo) {
			u.Event.Sequence = 4096
		}), "(U1)"},
		"filter of nobody": {put(core.Tx.SavedFilters, core.SavedFilter{Account: 99, Screen: "requests", Name: "a", Version: 1}), "account/99"},
	} {
		t.Run(name, func(t *testing.T) {
			copied := &fixture{House: imported(t, h, clean), t: t, clock: h.clock, people: h.people}
			copied.put(c.plant)
			faults := invariantFaults(t, copied)
			if !strings.Contains(strings.Join(faults, "\n"), c.says) {
				t.Errorf("want a fault with %q, got %q", c.says, faults)
			}
		})
	}
}

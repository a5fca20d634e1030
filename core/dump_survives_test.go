package core_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
)

// dumpRuns counts the houses that ended, by the name of their test: *atomic.Int64.
var dumpRuns sync.Map

// What a test house may hold to be dumped at its end, and of how many houses of one test one is, beginning with the
// first; with GATEHOUSE_DEEP all are.
const (
	dumpedEvents = 3_000
	dumpedRuns   = 8
)

// survivesDump checks that the house at the end of a test survives export, import and export byte for byte (X3, X6).
// Every test of this package ends with it, so whatever any use case leaves behind is tried.
func survivesDump(h *fixture) {
	h.t.Helper()
	deep := os.Getenv("GATEHOUSE_DEEP") != ""
	runs, _ := dumpRuns.LoadOrStore(h.t.Name(), &atomic.Int64{})
	if n := runs.(*atomic.Int64).Add(1); n%dumpedRuns != 1 && !deep {
		return
	}
	if h.countEvents() > dumpedEvents && !deep {
		return
	}
	first, err := dumpOf(h.House)
	if core.ReasonOf(err) == core.ReasonKeyMissing || errors.Is(err, core.ErrSealBroken) {
		return
	}
	if err != nil {
		h.t.Errorf("export: %v", err)
		return
	}
	copied, err := importedFrom(h, first)
	if err != nil {
		h.t.Errorf("what check calls clean cannot be imported (X6): %v", err)
		return
	}
	second, err := dumpOf(copied)
	if err != nil {
		h.t.Errorf("the second export: %v", err)
		return
	}
	a, b := bodyOf(first), bodyOf(second)
	known := map[string]bool{}
	for _, l := range a {
		known[l] = true
	}
	if at := slices.IndexFunc(b, func(l string) bool { return !known[l] }); at >= 0 {
		if !strings.Contains(b[at], `"action":"house.export"`) {
			h.t.Errorf("the second dump differs (X3): %s", b[at])
		}
		b = slices.Delete(b, at, at+1)
	}
	if !slices.Equal(a, b) {
		h.t.Errorf("the second dump differs (X3): %d lines, then %d", len(a), len(b))
	}
}

// bodyOf gives the lines of a dump but for the end mark and the head of the system chain, to which an export adds.
func bodyOf(dump []byte) []string {
	return slices.DeleteFunc(strings.Split(string(dump), "\n"), func(l string) bool {
		return strings.HasPrefix(l, `{"kind":"end"`) || strings.HasPrefix(l, `{"kind":"head","chain":{"kind":"system"}`)
	})
}

func dumpOf(h *core.House) ([]byte, error) {
	var out bytes.Buffer
	err := h.ExportSecrets(context.Background(), &out, nil)
	return out.Bytes(), err
}

func importedFrom(h *fixture, dump []byte) (*core.House, error) {
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		return nil, err
	}
	h.t.Cleanup(func() { _ = store.Close() })
	copied := core.New(store, core.Options{Clock: h.clock.Now})
	_, err = copied.Import(context.Background(), bytes.NewReader(dump), false, nil)
	return copied, err
}

// TestImportKnowsWhatCheckKnows imports the dumps of real data that were called good, or clean, and were not
// (real-data F2): organizations that nobody runs, and a role that no name gives.
func TestImportKnowsWhatCheckKnows(t *testing.T) {
	for file, want := range map[string]string{
		"plain.jsonl":               "",
		"org-without-admin.jsonl":   "(OR13)",
		"org-without-members.jsonl": "(H7)",
		"role-against-or3.jsonl":    "OR3",
	} {
		for _, checkOnly := range []bool{true, false} {
			dump, err := os.ReadFile(filepath.Join("testdata", "real-data", file))
			if err != nil {
				t.Fatal(err)
			}
			house := core.New(openMemory(t), core.Options{})
			res, err := house.Import(ctx, bytes.NewReader(dump), checkOnly, nil)
			if want == "" {
				allowed(t, err)
				continue
			}
			refused(t, err, core.ReasonImportInvalid)
			if !slices.ContainsFunc(res.Faults, func(f core.ImportFault) bool { return strings.Contains(f.Problem, want) && f.Line > 0 }) {
				t.Errorf("%s: want a line with %s, got %+v", file, want, res.Faults)
			}
			if empty, err := house.Empty(ctx); err != nil || !empty {
				t.Errorf("%s: something was written: %v", file, err)
			}
		}
	}
}

// TestImportOfManyRoles takes in a real organization with 130 roles and 321 members (real-data F3, F4): it is whole, its
// lists hold all of them, and it survives a dump.
func TestImportOfManyRoles(t *testing.T) {
	packed, err := os.Open(filepath.Join("testdata", "real-data", "roles130-members320.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }()
	lines, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	dump, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	clock := &testClock{now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	house := core.New(openMemory(t), core.Options{Clock: clock.Now})
	for _, checkOnly := range []bool{true, false} {
		res := must(house.Import(ctx, bytes.NewReader(dump), checkOnly, nil))(t)
		if len(res.Faults) != 0 {
			t.Errorf("%+v", res)
		}
	}
	const ana core.AccountID = 2 // an administrator
	members, roles := 0, 0
	for q := (core.Query{}); ; {
		page := must(house.As(ana).Members(ctx, core.OrganizationID(1).Ref(), q))(t)
		if members, q.After = members+len(page.Items), page.Next; q.After == "" {
			break
		}
	}
	for q := (core.Query{}); ; {
		page := must(house.As(ana).Roles(ctx, 1, q))(t)
		if roles, q.After = roles+len(page.Items), page.Next; q.After == "" {
			break
		}
	}
	if members != 321 || roles != 132 {
		t.Errorf("%d members and %d roles are listed", members, roles)
	}
	survivesDump(&fixture{House: house, t: t, clock: clock})
}

// TestDumpOfCodesThatGoByMail is rules part 2, F1: an activation code that waits to go by mail, or went, has no end of
// its own yet. Every house of this package is dumped at its end.
func TestDumpOfCodesThatGoByMail(t *testing.T) {
	h := newFixture(t)
	h.SetMailDelivery(true)
	_, _, err := h.as("lea").AddMember(ctx, core.AddInput{Unit: h.partnerOne.Ref(), Email: "b@x.test"})
	allowed(t, err)
	_, _, err = h.as("sam").CreateAccount(ctx, core.AccountInput{Email: "late@support.test", Support: true, Expires: h.in(core.Day)})
	allowed(t, err)
	must(h.as("sam").IssueCode(ctx, h.id("pia"), "Lost the laptop"))(t)
}

// TestDumpOfAnAccountThatWasNeverActivated is rules 1: an expired account that never redeemed its code has no name
// (section 2.2).
func TestDumpOfAnAccountThatWasNeverActivated(t *testing.T) {
	h := newFixture(t)
	_, _, err := h.as("sam").CreateAccount(ctx, core.AccountInput{Email: "late@support.test", Support: true, Expires: h.in(core.Day)})
	allowed(t, err)
	h.pass(2 * core.Day)
}

// TestRoleOfAnyScript is OR3: a role whose name has letters of any script is found as it was made, by its id in any
// case or by its name, and survives a dump (real-data F1).
func TestRoleOfAnyScript(t *testing.T) {
	h := newFixture(t)
	ana := h.as("ana")
	for _, name := range []string{"Équipe", "開発", "dev team", "x-y z"} {
		role := must(ana.CreateRole(ctx, h.acme, name, "A team"))(t)
		for _, typed := range []string{name, role.ID, strings.ToLower(role.ID), " " + strings.ToUpper(name)} {
			must(ana.GrantRole(ctx, h.etl, typed, core.RoleGuest))(t)
			allowed(t, ana.RevokeGrant(ctx, h.etl, typed, ""))
			must(ana.AssignRoles(ctx, h.acme, h.id("ben"), 0, []string{typed}, nil))(t)
			must(ana.AssignRoles(ctx, h.acme, h.id("ben"), 0, nil, []string{typed}))(t)
			must(ana.RoleImpact(ctx, h.acme, typed))(t)
		}
	}
	allowed(t, ana.DeleteRole(ctx, h.acme, "dev team"))
}

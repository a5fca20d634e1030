package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
)

// TestCollectionsAreApart: every collection byte is used once, so that no two kinds of keys can mix.
func TestCollectionsAreApart(t *testing.T) {
	seen := map[byte]string{colMeta: "meta", colNumbers: "numbers", colCounters: "counters", colDue: "due"}
	add := func(l layout) {
		if other, twice := seen[l.collection]; twice {
			t.Errorf("%s and %s have the same collection %02x", l.name, other, l.collection)
		}
		seen[l.collection] = l.name
	}
	for c, l := range recordLayouts {
		if l.collection != c {
			t.Errorf("%s is listed under %02x", l.name, c)
		}
		add(l)
	}
	for i := 1; i < len(indexLayouts); i++ {
		l := indexLayouts[i]
		add(l)
		record, ok := recordLayouts[l.table]
		if !ok {
			t.Fatalf("index %d has no table", i)
		}
		var parts []part
		for _, at := range l.record {
			parts = append(parts, l.parts[at])
		}
		if !slices.Equal(parts, record.parts) {
			t.Errorf("%s does not lead to a key of %s", l.name, record.name)
		}
		if len(l.parts) > maxParts {
			t.Errorf("%s has more than %d parts", l.name, maxParts)
		}
	}
	if int(core.MailsDue) != len(indexLayouts)-1 {
		t.Errorf("package core knows %d indexes, here are %d", core.MailsDue, len(indexLayouts)-1)
	}
	if len(tables) != len(recordLayouts) {
		t.Errorf("%d tables are checked, there are %d", len(tables), len(recordLayouts))
	}
}

// TestKeysOnDisk pins the bytes of keys: houses out there hold them.
func TestKeysOnDisk(t *testing.T) {
	e := memory.New(memory.Options{})
	s, err := Over(context.Background(), e, Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(context.Background(), func(x core.Tx) error {
		if _, err := x.NextID(core.KindProject); err != nil {
			return err
		}
		err := x.Projects().Put(core.Project{ID: 0x0102, Organization: 3, Maintainer: 4, Name: "ÄB", State: core.ProjectActive, Expires: 0x1000000})
		if err != nil {
			return err
		}
		return x.Memberships().Put(core.Membership{Unit: core.ProjectID(0x0102).Ref(), Account: 5, Until: 7})
	})
	if err != nil {
		t.Fatal(err)
	}
	const id, org, acc = "0000000000000102", "0000000000000003", "0000000000000005"
	name := fmt.Sprintf("%x", "äb") + "00"
	want := []string{
		"01666f726d617400", "01736368656d6100",
		"0204",
		"030400" + "0000000000000000", "030402" + "0000000000000004", "030403" + org, // CountProjects
		"030604" + id, "030804" + id, "030901" + acc, // CountMembers, CountUsers, CountMemberships
		"04" + "0000000000000007" + "06" + "04" + id + acc,
		"04" + fmt.Sprintf("%016x", 0x1000000-7*86400) + "02" + id,
		"14" + id,
		"15" + "04" + id + acc,
		"50" + name + id, "51" + "0000000000000004" + name + id, "52" + org + name + id, "53" + "0000000001000000" + id, "56" + org + id,
		"58" + acc + "04" + id, "59" + "04" + id + "0000000000000007" + acc,
	}
	if got := keysOf(t, e); !slices.Equal(got, want) {
		t.Errorf("keys are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func keysOf(t *testing.T, e kv.Engine) []string {
	t.Helper()
	var keys []string
	err := e.View(context.Background(), func(r kv.Reader) error {
		for first := range 256 {
			err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(key, _ []byte) (bool, error) {
				keys = append(keys, fmt.Sprintf("%x", key))
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestUnknownFieldsAreSkipped: a newer program may have added fields; a value of another version is refused.
func TestUnknownFieldsAreSkipped(t *testing.T) {
	raw, err := cbor.Marshal(map[int]any{1: 7, 3: "Acme", 4: "active", 99: map[string]int{"x": 1}})
	if err != nil {
		t.Fatal(err)
	}
	var m core.Maintainer
	if err := decode(append([]byte{valueVersion}, raw...), &m); err != nil || m.ID != 7 || m.Name != "Acme" {
		t.Errorf("read %+v, %v", m, err)
	}
	for _, bad := range [][]byte{nil, {}, {9, 0xa0}, {valueVersion}, {valueVersion, 0xff}} {
		if err := decode(bad, &m); err == nil {
			t.Errorf("% x was read", bad)
		}
	}
}

// TestSorter: any rows, any budget, one order.
func TestSorter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		s := &sorter{
			budget: rapid.SampledFrom([]int{1, chunkSize + 10*rowCost, 3 * chunkSize, 1 << 30}).Draw(rt, "budget"),
			create: func() (*os.File, error) { return os.CreateTemp(dir, "*") },
		}
		want := map[string]string{}
		var order []string
		for range rapid.IntRange(0, 200).Draw(rt, "rows") {
			key := string([]byte{byte(rapid.IntRange(1, 2).Draw(rt, "collection"))}) + rapid.StringN(0, 12, 20).Draw(rt, "key")
			if _, twice := want[key]; !twice {
				want[key] = rapid.StringN(0, 5, -1).Draw(rt, "value")
				order = append(order, key)
			}
		}
		if rapid.Bool().Draw(rt, "in order") {
			slices.Sort(order)
		}
		for _, key := range order {
			if err := s.add([]byte(key), []byte(want[key])); err != nil {
				rt.Fatal(err)
			}
		}
		slices.Sort(order)
		var got []string
		err = s.each(func(key, value []byte) error {
			if want[string(key)] != string(value) {
				rt.Fatalf("%q has the value %q, want %q", key, value, want[string(key)])
			}
			got = append(got, string(key))
			return nil
		})
		if err != nil || !slices.Equal(got, order) {
			rt.Fatalf("rows came as %q, %v, want %q", got, err, order)
		}
		s.close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			rt.Fatalf("%v was left behind", left)
		}
	})
}

func TestSorterFindsDoubles(t *testing.T) {
	for _, budget := range []int{1, 1 << 30} {
		s := &sorter{budget: budget, create: func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "*") }}
		for _, key := range []string{"aa", "ab", "aa"} {
			if err := s.add([]byte(key), nil); err != nil {
				t.Fatal(err)
			}
		}
		var twice *duplicateError
		if err := s.each(func(_, _ []byte) error { return nil }); !errors.As(err, &twice) || string(twice.key) != "aa" {
			t.Errorf("budget %d: %v", budget, err)
		}
		s.close()
	}
}

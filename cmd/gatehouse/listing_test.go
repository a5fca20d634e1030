package main

import (
	"fmt"
	"strconv"
	"testing"

	"gatehouse/core"

	"github.com/spf13/cobra"
)

// parseListing reads the flags as a verb would.
func parseListing(t *testing.T, args ...string) (listing, error) {
	t.Helper()
	cmd := &cobra.Command{Use: "list"}
	read := listingFlags(cmd, "name", "ends")
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return read()
}

func TestListingFlags(t *testing.T) {
	got, err := parseListing(t)
	if want := (listing{Limit: 50}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	got, err = parseListing(t, "--filter", "acme", "--sort", "ends:desc", "--limit", "3", "--after", "c")
	if want := (listing{Filter: "acme", Sort: "ends", Desc: true, Limit: 3, After: "c"}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, args := range [][]string{{"--limit", "0"}, {"--limit=-1"}, {"--sort", "colour"}, {"--sort", "name:up"}} {
		if _, err := parseListing(t, args...); err == nil {
			t.Errorf("%v passed", args)
		}
	}
}

// counting is a list of n numbers, as a use case would give it in windows.
func counting(n int, calls *int) func(string, int) (page[int], error) {
	return func(after string, limit int) (page[int], error) {
		*calls++
		start := 0
		if after != "" {
			var err error
			if start, err = strconv.Atoi(after); err != nil {
				return page[int]{}, err
			}
		}
		p := page[int]{Total: n}
		for i := start; i < min(n, start+limit); i++ {
			p.Items = append(p.Items, i)
		}
		if start+limit < n {
			p.Next = fmt.Sprint(start + limit)
		}
		return p, nil
	}
}

// The total counts what is listed, where the whole list was read or the use case knows it, and is unknown else.
func TestCollectCountsWhatFits(t *testing.T) {
	uncounted := func(fetch func(string, int) (page[int], error)) func(string, int) (page[int], error) {
		return func(after string, limit int) (page[int], error) {
			p, err := fetch(after, limit)
			p.Total = core.Uncounted
			return p, err
		}
	}
	for _, c := range []struct {
		l         listing
		total     int
		uncounted bool
	}{
		{listing{Filter: "x", All: true}, 7, false},
		{listing{Filter: "x", Limit: 7}, 7, false},
		{listing{Filter: "x", Limit: 3}, core.Uncounted, true},
		{listing{Filter: "x", Limit: 50, After: "3"}, core.Uncounted, true},
		{listing{Limit: 3}, core.Uncounted, true}, // a flag such as --state may narrow a list, too
		{listing{Limit: 7}, 7, false},
	} {
		var calls int
		p, err := collect(c.l, uncounted(counting(7, &calls)))
		if err != nil || p.Total != c.total || p.Uncounted != c.uncounted {
			t.Errorf("%+v: total %d, uncounted %v, %v", c.l, p.Total, p.Uncounted, err)
		}
	}
}

func TestCollect(t *testing.T) {
	cases := []struct {
		l           listing
		n           int
		first, rows int
		next        string
		calls       int
	}{
		{listing{Limit: 50}, 7, 0, 7, "", 1},
		{listing{Limit: 50}, 51, 0, 50, "50", 1},
		{listing{Limit: 50, After: "50"}, 51, 50, 1, "", 1},
		{listing{Limit: 1200}, 5000, 0, 1200, "1200", 3},
		{listing{Limit: 50, All: true}, 1001, 0, 1001, "", 3},
		{listing{Limit: 50, All: true}, 0, 0, 0, "", 1},
	}
	for _, c := range cases {
		calls := 0
		p, err := collect(c.l, counting(c.n, &calls))
		if err != nil || len(p.Items) != c.rows || p.Total != c.n || p.Next != c.next || calls != c.calls {
			t.Errorf("%+v over %d: %d rows, total %d, next %q, %d calls, %v", c.l, c.n, len(p.Items), p.Total, p.Next, calls, err)
			continue
		}
		for i, got := range p.Items {
			if got != c.first+i {
				t.Errorf("%+v: row %d is %d", c.l, i, got)
				break
			}
		}
	}
}

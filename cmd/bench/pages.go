package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"time"

	"gatehouse/core"
)

// pages runs the benchmarks of storage, which read the same rows with a bare cursor in turns, and takes their ratios.
func (r *rig) pages() error {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "PageCovering|PageJoined", "-benchtime", "3000x", "./storage")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	for scan := bufio.NewScanner(bytes.NewReader(out)); scan.Scan(); {
		line := scan.Text()
		switch {
		case bytes.HasPrefix(scan.Bytes(), []byte("BenchmarkPageCovering")):
			r.addPage("50 rows from 1M, covering", line, 5)
		case bytes.HasPrefix(scan.Bytes(), []byte("BenchmarkPageJoined")):
			r.addPage("50 rows from 1M, joined", line, 20)
		}
	}
	return r.listPage()
}

func (r *rig) addPage(what, line string, reach float64) {
	ratio, p99 := metric(line, "x-raw"), metric(line, "p99-µs")
	r.add(what, fmt.Sprintf("%.0f µs, p99 %.0f µs, %.1f ×", metric(line, "µs/page"), p99, ratio),
		fmt.Sprintf("raw cursor: %.1f µs", metric(line, "raw-µs/page")), fmt.Sprintf("p99 ≤ 1 ms, ≤ %.0f ×", reach), ratio <= reach && p99 <= 1000)
}

// metric reads one figure of a benchmark line: "12.5 x-raw".
func metric(line, unit string) float64 {
	m := regexp.MustCompile(`([0-9.e+]+) ` + regexp.QuoteMeta(unit) + `(\s|$)`).FindStringSubmatch(line)
	if m == nil {
		return 0
	}
	v, _ := strconv.ParseFloat(m[1], 64)
	return v
}

// listPage measures the list use case itself: rights, page, counts and names, from page to page through the large house.
func (r *rig) listPage() error {
	house, err := r.open(r.large)
	if err != nil {
		return err
	}
	defer func() { _ = house.Store().Close() }()
	actor := house.As(r.cast.large[0].ID)
	var took []time.Duration
	q := core.ProjectQuery{Query: core.Query{Limit: 50}}
	for i := range 600 {
		began := time.Now()
		page, err := actor.Projects(r.ctx, q)
		if err != nil {
			return err
		}
		if i >= 100 {
			took = append(took, time.Since(began))
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	r.add("list use case, 50 projects with names and counts", us(p50)+", p99 "+us(p99), "", "p99 ≤ 1 ms", p99 <= time.Millisecond)
	return nil
}

// filters measures how long it takes until the first rows of a filter are there, letter by letter.
func (r *rig) filters() error {
	house, err := r.open(r.large)
	if err != nil {
		return err
	}
	defer func() { _ = house.Store().Close() }()
	actor := house.As(r.cast.large[0].ID)
	for _, c := range []struct{ what, words string }{
		{"filter 1M, a common word, first rows", "harbor"},
		{"filter 1M, a rare word, first rows", "=teal tower gateway 99"},
		{"filter 1M, nothing fits, whole search", "zzzqqq"},
	} {
		var took []time.Duration
		for range 9 {
			began := time.Now()
			if err := r.search(actor, c.words); err != nil {
				return err
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		p50 := took[len(took)/2]
		r.add(c.what, ms(p50)+", worst "+ms(took[len(took)-1]), "", "≤ 50 ms, p95 ≤ 100 ms", p50 <= 50*time.Millisecond)
	}
	return nil
}

// search asks for pages until one has rows or the end is reached, as the list does.
func (r *rig) search(actor *core.Actor, words string) error {
	q := core.ProjectQuery{Query: core.Query{Filter: words, Limit: 50}}
	for {
		page, err := actor.Projects(r.ctx, q)
		if err != nil || len(page.Items) > 0 || page.Next == "" {
			return err
		}
		q.After = page.Next
	}
}

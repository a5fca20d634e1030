// Command bench measures what a person waits for, and prints each figure beside its floor: the same work done by a
// trivial Bubble Tea program or by bare bbolt in the same run. It fails on no time: machines differ, so the ratios are
// what counts. `make bench` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
)

// row is one line of the result.
type row struct {
	What     string
	Measured string
	Floor    string
	Reach    string
	Met      bool
}

// rig is what all measurements share.
type rig struct {
	ctx    context.Context
	dir    string
	binary string // the program itself
	large  string // the file of the large house
	demo   string // the file of the demo house
	cast   struct{ large, demo demo.Cast }
	rows   []row
	people int // who look at a house over SSH
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "trivial" {
		trivial()
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "clients" {
		if err := clients(); err != nil {
			fmt.Fprintln(os.Stderr, "clients:", err)
			os.Exit(1)
		}
		return
	}
	small := flag.Bool("small", false, "a house of ten thousand projects instead of a million")
	only := flag.String("only", "", "measure only what has one of these words in its name: pages,filter")
	profile := flag.String("profile", "", "write a CPU profile of the measurements to this file")
	flag.Parse()
	if err := run(*small, *only, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(small bool, only, profile string) error {
	debug.SetGCPercent(400) // as the program does
	dir, err := os.MkdirTemp("", "gatehouse-bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r := &rig{ctx: context.Background(), dir: dir, binary: filepath.Join(dir, "gatehouse"), people: 500}
	if err := r.build(); err != nil {
		return err
	}
	size := demo.Large
	if small {
		size = demo.Size{Maintainers: 10, Organizations: 1000, Projects: 10_000, Accounts: 10_000, Memberships: 30_000}
	}
	if err := r.houses(size); err != nil {
		return err
	}
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"keys", r.keys},
		{"start", r.starts},
		{"pages", r.pages},
		{"filter", r.filters},
		{"decide", r.decisions},
		{"import", r.imports},
		{"idle", r.idle},
		{"ssh", r.overSSH},
	} {
		if !slices.ContainsFunc(strings.Split(only, ","), func(word string) bool { return strings.Contains(part.name, word) }) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", part.name)
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	r.print()
	return nil
}

func (r *rig) build() error {
	fmt.Fprintln(os.Stderr, "building the program")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", r.binary, "./cmd/gatehouse")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// houses makes the demo house and the large one.
func (r *rig) houses(size demo.Size) error {
	r.large, r.demo = filepath.Join(r.dir, "large.db"), filepath.Join(r.dir, "demo.db")
	store, err := storage.Open(r.ctx, r.demo, storage.Options{NoSync: true})
	if err != nil {
		return err
	}
	if r.cast.demo, err = demo.Fill(r.ctx, store, time.Now(), 1); err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	if store, err = storage.Open(r.ctx, r.large, storage.Options{NoSync: true}); err != nil {
		return err
	}
	began := time.Now()
	fmt.Fprintf(os.Stderr, "making a house of %d projects", size.Projects)
	if r.cast.large, err = demo.FillLarge(r.ctx, store, time.Now(), size, nil); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, ": %.0f s\n", time.Since(began).Seconds())
	return store.Close()
}

// open opens a house of the rig; NoSync fits houses that are thrown away and only read.
func (r *rig) open(path string) (*core.House, error) {
	store, err := storage.Open(r.ctx, path, storage.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	return core.New(store, core.Options{}), nil
}

func (r *rig) add(what, measured, floor, reach string, met bool) {
	r.rows = append(r.rows, row{what, measured, floor, reach, met})
}

func (r *rig) print() {
	widths := [4]int{}
	lines := [][4]string{{"WHAT", "MEASURED", "FLOOR", "REACH"}}
	for _, x := range r.rows {
		lines = append(lines, [4]string{x.What, x.Measured, x.Floor, x.Reach})
	}
	for _, l := range lines {
		for i, c := range l {
			widths[i] = max(widths[i], len([]rune(c)))
		}
	}
	for i, l := range lines {
		mark := "    "
		if i > 0 && !r.rows[i-1].Met {
			mark = "miss"
		} else if i > 0 {
			mark = "ok  "
		}
		fmt.Print(mark)
		for j, c := range l {
			fmt.Print("  ", c, strings.Repeat(" ", widths[j]-len([]rune(c))))
		}
		fmt.Println()
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func us(d time.Duration) string { return fmt.Sprintf("%.0f µs", float64(d.Nanoseconds())/1000) }

package driver

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

var update = func() *bool {
	if f := flag.Lookup("update"); f != nil {
		b := f.Value.String() == "true"
		return &b
	}
	return flag.Bool("update", false, "write golden frames instead of comparing them")
}()

// Sizes are the terminals that golden frames are kept for.
var Sizes = [][2]int{{150, 45}, {120, 40}, {80, 24}, {60, 16}}

// Golden compares the frame with testdata/NAME.golden; go test -update writes it.
func (d *Driver) Golden(name string) *Driver {
	d.t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := d.Frame()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			d.t.Fatal(err)
		}
		return d
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatalf("%v: write it with go test -update", err)
	}
	if got != string(want) {
		d.t.Errorf("frame differs from %s (go test -update accepts it)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
	return d
}

// GoldenSizes compares the frame at every size of Sizes, as NAME-120x40 and so on, and goes back to the size before.
func (d *Driver) GoldenSizes(name string) *Driver {
	d.t.Helper()
	w, h := d.w, d.h
	for _, s := range Sizes {
		d.Resize(s[0], s[1]).Golden(fmt.Sprintf("%s-%dx%d", name, s[0], s[1]))
	}
	return d.Resize(w, h)
}

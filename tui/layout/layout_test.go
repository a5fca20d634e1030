package layout

import "testing"

func TestComputeTable(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		want  Wishes
		small bool
		rail  bool
		prev  bool
		body  Rect
	}{
		{200, 60, Wishes{Tabs: true, Preview: true}, false, true, true, Rect{21, 4, 103, 54}},
		{150, 45, Wishes{Tabs: true, Preview: true}, false, true, true, Rect{21, 4, 74, 39}},
		{150, 45, Wishes{}, false, true, false, Rect{21, 2, 129, 41}},
		{120, 40, Wishes{Tabs: true, Preview: true}, false, true, false, Rect{21, 4, 99, 34}},
		{100, 30, Wishes{NoRail: true}, false, false, false, Rect{0, 2, 100, 26}},
		{99, 30, Wishes{}, false, false, false, Rect{0, 2, 99, 26}},
		{80, 24, Wishes{Tabs: true}, false, false, false, Rect{0, 4, 80, 18}},
		{60, 16, Wishes{Tabs: true}, false, false, false, Rect{0, 3, 60, 11}},
		{59, 16, Wishes{}, true, false, false, Rect{0, 0, 59, 16}},
		{60, 15, Wishes{}, true, false, false, Rect{0, 0, 60, 15}},
		{20, 5, Wishes{Tabs: true}, true, false, false, Rect{0, 0, 20, 5}},
		{0, 0, Wishes{}, false, false, false, Rect{0, 2, 80, 20}},
		{1, 1, Wishes{}, true, false, false, Rect{0, 0, 1, 1}},
		{1 << 31, 1 << 31, Wishes{}, false, true, false, Rect{21, 2, 479, 196}},
	} {
		f := Compute(c.w, c.h, c.want)
		if f.TooSmall != c.small || !f.Rail.Empty() != c.rail || !f.Preview.Empty() != c.prev || f.Body != c.body {
			t.Errorf("%d×%d %+v: %+v", c.w, c.h, c.want, f)
		}
	}
}

// Every cell of the terminal belongs to exactly one rectangle, at every size.
func TestFrameCoversTheTerminalOnce(t *testing.T) {
	for w := 1; w <= 220; w += 3 {
		for h := 1; h <= 70; h += 3 {
			for i := range 24 {
				f := Compute(w, h, Wishes{Tabs: i&1 > 0, Preview: i&2 > 0, NoRail: i&4 > 0, Strip: i >> 3})
				area := 0
				for _, r := range []Rect{f.Title, f.TopRule, f.Rail, f.Tabs, f.TabRule, f.Body, f.Divider, f.Preview, f.Rule, f.Strip, f.Hint} {
					if r.Empty() {
						continue
					}
					if r.X < 0 || r.Y < 0 || r.X+r.W > f.W || r.Y+r.H > f.H {
						t.Fatalf("%d×%d: %+v leaves the terminal", w, h, r)
					}
					area += r.W * r.H
				}
				if area != f.W*f.H {
					t.Fatalf("%d×%d: %d cells of %d: %+v", w, h, area, f.W*f.H, f)
				}
			}
		}
	}
}

func TestCenter(t *testing.T) {
	if got := Center(Rect{0, 0, 80, 24}, 40, 10); got != (Rect{20, 7, 40, 10}) {
		t.Errorf("got %+v", got)
	}
	if got := Center(Rect{0, 0, 10, 3}, 40, 10); got != (Rect{0, 0, 10, 3}) {
		t.Errorf("got %+v", got)
	}
}

package list

import "gatehouse/tui/text"

// fit gives every column its width; 0 leaves it out. The last visible column takes the rest.
func (m *Model[R]) fit(w int) []int {
	cols := m.o.Columns
	widths := make([]int, len(cols))
	used := -gap
	for i := range cols {
		if cols[i].Wide && !m.wide {
			continue
		}
		widths[i] = max(cols[i].Min, 1)
		used += widths[i] + gap
	}
	for used > w {
		worst := leastWanted(cols, widths)
		if worst < 0 {
			break
		}
		used -= widths[worst] + gap
		widths[worst] = 0
	}
	last := -1
	for i := range cols {
		if widths[i] > 0 {
			last = i
		}
	}
	if last < 0 {
		return widths
	}
	used = m.share(widths, last, used, w)
	widths[last] += w - used
	shrink(widths, last)
	return widths
}

// share gives away the room that is left, in this order: to the column that tells rows apart, then to the others, up to
// what they want; again to the one that tells rows apart, up to half of it all; to the last one, as much as its texts need;
// and to the others. What remains is for the last one, to be blank. No column gets more than its texts need.
func (m *Model[R]) share(widths []int, last, used, w int) int {
	cols := m.o.Columns
	need := func(i int) int {
		if len(m.needs) == 0 { // nothing is known yet
			return cols[i].Max
		}
		return m.needs[i]
	}
	only := func(one, most int) func(int) int {
		return func(i int) int {
			if i != one {
				return 0
			}
			return min(need(i), most)
		}
	}
	if m.named >= 0 && m.named != last {
		used = grow(widths, used, w, only(m.named, cols[m.named].Max))
	}
	used = grow(widths, used, w, func(i int) int {
		if i == last {
			return 0
		}
		return min(cols[i].Max, need(i))
	})
	used = grow(widths, used, w, only(m.named, w/2))
	used = grow(widths, used, w, only(last, w))
	return grow(widths, used, w, need)
}

// leastWanted is the visible column that goes first, or -1.
func leastWanted[R any](cols []Column[R], widths []int) int {
	worst := -1
	for i := range cols {
		if widths[i] > 0 && cols[i].Priority > 0 && (worst < 0 || cols[i].Priority >= cols[worst].Priority) {
			worst = i
		}
	}
	return worst
}

// grow shares room evenly, one cell each in turn, so that widths do not jump when the terminal grows; limit is how far a
// column grows.
func grow(widths []int, used, w int, limit func(i int) int) int {
	for grew := true; grew && used < w; {
		grew = false
		for i := range widths {
			if widths[i] > 0 && widths[i] < limit(i) && used < w {
				widths[i]++
				used++
				grew = true
			}
		}
	}
	return used
}

// measure notes how wide the texts of each column are. What a column needed it keeps, so that nothing jumps while rows
// come and go, until other rows are asked for.
func (m *Model[R]) measure() {
	if len(m.buf.rows) == 0 {
		return
	}
	if m.needs == nil {
		m.needs = make([]int, len(m.o.Columns))
	}
	for i := range m.o.Columns {
		c := &m.o.Columns[i]
		n := text.Width(c.Title)
		if c.Sort != "" {
			n += 2
		}
		for j := range m.buf.rows {
			n = max(n, text.Width(text.Clean(c.Cell(m.buf.rows[j].row).Text)))
		}
		m.needs[i] = max(m.needs[i], n)
	}
}

// shrink takes cells from other columns, from the right, when nothing could be dropped and the last has none left.
func shrink(widths []int, last int) {
	for i := len(widths) - 1; widths[last] < 1 && i >= 0; i-- {
		if i != last && widths[i] > 4 {
			take := min(widths[i]-4, 1-widths[last])
			widths[i] -= take
			widths[last] += take
		}
	}
	widths[last] = max(widths[last], 0)
}

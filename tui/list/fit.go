package list

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
	used = grow(cols, widths, last, used, w)
	widths[last] += w - used
	shrink(widths, last)
	return widths
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

// grow shares the room evenly, one cell each in turn, so that widths do not jump when the terminal grows.
func grow[R any](cols []Column[R], widths []int, last, used, w int) int {
	for grew := true; grew && used < w; {
		grew = false
		for i := range cols {
			if widths[i] > 0 && i != last && widths[i] < cols[i].Max && used < w {
				widths[i]++
				used++
				grew = true
			}
		}
	}
	return used
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

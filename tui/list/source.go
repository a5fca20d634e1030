package list

import (
	"context"

	"gatehouse/tui/theme"
)

// Query asks for a page of rows.
type Query struct {
	// Filter is the text of the filter as typed; see ParseFilter. Empty means all rows.
	Filter string
	// Sort names the order, one of Column.Sort; empty is the source's own. Reverse turns it round.
	Sort    string
	Reverse bool
	// From continues behind a row, exclusively: a cursor out of Page.Next, or with Backward out of Page.Prev. Empty means
	// the first rows of the list, with Backward the last ones.
	From string
	// Backward asks for the rows before From. They still come in list order.
	Backward bool
	// Limit is how many rows are wanted at most. Fewer may come although there are more: a source answers within some
	// 50 ms, and the list asks again.
	Limit int
}

// Page is a part of a collection, in list order.
type Page[R any] struct {
	Rows []R
	// Prev and Next are cursors just before and behind what was looked at. Both must be set unless the end on that side
	// was reached; they may be set there too.
	Prev, Next string
	// Done is set when there is nothing more in the direction of the query.
	Done bool
	// Total is the number of rows that match, or below zero when nobody knows.
	Total int
}

// Source answers queries. It runs beside the interface and must return soon after ctx ended.
type Source[R any] func(ctx context.Context, q Query) (Page[R], error)

// Column describes one column.
type Column[R any] struct {
	// Title stands in the header.
	Title string
	// Min and Max are widths in cells. Columns grow from Min to Max as long as there is room; Max 0 means Min. The last
	// column takes what is left, so free text goes there.
	Min, Max int
	// Priority decides who goes first when the terminal is narrow: the highest is dropped first, 0 never.
	Priority int
	// Right aligns numbers.
	Right bool
	// Wide columns appear only in wide mode (w).
	Wide bool
	// Sort is the name of the order by this column, "" when the source cannot sort by it.
	Sort string
	// Cell is the text of a row and its role. The list cleans it.
	Cell func(row R) theme.Span
}

// Text makes a Cell function of a plain text.
func Text[R any](f func(R) string) func(R) theme.Span {
	return func(r R) theme.Span { return theme.Span{Text: f(r)} }
}

// Empty is what an empty list says: what there is not, and what to press. Filtered, when set, says what else a filter
// without a match could be, by its plain words: "org:fjord looks at organizations".
type Empty struct {
	Text, Hint string
	Filtered   func(words string) string
}

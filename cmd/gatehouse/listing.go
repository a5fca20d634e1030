package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// listing is what the flags of a list verb ask for: which rows, in which order, from where, how many.
type listing struct {
	Filter string
	Sort   string
	Desc   bool
	Limit  int
	After  string
	All    bool
}

// listingFlags makes the flags of a list verb; fields are the names that --sort takes. The result is called when the
// verb runs.
func listingFlags(cmd *cobra.Command, fields ...string) func() (listing, error) {
	var l listing
	var order string
	flags := cmd.Flags()
	flags.StringVar(&l.Filter, "filter", "", "only rows that fit `TEXT`: words, FIELD:VALUE, FIELD:=VALUE for the whole value, ! for not")
	flags.StringVar(&order, "sort", "", "order by `FIELD[:desc]`: "+strings.Join(fields, ", "))
	flags.IntVar(&l.Limit, "limit", 50, "at most `N` rows")
	flags.StringVar(&l.After, "after", "", "go on after `CURSOR`, the \"next\" of the answer before")
	flags.BoolVar(&l.All, "all", false, "all rows")
	cmd.MarkFlagsMutuallyExclusive("all", "limit")
	complete := make([]string, 0, 2*len(fields))
	for _, f := range fields {
		complete = append(complete, f, f+":desc")
	}
	completeWords(cmd, "sort", complete...)
	return func() (listing, error) {
		if l.Limit < 1 {
			return l, invalidValue("--limit", "1 or more")
		}
		if order == "" {
			return l, nil
		}
		name, direction, given := strings.Cut(order, ":")
		if given && direction != "asc" && direction != "desc" {
			return l, invalidValue("--sort", "FIELD, FIELD:asc or FIELD:desc")
		}
		var err error
		l.Sort, err = parseChoice("--sort", name, fields...)
		l.Desc = direction == "desc"
		return l, err
	}
}

// collect gives the page that the flags ask for. fetch answers one window of at most limit rows after a cursor; with
// --all it is called until the list is at its end.
func collect[T any](l listing, fetch func(after string, limit int) (page[T], error)) (page[T], error) {
	const window = 500 // rows in one transaction
	want := l.Limit
	whole := page[T]{Next: l.After}
	for {
		limit := window
		if !l.All {
			limit = min(window, want-len(whole.Items))
		}
		p, err := fetch(whole.Next, limit)
		if err != nil {
			return whole, err
		}
		whole.Items = append(whole.Items, p.Items...)
		stuck := p.Next == whole.Next
		whole.Total, whole.Next = p.Total, p.Next
		// With a filter a window may hold fewer rows than asked, even none, and the search goes on behind it.
		if p.Next == "" || stuck || (!l.All && len(whole.Items) >= want) {
			if p.Next == "" && l.After == "" { // all that is listed stands here
				whole.Total = len(whole.Items)
			}
			whole.Uncounted = whole.Total < 0
			return whole, nil
		}
	}
}

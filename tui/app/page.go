package app

import (
	"fmt"
	"net/url"
	"strings"
)

// Page names what a screen shows, as a value: history, breadcrumb, deep links and tests use it.
type Page struct {
	Kind string // "requests", "org", "project": the name of a Kind
	ID   string // of the record, "" for lists
	Tab  string // "" is the first tab
	// Filter, Sort and Reverse are what the list of the page starts with.
	Filter, Sort string
	Reverse      bool
}

// String writes the page as a deep link: "request/41", "org/3/settings", "projects?filter=etl&sort=-name".
func (p Page) String() string {
	var b strings.Builder
	b.WriteString(url.PathEscape(p.Kind))
	if p.ID != "" {
		b.WriteString("/" + url.PathEscape(p.ID))
	} else if p.Tab != "" {
		b.WriteString("/-")
	}
	if p.Tab != "" {
		b.WriteString("/" + url.PathEscape(p.Tab))
	}
	q := url.Values{}
	if p.Filter != "" {
		q.Set("filter", p.Filter)
	}
	if p.Sort != "" || p.Reverse {
		s := p.Sort
		if p.Reverse {
			s = "-" + s
		}
		q.Set("sort", s)
	}
	if len(q) > 0 {
		b.WriteString("?" + q.Encode())
	}
	return b.String()
}

// ParsePage reads what String writes. It knows nothing about which kinds exist.
func ParsePage(s string) (Page, error) {
	path, query, _ := strings.Cut(s, "?")
	parts := strings.Split(path, "/")
	if len(parts) > 3 {
		return Page{}, fmt.Errorf("%q is not a page: write kind, kind/id or kind/id/tab", s)
	}
	var p Page
	for i, to := range []*string{&p.Kind, &p.ID, &p.Tab} {
		if i >= len(parts) {
			break
		}
		v, err := url.PathUnescape(parts[i])
		if err != nil || v == "" {
			return Page{}, fmt.Errorf("%q is not a page: write kind, kind/id or kind/id/tab", s)
		}
		*to = v
	}
	if p.ID == "-" {
		p.ID = ""
	}
	q, err := url.ParseQuery(query)
	if err != nil {
		return Page{}, fmt.Errorf("%q is not a page: %w", s, err)
	}
	p.Filter = q.Get("filter")
	p.Sort, p.Reverse = strings.CutPrefix(q.Get("sort"), "-")
	return p, nil
}

// place is the identity of the page in the cache: what it shows, not how.
func (p Page) place() Page { return Page{Kind: p.Kind, ID: p.ID, Tab: p.Tab} }

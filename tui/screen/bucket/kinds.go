// Package bucket shows what projects keep, share and link (section 19): the buckets and links of a project with the
// catalog of what it may link, all buckets of an organization, and the page of one bucket with whom it is shared with
// and where it is linked.
package bucket

import (
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Kinds are the pages: bucket/4.
func Kinds() []*app.Kind {
	return []*app.Kind{{
		Name: "bucket", Title: "Bucket",
		Parent: func(app.Page) app.Page { return app.Page{Kind: "projects"} },
		Make:   func(e *app.Env, _ app.Page) app.Screen { return newPage(e) },
	}}
}

// NewTab makes the tab of the page of a project or an organization.
func NewTab(e *app.Env, ref core.Unit) app.Screen { return newList(e, ref) }

// Page is the page of one bucket.
func Page(id core.BucketID) app.Page { return app.Page{Kind: "bucket", ID: number(uint64(id))} }

func number(id uint64) string { return strconv.FormatUint(id, 10) }

// parse reads an id out of a page; anything else is 0, which no record has.
func parse(s string) core.BucketID {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return core.BucketID(n)
}

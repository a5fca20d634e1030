package bucket

import (
	"strings"

	"gatehouse/core"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// types are the sharing types of SB4 in the order of the menu, with what they mean.
var types = []struct {
	id         core.SharingType
	name, note string
}{
	{core.ShareProjectMembers, "all project users", "any user of any project of the organization, in that project"},
	{core.ShareOrganizationMembers, "organization members", "members of the organization, in the projects they use"},
	{core.ShareSelectedProjects, "selected projects", "the users of the projects that you name"},
	{core.ShareSelectedUsers, "selected people", "the people that you name, in the projects they use"},
}

// typeName is a sharing type in words.
func typeName(t core.SharingType) string {
	for _, x := range types {
		if x.id == t {
			return x.name
		}
	}
	return string(t)
}

// shared says whom a bucket is shared with: "2 projects", "organization members".
func shared(v core.BucketView) theme.Span {
	if v.Share == nil {
		return theme.Span{Role: theme.Faint, Text: "not shared"}
	}
	n := v.Share.Targets
	switch {
	case n == 0:
	case v.Share.Type == core.ShareSelectedProjects:
		return theme.Span{Text: unit.Count(n, "project")}
	case n == 1:
		return theme.Span{Text: "1 person"}
	default:
		return theme.Span{Text: number(uint64(n)) + " people"} //nolint:gosec // a count
	}
	return theme.Span{Text: typeName(v.Share.Type)}
}

// owner names who owns a bucket, and says when they have left.
func owner(v core.BucketView) theme.Span {
	if v.OwnerLeft {
		return theme.Span{Role: theme.Warning, Text: v.Owner.Label() + " (left)"}
	}
	return theme.Span{Text: v.Owner.Label()}
}

// kind says what a row is in the project: its own bucket, or a link, flagged where the sharing covers it no more.
func kind(look *theme.Look, v core.BucketView) theme.Span {
	g := look.Glyphs
	switch {
	case v.Link == nil:
		return theme.Span{Role: theme.Success, Text: g.On + " own"}
	case v.Source != "":
		return theme.Span{Role: theme.Warning, Text: g.Warn + " source " + v.Source}
	case v.Link.Uncovered:
		return theme.Span{Role: theme.Warning, Text: g.Warn + " not covered"}
	}
	return theme.Span{Text: g.Right + " link"}
}

// linkState says how a link stands, on the page of its bucket.
func linkState(look *theme.Look, l core.LinkView) theme.Span {
	switch {
	case l.Deleted:
		return theme.Span{Role: theme.Faint, Text: look.Glyphs.Off + " project deleted"}
	case l.Uncovered:
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " not covered"}
	}
	return theme.Span{Role: theme.Success, Text: look.Glyphs.On + " covered"}
}

// oneLine is a description in a column.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// targets names whom a bucket is shared with; who left the organization is marked (SB16).
func targets(s *core.SharingView) string {
	var names []string
	for _, t := range append(append([]core.SharingTarget{}, s.Projects...), s.Users...) {
		name := t.Name
		if t.Left {
			name += " (left the organization)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

package unit

import (
	"strconv"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/theme"
)

// Remains are the lines about a project that is not active any more: of a purged one number, name, organization and dates
// remain (section 13), of one in its grace also when it will be purged (DR4).
func Remains(look *theme.Look, width int, p core.ProjectView, now time.Time) []string {
	f := cell.NewFields(look, width, 12)
	f.Add("Project", theme.Span{Role: theme.Strong, Text: p.Name}).Text("Number", strconv.FormatUint(uint64(p.ID), 10)).
		Text("Organization", p.Organization.Name).Add("State", cell.ProjectState(look, p, now))
	if p.Created != 0 {
		f.Text("Created", cell.Exact(p.Created, now))
	}
	if p.Deleted != 0 {
		by := ", by its expiry"
		if p.DeletedBy != nil {
			by = ", by " + cell.Person(look, *p.DeletedBy).Text
		}
		f.Text("Deleted", cell.Exact(p.Deleted, now)+by)
	}
	if p.State == core.ProjectPurged {
		f.Text("Purged", cell.Exact(p.Purged, now))
		f.Gap().Paragraph(theme.Faint, "Nothing else is left of it. Its history stays in the activity of "+p.Organization.Name+".")
		return f.Lines()
	}
	return f.Text("Purged at", cell.Exact(p.PurgeAt, now)).Lines()
}

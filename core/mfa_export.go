package core

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// ListFormat is how a list is written into a file.
type ListFormat string

// The formats.
const (
	FormatCSV   ListFormat = "csv"   // a line of headings, then one line a person; for spreadsheets
	FormatLines ListFormat = "jsonl" // one JSON object a line
)

// ExportMFAList writes the list of MFAImpact, first who is locked out and then who stands apart (S13). The view stands in
// the log like every other (AU5). Errors: those of MFAImpact; invalid_value for another format; those of w.
func (a *Actor) ExportMFAList(ctx context.Context, id OrganizationID, format ListFormat, w io.Writer) error {
	if format != FormatCSV && format != FormatLines {
		return invalidValue("format", string(FormatCSV)+" or "+string(FormatLines))
	}
	impact, err := a.MFAImpact(ctx, id)
	if err != nil {
		return err
	}
	rows := append(impact.People[:len(impact.People):len(impact.People)], impact.Apart...)
	if format == FormatLines {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i, row := range rows {
			line := struct {
				MFAImpactRow
				LockedOut bool `json:"locked_out"`
			}{row, i < len(impact.People)}
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	out := csv.NewWriter(w)
	lines := [][]string{{"email", "name", "kind", "locked_out", "administrator", "organization", "external", "projects", "roles", "projects_left_without_anybody"}}
	for i, row := range rows {
		lines = append(lines, mfaLine(row, i < len(impact.People)))
	}
	if err := out.WriteAll(lines); err != nil { // it flushes
		return err
	}
	return out.Error()
}

func mfaLine(row MFAImpactRow, lockedOut bool) []string {
	var projects, roles, closed []string
	for _, p := range row.Projects {
		projects, roles = append(projects, p.Name), append(roles, string(p.Role))
		if p.Closed {
			closed = append(closed, p.Name)
		}
	}
	line := []string{
		row.Person.Label(), row.Person.Name, string(row.Kind), strconv.FormatBool(lockedOut), strconv.FormatBool(row.Admin),
		strconv.FormatBool(row.Organization), strconv.FormatBool(row.External), strings.Join(projects, "; "),
		strings.Join(roles, "; "), strings.Join(closed, "; "),
	}
	for i, s := range line {
		line[i] = plainCell(s)
	}
	return line
}

// plainCell keeps a spreadsheet from taking text of people for a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

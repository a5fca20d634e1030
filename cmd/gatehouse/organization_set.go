package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

// orgSetting changes one setting of an organization.
type orgSetting struct {
	said string
	do   func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error)
}

// orgSettings are the values of the flags of "org set".
type orgSettings struct {
	autoJoin, deciders, pending, newMembers, mfa string
	force                                        bool
}

func (m *Main) newOrganizationSet() *cobra.Command {
	var s orgSettings
	cmd := &cobra.Command{
		Use:   "set ORG",
		Short: "change the settings of an organization (administrators)",
		Long: `Changes settings of an organization. All values are read before anything is
changed; then each setting is changed on its own.

Requiring MFA is refused while people would be locked out, and the refusal
names them ("gatehouse org impact ORG --require-mfa on" lists all). --force
locks them out. A date 1 to 90 days ahead requires it from then on; "off" drops
the date too.`,
		Args: arguments(1, 1),
	}
	cmd.Flags().StringVar(&s.autoJoin, "auto-join", "", "staff join without asking: `on/off`")
	cmd.Flags().StringVar(&s.deciders, "deciders", "", "who decides requests: `any_user/full_role`")
	cmd.Flags().StringVar(&s.pending, "pending-time", "", "how long a request waits: `D`, 1h to 14d")
	cmd.Flags().StringVar(&s.newMembers, "new-members", "", "roles of new members: `DEFAULT+ADMIN/DEFAULT`")
	cmd.Flags().StringVar(&s.mfa, "require-mfa", "", "only people with MFA get in: `on/off/DATE`")
	cmd.Flags().BoolVar(&s.force, "force", false, "with --require-mfa on: lock people without MFA out")
	cmd.MarkFlagsOneRequired("auto-join", "deciders", "pending-time", "new-members", "require-mfa")
	completeWords(cmd, "auto-join", "on", "off")
	completeWords(cmd, "deciders", string(core.DecidersAnyUser), string(core.DecidersFullRole))
	completeWords(cmd, "new-members", string(core.NewMembersAdmin), string(core.NewMembersDefault))
	completeWords(cmd, "require-mfa", "on", "off")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		changes, err := s.read(cmd)
		if err != nil {
			return err
		}
		return m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, args[0])
			if err != nil {
				return err
			}
			return m.applySettings(ctx, a, id, changes)
		})(cmd, args)
	}
	return cmd
}

// applySettings changes one setting after the other. When one is refused, those before it stay and are told.
func (m *Main) applySettings(ctx context.Context, a *core.Actor, id core.OrganizationID, changes []orgSetting) error {
	var rec core.Organization
	for _, c := range changes {
		var err error
		if rec, err = c.do(ctx, a, id); err != nil {
			return err
		}
		if m.given.JSON {
			continue
		}
		m.did(rec.Name + ": " + c.said)
		if err := writeLine(m.Out, fmt.Sprintf("%s: %s", rec.Name, c.said)); err != nil {
			return err
		}
	}
	if !m.given.JSON {
		return nil
	}
	return writeJSON(m.Out, m.OutTerminal, rec)
}

// read turns the flags that were given into changes, or refuses the first that makes no sense.
func (s *orgSettings) read(cmd *cobra.Command) ([]orgSetting, error) {
	if s.force && !cmd.Flags().Changed("require-mfa") {
		return nil, misuse("Leave it out, or add --require-mfa on.", "--force is for --require-mfa on.")
	}
	var changes []orgSetting
	for _, one := range []struct {
		flag string
		read func() (orgSetting, error)
	}{
		{"auto-join", s.readAutoJoin},
		{"deciders", s.readDeciders},
		{"pending-time", s.readPending},
		{"new-members", s.readNewMembers},
		{"require-mfa", s.readMFA},
	} {
		if !cmd.Flags().Changed(one.flag) {
			continue
		}
		c, err := one.read()
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}

func (s *orgSettings) readAutoJoin() (orgSetting, error) {
	on, err := parseSwitch("--auto-join", s.autoJoin)
	return orgSetting{"Auto Join is " + s.autoJoin, func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.SetAutoJoin(ctx, id, 0, on)
	}}, err
}

func (s *orgSettings) readDeciders() (orgSetting, error) {
	d, err := parseChoice("--deciders", s.deciders, core.DecidersAnyUser, core.DecidersFullRole)
	return orgSetting{"requests are decided by " + s.deciders, func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.SetDeciders(ctx, id, 0, d)
	}}, err
}

func (s *orgSettings) readPending() (orgSetting, error) {
	l, err := parseLength("--pending-time", s.pending)
	d := l.Duration()
	if err == nil && d%time.Hour != 0 {
		err = invalidValue("--pending-time", "1h to 14d in whole hours")
	}
	return orgSetting{"requests wait for " + s.pending, func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.SetPendingTime(ctx, id, 0, int(d/time.Hour))
	}}, err
}

func (s *orgSettings) readNewMembers() (orgSetting, error) {
	n, err := parseChoice("--new-members", s.newMembers, core.NewMembersAdmin, core.NewMembersDefault)
	return orgSetting{"new members get " + s.newMembers, func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.SetNewMembers(ctx, id, 0, n)
	}}, err
}

func (s *orgSettings) readMFA() (orgSetting, error) {
	on, err := parseSwitch("--require-mfa", s.mfa)
	if err != nil {
		return s.readMFADate()
	}
	switch {
	case on:
		return orgSetting{"MFA is required", func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
			return a.RequireMFA(ctx, id, 0, s.force)
		}}, nil
	case s.force:
		return orgSetting{}, misuse("Leave it out.", "--force is for --require-mfa on.")
	}
	return orgSetting{"MFA is not required", func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.MFAOff(ctx, id, 0)
	}}, nil
}

// readMFADate reads a date from which MFA is required (S28).
func (s *orgSettings) readMFADate() (orgSetting, error) {
	at, err := parseMoment("--require-mfa", s.mfa)
	switch {
	case err != nil:
		return orgSetting{}, invalidValue("--require-mfa", "on, off, or a moment such as 2026-12-01 or 2026-12-01T18:00 (UTC)")
	case s.force:
		return orgSetting{}, misuse("Leave it out: a date needs none, people are told before it comes.", "--force is for --require-mfa on.")
	}
	return orgSetting{"MFA is required from " + at.String(), func(ctx context.Context, a *core.Actor, id core.OrganizationID) (core.Organization, error) {
		return a.ScheduleMFA(ctx, id, 0, at)
	}}, nil
}

func (m *Main) newOrganizationImpact() *cobra.Command {
	var autoJoin, mfa, file, format string
	cmd := &cobra.Command{
		Use:   "impact ORG {--auto-join off | --require-mfa on}",
		Short: "say what a change of a setting would do, without doing it",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			for _, f := range []struct{ flag, value, want string }{{"--auto-join", autoJoin, "off"}, {"--require-mfa", mfa, "on"}} {
				if f.value != "" && f.value != f.want {
					return invalidValue(f.flag, f.want+": the other way nobody loses anything")
				}
			}
			if format != "" && file == "" {
				return misuse("Name a file with --export, or - for standard output.", "--format is for --export.")
			}
			id, err := m.organizationID(ctx, a, args[0])
			if err != nil {
				return err
			}
			if autoJoin != "" {
				return m.printAutoJoinImpact(ctx, a, id)
			}
			if file != "" {
				return m.exportMFAList(ctx, a, id, file, format)
			}
			return m.printMFAImpact(ctx, a, id)
		}),
	}
	cmd.Flags().StringVar(&autoJoin, "auto-join", "", "what turning Auto Join `off` leaves running")
	cmd.Flags().StringVar(&mfa, "require-mfa", "", "whom turning Require MFA `on` locks out (audited)")
	cmd.Flags().StringVar(&file, "export", "", "with --require-mfa: write the list into a new `FILE`, as CSV when its name ends in .csv, else as JSON lines")
	cmd.Flags().StringVar(&format, "format", "", "with --export: `csv/jsonl`, whatever the name is")
	completeWords(cmd, "format", string(core.FormatCSV), string(core.FormatLines))
	cmd.MarkFlagsMutuallyExclusive("auto-join", "require-mfa")
	cmd.MarkFlagsMutuallyExclusive("auto-join", "export")
	cmd.MarkFlagsOneRequired("auto-join", "require-mfa")
	completeWords(cmd, "auto-join", "off")
	completeWords(cmd, "require-mfa", "on")
	return cmd
}

func (m *Main) printAutoJoinImpact(ctx context.Context, a *core.Actor, id core.OrganizationID) error {
	impact, err := a.AutoJoinImpact(ctx, id)
	if err != nil {
		return err
	}
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, impact)
	}
	lines := []string{
		plural(impact.Total, "visit") + " running now would keep the end; every later one would need the approval of a project user",
	}
	for _, v := range impact.Visits {
		lines = append(lines, fmt.Sprintf("  visit %d: %s in %s until %s", v.ID, m.person(&v.Who), v.UnitName, v.Ends))
	}
	if more := impact.Total - len(impact.Visits); more > 0 {
		lines = append(lines, "  +"+number(more))
	}
	return m.printAnswer(nil, strings.Join(lines, "\n"))
}

// exportMFAList writes the list of S13 into a file for its owner only.
func (m *Main) exportMFAList(ctx context.Context, a *core.Actor, id core.OrganizationID, path, wanted string) error {
	format := core.FormatLines
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		format = core.FormatCSV
	}
	if wanted != "" {
		var err error
		if format, err = parseChoice("--format", wanted, core.FormatCSV, core.FormatLines); err != nil {
			return err
		}
	}
	size, err := m.writeFile(path, func(w io.Writer) error { return a.ExportMFAList(ctx, id, format, w) })
	if err != nil || path == "-" {
		return err
	}
	return m.printDone(written{path, size}, saidMFAList+path)
}

func (m *Main) printMFAImpact(ctx context.Context, a *core.Actor, id core.OrganizationID) error {
	impact, err := a.MFAImpact(ctx, id)
	if err != nil {
		return err
	}
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, impact)
	}
	if len(impact.People) == 0 {
		return m.printAnswer(nil, fmt.Sprintf("nobody would be locked out (%s looked at)", plural(impact.Covered, "account")))
	}
	lines := []string{fmt.Sprintf("%d of %d people would be locked out", len(impact.People), impact.Covered)}
	for _, row := range impact.People {
		lines = append(lines, "  "+m.impactLine(row))
	}
	if impact.Closed > 0 {
		lines = append(lines, fmt.Sprintf("%s would have no user who can enter (marked !)", plural(impact.Closed, "project")))
	}
	if len(impact.Apart) > 0 {
		lines = append(lines, "not locked out, but without MFA:")
	}
	for _, row := range impact.Apart {
		lines = append(lines, "  "+m.impactLine(row))
	}
	return m.printAnswer(nil, strings.Join(lines, "\n"))
}

// impactLine is one person of the list of S13.
func (m *Main) impactLine(row core.MFAImpactRow) string {
	line := m.person(&row.Person)
	var marks []string
	for _, mark := range []struct {
		on   bool
		word string
	}{{row.Self, "you"}, {row.Admin, "administrator"}, {row.Organization && !row.Admin, "member"}, {row.External, "external"}} {
		if mark.on {
			marks = append(marks, mark.word)
		}
	}
	if row.Kind != "" && row.Kind != core.MemberOrdinary {
		marks = append(marks, string(row.Kind))
	}
	if len(marks) > 0 {
		line += " (" + strings.Join(marks, ", ") + ")"
	}
	var projects []string
	for _, p := range row.Projects {
		name := p.Name
		if p.Role != "" {
			name += " as " + string(p.Role)
		}
		if p.Closed {
			name += " !"
		}
		projects = append(projects, name)
	}
	if len(projects) > 0 {
		line += ": " + sentence(projects)
	}
	return line
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/storage"
)

func (m *Main) newExport() *cobra.Command {
	var secrets bool
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "write the whole house as JSON lines",
		Long: `Writes the whole house as JSON lines into a new file that only its owner may
read, or with - to standard output. Taken by Support, or without an account by
the owner of the house file.

It holds names, addresses and hashes: keep it as you keep the house. The secrets
of second factors are left out, and the people in it enrol MFA again after an
import. --secrets writes them too, in clear; only the owner of the house file may
ask for them, at the local console and without --as.`,
		Args: arguments(1, 1),
		RunE: m.overseeing(func(ctx context.Context, h *core.House, a *core.Actor, args []string) error {
			export := h.Export
			switch {
			case a != nil && secrets:
				return secretsForOwner()
			case a != nil:
				export = a.Export
			case secrets:
				export = h.ExportSecrets
			}
			bar := m.progress("exporting")
			defer bar.end()
			size, err := m.writeFile(args[0], func(w io.Writer) error { return export(bar.in(ctx), w, bar.at) })
			bar.end()
			if err != nil || args[0] == "-" {
				return err
			}
			return m.tellExport(args[0], size, secrets)
		}),
	}
	cmd.Flags().BoolVar(&secrets, "secrets", false, "write the secrets of second factors too, in clear (only at the local console)")
	return cmd
}

// secretsForOwner refuses --secrets to an account, also to one of Support: whoever holds these secrets makes the
// codes of everybody (X1).
func secretsForOwner() *core.Error {
	return &core.Error{
		Code: core.CodeDenied, Reason: core.ReasonForbidden, Field: "--secrets",
		Message: "Only the owner of the house file may export the secrets of second factors.",
		Next:    "Leave --secrets out, or run it at the local console without --as.",
	}
}

func (m *Main) tellExport(path string, size int64, secrets bool) error {
	care := "It holds no secrets of second factors: after an import, people enrol MFA again."
	if secrets {
		care = "It holds secrets in clear: keep it as you keep the house."
	}
	return m.printLines(written{path, size}, fmt.Sprintf("wrote the house to %s\n%s", path, care))
}

func (m *Main) newImport() *cobra.Command {
	var checkOnly bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "fill an empty house from an export",
		Long: `Fills an empty house from a file that export wrote, or with - from standard
input. Every line is checked first, then all that "check" looks at in the house
that the lines make; when something is wrong, all faults are told with their
lines and nothing is written. --check only checks.

The file holds one JSON object a line, UTF-8, each line ended by a line feed, with
the fields in the order of an export, without blanks, and without those that are
empty. The first line is the house, with the last number given out of each kind:

  {"kind":"house","format":1,"counters":{"account":3},"settings":{"created":…}}

Then come the records, kind by kind in this order, each kind in the order of its
numbers or keys, so that a record comes after what it refers to: account, key,
maintainer, organization, billing, role, project, grant, ticket, comment, bucket,
link, request, visit, membership, invitation, code, notification, saved_filter,
mailing, event, head, attempt, undo. The last line is the end mark, with the
number of lines before it and the SHA-256 of their bytes, line feeds included:

  {"kind":"end","lines":12,"sha256":"…"}

A file that is made by hand may leave out all events, heads and undos. The log then
begins with one event: this import, with the number of records of each kind.

"gatehouse demo --save" and "gatehouse export" give an example of every kind.`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, closing, err := m.openInput(args[0])
			if err != nil {
				return err
			}
			defer closing()
			dump := &dumpInput{from: in, size: sizeOf(args[0])}
			if checkOnly {
				return m.checkImport(cmd.Context(), dump, args[0])
			}
			if err := m.making(); err != nil {
				return err
			}
			h, err := m.openHouse(cmd.Context())
			if err != nil {
				return err
			}
			bar := m.progress("importing")
			defer bar.end()
			result, err := h.Import(bar.in(cmd.Context()), dump, false, dump.told(bar))
			if err == nil {
				err = m.publishHouse(cmd.Context())
			}
			bar.end()
			if err != nil {
				return m.importRefused(result, err)
			}
			said := fmt.Sprintf("imported %s from %s", plural(result.Lines, "line"), args[0])
			if n := result.EnrolAgain; n > 0 {
				said += "; without MFA until they enrol again: " + plural(n, "account")
			}
			if result.LogBegins {
				said += "; it holds no events, so the log begins with this import"
			}
			return m.printDone(result, said)
		},
	}
	cmd.Flags().BoolVar(&checkOnly, "check", false, "check the file and write nothing")
	return cmd
}

// checkImport checks the file against an empty house that is gone at the end.
func (m *Main) checkImport(ctx context.Context, in *dumpInput, path string) error {
	dir, err := m.scratch()
	if err != nil {
		return err
	}
	store, err := m.openStore(ctx, dir.Path("check.db"), storage.Options{Clock: m.Clock, NoSync: true})
	if err != nil {
		return err
	}
	bar := m.progress("checking")
	defer bar.end()
	result, err := m.houseOver(store).Import(bar.in(ctx), in, true, in.told(bar))
	bar.end()
	if err != nil {
		return m.importRefused(result, err)
	}
	return m.printDone(result, fmt.Sprintf("%s is good: %s", path, plural(result.Lines, "line")))
}

// importRefused tells every fault of a dump with its line, where there is more than the one that the error names. As
// JSON that is the result, with its faults.
func (m *Main) importRefused(result core.ImportResult, err error) error {
	if core.ReasonOf(err) != core.ReasonImportInvalid {
		return err
	}
	if m.given.JSON {
		return errors.Join(err, writeJSON(m.Out, m.OutTerminal, result))
	}
	if len(result.Faults) < 2 {
		return err
	}
	for _, f := range result.Faults {
		told := f.Problem
		if f.Line > 0 {
			told = fmt.Sprintf("line %d: %s", f.Line, f.Problem)
		}
		if writing := writeLine(m.Err, told); writing != nil {
			return errors.Join(err, writing)
		}
	}
	if result.More > 0 {
		return errors.Join(err, writeLine(m.Err, fmt.Sprintf("and %s more", plural(result.More, "fault"))))
	}
	return err
}

// dumpInput counts what was read of a dump.
type dumpInput struct {
	from io.Reader
	read atomic.Int64
	size int64 // zero where it is not known
}

// Read implements io.Reader.
func (d *dumpInput) Read(p []byte) (int, error) {
	n, err := d.from.Read(p)
	d.read.Add(int64(n))
	return n, err
}

// told tells a line of progress how much of the dump was read, in KiB, or where its size is not known how many lines.
func (d *dumpInput) told(bar *progress) func(lines, total int) {
	return func(lines, _ int) {
		if d.size == 0 {
			bar.atStep("reading lines", lines, 0)
			return
		}
		bar.atStep("reading KiB", int(d.read.Load()>>10), int(d.size>>10))
	}
}

// sizeOf gives the size of a file, zero for what has none.
func sizeOf(path string) int64 {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}

// openInput gives the file at path, or standard input for "-".
func (m *Main) openInput(path string) (io.Reader, func(), error) {
	if path == "-" {
		return m.In, func() {}, nil
	}
	if err := m.localFile("FILE", path); err != nil {
		return nil, nil, err
	}
	f, err := m.openFile(path)
	if errors.Is(err, errInterrupted) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "FILE", Cause: err,
			Message: fmt.Sprintf("%s cannot be read: %v.", path, pathCause(err)), Next: "Name a file that can, or - for standard input.",
		}
	}
	return m.contentOf(f), func() { _ = f.Close() }, nil // only read from
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
)

func (m *Main) newBackup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "write a checked copy of the whole house",
		Long: `Writes a copy of the whole house as of one moment into a new file that only its
owner may read, or with - to standard output, while others go on working, and
checks the copy. Taken by Support, or without an account by the owner of the house
file.

Secrets in it are sealed: the copy is of use only with the key file of the house
(see "gatehouse paths"). Keep a copy of that too, elsewhere.`,
		Args: arguments(1, 1),
		RunE: m.overseeing(func(ctx context.Context, h *core.House, a *core.Actor, args []string) error {
			backup := h.Backup
			if a != nil {
				backup = a.Backup
			}
			if args[0] == "-" {
				return m.sendBackup(ctx, backup)
			}
			if err := m.localFile("FILE", args[0]); err != nil {
				return err
			}
			if err := freeName(args[0]); err != nil {
				return err // before it stands in the log
			}
			bar := m.progress("backing up")
			defer bar.end()
			err := backup(ctx, args[0], bar.at)
			bar.end()
			if err != nil {
				return err
			}
			return m.tellCopy(ctx, args[0], saidBackup)
		}),
	}
}

// freeName refuses a name that is taken.
func freeName(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "FILE",
			Message: fmt.Sprintf("%s is there already.", path), Next: "Name a new file, or take that one away.",
		}
	case !errors.Is(err, fs.ErrNotExist):
		return cannotWrite(path, pathCause(err))
	}
	return nil
}

// copied is what a verb answers that wrote a copy of the house.
type copied struct {
	written
	Events int `json:"events"`
	// Faults are what is wrong in the house, and so in its copy.
	Faults []string `json:"faults,omitempty"`
}

// tellCopy looks at every record of a copy and says what was written. Faults are those of the house: the copy is kept,
// because it may be the only one.
func (m *Main) tellCopy(ctx context.Context, path, sentence string) error {
	m.did(fmt.Sprintf(sentence, path))
	result, err := m.lookAtCopy(ctx, path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	result.written = written{path, info.Size()}
	m.warnOfFaults(result)
	return m.printDone(result, fmt.Sprintf(sentence+" (%s, checked)", path, plural(result.Events, "event")))
}

// lookAtCopy looks at every record of a copy.
func (m *Main) lookAtCopy(ctx context.Context, path string) (copied, error) {
	result := copied{}
	err := m.inspect(ctx, path, func(h *core.House, events int) (err error) {
		result.Events = events
		result.Faults, err = m.faultsOf(ctx, h)
		return err
	})
	return result, err
}

func (m *Main) warnOfFaults(result copied) {
	if len(result.Faults) > 0 {
		m.warn(&core.Error{
			Code: core.CodeUnavailable, Reason: core.ReasonHouseDamaged,
			Message: fmt.Sprintf("The copy is complete, but %s in it: those of the house.", plural(len(result.Faults), "fault")),
			Next:    `"gatehouse check" lists them.`,
		})
	}
}

// inspect opens a copy for reading only.
func (m *Main) inspect(ctx context.Context, path string, look func(h *core.House, events int) error) error {
	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{Clock: m.Clock, ReadOnly: true})
	if err != nil {
		return err
	}
	h := core.New(store, core.Options{Clock: m.Clock, ReadOnly: true})
	events, err := h.Events(ctx)
	if err == nil {
		err = look(h, events)
	}
	return errors.Join(err, store.Close())
}

// faultsOf checks all of a house.
func (m *Main) faultsOf(ctx context.Context, h *core.House) ([]string, error) {
	var faults []string
	report := func(fault string) { faults = append(faults, fault) }
	bar := m.progress("checking")
	defer bar.end()
	ctx = bar.in(ctx)
	if err := h.Store().Check(ctx, report); err != nil {
		return nil, err
	}
	return faults, core.CheckInvariants(ctx, h.Store(), h.Now(), report)
}

// filePath gives the path of the house for work that only a file allows.
func (m *Main) filePath(verb string) (string, error) {
	path, err := databasePath(m.given.DB)
	if err == nil && path == "" {
		return "", misuse("Name a file with --db PATH.", "%s needs a house in a file.", verb)
	}
	return path, err
}

// restored is what restore answers.
type restored struct {
	File   string `json:"file"`
	From   string `json:"from"`
	Events int    `json:"events"`
	// Kept is where the replaced house is now; empty when there was none.
	Kept string `json:"kept,omitempty"`
}

func (m *Main) newRestore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "put a backup in the place of the house",
		Long: `Checks a backup and puts it in the place of the house, which nobody may have
open. The replaced house is kept beside it under a dated name. All sessions end,
and codes that were issued since the backup no longer work.`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.restore(cmd.Context(), args[0])
		},
	}
}

func (m *Main) restore(ctx context.Context, from string) error {
	path, err := m.filePath("restore")
	if err != nil {
		return err
	}
	if m.given.ReadOnly {
		return &core.Error{
			Code: core.CodeDenied, Reason: core.ReasonReadOnly, Message: "This session only reads.", Next: "Start it without --read-only to restore.",
		}
	}
	result := restored{File: path, From: from}
	var newest core.Moment
	err = m.inspect(ctx, from, func(h *core.House, events int) (err error) {
		result.Events = events
		newest, err = h.NewestEventBefore(ctx, h.Now()+1)
		return err
	})
	if err != nil {
		return err
	}
	impact := []string{fmt.Sprintf("%s has %s, the newest of %s.", from, plural(result.Events, "event"), orDash(newest.String()))}
	if _, err := os.Stat(path); err == nil {
		result.Kept = keptName(path, m.Clock().UTC().Format("20060102T150405Z"))
		impact = append(impact, "What has happened since is no longer in the house.", "The house of now is kept as "+result.Kept+".")
	}
	impact = append(impact, "All sessions end. Codes that were issued since no longer work.")
	if err := m.confirm(fmt.Sprintf("Put it in the place of %s?", path), impact); err != nil {
		return err
	}
	bar := m.progress("restoring")
	defer bar.end()
	err = storage.Restore(bar.in(ctx), path, from, result.Kept, storage.Options{Clock: m.Clock}, bar.at, func(store core.Store) error {
		return core.New(store, m.houseOptions()).MarkRestored(ctx)
	})
	bar.end()
	if err != nil {
		return err
	}
	m.did("restored " + path + " from " + from)
	m.warnAboutKey(ctx, path)
	told := fmt.Sprintf("restored %s from %s (%s)", path, from, plural(result.Events, "event"))
	if result.Kept != "" {
		told += "\nthe replaced house is " + result.Kept
	}
	return m.printLines(result, told)
}

// keptName is a name beside the house that is free.
func keptName(path, date string) string {
	name := path + bolt.KeptMark + date
	for n := 2; ; n++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s%s%s-%d", path, bolt.KeptMark, date, n)
	}
}

// warnAboutKey says so when the restored house needs a key file that is not there.
func (m *Main) warnAboutKey(ctx context.Context, path string) {
	_ = m.inspect(ctx, path, func(h *core.House, _ int) error { // what cannot be read is told when the house is opened
		known, err := h.KeyText(ctx)
		if err != nil || known == "" {
			return err
		}
		k, err := readHouseKey(m.keyFile(path))
		if err == nil && core.KeyText(k.public()) == known {
			return nil
		}
		m.warn(&core.Error{
			Code: core.CodeUnavailable, Reason: core.ReasonKeyMissing,
			Message: fmt.Sprintf("The key file %s of this house is not there, so its secrets cannot be read.", m.keyFile(path)),
			Next:    "Put the key file back; until then nobody signs in with a code.",
		})
		return nil
	})
}

func (m *Main) newCompact() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "give free space in the house file back",
		Long: `Writes the house file anew without the pages that are free, checks the new file,
and puts it in the place of the old one. Nobody else may have the house open.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if _, err := m.filePath("compact"); err != nil {
				return err
			}
			h, err := m.house(ctx)
			if err != nil {
				return err
			}
			store, ok := h.Store().(*storage.Store)
			if !ok {
				return errors.New("the house is kept by an unknown store")
			}
			bar := m.progress("compacting")
			defer bar.end()
			before, after, err := store.Compact(ctx, bar.at)
			bar.end()
			if err != nil {
				return err
			}
			result := struct {
				Before int64 `json:"before"`
				After  int64 `json:"after"`
			}{before, after}
			if after >= before {
				return m.printDone(result, fmt.Sprintf("the house has no free space to give back: %d KiB", after>>10))
			}
			return m.printDone(result, fmt.Sprintf("compacted the house from %d KiB to %d KiB", before>>10, after>>10))
		},
	}
}

func (m *Main) newMigrate() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "migrate --to URL",
		Short: "copy the house to another place, record by record",
		Long: `Copies the house, record by record, into a new house at URL (PATH or bolt:PATH),
with its key file, and checks it. The house that it was copied from stays.`,
		Args: arguments(0, 0),
		RunE: m.owning(func(ctx context.Context, h *core.House, _ []string) error {
			return m.migrate(ctx, h, to)
		}),
	}
	cmd.Flags().StringVar(&to, "to", "", "where the new house will be: `URL`")
	must(cmd.MarkFlagRequired("to"))
	return cmd
}

func (m *Main) migrate(ctx context.Context, h *core.House, url string) error {
	to, err := databasePath(url)
	if err != nil || to == "" {
		return invalidValue("--to", "PATH or bolt:PATH")
	}
	from, err := databasePath(m.given.DB)
	if err != nil {
		return err
	}
	store, ok := h.Store().(*storage.Store)
	if !ok {
		return errors.New("the house is kept by an unknown store")
	}
	if err := freeName(to); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return cannotWrite(to, pathCause(err))
	}
	// The key first: there is never a house without it.
	made := false
	if from == "" {
		err = refuseForeignKey(keyPath(to), nil)
	} else {
		made, err = copyKey(m.keyFile(from), keyPath(to))
	}
	if err != nil {
		return err
	}
	bar := m.progress("copying")
	defer bar.end()
	err = store.MoveTo(ctx, to, bar.at)
	bar.end()
	if err != nil {
		if made {
			_ = os.Remove(keyPath(to))
		}
		return err
	}
	return m.tellCopy(ctx, to, "copied the house to %s")
}

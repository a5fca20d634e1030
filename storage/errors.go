package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// fault is a finding of this package that says the stored bytes are wrong.
type fault struct {
	what  string
	cause error
}

func (f *fault) Error() string {
	if f.cause == nil {
		return f.what
	}
	return f.what + ": " + f.cause.Error()
}

func (f *fault) Unwrap() error { return f.cause }

// failure turns an error of the engine or of this package into the error of section 3 of the design. Errors of the
// caller's own function pass through.
func failure(path string, err error) error {
	if err == nil {
		return nil
	}
	var known *core.Error
	if errors.As(err, &known) {
		return err
	}
	var (
		f       *fault
		inUse   *kv.InUseError
		damaged *kv.DamagedError
		blocked *kv.NotWritableError
		exposed *kv.ExposedError
	)
	switch {
	case errors.As(err, &f):
		return houseDamaged(path, f.Error(), err)
	case errors.As(err, &damaged):
		return houseDamaged(named(damaged.Path, path), damaged.Reason, err)
	case errors.As(err, &inUse):
		return houseInUse(inUse, err)
	case errors.Is(err, kv.ErrOutcomeUnknown), errors.Is(err, kv.ErrStopped):
		return outcomeUnknown(err)
	case errors.As(err, &blocked):
		return notWritable(named(blocked.Path, path), because(blocked), err)
	case errors.As(err, &exposed):
		return notWritable(exposed.Path, fmt.Sprintf("others may read it (mode %04o), and only its owner can change that", exposed.Mode), err)
	case errors.Is(err, kv.ErrNotEmpty):
		return houseNotEmpty(err)
	case errors.Is(err, kv.ErrFull):
		return houseFull(err)
	}
	return err
}

// openFailure is failure for what only opening meets.
func openFailure(path string, err error) error {
	err = failure(path, err)
	var known *core.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &core.Error{
			Code: core.CodeNotFound, Reason: core.ReasonNotFound, Cause: err,
			Message: fmt.Sprintf("There is no house at %s.", path), Next: "Check the path.",
		}
	case errors.Is(err, fs.ErrPermission):
		return &core.Error{
			Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: err,
			Message: fmt.Sprintf("%s cannot be opened: you may not read it.", path), Next: "Mend that and try again.",
		}
	}
	return err
}

func named(own, otherwise string) string {
	if own != "" {
		return own
	}
	return otherwise
}

func houseInUse(e *kv.InUseError, cause error) *core.Error {
	who, next := "another process", "Close it there, then try again."
	if e.PID != 0 {
		who = fmt.Sprintf("process %d since %s", e.PID, e.Since.UTC().Format(time.RFC3339))
	}
	if e.Reach != "" {
		next = fmt.Sprintf("Use %s, or close it there.", e.Reach)
	}
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonHouseInUse, Cause: cause,
		Message: fmt.Sprintf("%s is open in %s.", e.Path, who), Next: next,
	}
}

func houseDamaged(path, what string, cause error) *core.Error {
	next := "Restore the newest good backup."
	if backup := newestBackup(path); backup != "" {
		next = fmt.Sprintf("Restore the newest good backup, %s.", backup)
	}
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonHouseDamaged, Cause: cause,
		Message: fmt.Sprintf("%s is not a whole house: %s.", called(path), what), Next: next,
	}
}

func houseNewer(path string) *core.Error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonHouseNewer,
		Message: fmt.Sprintf("%s was written by a newer version.", called(path)), Next: "Update, then open it again.",
	}
}

func notWritable(path, why string, cause error) *core.Error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: cause,
		Message: fmt.Sprintf("%s cannot be written: %s. Nothing was changed.", called(path), why), Next: "Mend that and try again.",
	}
}

// because gives the cause in words, with the free space where it is known.
func because(e *kv.NotWritableError) string {
	why := "it is read-only"
	if e.Cause != nil {
		why = e.Cause.Error()
	}
	if e.Free < 0 {
		return why
	}
	return fmt.Sprintf("%s, %s free", why, size(e.Free))
}

// size writes a number of bytes as people read it.
func size(n int64) string {
	const unit = 1024
	switch {
	case n < unit:
		return fmt.Sprintf("%d bytes", n)
	case n < unit*unit:
		return fmt.Sprintf("%d KiB", n/unit)
	case n < unit*unit*unit:
		return fmt.Sprintf("%d MiB", n/unit/unit)
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/unit/unit/unit)
}

func houseFull(cause error) *core.Error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: cause,
		Message: "This house is as large as it may get. Nothing was changed.", Next: "All that is in it can still be read.",
	}
}

func outcomeUnknown(cause error) *core.Error {
	return &core.Error{
		Code: core.CodeInternal, Reason: core.ReasonOutcomeUnknown, Cause: cause,
		Message: "It is not certain that this was saved.",
		Next:    "Nothing more is written; start the program again and look.",
	}
}

func readOnly() *core.Error {
	return &core.Error{
		Code: core.CodeDenied, Reason: core.ReasonReadOnly,
		Message: "This session only reads.", Next: "Start it without --read-only to change something.",
	}
}

func houseNotEmpty(cause error) *core.Error {
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonHouseNotEmpty, Cause: cause,
		Message: "Import needs an empty house.", Next: "Name a new file.",
	}
}

func called(path string) string {
	if path == "" {
		return "The house in memory"
	}
	return path
}

func backupEnding(s string) bool {
	return strings.HasSuffix(s, ".bak") || strings.HasPrefix(s, ".backup") || strings.HasPrefix(s, ".before-")
}

// newestBackup finds the newest file beside path that looks like a copy of it: PATH….bak, PATH.backup…, PATH.before-….
func newestBackup(path string) string {
	if path == "" {
		return ""
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	newest, at := "", time.Time{}
	for _, f := range files {
		rest, ours := strings.CutPrefix(f.Name(), base)
		if !ours || !backupEnding(rest) {
			continue
		}
		if info, err := f.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().After(at) {
			newest, at = filepath.Join(dir, f.Name()), info.ModTime()
		}
	}
	return newest
}

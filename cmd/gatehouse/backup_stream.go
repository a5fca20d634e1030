package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"gatehouse/core"
)

// copyMark begins the names of the folders in which a backup stands while it is made; the name of the house and a number
// follow. What was left by a process that was killed is taken away by the next one that has this house open, as nobody
// else can have it open then.
const copyMark = ".gatehouse-backup-"

// copyPrefix is how the names of such folders begin for the house at path.
func copyPrefix(path string) string { return copyMark + filepath.Base(path) + "-" }

// sendBackup writes a copy of the house to standard output. It is made and checked in a folder of its own beside the
// house, which only its owner may read. On a system where files can be read without a name it has none while it is sent.
func (m *Main) sendBackup(ctx context.Context, backup func(ctx context.Context, path string, progress func(done, total int)) error) (err error) {
	if m.OutTerminal {
		return misuse("Redirect standard output into a file.", "A backup is not for the screen.")
	}
	path, err := m.copiesPath()
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if m.remote != nil {
		done, err := m.remote.copies.begin()
		if err != nil {
			return err
		}
		defer done()
	} else if err := removeCopies(path); err != nil {
		m.logger().Warn("a copy of a backup that was killed is left", "error", err)
	}
	dir, err := os.MkdirTemp(folder, copyPrefix(path)+"*") // 0700, whatever the umask
	if err != nil {
		return m.cannotCopy(folder, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path = filepath.Join(dir, "backup")
	bar := m.progress("backing up")
	defer bar.end()
	err = backup(ctx, path, bar.at)
	bar.end()
	if err != nil {
		return m.withoutPath(err)
	}
	result, err := m.lookAtCopy(ctx, path)
	if err != nil {
		return err
	}
	m.warnOfFaults(result)
	f, err := os.Open(path)
	if err != nil {
		return m.cannotCopy(folder, err)
	}
	defer func() { _ = f.Close() }() // only read from
	_ = os.Remove(path)              // where it cannot go while it is open, it goes at the end
	_, err = io.Copy(m.Out, reading{ctx, f})
	return err
}

// reading gives up when ctx ends: somebody who reads slowly does not keep a copy for ever.
type reading struct {
	ctx context.Context
	io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// copiesMost is how many copies are made and sent at once: each needs as much room as the house, for as long as its
// client takes to read it.
const copiesMost = 3

// copies are those that a server makes to send them.
type copies struct {
	path string // of the house that they stand beside meanwhile; empty for one that is not copied
	now  atomic.Int32
}

// begin takes room for a copy; whoever does calls done.
func (c *copies) begin() (done func(), err error) {
	if c.now.Add(1) > copiesMost {
		c.now.Add(-1)
		return nil, &core.Error{
			Code: core.CodeUnavailable, Reason: reasonBusy,
			Message: "Other backups are being sent, as many as may be at once.", Next: "Try again when one has ended.",
		}
	}
	return func() { c.now.Add(-1) }, nil
}

// copiesPath is the house beside which a copy may stand for the moment.
func (m *Main) copiesPath() (string, error) {
	if m.remote != nil {
		if m.remote.copies.path == "" {
			return "", &core.Error{
				Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Message: "This house is not copied: it is gone at the end.", Next: "Look around in it instead.",
			}
		}
		return m.remote.copies.path, nil
	}
	path, err := databasePath(m.given.DB)
	if path == "" {
		path = filepath.Join(os.TempDir(), "memory")
	}
	return path, err
}

// cannotCopy is for a folder that takes no copy. Over SSH nobody is told where it is.
func (m *Main) cannotCopy(folder string, err error) error {
	if m.remote == nil {
		return cannotWrite(folder, pathCause(err))
	}
	return m.withoutPath(cannotWrite(folder, pathCause(err)))
}

// withoutPath says of a failed copy what it was, and over SSH not where: paths of the server are for its owner, whose log
// has them.
func (m *Main) withoutPath(err error) error {
	e := describe(err)
	if m.remote == nil || e.Code != core.CodeUnavailable && e.Code != core.CodeInternal {
		return err
	}
	m.logger().Error("no backup", "error", core.Causes(err))
	return &core.Error{
		Code: e.Code, Reason: e.Reason, Cause: err,
		Message: "The server could not make the copy.", Next: "Its log says why: ask who runs it, or try again later.",
	}
}

// removeCopies takes away what a process that was killed has left beside the house at path, which is open here. Folders
// without the name of a house are of an earlier version.
func removeCopies(path string) error {
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), copyMark+"*"))
	for _, dir := range left {
		name := filepath.Base(dir)
		number, ours := strings.CutPrefix(name, copyPrefix(path))
		if !ours {
			number = strings.TrimPrefix(name, copyMark)
		}
		if strings.Trim(number, "0123456789") == "" {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}
	return err
}

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	"gatehouse/core"
)

// copyPattern names the folders in which a backup stands while it is sent. A server that was killed meanwhile takes
// them away when it starts again.
const copyPattern = ".gatehouse-backup-*"

// sendBackup writes a copy of the house to standard output. It is made and checked in a folder of its own beside the
// house, which only its owner may read, and is gone afterwards in every case.
func (m *Main) sendBackup(ctx context.Context, backup func(ctx context.Context, path string, progress func(done, total int)) error) (err error) {
	if m.OutTerminal {
		return misuse("Redirect standard output into a file.", "A backup is not for the screen.")
	}
	folder, err := m.copiesFolder()
	if err != nil {
		return err
	}
	if m.remote != nil {
		done, err := m.remote.copies.begin()
		if err != nil {
			return err
		}
		defer done()
	}
	dir, err := os.MkdirTemp(folder, copyPattern) // 0700, whatever the umask
	if err != nil {
		return m.cannotCopy(folder, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "backup")
	bar := m.progress("backing up")
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
	folder string // where they stand meanwhile; empty for a house that is not copied
	now    atomic.Int32
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

// copiesFolder is where a copy may stand for the moment.
func (m *Main) copiesFolder() (string, error) {
	if m.remote != nil {
		if m.remote.copies.folder == "" {
			return "", &core.Error{
				Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Message: "This house is not copied: it is gone at the end.", Next: "Look around in it instead.",
			}
		}
		return m.remote.copies.folder, nil
	}
	path, err := databasePath(m.given.DB)
	if err != nil || path == "" {
		return os.TempDir(), err
	}
	return filepath.Dir(path), nil
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

// removeCopies takes away what a server that was killed has left in its folder.
func removeCopies(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, copyPattern))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"

	"gatehouse/storage/bolt"
)

// written is what a verb answers that wrote a file.
type written struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// writeFile writes a new file for its owner only, and gives its size: all or nothing, so that nobody takes half of it
// for the whole. For "-" it writes to standard output. A file that is there is never overwritten.
func (m *Main) writeFile(path string, write func(io.Writer) error) (size int64, err error) {
	if path == "-" {
		out := bufio.NewWriterSize(m.Out, 1<<16)
		if err := write(out); err != nil {
			return 0, err
		}
		return 0, out.Flush()
	}
	if err := m.localFile("FILE", path); err != nil {
		return 0, err
	}
	if err := freeName(path); err != nil {
		return 0, err
	}
	var checked *failingWriter
	err = makeAside(path, func(temp string) error {
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // closed before, unless something failed
		checked = &failingWriter{to: f}
		out := bufio.NewWriterSize(checked, 1<<16)
		err = write(out)
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return &unfinished{err}
		}
		return f.Close()
	})
	var own *unfinished
	switch {
	case checked != nil && checked.err != nil:
		return 0, cannotWrite(path, pathCause(checked.err))
	case errors.As(err, &own):
		return 0, own.error
	case errors.Is(err, bolt.ErrThere):
		return 0, freeName(path)
	case err != nil:
		return 0, cannotWrite(path, pathCause(err))
	}
	return checked.written, nil
}

// unfinished says that a file has no name because what was to be written into it failed.
type unfinished struct{ error }

// failingWriter remembers why it failed, so that a full disk is told from a fault of what was written.
type failingWriter struct {
	to      io.Writer
	written int64
	err     error
}

func (w *failingWriter) Write(b []byte) (int, error) {
	n, err := w.to.Write(b)
	w.written += int64(n)
	if err != nil {
		w.err = err
	}
	return n, err
}

// pathCause leaves out the path of an error, which the sentence around it names.
func pathCause(err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		return cause.Err
	}
	return err
}

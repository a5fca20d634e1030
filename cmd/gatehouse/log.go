package main

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// logFile is the log in the state folder. It may be opened anew, for whoever moves old logs away. It is safe for use by
// many goroutines.
type logFile struct {
	path string
	mu   sync.Mutex
	file *os.File
}

// open opens the file, and closes the one that was open before.
func (l *logFile) open() error {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.file
	l.file = f
	if before != nil {
		return before.Close()
	}
	return nil
}

// Write implements io.Writer.
func (l *logFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return 0, os.ErrClosed
	}
	return l.file.Write(b)
}

// Close implements io.Closer.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.file
	l.file = nil
	if f == nil {
		return nil
	}
	return f.Close()
}

// logger gives the log in the state folder, opened when first asked for; each line has the time of Clock. Without a
// place to write, what is logged is lost, but the run goes on.
func (m *Main) logger() *slog.Logger {
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
		if h := m.fileHandler(); h != nil {
			m.log = slog.New(h)
		}
	}
	return m.log
}

// fileHandler opens the log in the state folder; nil when it cannot be written.
func (m *Main) fileHandler() slog.Handler {
	file := &logFile{path: m.logPath()}
	if err := file.open(); err != nil {
		return nil
	}
	m.logFile = file
	m.closers = append(m.closers, file.Close)
	return slog.NewTextHandler(file, m.logOptions())
}

// logAlso lets the log go to a stream too, as text or, with --json, as one JSON value a line. It must come before
// anything is logged.
func (m *Main) logAlso(to io.Writer) error {
	if m.log != nil {
		return errors.New("something was logged already")
	}
	var stream slog.Handler = slog.NewTextHandler(to, m.logOptions())
	if m.given.JSON {
		stream = slog.NewJSONHandler(to, m.logOptions())
	}
	m.log = slog.New(stream)
	if file := m.fileHandler(); file != nil {
		m.log = slog.New(slog.NewMultiHandler(file, stream))
	}
	return nil
}

func (m *Main) logOptions() *slog.HandlerOptions {
	return &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey && len(groups) == 0 {
				a.Value = slog.TimeValue(m.Clock().UTC())
			}
			return a
		},
	}
}

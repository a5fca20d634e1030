package main

import (
	"log/slog"
	"os"
	"path/filepath"
)

// logger gives the log in the state folder, opened when first asked for; each line has the time of Clock. Without a
// place to write, what is logged is lost, but the run goes on.
func (m *Main) logger() *slog.Logger {
	if m.log != nil {
		return m.log
	}
	m.log = slog.New(slog.DiscardHandler)
	path := m.logPath()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return m.log
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return m.log
	}
	m.closers = append(m.closers, f.Close)
	m.log = slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey && len(groups) == 0 {
				a.Value = slog.TimeValue(m.Clock().UTC())
			}
			return a
		},
	}))
	return m.log
}

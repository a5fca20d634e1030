package app

import (
	"io"

	"github.com/charmbracelet/x/term"
)

type cutMsg struct{}

type limit struct {
	r      io.Reader
	told   func()
	stream bool
}

func newLimit(r io.Reader) *limit { return &limit{r: r} }

// Read implements io.Reader.
func (l *limit) Read(p []byte) (int, error) { return l.r.Read(p) }

func limitedFile(l *limit, f term.File) io.Reader { return f }

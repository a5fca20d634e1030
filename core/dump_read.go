package core

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// dumpLine is a line of a dump, and what was read from it.
type dumpLine struct {
	text []byte
	odd  string // what another system made of the line end, or of the beginning of the file
	err  error  // of reading the line
	kind int    // index into dumpKinds, or -1
	rec  any    // a pointer to the record
	bad  error  // why the record could not be read
}

// Lines are read ahead and handed over together; these many bytes or lines at a time, and so many times.
const (
	dumpBatchLines = 256
	dumpBatchBytes = 256 << 10
	dumpBatches    = 4
)

// readLines reads the lines and their records, ahead of whoever checks them. The channel is closed at the end of r,
// after a line whose err is no fault of the line, and when ctx ends.
func readLines(ctx context.Context, r io.Reader) <-chan []dumpLine {
	out := make(chan []dumpLine, dumpBatches)
	go func() {
		defer close(out)
		in := bufio.NewReaderSize(r, 64<<10)
		start, _ := in.Peek(len(byteOrderMark))
		for more := true; more; {
			var batch []dumpLine
			batch, more = readBatch(in)
			if len(batch) > 0 && isUTF16(start) {
				batch, more = []dumpLine{{odd: foreignUTF16, kind: -1}}, false
			}
			start = nil
			select {
			case out <- batch:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func readBatch(in *bufio.Reader) (batch []dumpLine, more bool) {
	batch = make([]dumpLine, 0, dumpBatchLines)
	for size := 0; len(batch) < dumpBatchLines && size < dumpBatchBytes; {
		text, err := readLine(in)
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return batch, false
		}
		size += len(text)
		l := dumpLine{text: text, err: err, kind: -1}
		l.tidy()
		if err == nil {
			l.read()
		}
		if batch = append(batch, l); err != nil && !errors.Is(err, errLongLine) && !errors.Is(err, io.EOF) {
			return batch, false
		}
	}
	return batch, true
}

// tidy takes away what another system has put into the line, and says what that was.
func (l *dumpLine) tidy() {
	if text, ok := bytes.CutSuffix(l.text, []byte("\r")); ok {
		l.text, l.odd = text, foreignEnds
	}
	if text, ok := bytes.CutPrefix(l.text, byteOrderMark); ok {
		l.text, l.odd = text, foreignMark
	}
}

// read reads the record of the line, if its kind has any.
func (l *dumpLine) read() {
	name := kindOfLine(l.text)
	for i := range dumpKinds {
		if dumpKinds[i].name == name {
			l.kind = i
			l.rec, l.bad = dumpKinds[i].read(l.text)
			return
		}
	}
}

var errLongLine = errors.New("line too long")

// readLine gives the next line without its end. A line that is too long is skipped without being kept.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if !long && len(line)+len(part) > dumpLineMax {
			line, long = nil, true
		}
		if !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case long:
			return nil, errLongLine
		case err == nil:
			return line[:len(line)-1], nil
		}
		return line, err
	}
}

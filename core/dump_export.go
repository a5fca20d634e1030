package core

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// Export writes the whole house as a dump (X1), as the owner of the house file. The secrets of second factors are left
// out: whoever is imported from it enrols again. The event house.export is written first and is in the dump. progress,
// when given, is told how many records are written and about how many there are.
//
// The dump is of one moment. When the house is changed while a small dump is made, it is made anew; a large one is
// refused with stale: export it while nobody works, or from a backup. Other errors are those of w and of the store.
func (h *House) Export(ctx context.Context, w io.Writer, progress func(done, total int)) error {
	return h.exportAsOwner(ctx, w, false, progress)
}

// ExportSecrets is [House.Export] with the secrets of second factors in clear, which only the owner of the house file
// may ask for, at the local console (X1). Refused besides with key_missing when they are sealed and the key is not there.
func (h *House) ExportSecrets(ctx context.Context, w io.Writer, progress func(done, total int)) error {
	return h.exportAsOwner(ctx, w, true, progress)
}

func (h *House) exportAsOwner(ctx context.Context, w io.Writer, secrets bool, progress func(done, total int)) error {
	err := h.system(ctx, func(c *change) error {
		c.happened("house.export", System, nil, "")
		return nil
	})
	if err != nil {
		return err
	}
	return h.dump(ctx, w, secrets, progress)
}

// Export is [House.Export] by Support: without secrets, whoever asks (X1). Errors besides those: forbidden for everybody else.
func (a *Actor) Export(ctx context.Context, w io.Writer, progress func(done, total int)) error {
	err := a.do(ctx, attempt{action: "house.export", subjects: []Ref{System}, reads: true}, func(c *change) error {
		if err := c.flagMay(HouseExport); err != nil {
			return err
		}
		c.happened("house.export", System, nil, "")
		return nil
	})
	if err != nil {
		return err
	}
	return a.house.dump(ctx, w, false, progress)
}

// Bounds of a dump that is changed while it is made.
const (
	dumpHeld  = 4 << 20 // how much is kept back, so that it can be made anew
	dumpTries = 5
)

var errDumpChanged = errors.New("the house was changed while it was exported")

func (h *House) dump(ctx context.Context, w io.Writer, secrets bool, progress func(done, total int)) error {
	for range dumpTries {
		d := &dumping{store: h.store, house: h, w: w, secrets: secrets, sum: sha256.New(), progress: progress}
		err := d.run(ctx)
		if !errors.Is(err, errDumpChanged) {
			return err
		}
		if d.sent {
			break
		}
	}
	e := refuse(ReasonStale, words{"thing": "The house", "who": "somebody"}).on("house.export", System)
	e.Cause = errDumpChanged
	return e
}

// dumping is one attempt to write a dump.
type dumping struct {
	store    Store
	house    *House
	w        io.Writer
	secrets  bool // of second factors, in clear
	progress func(done, total int)

	held  bytes.Buffer // not sent yet
	sent  bool
	sum   hash.Hash
	lines int

	last   Counters
	events int // all events of the house: every change but bookkeeping adds one, so it tells whether anything changed
	total  int
}

func (d *dumping) run(ctx context.Context) error {
	if err := d.begin(ctx); err != nil {
		return err
	}
	for _, kind := range dumpKinds {
		if err := d.table(ctx, kind); err != nil {
			return err
		}
	}
	end := endLine{Kind: lineEnd, Lines: d.lines, SHA256: hex.EncodeToString(d.sum.Sum(nil))}
	if err := writeJSON(&d.held, end); err != nil {
		return err
	}
	return d.send()
}

// begin writes the first line.
func (d *dumping) begin(ctx context.Context) error {
	line := houseLine{Kind: lineHouse, Format: dumpFormat}
	err := d.store.View(ctx, func(tx Tx) (err error) {
		if line.Counters, err = tx.LastIDs(); err != nil {
			return err
		}
		if line.Settings, err = tx.Settings(); err != nil {
			return err
		}
		d.events, err = tx.Count(CountEvents, Ref{})
		return err
	})
	if err != nil {
		return err
	}
	if line.Counters == nil {
		line.Counters = Counters{}
	}
	for kind, n := range line.Counters {
		if n == 0 {
			delete(line.Counters, kind)
		}
	}
	d.last = line.Counters
	if d.total, err = recordsOf(ctx, d.store); err != nil {
		return err
	}
	d.total++ // the first line
	var out bytes.Buffer
	if err := writeJSON(&out, line); err != nil {
		return err
	}
	return d.add(out.Bytes(), 1)
}

// table writes all records of a kind, in slices.
func (d *dumping) table(ctx context.Context, kind dumpKind) error {
	var after Key
	var out bytes.Buffer
	for {
		var end End
		n := 0
		err := d.store.View(ctx, func(tx Tx) error {
			out.Reset()
			events, err := tx.Count(CountEvents, Ref{})
			if err != nil {
				return err
			}
			if events != d.events {
				return errDumpChanged
			}
			end, n, err = kind.slice(openTx{tx, d.house, d.secrets}, after, d.last, &out)
			return err
		})
		if err != nil {
			return err
		}
		if err := d.add(out.Bytes(), n); err != nil {
			return err
		}
		if end.Done || end.At == nil {
			return nil
		}
		after = end.At
	}
}

func (d *dumping) add(lines []byte, n int) error {
	d.lines += n
	d.sum.Write(lines)
	d.held.Write(lines)
	if d.progress != nil && d.total > 1 {
		d.progress(d.lines, max(d.total, d.lines))
	} else if d.progress != nil {
		d.progress(d.lines, 0)
	}
	if d.held.Len() > dumpHeld {
		return d.send()
	}
	return nil
}

func (d *dumping) send() error {
	d.sent = true
	_, err := d.held.WriteTo(d.w)
	return err
}

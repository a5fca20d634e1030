package core

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ImportFault is something wrong with a dump.
type ImportFault struct {
	Line    int    `json:"line"` // from 1; zero for a fault of the house that the lines make
	Problem string `json:"problem"`
}

// ImportResult says what a dump holds, and everything that is wrong with it.
type ImportResult struct {
	Lines   int            `json:"lines"`
	Records map[string]int `json:"records"` // by kind
	// EnrolAgain is how many people have to enrol MFA again, because the dump was written without secrets (X3).
	EnrolAgain int `json:"enrol_again,omitempty"`
	// LogBegins says that the dump held no events, so that the log begins with the event of this import.
	LogBegins bool `json:"log_begins,omitempty"`
	// Faults are the first 100; More counts the others.
	Faults []ImportFault `json:"faults,omitempty"`
	More   int           `json:"more_faults,omitempty"`
}

// faultsKept is how many faults are told one by one.
const faultsKept = 100

// Import fills the empty house from a dump, by the owner of the house file (X2). Every line is checked: form, values,
// references, numbers, hash chains, line count and sum; then the house that the lines make is checked as
// CheckInvariants does, before anybody can see it. With a single fault nothing is written, and the result tells the
// faults, with their lines where there is one. checkOnly checks and writes nothing. The imported house is identical to
// the exported one; import writes no event (X3), unless the dump holds none: then the log begins with it. progress, when
// given, is told how far it is; the total of a step is zero where it is not known.
//
// Errors: house_not_empty, read_only, import_invalid, key_missing, and those of r and of the store.
func (h *House) Import(ctx context.Context, r io.Reader, checkOnly bool, progress func(done, total int)) (ImportResult, error) {
	c := newImportCheck(h.Now(), progress)
	if h.readOnly {
		return c.result, refuse(ReasonReadOnly, nil)
	}
	empty, err := h.Empty(ctx)
	if err != nil {
		return c.result, err
	}
	if !empty {
		return c.result, refuse(ReasonHouseNotEmpty, words{"Import, init": "Import"}).on(string(actionImport), System)
	}
	err = h.store.Load(ctx, func(put func(any) error) error {
		if err := c.run(ctx, r, h.sealing(put)); err != nil {
			return err
		}
		return c.verdict()
	}, func(loaded Store) error {
		if err := c.between(ctx, loaded); err != nil {
			return err
		}
		if err := c.verdict(); err != nil || !checkOnly {
			return err
		}
		return errOnlyChecked
	})
	if errors.Is(err, errOnlyChecked) {
		err = nil
	}
	return c.result, err
}

var errOnlyChecked = errors.New("only checked")

// importCheck reads a dump line by line. It keeps what later lines are compared with, never the records.
type importCheck struct {
	result   ImportResult
	progress func(done, total int)
	sum      hash.Hash

	line   int // the present one
	faulty bool
	odd    []string // what was told of lines that another system has changed
	starts [32]int  // the first line of each kind
	before Key      // of the last record of this kind
	ended  bool

	known
	log    *logTally
	rules  recordRules
	givers []giver
}

func newImportCheck(now Moment, progress func(done, total int)) *importCheck {
	c := &importCheck{
		result: ImportResult{Records: map[string]int{}}, progress: progress, sum: sha256.New(), known: newKnown(), log: newLogTally(),
	}
	c.rules = recordRules{known: &c.known, wrong: c.wrong, now: now, putOff: func(field string, id AccountID) {
		c.givers = append(c.givers, giver{c.line, field, id})
	}}
	return c
}

// between looks at what holds between the records, in the house that they make.
func (c *importCheck) between(ctx context.Context, loaded Store) error {
	look := newInspection(ctx, loaded, c.rules.now, func(about fmt.Stringer, fault string) {
		line := 0
		if ref, ok := about.(Ref); ok {
			line = c.lineOf(ref)
		}
		c.wrongAt(line, "%s", about.String()+fault)
	})
	look.log = c.log
	for _, kind := range dumpKinds {
		if kind.between {
			look.records += c.result.Records[kind.name]
		}
	}
	return look.all()
}

// lineOf gives the line of a record, or zero.
func (c *importCheck) lineOf(ref Ref) int {
	place, ok := c.placeOf(ref)
	start := c.starts[slices.IndexFunc(dumpKinds, func(k dumpKind) bool { return k.name == ref.Kind.String() })+1]
	if !ok || start == 0 {
		return 0
	}
	return start + place
}

// wrong notes a fault of the present line.
func (c *importCheck) wrong(format string, args ...any) { c.wrongAt(c.line, format, args...) }

func (c *importCheck) wrongAt(line int, format string, args ...any) {
	c.faulty = true
	if len(c.result.Faults) == faultsKept {
		c.result.More++
		return
	}
	c.result.Faults = append(c.result.Faults, ImportFault{line, Visible(fmt.Sprintf(format, args...))})
}

// verdict is the refusal that names the first fault, or nil.
func (c *importCheck) verdict() error {
	if !c.faulty {
		return nil
	}
	first := c.result.Faults[0]
	for _, f := range c.result.Faults {
		if f.Line != 0 && (first.Line == 0 || f.Line < first.Line) {
			first = f
		}
	}
	what := strings.TrimSuffix(first.Problem, ".")
	if first.Line == 0 {
		return refuseAs(ReasonImportInvalid, variantWhole, words{"what is wrong": what}).on(string(actionImport), System)
	}
	return refuse(ReasonImportInvalid, words{"n": strconv.Itoa(first.Line), "what is wrong": what}).on(string(actionImport), System)
}

// progressEvery is how many lines lie between two calls of progress.
const progressEvery = 1_000

func (c *importCheck) run(ctx context.Context, r io.Reader, put func(any) error) error {
	ctx, stop := context.WithCancel(ctx)
	lines := readLines(ctx, r)
	// The reader of lines ends before this does: whoever called may close r.
	defer func() {
		stop()
		for range lines {
		}
	}()
	for batch := range lines {
		for i := range batch {
			if err := c.next(ctx, &batch[i], put); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.result.Lines = c.line
	c.finish()
	if err := c.beginLog(put); err != nil {
		return err
	}
	if c.progress != nil {
		c.progress(c.line, 0)
	}
	return nil
}

// next checks the next line.
func (c *importCheck) next(ctx context.Context, l *dumpLine, put func(any) error) error {
	c.line++
	if l.odd != "" && !slices.Contains(c.odd, l.odd) { // once: it is mostly in every line
		c.odd = append(c.odd, l.odd)
		c.wrong("%s", l.odd)
		if l.odd == foreignUTF16 {
			return c.verdict()
		}
	}
	switch {
	case errors.Is(l.err, errLongLine):
		c.wrong("the line is longer than %d bytes", dumpLineMax)
	case errors.Is(l.err, io.EOF):
		c.wrong("the line has no end: the file was cut off")
	case l.err != nil:
		return l.err
	default:
		if err := c.one(l, put); err != nil {
			return err
		}
	}
	if c.line%progressEvery != 0 {
		return nil
	}
	if c.progress != nil {
		c.progress(c.line, 0)
	}
	return ctx.Err()
}

// one checks a line and hands its record over.
func (c *importCheck) one(l *dumpLine, put func(any) error) error {
	if c.ended {
		c.wrong("there is something behind the end mark")
		return nil
	}
	name := kindOfLine(l.text)
	if c.line == 1 || name == lineHouse {
		return c.house(name, l.text, put)
	}
	if name == lineEnd {
		c.end(l.text)
		return nil
	}
	c.sum.Write(l.text)
	c.sum.Write([]byte{'\n'})
	switch {
	case l.kind >= 0:
		return c.record(l, put)
	case name == "":
		c.wrong("it does not begin with its kind, as every line of an export does")
	default:
		c.wrong("%q is no kind of line", name)
	}
	return nil
}

// record checks the record of a line and hands it over.
func (c *importCheck) record(l *dumpLine, put func(any) error) error {
	kind := &dumpKinds[l.kind]
	c.turn(l.kind)
	c.result.Records[kind.name]++
	if l.bad != nil {
		c.wrong("%s", l.bad)
		return nil
	}
	rec, key := kind.check(c, l.rec)
	c.ascending(kind.name, key)
	if c.faulty {
		return nil
	}
	return put(rec)
}

// turn goes on to the next kind; going back is wrong, because a record comes after what it refers to (X1).
func (c *importCheck) turn(stage int) {
	if stage == c.stage {
		return
	}
	if stage < c.stage {
		c.wrong("every %s must stand before the first %s", dumpKinds[stage].name, dumpKinds[c.stage].name)
		return
	}
	c.stage, c.before = stage, nil
	c.starts[stage+1] = c.line
}

// ascending checks that the records of a kind stand in the order of their keys, which also keeps each key unique.
func (c *importCheck) ascending(name string, key Key) {
	if key == nil {
		return
	}
	if c.before != nil {
		switch n := compareKeys(key, c.before); {
		case n == 0:
			c.wrong("this %s is there twice", name)
		case n < 0:
			c.wrong("this %s must stand before the one above it", name)
		}
	}
	c.before = key
}

// finish checks what can be known at the end only.
func (c *importCheck) finish() {
	if !c.ended {
		c.wrongAt(c.line+1, "the end mark is missing: the file was cut off")
	}
	c.giversFit()
	c.headsFit()
}

package storagetest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/storage/kv"
)

// errGiveUp makes a drawn update fail after its writes.
var errGiveUp = errors.New("given up")

// model compares random transactions with a plain map: point reads and scans
// both ways, inside updates over their own writes, and in views afterwards.
func model(t testing.TB, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		e := open(t)
		defer func() { _ = e.Close() }()
		committed := map[string]string{}
		for range rapid.IntRange(1, 8).Draw(rt, "transactions") {
			steps := rapid.SliceOfN(drawStep(true), 1, 12).Draw(rt, "steps")
			fail := rapid.IntRange(0, 4).Draw(rt, "fail") == 0
			var after map[string]string
			err := update(e, func(w kv.Writer) error {
				after = maps.Clone(committed)
				for _, s := range steps {
					if err := s.run(w, after); err != nil {
						return err
					}
				}
				if fail {
					return errGiveUp
				}
				return nil
			})
			switch {
			case fail && errors.Is(err, errGiveUp):
			case err != nil:
				rt.Fatalf("update: %v", err)
			default:
				committed = after
			}
			reads := rapid.SliceOfN(drawStep(false), 1, 6).Draw(rt, "reads")
			err = view(e, func(r kv.Reader) error {
				for _, s := range reads {
					if err := s.run(readOnly{r}, committed); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatalf("view: %v", err)
			}
		}
	})
}

// readOnly lets a step that only reads run in a view.
type readOnly struct{ kv.Reader }

func (readOnly) Put(_, _ []byte) error { return errors.New("a view was written to") }
func (readOnly) Delete(_ []byte) error { return errors.New("a view was written to") }

// step is one thing done in a transaction.
type step struct {
	op         string
	key, value string
	in         kv.Range
	limit      int
}

func (s step) String() string {
	switch s.op {
	case "put":
		return fmt.Sprintf("put %q=%q", s.key, s.value)
	case "scan":
		return fmt.Sprintf("scan prefix=%q from=%q reverse=%v limit=%d", s.in.Prefix, s.in.From, s.in.Reverse, s.limit)
	default:
		return fmt.Sprintf("%s %q", s.op, s.key)
	}
}

// drawKey draws from few keys, so that steps meet, with the bytes at both ends
// of the alphabet, where ranges go wrong.
func drawKey() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{"\x00", "m", "\xff"})
	return rapid.Custom(func(t *rapid.T) string {
		return part.Draw(t, "collection") + strings.Join(rapid.SliceOfN(part, 0, 3).Draw(t, "rest"), "")
	})
}

func drawStep(writes bool) *rapid.Generator[step] {
	ops := []string{"get", "scan", "scan"}
	if writes {
		ops = append(ops, "put", "put", "put", "delete", "delete")
	}
	return rapid.Custom(func(t *rapid.T) step {
		s := step{op: rapid.SampledFrom(ops).Draw(t, "op"), key: drawKey().Draw(t, "key")}
		switch s.op {
		case "put":
			s.value = rapid.SampledFrom([]string{"", "1", "22"}).Draw(t, "value")
		case "scan":
			s.in = kv.Range{Prefix: []byte(s.key), Reverse: rapid.Bool().Draw(t, "reverse")}
			if rapid.Bool().Draw(t, "whole collection") {
				s.in.Prefix = s.in.Prefix[:1]
			}
			if rapid.Bool().Draw(t, "from") {
				s.in.From = []byte(drawKey().Draw(t, "from key"))
			}
			s.limit = rapid.IntRange(1, 30).Draw(t, "limit")
		}
		return s
	})
}

// run does the step in w and in the model and compares what was read.
func (s step) run(w kv.Writer, model map[string]string) error {
	switch s.op {
	case "put":
		// The engine must not lean on the caller's buffers.
		key, value := []byte(s.key), []byte(s.value)
		err := w.Put(key, value)
		scribble(key)
		scribble(value)
		model[s.key] = s.value
		return err
	case "delete":
		key := []byte(s.key)
		err := w.Delete(key)
		scribble(key)
		delete(model, s.key)
		return err
	case "get":
		value, found, err := w.Get([]byte(s.key))
		want, there := model[s.key]
		if err == nil && (found != there || string(value) != want) {
			err = fmt.Errorf("%v = %q, %v; want %q, %v", s, value, found, want, there)
		}
		return err
	default:
		var got []string
		err := w.Scan(s.in, func(key, value []byte) (bool, error) {
			got = append(got, fmt.Sprintf("%q=%q", key, value))
			return len(got) < s.limit, nil
		})
		if want := expect(model, s.in, s.limit); err == nil && !slices.Equal(got, want) {
			err = fmt.Errorf("%v = %v; want %v", s, got, want)
		}
		return err
	}
}

func scribble(b []byte) {
	for i := range b {
		b[i] = '!'
	}
}

// expect is what a scan of the model finds.
func expect(model map[string]string, in kv.Range, limit int) []string {
	keys := slices.Sorted(maps.Keys(model))
	if in.Reverse {
		slices.Reverse(keys)
	}
	var want []string
	for _, key := range keys {
		c := bytes.Compare([]byte(key), in.From)
		before := len(in.From) > 0 && (!in.Reverse && c < 0 || in.Reverse && c > 0)
		if !before && strings.HasPrefix(key, string(in.Prefix)) && len(want) < limit {
			want = append(want, fmt.Sprintf("%q=%q", key, model[key]))
		}
	}
	return want
}

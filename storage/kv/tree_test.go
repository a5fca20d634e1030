package kv_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/storage/kv"
)

func content(t *kv.Tree) string {
	var found []string
	_ = t.All(func(key, value []byte) error {
		found = append(found, fmt.Sprintf("%q=%q", key, value))
		return nil
	})
	return fmt.Sprint(found)
}

func wanted(model map[string]string) string {
	var want []string
	for _, key := range slices.Sorted(maps.Keys(model)) {
		want = append(want, fmt.Sprintf("%q=%q", key, model[key]))
	}
	return fmt.Sprint(want)
}

// A tree behaves like a sorted map, and copies never see each other's changes.
func TestTreeCopies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tree, model := &kv.Tree{}, map[string]string{}
		var old []*kv.Tree
		var oldContent []string
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			key := rapid.StringOfN(rapid.RuneFrom([]rune("abc")), 1, 3, -1).Draw(rt, "key")
			switch rapid.IntRange(0, 4).Draw(rt, "op") {
			case 0:
				_, there := model[key]
				if tree.Delete([]byte(key)) != there {
					rt.Fatalf("delete %q", key)
				}
				delete(model, key)
			case 1:
				old, oldContent = append(old, tree), append(oldContent, wanted(model))
				tree = tree.Copy()
			default:
				value := rapid.StringN(0, 3, -1).Draw(rt, "value")
				tree.Put([]byte(key), []byte(value))
				model[key] = value
			}
			value, found := tree.Get([]byte(key))
			if want, there := model[key]; found != there || string(value) != want {
				rt.Fatalf("get %q = %q, %v", key, value, found)
			}
		}
		size := 0
		for key, value := range model {
			size += len(key) + len(value)
		}
		if content(tree) != wanted(model) || tree.Len() != len(model) || tree.Bytes() != int64(size) {
			rt.Fatalf("tree %s, %d keys, %d bytes; want %s, %d", content(tree), tree.Len(), tree.Bytes(), wanted(model), size)
		}
		for i := range old {
			if content(old[i]) != oldContent[i] {
				rt.Fatalf("copy %d changed from %s to %s", i, oldContent[i], content(old[i]))
			}
		}
	})
}

func TestRangeStart(t *testing.T) {
	for _, c := range []struct {
		prefix, from string
		reverse      bool
		key          string
		inclusive    bool
		bounded      bool
	}{
		{"a", "", false, "a", true, true},
		{"b", "a", false, "b", true, true},
		{"a", "ab", false, "ab", true, true},
		{"a", "", true, "b", false, true},
		{"a\xff", "", true, "b", false, true},
		{"a", "ab", true, "ab", true, true},
		{"a", "c", true, "b", false, true},
		{"b", "a", true, "a", true, true},
		{"\xff", "", true, "", false, false},
		{"\xff\xff", "\xff\xffa", true, "\xff\xffa", true, true},
	} {
		r := kv.Range{Prefix: []byte(c.prefix), From: []byte(c.from), Reverse: c.reverse}
		key, inclusive, bounded := r.Start()
		if !bytes.Equal(key, []byte(c.key)) || inclusive != c.inclusive || bounded != c.bounded {
			t.Errorf("%+v starts at %q, %v, %v; want %q, %v, %v", r, key, inclusive, bounded, c.key, c.inclusive, c.bounded)
		}
	}
}

func BenchmarkTreePut(b *testing.B) {
	tree := &kv.Tree{}
	for i := range b.N {
		tree.Put(fmt.Appendf(nil, "k%015d", i*7919%1_000_003), nil)
	}
}

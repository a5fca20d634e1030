package kv

import (
	"bytes"
	"hash/maphash"
)

// Tree is an ordered map of byte strings that can be copied in no time: a
// treap whose nodes belong to the copy that made them, and are copied by any
// other before a change. A Tree that nobody changes may be read by many
// goroutines. The zero Tree is empty and ready. It keeps the slices it is
// given, so they must not be modified afterwards.
type Tree struct {
	root  *node
	owner *owner
	count int
	bytes int64
}

type node struct {
	key, value  []byte
	left, right *node
	rank        uint64 // heap order; a hash of the key keeps the tree flat
	owner       *owner
}

// owner has a byte in it because pointers to empty values may be equal.
type owner struct{ _ byte }

var rankSeed = maphash.MakeSeed()

// Copy returns a Tree of its own with the same content. From then on t must
// not be changed; its readers are not disturbed by changes to the copy.
func (t *Tree) Copy() *Tree {
	c := *t
	c.owner = nil
	return &c
}

// Len is the number of keys.
func (t *Tree) Len() int { return t.count }

// Bytes is the length of all keys and values together.
func (t *Tree) Bytes() int64 { return t.bytes }

// Get returns the value under key.
func (t *Tree) Get(key []byte) (value []byte, found bool) {
	for n := t.root; n != nil; {
		switch c := bytes.Compare(key, n.key); {
		case c == 0:
			return n.value, true
		case c < 0:
			n = n.left
		default:
			n = n.right
		}
	}
	return nil, false
}

// Put sets the value under key.
func (t *Tree) Put(key, value []byte) {
	if t.owner == nil {
		t.owner = new(owner)
	}
	t.root = t.put(t.root, key, value)
}

func (t *Tree) put(n *node, key, value []byte) *node {
	if n == nil {
		t.count++
		t.bytes += int64(len(key) + len(value))
		return &node{key: key, value: value, rank: maphash.Bytes(rankSeed, key), owner: t.owner}
	}
	n = t.own(n)
	switch c := bytes.Compare(key, n.key); {
	case c == 0:
		t.bytes += int64(len(value) - len(n.value))
		n.value = value
	case c < 0:
		n.left = t.put(n.left, key, value)
		if l := n.left; l.rank > n.rank {
			n.left, l.right = l.right, n
			return l
		}
	default:
		n.right = t.put(n.right, key, value)
		if r := n.right; r.rank > n.rank {
			n.right, r.left = r.left, n
			return r
		}
	}
	return n
}

// Delete removes key and says whether it was there.
func (t *Tree) Delete(key []byte) bool {
	value, found := t.Get(key)
	if !found {
		return false
	}
	if t.owner == nil {
		t.owner = new(owner)
	}
	t.count--
	t.bytes -= int64(len(key) + len(value))
	t.root = t.remove(t.root, key)
	return true
}

// remove takes out key, which is there.
func (t *Tree) remove(n *node, key []byte) *node {
	c := bytes.Compare(key, n.key)
	if c == 0 {
		return t.join(n.left, n.right)
	}
	n = t.own(n)
	if c < 0 {
		n.left = t.remove(n.left, key)
	} else {
		n.right = t.remove(n.right, key)
	}
	return n
}

// join makes one tree of two, every key of a being below every key of b.
func (t *Tree) join(a, b *node) *node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.rank > b.rank:
		a = t.own(a)
		a.right = t.join(a.right, b)
		return a
	default:
		b = t.own(b)
		b.left = t.join(a, b.left)
		return b
	}
}

func (t *Tree) own(n *node) *node {
	if n.owner == t.owner {
		return n
	}
	c := *n
	c.owner = t.owner
	return &c
}

// Scan calls fn like Reader.Scan.
func (t *Tree) Scan(r Range, fn func(key, value []byte) (bool, error)) error {
	if err := r.Check(); err != nil {
		return err
	}
	for w := t.walk(r); w.node != nil; w.next() {
		if more, err := fn(w.node.key, w.node.value); err != nil || !more {
			return err
		}
	}
	return nil
}

// All calls fn for every key in order until it fails.
func (t *Tree) All(fn func(key, value []byte) error) error {
	w := walk{}
	w.descend(t.root)
	for w.pop(); w.node != nil; w.next() {
		if err := fn(w.node.key, w.node.value); err != nil {
			return err
		}
	}
	return nil
}

// walk goes through a range of a Tree; node is nil at the end.
type walk struct {
	node    *node
	stack   []*node
	prefix  []byte
	reverse bool
}

func (t *Tree) walk(r Range) *walk {
	w := &walk{prefix: r.Prefix, reverse: r.Reverse}
	start, inclusive, bounded := r.Start()
	for n := t.root; n != nil; {
		c := -1 // everything lies below a start without bound
		if bounded {
			c = bytes.Compare(n.key, start)
		}
		if c == 0 && inclusive || c > 0 && !r.Reverse || c < 0 && r.Reverse {
			w.stack = append(w.stack, n)
			n = w.near(n)
		} else {
			n = w.far(n)
		}
	}
	w.pop()
	return w
}

// near is the side that comes before n in the walk, far the one after it.
func (w *walk) near(n *node) *node {
	if w.reverse {
		return n.right
	}
	return n.left
}

func (w *walk) far(n *node) *node {
	if w.reverse {
		return n.left
	}
	return n.right
}

func (w *walk) descend(n *node) {
	for ; n != nil; n = w.near(n) {
		w.stack = append(w.stack, n)
	}
}

func (w *walk) pop() {
	w.node = nil
	if last := len(w.stack) - 1; last >= 0 {
		n := w.stack[last]
		w.stack = w.stack[:last]
		if bytes.HasPrefix(n.key, w.prefix) {
			w.node = n
		}
	}
}

func (w *walk) next() {
	w.descend(w.far(w.node))
	w.pop()
}

package storagetest

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/storage/kv"
)

// workers is how many goroutines write at once.
const workers = 16

// exit ends the goroutine, as t.Fatal does.
func exit() { runtime.Goexit() }

// together runs fn in n goroutines that start at the same moment.
func together(n int, fn func(worker int)) {
	var wg sync.WaitGroup
	gun := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-gun
			fn(i)
		})
	}
	close(gun)
	wg.Wait()
}

func number(r kv.Reader, key string) (int, error) {
	value, found, err := r.Get([]byte(key))
	if err != nil || !found {
		return 0, err
	}
	return strconv.Atoi(string(value))
}

func setNumber(w kv.Writer, key string, n int) error {
	return w.Put([]byte(key), []byte(strconv.Itoa(n)))
}

// bank moves money between few accounts while a checker sums them up: no
// update is lost, none is seen half.
func bank(t testing.TB, open Open) {
	const accounts, each, moves = 10, 100, 40
	e := start(t, open)
	account := func(i int) string { return fmt.Sprintf("acct%02d", i%accounts) }
	err := update(e, func(w kv.Writer) error {
		for i := range accounts {
			if err := setNumber(w, account(i), each); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("opening accounts: %v", err)
	}
	sum := func(r kv.Reader) (total int, err error) {
		err = r.Scan(kv.Range{Prefix: []byte("acct")}, func(_, value []byte) (bool, error) {
			n, err := strconv.Atoi(string(value))
			total += n
			return true, err
		})
		return total, err
	}
	var finished atomic.Bool
	var checker sync.WaitGroup
	checker.Go(func() {
		for !finished.Load() {
			err := view(e, func(r kv.Reader) error {
				if total, err := sum(r); err != nil || total != accounts*each {
					t.Errorf("a view sees %d, %v; want %d", total, err, accounts*each)
				}
				return nil
			})
			if err != nil {
				t.Errorf("view: %v", err)
				return
			}
			runtime.Gosched()
		}
	})
	together(workers, func(worker int) {
		for i := range moves {
			err := update(e, func(w kv.Writer) error {
				return move(w, account(worker+i), account(worker*3+i*7+1), fmt.Sprintf("moves%02d", worker))
			})
			if err != nil {
				t.Errorf("move: %v", err)
				return
			}
		}
	})
	finished.Store(true)
	checker.Wait()
	total, counted := 0, 0
	err = view(e, func(r kv.Reader) (err error) {
		if total, err = sum(r); err != nil {
			return err
		}
		counted, err = number(r, "moves")
		return err
	})
	if err != nil || total != accounts*each || counted != workers*moves {
		t.Errorf("in the end there are %d and %d moves, %v; want %d and %d", total, counted, err, accounts*each, workers*moves)
	}
}

func move(w kv.Writer, from, to, mine string) error {
	counted, err := number(w, "moves")
	if err != nil {
		return err
	}
	a, err := number(w, from)
	if err != nil {
		return err
	}
	if err := setNumber(w, from, a-1); err != nil {
		return err
	}
	b, err := number(w, to) // may be the same account: must see the write
	if err != nil {
		return err
	}
	return errors.Join(setNumber(w, to, b+1), setNumber(w, "moves", counted+1), w.Put([]byte(mine), nil))
}

// writeSkew: two keys are read by all, each writer changes another one.
func writeSkew(t testing.TB, open Open) {
	e := start(t, open)
	for round := range 50 {
		keys := []string{fmt.Sprintf("duty%03da", round), fmt.Sprintf("duty%03db", round)}
		put(t, e, keys[0], "1")
		put(t, e, keys[1], "1")
		together(2, func(worker int) {
			err := update(e, func(w kv.Writer) error {
				a, errA := number(w, keys[0])
				b, errB := number(w, keys[1])
				if errA != nil || errB != nil || a+b < 2 {
					return errors.Join(errA, errB)
				}
				return setNumber(w, keys[worker], 0)
			})
			if err != nil {
				t.Errorf("update: %v", err)
			}
		})
		if found := allRows(t, e, keys[0][:7]); len(found) != 2 || found[0][len(found[0])-1] == found[1][len(found[1])-1] {
			t.Errorf("round %d: exactly one may leave, but: %v", round, found)
			return
		}
	}
}

func count(r kv.Reader, prefix string) (n int, err error) {
	err = r.Scan(kv.Range{Prefix: []byte(prefix)}, func(_, _ []byte) (bool, error) {
		n++
		return true, nil
	})
	return n, err
}

// insertPhantom: everybody counts the members and adds one below the cap.
func insertPhantom(t testing.TB, open Open) {
	const maximum = 40
	e := start(t, open)
	together(workers, func(worker int) {
		for i := range 8 {
			err := update(e, func(w kv.Writer) error {
				n, err := count(w, "member")
				if err != nil || n >= maximum {
					return err
				}
				return w.Put(fmt.Appendf(nil, "member%02d.%d", worker, i), nil)
			})
			if err != nil {
				t.Errorf("add: %v", err)
				return
			}
		}
	})
	if n := len(allRows(t, e, "member")); n != maximum {
		t.Errorf("%d members, want exactly %d", n, maximum)
	}
}

// deletePhantom: owners leave unless they are the last one.
func deletePhantom(t testing.TB, open Open) {
	const owners, rounds = 4, 20
	e := start(t, open)
	for round := range rounds {
		unit := fmt.Sprintf("owner%02d.", round)
		for i := range owners {
			put(t, e, fmt.Sprint(unit, i), "")
		}
		together(owners, func(worker int) {
			err := update(e, func(w kv.Writer) error {
				n, err := count(w, unit)
				if err != nil || n <= 1 {
					return err
				}
				return w.Delete([]byte(fmt.Sprint(unit, worker)))
			})
			if err != nil {
				t.Errorf("leave: %v", err)
			}
		})
		if n := len(allRows(t, e, unit)); n != 1 {
			t.Errorf("round %d: %d owners left, want exactly 1", round, n)
			return
		}
	}
}

package storagetest_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
	"gatehouse/storage/storagetest"
)

// The wrong engines are meant to fail, so rapid shall neither keep the failing
// case on disk nor take long to make it small.
func TestMain(m *testing.M) {
	flag.Parse()
	for name, value := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "100ms"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// recorder notes failures instead of failing the test.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()             {}
func (r *recorder) Log(...any)          {}
func (r *recorder) Logf(string, ...any) {}
func (r *recorder) Fail()               { r.note("failed") }
func (r *recorder) FailNow()            { r.note("failed"); runtime.Goexit() }
func (r *recorder) Error(a ...any)      { r.note(fmt.Sprint(a...)) }
func (r *recorder) Fatal(a ...any)      { r.note(fmt.Sprint(a...)); runtime.Goexit() }
func (r *recorder) Cleanup(fn func())   { r.cleanups = append(r.cleanups, fn) }

func (r *recorder) Errorf(format string, a ...any) { r.note(fmt.Sprintf(format, a...)) }
func (r *recorder) Fatalf(format string, a ...any) {
	r.note(fmt.Sprintf(format, a...))
	runtime.Goexit()
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, text)
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.failures) > 0
}

// red runs the whole contract and returns the checks that failed, each with
// its first complaint.
func red(t *testing.T, open storagetest.Open) map[string]string {
	t.Helper()
	failed := map[string]string{}
	for _, check := range storagetest.Checks() {
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() { // a check may end its goroutine
			defer close(done)
			defer func() {
				for _, fn := range slices.Backward(r.cleanups) {
					fn()
				}
			}()
			check.Run(r, open)
		}()
		<-done
		if r.Failed() {
			failed[check.Name] = r.failures[0]
		}
	}
	return failed
}

// wrong is a memory engine with one flaw.
type wrong struct {
	*memory.Engine
	update func(w kv.Writer, fn func(kv.Writer) error) error
	view   func(r kv.Reader) kv.Reader
	watch  func(<-chan kv.Change) <-chan kv.Change
}

func (e wrong) Update(ctx context.Context, fn func(kv.Writer) error) error {
	if e.update == nil {
		return e.Engine.Update(ctx, fn)
	}
	return e.Engine.Update(ctx, func(w kv.Writer) error { return e.update(w, fn) })
}

func (e wrong) View(ctx context.Context, fn func(kv.Reader) error) error {
	if e.view == nil {
		return e.Engine.View(ctx, fn)
	}
	return e.Engine.View(ctx, func(r kv.Reader) error { return fn(e.view(r)) })
}

func (e wrong) Watch(ctx context.Context) <-chan kv.Change {
	if e.watch == nil {
		return e.Engine.Watch(ctx)
	}
	return e.watch(e.Engine.Watch(ctx))
}

// blindScan scans what was committed and overlooks the transaction's own writes.
type blindScan struct {
	kv.Writer
	committed kv.Engine
}

func (w blindScan) Scan(in kv.Range, fn func(key, value []byte) (bool, error)) error {
	return w.committed.View(context.Background(), func(r kv.Reader) error { return r.Scan(in, fn) })
}

// deaf forgets From in reverse scans.
type deaf struct{ kv.Reader }

func (r deaf) Scan(in kv.Range, fn func(key, value []byte) (bool, error)) error {
	if in.Reverse {
		in.From = nil
	}
	return r.Reader.Scan(in, fn)
}

// void takes empty values for absent ones.
type void struct{ kv.Reader }

func (r void) Get(key []byte) ([]byte, bool, error) {
	value, found, err := r.Reader.Get(key)
	return value, found && len(value) > 0, err
}

func TestContractFindsEveryFlaw(t *testing.T) {
	for _, flaw := range []struct {
		name string
		open func() kv.Engine
		want []string // checks that must fail
		only bool     // and no other
	}{
		{"no flaw", func() kv.Engine { return wrong{Engine: memory.New(memory.Options{})} }, nil, true},
		{"only point reads are validated, so phantoms pass", func() kv.Engine {
			return newStale(true)
		}, []string{"insert phantom", "delete phantom"}, true},
		{"nothing is validated", func() kv.Engine {
			return newStale(false)
		}, []string{"bank transfer", "write skew", "insert phantom", "delete phantom"}, true},
		{"scans overlook own writes", func() kv.Engine {
			e := wrong{Engine: memory.New(memory.Options{})}
			e.update = func(w kv.Writer, fn func(kv.Writer) error) error { return fn(blindScan{w, e.Engine}) }
			return e
		}, []string{"model"}, false},
		{"a failed update keeps its writes", func() kv.Engine {
			return half{memory.New(memory.Options{})}
		}, []string{"model", "failed update leaves nothing"}, false},
		{"reverse scans forget where to start", func() kv.Engine {
			return wrong{Engine: memory.New(memory.Options{}), view: func(r kv.Reader) kv.Reader { return deaf{r} }}
		}, []string{"model"}, true},
		{"empty values are lost", func() kv.Engine {
			return wrong{Engine: memory.New(memory.Options{}), view: func(r kv.Reader) kv.Reader { return void{r} }}
		}, []string{"model", "values"}, true},
		{"views see later commits", func() kv.Engine {
			e := wrong{Engine: memory.New(memory.Options{})}
			e.view = func(kv.Reader) kv.Reader { return live{e.Engine} }
			return e
		}, []string{"view is a snapshot"}, false},
		{"a slow watcher hears the newest change only", func() kv.Engine {
			return wrong{Engine: memory.New(memory.Options{}), watch: forgetful}
		}, []string{"slow watcher"}, false},
		{"watchers hear nothing", func() kv.Engine {
			return wrong{Engine: memory.New(memory.Options{}), watch: func(<-chan kv.Change) <-chan kv.Change {
				c := make(chan kv.Change)
				close(c)
				return c
			}}
		}, []string{"watch", "slow watcher", "load"}, true},
	} {
		t.Run(flaw.name, func(t *testing.T) {
			failed := red(t, func(testing.TB) kv.Engine { return flaw.open() })
			for _, name := range flaw.want {
				if failed[name] == "" {
					t.Errorf("the check %q did not see it", name)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(failed)) {
				if flaw.only && !slices.Contains(flaw.want, name) {
					t.Errorf("the check %q failed: %s", name, failed[name])
				}
				t.Logf("%s: %.120q", name, failed[name])
			}
		})
	}
}

// half commits whatever was written before an update failed.
type half struct{ *memory.Engine }

func (e half) Update(ctx context.Context, fn func(kv.Writer) error) error {
	var failed error
	err := e.Engine.Update(ctx, func(w kv.Writer) error {
		failed = kv.Run(func() error { return fn(w) })
		return nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// live reads committed data anew each time.
type live struct{ e kv.Engine }

func (r live) Get(key []byte) (value []byte, found bool, err error) {
	err = r.e.View(context.Background(), func(now kv.Reader) (err error) {
		value, found, err = now.Get(key)
		return err
	})
	return value, found, err
}

func (r live) Scan(in kv.Range, fn func(key, value []byte) (bool, error)) error {
	return r.e.View(context.Background(), func(now kv.Reader) error { return now.Scan(in, fn) })
}

// forgetful replaces what a watcher has not fetched yet instead of adding to it.
func forgetful(in <-chan kv.Change) <-chan kv.Change {
	out := make(chan kv.Change, 1)
	go func() {
		defer close(out)
		for c := range in {
			select {
			case <-out:
			default:
			}
			out <- c
		}
	}()
	return out
}

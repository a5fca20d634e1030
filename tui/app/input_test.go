package app

import (
	"bytes"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"gatehouse/core/suite"
)

// pieces gives one piece with each Read.
type pieces struct{ rest [][]byte }

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[0])
	if p.rest[0] = p.rest[0][n:]; len(p.rest[0]) == 0 {
		p.rest = p.rest[1:]
	}
	return n, nil
}

// limited reads pieces through a limit without waiting. Between pieces no time passes.
func limited(in ...string) (out string, cuts int) {
	p := &pieces{}
	for _, s := range in {
		p.rest = append(p.rest, []byte(s))
	}
	l := newLimit(p)
	l.stream = true
	at := time.Unix(0, 0)
	l.now = func() time.Time { return at }
	l.pause = func(time.Duration) {}
	l.told = func() { cuts++ }
	b, err := io.ReadAll(l)
	if err != nil {
		panic(err)
	}
	return string(b), cuts
}

// normal is what terminals send.
var normal = []string{
	"jjk\r\t\x7f\x03 ?", "\x1b", "\x1b\x1b", "\x1b[A\x1b[1;5C\x1bOP\x1b[15~\x1b[200A", "\x1ba\x1b]\x1bP", "żółw 日本語 🐙 e\u0301",
	"\x1b[<0;12;7M\x1b[<0;12;7m", "\x1b[99;5u\x1b[27;5;99~\x1b[?1u", "\x1b[?2026;2$y\x1b[?2027;1$y",
	"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\x1b]11;rgb:1e1e/1e1e/2e2e\a", "\x1bP>|kitty(0.40)\x1b\\", "\x1b[I\x1b[O", "\x1bé",
	"\x1b[200~pasted\ttext\r\nwith 日本語\x1b[201~x", "\x1b[200~\x1b[201~\x1b[200~a\x1b[201~",
	"\x1b[200~" + strings.Repeat("p", pasteMost) + "\x1b[201~q",
}

// What terminals send passes byte for byte, however it is cut into pieces.
func TestNormalInputPasses(t *testing.T) {
	suite.Sequential(t)
	all := strings.Join(normal[1:], "\x1b\\")
	for _, in := range append(normal, all) {
		if out, cuts := limited(in); out != in || cuts != 0 {
			t.Errorf("%.80q became %.80q, %d cuts", in, out, cuts)
		}
		for i := 0; i < min(len(in), 150); i++ {
			if out, _ := limited(in[:i], in[i:]); out != in {
				t.Fatalf("cut at %d, %.80q became %.80q", i, in, out)
			}
		}
	}
	l := newLimit(iotest.OneByteReader(strings.NewReader(all)))
	l.stream, l.pause = true, func(time.Duration) {}
	if out, err := io.ReadAll(l); err != nil || string(out) != all {
		t.Errorf("byte by byte %.80q, %v", out, err)
	}
}

// A paste that never ends is cut at 64 KiB and told; then ctrl+c, however it is sent, gives the keys back (trust-C6).
func TestEndlessPasteIsCut(t *testing.T) {
	long := strings.Repeat("x", 4<<10)
	flood := []string{"\x1b[200~"}
	for range 64 {
		flood = append(flood, long)
	}
	want := "\x1b[200~" + strings.Repeat("x", pasteMost) + pasteEnd
	for _, key := range []string{"\x03", "\x1b[99;5u", "\x1b[27;5;99~"} {
		if out, cuts := limited(append(flood, key, "jk")...); out != want+key+"jk" || cuts != 1 {
			t.Errorf("%q: %d bytes, %d cuts, ends with %q", key, len(out), cuts, out[len(out)-20:])
		}
	}
	if out, cuts := limited(append(flood, "and\x1b[2\x1b[201~jk")...); out != want+"jk" || cuts != 1 {
		t.Errorf("with its end: %d bytes, %d cuts", len(out), cuts)
	}
	if out, _ := limited(append(flood, "j", "k")...); out != want {
		t.Errorf("keys came out of a paste: %q", out[len(out)-20:])
	}
	// The limit falls into a character, or what could be the end of the paste.
	for _, odd := range []string{"日", "\x1b[20", "\x1b"} {
		in := "\x1b[200~" + strings.Repeat("x", pasteMost-1) + odd + strings.Repeat("y", 9000)
		out, cuts := limited(in, "\x1b[201~q")
		if cuts != 1 || !strings.HasSuffix(out, pasteEnd+"q") || len(out) > len(want)+1 {
			t.Errorf("%q: %d cuts, %d bytes, ends with %q", odd, cuts, len(out), out[len(out)-20:])
		}
	}
	// A short one that never ends is left by ctrl+c alone.
	if out, _ := limited("\x1b[200~abc", "\x03", "q"); out != "\x1b[200~abc"+pasteEnd+"\x03q" {
		t.Errorf("a short paste: %q", out)
	}
}

// What could make the decoder see another begin or end of a paste than this reader does not reach it.
func TestPasteHoldsNothingButText(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[200~a\x1b]0;\x1b[201~b":       "\x1b[200~a\x1a]0;\x1b[201~b",
		"\x1b[200~a\x9d0;\x1b[201~b":        "\x1b[200~a0;\x1b[201~b",
		"\x1b[200~\x1b\x1b[201~b":           "\x1b[200~\x1a\x1b[201~b",
		"\x1b[200~\x1b[20\x1b[201~b":        "\x1b[200~\x1a[20\x1b[201~b",
		"\x1b[200~\x1b[é\x1b[201~b":         "\x1b[200~\x1a[é\x1b[201~b",
		"\x9b200~abc":                       "200~abc",
		"\xe0\x9b200~abc\xc0":               "200~abc",
		"\x1b[00200;7~a\x1bb":               "\x1b[00200;7~a\x1ab",
		"\x1b[18446744073709551816~a\x1b[A": "\x1b[18446744073709551816~a\x1a[A",
	} {
		if out, _ := limited(in, ""); out != want && !strings.HasPrefix(want, out) {
			t.Errorf("%q became %q, want %q", in, out, want)
		}
	}
}

// A sequence that never ends is swallowed, and keys work when it has ended, or after a silence (trust-C7).
func TestEndlessSequenceIsSwallowed(t *testing.T) {
	suite.Sequential(t)
	for _, begin := range []string{"\x1b]52;c;", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b["} {
		flood := strings.Repeat("1", 1<<20)
		end := "\x1b\\"
		if begin == "\x1b[" {
			end = "n"
		}
		out, _ := limited(begin, flood, end, "jk")
		if len(out) > sequenceMost+100 || !strings.HasSuffix(out, "jk") {
			t.Errorf("%q: %d bytes, ends with %q", begin, len(out), out[max(0, len(out)-9):])
		}
		p := &pieces{rest: [][]byte{[]byte(begin), []byte(flood)}}
		l := newLimit(p)
		at := time.Unix(0, 0)
		l.stream, l.now, l.pause = true, func() time.Time { return at }, func(time.Duration) {}
		if b, _ := io.ReadAll(l); len(b) > sequenceMost+100 {
			t.Errorf("%q: %d bytes without an end", begin, len(b))
		}
		at = at.Add(sequenceTime)
		p.rest = [][]byte{[]byte("j")}
		if b, _ := io.ReadAll(l); string(b) != "j" {
			t.Errorf("%q: after a silence %q", begin, b)
		}
	}
}

// The decoder gets a silence of 50 ms in everything that is long, because it holds what it does not understand till then.
func TestFloodGetsSilences(t *testing.T) {
	l := newLimit(io.LimitReader(rand.NewChaCha8([32]byte{1}), 1<<20))
	pauses := 0
	l.stream, l.pause = true, func(d time.Duration) {
		if d < uv.DefaultEscTimeout {
			t.Errorf("a pause of %v", d)
		}
		pauses++
	}
	at := time.Unix(0, 0)
	l.now = func() time.Time { return at }
	n, err := io.Copy(io.Discard, l)
	if err != nil || int64(pauses) < n/(2*runMost) {
		t.Errorf("%d pauses in %d bytes, %v", pauses, n, err)
	}
}

// A reader of a terminal gives nothing rather than to wait for more: somebody else waits for the terminal.
func TestLimitDoesNotWaitForATerminal(t *testing.T) {
	l := newLimit(&pieces{rest: [][]byte{[]byte("\x1b[200~" + strings.Repeat("x", 1<<10)), []byte("\xe0"), []byte("a")}})
	buf := make([]byte, 4<<10)
	for i, want := range []int{6 + 1<<10, 0, 1} {
		if n, err := l.Read(buf); n != want || err != nil {
			t.Errorf("read %d: %d, %v", i, n, err)
		}
	}
}

// FuzzLimit holds that memory does not grow, that what passes is UTF-8, that a paste is never longer than the limit and
// holds no escape character, and that cutting the input anywhere changes nothing.
func FuzzLimit(f *testing.F) {
	for _, s := range normal[:len(normal)-1] {
		f.Add([]byte(s), 3)
	}
	f.Add([]byte("\x1b[200~\x1b\x9b\xe0\x1b[201~\x1b]0;\x1b[200~x"), 7)
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		for _, key := range interrupts { // where a read ends matters for these only
			if bytes.Contains(in, key) {
				return
			}
		}
		whole, _ := limited(string(in))
		if len(whole) > len(in)+len(pasteEnd) {
			t.Errorf("%q became longer: %q", in, whole)
		}
		if cut := min(max(at, 0), len(in)); cut > 0 {
			if out, _ := limited(string(in[:cut]), string(in[cut:])); out != whole {
				t.Errorf("cut at %d: %q, whole: %q", cut, out, whole)
			}
		}
		l := newLimit(bytes.NewReader(in))
		l.stream, l.pause = true, func(time.Duration) {}
		_, _ = io.Copy(io.Discard, l)
		if cap(l.out) > 64<<10 || cap(l.tail) > 64 || cap(l.char) > 64 {
			t.Errorf("it grew: %d %d %d", cap(l.out), cap(l.tail), cap(l.char))
		}
	})
}

// Memory stays where it is over 64 MB of a paste that never ends (trust-C6).
func TestLimitNeedsNoMemory(t *testing.T) {
	suite.Sequential(t)
	var before, after runtime.MemStats
	l := newLimit(io.MultiReader(strings.NewReader("\x1b[200~"), io.LimitReader(rand.NewChaCha8([32]byte{2}), 16<<20)))
	l.stream = true
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, l)
	runtime.ReadMemStats(&after)
	t.Logf("%d of 16 MB passed, %d KB were allocated", n, (after.TotalAlloc-before.TotalAlloc)>>10)
	if err != nil || n > 4*pasteMost || after.TotalAlloc-before.TotalAlloc > 4<<20 {
		t.Errorf("%d bytes passed, %v", n, err)
	}
}

// Sizes are clamped wherever they come from, and nothing suspends the process (trust-D6).
func TestCalmClampsSizes(t *testing.T) {
	for in, want := range map[Size]Size{
		{2_000_000_000, 2_000_000_000}: {500, 200}, {60_000, 60_000}: {500, 200}, {0, 0}: {80, 24}, {-1, 5}: {80, 24}, {1, 1}: {1, 1}, {120, 40}: {120, 40},
	} {
		if got := calm(nil, tea.WindowSizeMsg{Width: in.Width, Height: in.Height}); got != (tea.WindowSizeMsg{Width: want.Width, Height: want.Height}) {
			t.Errorf("%v became %v", in, got)
		}
	}
	if _, ok := calm(nil, tea.SuspendMsg{}).(tea.ResumeMsg); !ok {
		t.Error("suspended")
	}
}

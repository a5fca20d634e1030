package app

import (
	"bytes"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"
)

// What a terminal may send without an end.
const (
	// sequenceMost is how long a sequence may be: the answers that we ask for are short.
	sequenceMost = 4 << 10
	// sequenceTime is the silence after which a sequence has ended, whatever it was. The decoder takes 50 ms.
	sequenceTime = 500 * time.Millisecond
	// runMost is how much may come in one piece, and runTime how long it then has to wait: the decoder holds what it
	// does not understand until nothing comes for 50 ms, so it must get that silence.
	runMost = 16 << 10
	runTime = 60 * time.Millisecond
)

const (
	esc        = 0x1b
	substitute = 0x1a // stands where a character was that means something to a terminal
	pasteEnd   = "\x1b[201~"
)

// interrupts are ctrl+c in the ways that terminals send it: plain, with the kitty protocol, and of modifyOtherKeys.
var interrupts = [][]byte{{3}, []byte("\x1b[99;5u"), []byte("\x1b[27;5;99~")}

// cutMsg tells that a paste was cut.
type cutMsg struct{}

type limitState uint8

const (
	inGround limitState = iota
	inEscape
	inCSI
	inText    // OSC, DCS, APC, PM, SOS
	inTextEsc // an ESC in it, which ends it
	inPaste
	inCutPaste // a paste that was too long: the rest is swallowed until its end
)

// limit reads from a terminal what a person makes there, and bounds what does not end. Normal input passes byte for
// byte, and nothing is held back but the pieces of one character.
//
//   - A paste is cut after 64 KiB: its end is put there, told is called, and the rest is swallowed until its own end
//     comes, or ctrl+c alone.
//   - A sequence is cut after 4 KiB and swallowed until it ends.
//   - Bytes that are no UTF-8 are dropped. Among them are the 8-bit forms of the control characters, which no terminal
//     sends that speaks UTF-8; and in a paste, an escape character becomes a substitute (0x1a), which is no text either.
//     So this reader and the decoder behind it agree about where a paste begins and ends.
//
// Memory does not depend on what comes.
type limit struct {
	r      io.Reader
	told   func() // a paste was cut
	stream bool   // wait until something passes: nobody else waits for r
	now    func() time.Time
	pause  func(time.Duration)

	state   limitState
	kind    byte // of a text: the character behind ESC
	number  int  // the first one of a CSI
	counted bool // it has ended
	n       int  // bytes of the sequence or paste
	tail    []byte
	char    []byte // the begin of a character
	last    time.Time
	run     int
	in, out []byte
}

func newLimit(r io.Reader) *limit {
	return &limit{r: r, now: time.Now, pause: time.Sleep, in: make([]byte, 4<<10)} //nolint:forbidigo // silences of a terminal last as long as they last
}

// limitedTerminal is limit over a terminal: the framework still finds the file behind it.
type limitedTerminal struct {
	term.File
	*limit
}

// Read implements io.Reader.
func (f limitedTerminal) Read(p []byte) (int, error) { return f.limit.Read(p) }

// named is what the framework looks for to be able to stop reading.
type named interface{ Name() string }

// limitedNamed is limitedTerminal over a file with a name.
type limitedNamed struct {
	limitedTerminal
	named
}

func limitedFile(l *limit, f term.File) io.Reader {
	t := limitedTerminal{f, l}
	if n, ok := f.(named); ok {
		return limitedNamed{t, n}
	}
	return t
}

// Read implements io.Reader. It may give nothing without an error: somebody else waits for a terminal to have something,
// and must not be kept waiting here.
func (l *limit) Read(p []byte) (int, error) {
	for len(l.out) == 0 {
		if l.run >= runMost {
			l.run = 0
			l.pause(runTime)
		}
		size := min(max(len(p)-32, 1), len(l.in)) // so that what is added fits too
		n, err := l.r.Read(l.in[:size])
		l.silence()
		l.take(l.in[:n], n < size)
		if err != nil && len(l.out) == 0 {
			return 0, err //nolint:wrapcheck // io.EOF must stay what it is
		}
		if !l.stream {
			break
		}
	}
	n := copy(p, l.out)
	l.out = l.out[:copy(l.out, l.out[n:])]
	return n, nil
}

// silence looks how long nothing came.
func (l *limit) silence() {
	now := l.now()
	pause := now.Sub(l.last)
	l.last = now
	if pause >= runTime {
		l.run = 0
	}
	if pause >= sequenceTime && l.state != inPaste && l.state != inCutPaste {
		l.state = inGround
	}
}

// take looks at what came. all is set when there is nothing more at the moment.
func (l *limit) take(p []byte, all bool) {
	if l.state == inPaste || l.state == inCutPaste {
		if rest, ok := l.interrupted(p, all); ok {
			p = rest
		}
	}
	for _, b := range p {
		l.step(b)
	}
}

// interrupted finds ctrl+c in a paste that does not end: alone, or at the end of what is swallowed.
func (l *limit) interrupted(p []byte, all bool) (rest []byte, ok bool) {
	for _, key := range interrupts {
		switch {
		case !all || !bytes.HasSuffix(p, key):
		case l.state == inPaste && len(p) == len(key) && len(l.tail) == 0:
			l.pass(pasteEnd)
			l.begin(inGround)
			return p, true
		case l.state == inCutPaste:
			l.begin(inGround)
			return key, true
		}
	}
	return p, false
}

func (l *limit) begin(s limitState) {
	l.state, l.n, l.number, l.counted, l.tail = s, 0, 0, false, l.tail[:0]
}

// step takes one byte.
func (l *limit) step(b byte) {
	if len(l.char) > 0 || b >= utf8.RuneSelf {
		l.character(b)
		return
	}
	switch l.state {
	case inPaste, inCutPaste:
		l.paste([]byte{b})
	default:
		l.ascii(b)
	}
}

// ascii takes a byte of a key or sequence.
func (l *limit) ascii(b byte) {
	switch l.state {
	case inText:
		l.text(b)
		return
	case inTextEsc:
		l.begin(inEscape)
		if b == '\\' {
			l.begin(inGround)
			l.passByte(b)
			return
		}
	default:
	}
	switch {
	case b == esc:
		l.begin(inEscape)
		l.passByte(b)
	case l.state == inEscape:
		l.escape(b)
	case l.state == inCSI:
		l.csi(b)
	default:
		l.passByte(b)
	}
}

// escape takes what follows an ESC.
func (l *limit) escape(b byte) {
	l.passByte(b)
	switch b {
	case '[':
		l.begin(inCSI)
	case ']', 'P', '_', '^', 'X':
		l.begin(inText)
		l.kind = b
	default:
		l.begin(inGround)
	}
}

// csi takes a byte of a control sequence. Whatever could be read as the begin of a paste is one.
func (l *limit) csi(b byte) {
	if l.n++; l.n <= sequenceMost {
		l.passByte(b)
	}
	switch {
	case '0' <= b && b <= '9':
		if !l.counted {
			l.number = min(l.number*10+int(b-'0'), 1_000_000)
		}
	case '<' <= b && b <= '?' && l.number == 0:
	case ' ' <= b && b <= '?':
		l.counted = true
	case b == '~' && (l.number == 200 || l.number == 1_000_000):
		l.begin(inPaste)
	default:
		l.begin(inGround)
	}
}

// text takes a byte of a sequence that holds text.
func (l *limit) text(b byte) {
	l.n++
	end := b == esc || b == 0x18 || b == 0x1a || b == '\a' && l.kind == ']'
	if end || l.n <= sequenceMost {
		l.passByte(b)
	}
	switch {
	case b == esc:
		l.begin(inTextEsc)
	case end:
		l.begin(inGround)
	}
}

// character takes a byte of a character that has several, or of none.
func (l *limit) character(b byte) {
	l.char = append(l.char, b)
	for len(l.char) > 0 && utf8.FullRune(l.char) {
		r, size := utf8.DecodeRune(l.char)
		if r == utf8.RuneError && size == 1 {
			wrong := l.char[1:]
			l.char = l.char[:copy(l.char, wrong)]
			if len(l.char) == 1 && l.char[0] < utf8.RuneSelf {
				b := l.char[0]
				l.char = l.char[:0]
				l.step(b)
			}
			continue
		}
		l.whole(l.char[:size])
		l.char = l.char[:copy(l.char, l.char[size:])]
	}
}

// whole takes a character that is complete.
func (l *limit) whole(c []byte) {
	switch l.state {
	case inPaste, inCutPaste:
		l.paste(c)
		return
	case inText:
		if l.n += len(c); l.n > sequenceMost {
			return
		}
	case inEscape, inCSI, inTextEsc:
		l.begin(inGround)
	default:
	}
	for _, b := range c {
		l.passByte(b)
	}
}

// paste takes a character of a paste. What may be its end is held back; what it was not is content.
func (l *limit) paste(c []byte) {
	if len(l.tail) == 0 && c[0] != esc {
		l.content(c)
		return
	}
	l.tail = append(l.tail, c...)
	if string(l.tail) == pasteEnd {
		if l.state == inPaste {
			l.pass(pasteEnd)
		}
		l.begin(inGround)
		return
	}
	if strings.HasPrefix(pasteEnd, string(l.tail)) {
		return
	}
	was, again := l.tail[1:], c[0] == esc
	if again {
		was = was[:len(was)-1]
	}
	l.content([]byte{substitute})
	l.content(was)
	if l.tail = l.tail[:0]; again {
		l.tail = append(l.tail, esc)
	}
}

// content passes what is in a paste, up to the limit.
func (l *limit) content(c []byte) {
	if l.state != inPaste {
		return
	}
	if l.n += len(c); l.n <= pasteMost {
		l.pass(string(c))
		return
	}
	l.pass(pasteEnd)
	l.begin(inCutPaste)
	if l.told != nil {
		l.told()
	}
}

func (l *limit) passByte(b byte) {
	l.out = append(l.out, b)
	l.run++
}

func (l *limit) pass(s string) { l.out = append(l.out, s...) }

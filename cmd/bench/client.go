package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/sshd/sshtest"
)

// load is what the process of the clients is asked for: clients stand in a process of their own, so that the server's
// time and memory are its own.
type load struct {
	Address  string
	Keys     []string
	Dialling int // at once
	Page     string
	Requests []uint64
	Reasons  []string // of the requests; the first is on the screen of everybody
}

// phase is what the clients tell between two phases. Times are in nanoseconds.
type phase struct {
	Failed string `json:",omitempty"`
	// Up: how long until all were up, and from dialling to the first frame for each.
	Total  time.Duration
	Frames []time.Duration
	// Alone: the same for one at a time.
	Alone []time.Duration
	// Idle: the bytes that all got meanwhile.
	Bytes int
	// Seen: from asking for a decision to the screen of each; Decided: to its own answer.
	Seen    [][]time.Duration
	Decided []time.Duration
	// Moves: bytes of each cursor move.
	Moves []int
	// Verbs: from dialling to the exit of a verb, and SignIns a second.
	Verbs   []time.Duration
	SignIns float64
}

// patience bounds each wait.
const patience = 30 * time.Second

// clients runs the load that comes from standard input. Between two phases it waits for a line there.
func clients() error {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	var l load
	if err := json.Unmarshal(line, &l); err != nil {
		return err
	}
	c := &people{load: l}
	if err := c.open(); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, step := range []func(*phase) error{c.up, c.idle, c.moves, c.decisions, c.verbs} {
		var p phase
		if err := step(&p); err != nil {
			p.Failed = err.Error()
		}
		if err := out.Encode(p); err != nil || p.Failed != "" {
			return err
		}
		if _, err := in.ReadString('\n'); err != nil {
			return nil //nolint:nilerr // nobody asks for more
		}
	}
	return nil
}

// people are those who look at the house.
type people struct {
	load
	signers []gossh.Signer
	looking []*looker
}

// looker is one of them, and all that came with the time when it came.
type looker struct {
	conn  *gossh.Client
	in    io.Writer
	began time.Time

	mu     sync.Mutex
	chunks []chunk
	bytes  int
	tail   []byte
	news   chan struct{}
}

type chunk struct {
	at   time.Time
	data []byte
}

func (c *people) open() error {
	for _, k := range c.Keys {
		s, err := decodeKey(k)
		if err != nil {
			return err
		}
		c.signers = append(c.signers, s)
	}
	return nil
}

func (c *people) dial(i int) (*gossh.Client, error) {
	conn, err := (&net.Dialer{Timeout: patience}).Dial("tcp", c.Address)
	if err != nil {
		return nil, err
	}
	config := &gossh.ClientConfig{
		User: "bench", Auth: []gossh.AuthMethod{gossh.PublicKeys(c.signers[i])}, Timeout: patience,
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), //nolint:gosec // the server of this very bench
	}
	s, channels, requests, err := gossh.NewClientConn(conn, c.Address, config)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return gossh.NewClient(s, channels, requests), nil
}

// look opens the interface at the page and waits for its first useful frame.
func (c *people) look(i int) (*looker, error) { return c.lookAt(i, c.Page, c.Reasons[0]) }

func (c *people) lookAt(i int, page, text string) (*looker, error) {
	l := &looker{began: time.Now(), news: make(chan struct{}, 1)}
	conn, err := c.dial(i)
	if err != nil {
		return nil, err
	}
	l.conn = conn
	s, err := conn.NewSession()
	if err != nil {
		return nil, err
	}
	s.Stdout = l
	if l.in, err = s.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.RequestPty("xterm-256color", 40, 120, gossh.TerminalModes{}); err != nil {
		return nil, err
	}
	if err := s.Start("open " + page); err != nil {
		return nil, err
	}
	return l, l.until(text)
}

// Write implements io.Writer: what the server sends.
func (l *looker) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.chunks = append(l.chunks, chunk{time.Now(), bytes.Clone(p)})
	l.bytes += len(p)
	l.tail = append(l.tail, p...)
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

// until waits for a text that is written in one piece.
func (l *looker) until(text string) error {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		l.mu.Lock()
		there := bytes.Contains(l.tail, []byte(text))
		if there {
			l.tail = nil
		}
		l.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-l.news:
		case <-limit.C:
			return fmt.Errorf("%q was not seen within %v", text, patience)
		}
	}
}

func (l *looker) got() (bytes int, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.chunks); n > 0 {
		last = l.chunks[n-1].at
	}
	return l.bytes, last
}

// replay finds when a text appeared on a screen that gets what came, and when it stood there less often than before: the
// request has left the list, while its details may still be shown.
func (l *looker) replay(texts []string) (came, went []time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	came, went = make([]time.Time, len(texts)), make([]time.Time, len(texts))
	most := make([]int, len(texts))
	screen := sshtest.NewScreen(120, 40)
	for _, c := range l.chunks {
		_, _ = screen.Write(c.data) // it cannot fail
		shown := screen.String()
		for i, text := range texts {
			switch n := strings.Count(shown, text); {
			case n > 0 && came[i].IsZero():
				came[i], most[i] = c.at, n
			case n >= most[i]:
				most[i], went[i] = n, time.Time{}
			case went[i].IsZero():
				went[i] = c.at
			}
		}
	}
	return came, went
}

// up opens all, some dialling at once, and before that a few one at a time.
func (c *people) up(p *phase) error {
	for i := range 15 {
		l, err := c.look(i % len(c.signers))
		if err != nil {
			return err
		}
		came, _ := l.replay(c.Reasons[:1])
		p.Alone = append(p.Alone, came[0].Sub(l.began))
		_ = l.conn.Close()
	}
	began := time.Now()
	c.looking = make([]*looker, len(c.signers))
	err := together(c.Dialling, len(c.signers), func(i int) error {
		l, err := c.look(i)
		if err != nil {
			return fmt.Errorf("client %d: %w", i, err)
		}
		c.looking[i] = l
		return nil
	})
	p.Total = time.Since(began)
	if err != nil {
		return err
	}
	for _, l := range c.looking {
		came, _ := l.replay(c.Reasons[:1])
		p.Frames = append(p.Frames, came[0].Sub(l.began))
	}
	return c.quiet(2 * time.Second)
}

// quiet waits until nobody got anything for a while.
func (c *people) quiet(while time.Duration) error {
	began := time.Now()
	for last := began; time.Since(last) < while; {
		if time.Since(began) > patience+while {
			return errors.New("the screens do not come to rest")
		}
		time.Sleep(50 * time.Millisecond)
		for _, l := range c.looking {
			if _, at := l.got(); at.After(last) {
				last = at
			}
		}
	}
	return nil
}

func (c *people) all() int {
	sum := 0
	for _, l := range c.looking {
		n, _ := l.got()
		sum += n
	}
	return sum
}

// idle does nothing for ten seconds.
func (c *people) idle(p *phase) error {
	before := c.all()
	time.Sleep(idleTime)
	p.Bytes = c.all() - before
	return nil
}

// idleTime is how long nobody does anything.
const idleTime = 10 * time.Second

// moves moves the cursor of one more session, in the list of projects as the local measurement does.
func (c *people) moves(p *phase) error {
	l, err := c.lookAt(0, "projects", "Projects")
	if err != nil {
		return err
	}
	defer func() { _ = l.conn.Close() }()
	time.Sleep(time.Second)
	for _, key := range "jjjkkkjjjkkk" {
		before, _ := l.got()
		if _, err := io.WriteString(l.in, string(key)); err != nil {
			return err
		}
		time.Sleep(150 * time.Millisecond)
		after, _ := l.got()
		p.Moves = append(p.Moves, after-before)
	}
	return c.quiet(time.Second)
}

// decisions decides the requests one by one, and looks how long it takes until the request is gone from each screen.
func (c *people) decisions(p *phase) error {
	decider, err := c.dial(0)
	if err != nil {
		return err
	}
	defer func() { _ = decider.Close() }()
	asked := make([]time.Time, len(c.Requests))
	for i, id := range c.Requests {
		s, err := decider.NewSession()
		if err != nil {
			return err
		}
		asked[i] = time.Now()
		if out, err := s.CombinedOutput(fmt.Sprintf("request approve %d", id)); err != nil {
			return fmt.Errorf("approve %d: %w: %s", id, err, out)
		}
		p.Decided = append(p.Decided, time.Since(asked[i]))
		if err := c.quiet(time.Second); err != nil {
			return err
		}
	}
	p.Seen = make([][]time.Duration, len(c.Requests))
	for n, l := range c.looking {
		_, went := l.replay(c.Reasons)
		for i := range c.Requests {
			if went[i].IsZero() {
				return fmt.Errorf("client %d has not seen that %s was decided", n, c.Reasons[i])
			}
			p.Seen[i] = append(p.Seen[i], went[i].Sub(asked[i]))
		}
	}
	return nil
}

// verbs runs a verb over a new connection each time, then signs in as often as it can.
func (c *people) verbs(p *phase) error {
	for range 30 {
		began := time.Now()
		if err := c.verb("request list --json"); err != nil {
			return err
		}
		p.Verbs = append(p.Verbs, time.Since(began))
	}
	const n = 200
	began := time.Now()
	err := together(8, n, func(i int) error {
		conn, err := c.dial(i % len(c.signers))
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	p.SignIns = n / time.Since(began).Seconds()
	return err
}

func (c *people) verb(command string) error {
	conn, err := c.dial(0)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	s, err := conn.NewSession()
	if err != nil {
		return err
	}
	out, err := s.Output(command)
	if err == nil && !json.Valid(out) {
		err = fmt.Errorf("%s gave no JSON: %q", command, out)
	}
	return err
}

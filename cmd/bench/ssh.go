package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dialling is how many clients dial at once (trust-D1).
const dialling = 64

// overSSH measures a server with 500 people, with the deep run also with 2,000.
func (r *rig) overSSH() error {
	local, err := r.localFrame()
	if err != nil {
		return err
	}
	sizes := []int{r.people}
	if os.Getenv("GATEHOUSE_DEEP") == "1" {
		sizes = append(sizes, 4*r.people)
	}
	for _, n := range sizes {
		if err := r.crowded(n, local); err != nil {
			return fmt.Errorf("%d sessions: %w", n, err)
		}
	}
	return nil
}

// localFrame is the first frame of the same page in the same house, without a server.
func (r *rig) localFrame() (time.Duration, error) {
	c, err := r.crowdHouse(1)
	if err != nil {
		return 0, err
	}
	var took []time.Duration
	for range 15 {
		d, err := r.firstFrame(c.reasons[0], r.binary, "--db", c.path, "--as", "crowd-0@crowd.test", "open", c.page)
		if err != nil {
			return 0, err
		}
		took = append(took, d)
	}
	return at(took, 50), nil
}

// at is a percentile.
func at(took []time.Duration, percent int) time.Duration {
	took = slices.Clone(took)
	slices.Sort(took)
	return took[min(len(took)*percent/100, len(took)-1)]
}

// crowded measures a server with n people.
func (r *rig) crowded(n int, local time.Duration) (err error) {
	c, err := r.crowdHouse(n)
	if err != nil {
		return err
	}
	s, err := r.serve(c.path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = s.cmd.Process.Kill()
		}
	}()
	pid := s.cmd.Process.Pid
	base := memoryOf(pid)
	crowd, err := r.startClients(c, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, crowd.stop()) }()

	up, err := crowd.next()
	if err != nil {
		return err
	}
	p50, p99 := at(up.Frames, 50), at(up.Frames, 99)
	what := fmt.Sprintf("%d sessions, %d dialling at once", n, dialling)
	most := time.Duration(max(n/100, 1)) * time.Second
	r.add(what+": all up", ms(up.Total), "", "≤ "+most.String(), up.Total <= most)
	r.add("  first frame", ms(p50)+", p99 "+ms(p99), "", "p99 ≤ 1 s", p99 <= time.Second)
	alone := at(up.Alone, 50)
	r.add("  first frame, one at a time", ms(alone)+", p99 "+ms(at(up.Alone, 99)), "local: "+ms(local), "p50 ≤ 2 × local", alone <= 2*local)
	each := (memoryOf(pid) - base) / n
	r.add("  memory of a session", fmt.Sprintf("%d kB, %d MB in all", each>>10, memoryOf(pid)>>20), "", "≤ 1500 kB", each <= 1500<<10)

	before := processorTime(pid)
	idle, err := crowd.next()
	if err != nil {
		return err
	}
	used := float64(processorTime(pid)-before) / float64(idleTime) * 100
	r.add(fmt.Sprintf("  idle for %.0f s", idleTime.Seconds()), fmt.Sprintf("%d bytes, %.1f %% of a core", idle.Bytes, used), "relative times move each minute", "≤ 25 %", used <= 25)

	moves, err := crowd.next()
	if err != nil {
		return err
	}
	worst := slices.Max(moves.Moves)
	r.add("  bytes per cursor move", fmt.Sprintf("worst %d", worst), "", "≤ 300", worst <= 300)
	if err := r.decided(crowd, n); err != nil {
		return err
	}
	r.add("  memory of a session then", fmt.Sprintf("%d kB", (memoryOf(pid)-base)/n>>10), "", "≤ 1500 kB", (memoryOf(pid)-base)/n <= 1500<<10)
	verbs, err := crowd.next()
	if err != nil {
		return err
	}
	r.add("  a verb, from dialling to its exit", ms(at(verbs.Verbs, 50))+", p99 "+ms(at(verbs.Verbs, 99)), "", "", true)
	r.add("  sign-ins", fmt.Sprintf("%.0f a second", verbs.SignIns), "", "", true)
	took, err := s.stop()
	r.add("  stopping the server", ms(took), "", "≤ 10 s, exit 0", err == nil && took <= 10*time.Second)
	return nil
}

// decided adds the row of decisions: the median, and the worst of the rounds.
func (r *rig) decided(c *crowdClients, n int) error {
	p, err := c.next()
	if err != nil {
		return err
	}
	var all []time.Duration
	for _, seen := range p.Seen {
		all = append(all, seen...)
	}
	p99 := at(all, 99)
	r.add(fmt.Sprintf("  a decision on %d screens", n), fmt.Sprintf("%s, p99 %s, worst %s", ms(at(all, 50)), ms(p99), ms(slices.Max(all))),
		"its own answer: "+ms(at(p.Decided, 50)), "p99 ≤ 250 ms", p99 <= 250*time.Millisecond)
	return nil
}

// crowdClients is the process of the clients.
type crowdClients struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
	had bool
}

func (r *rig) startClients(c *crowd, s *server) (*crowdClients, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l := load{Address: s.address, Dialling: dialling, Page: c.page, Reasons: c.reasons}
	for _, k := range c.keys {
		l.Keys = append(l.Keys, encodeKey(k))
	}
	for _, id := range c.requests {
		l.Requests = append(l.Requests, uint64(id))
	}
	cmd := exec.CommandContext(r.ctx, self, "clients")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &crowdClients{cmd: cmd, in: in, out: json.NewDecoder(bufio.NewReader(out))}, json.NewEncoder(in).Encode(l)
}

// next lets the clients go on, and gives what the phase told.
func (c *crowdClients) next() (phase, error) {
	if c.had {
		if _, err := io.WriteString(c.in, "\n"); err != nil {
			return phase{}, err
		}
	}
	c.had = true
	var p phase
	if err := c.out.Decode(&p); err != nil {
		return p, fmt.Errorf("the clients: %w", err)
	}
	if p.Failed != "" {
		return p, errors.New(p.Failed)
	}
	return p, nil
}

func (c *crowdClients) stop() error {
	_ = c.in.Close() // they end by that
	return c.cmd.Wait()
}

// memoryOf is what a process holds in memory, from /proc, in bytes.
func memoryOf(pid int) int {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}

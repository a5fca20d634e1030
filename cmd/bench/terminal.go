package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"
)

// trivial is the floor of starting: a Bubble Tea program that shows a screen of lines and does nothing else.
func trivial() {
	if _, err := tea.NewProgram(nothing{}, tea.WithFPS(60)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type nothing struct{}

func (nothing) Init() tea.Cmd { return nil }

func (n nothing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); ok {
		return n, tea.Quit
	}
	return n, nil
}

func (nothing) View() tea.View {
	v := tea.NewView(strings.Repeat("a line of a trivial program\n", 30) + "ready")
	v.AltScreen = true
	return v
}

// terminal is a program in a pty of 120×40, and what it has written.
type terminal struct {
	cmd  *exec.Cmd
	file *os.File
	mu   sync.Mutex
	out  bytes.Buffer
	news chan struct{}
}

func openTerminal(ctx context.Context, name string, args ...string) (*terminal, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=")
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return nil, err
	}
	t := &terminal{cmd: cmd, file: file, news: make(chan struct{}, 1)}
	go t.read()
	return t, nil
}

func (t *terminal) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.file.Read(buf)
		t.mu.Lock()
		t.out.Write(buf[:n])
		t.mu.Unlock()
		select {
		case t.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (t *terminal) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.Len()
}

func (t *terminal) has(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Contains(t.out.Bytes(), []byte(text))
}

// until waits for a text to be written.
func (t *terminal) until(text string) error {
	limit := time.After(30 * time.Second)
	for !t.has(text) {
		select {
		case <-t.news:
		case <-limit:
			return fmt.Errorf("%q was not written within 30 s", text)
		}
	}
	return nil
}

func (t *terminal) close() {
	_ = t.cmd.Process.Kill()
	_ = t.cmd.Wait()
	_ = t.file.Close()
}

// firstFrame measures the time from exec to a text on the screen, the median of n starts.
func (r *rig) firstFrame(text, name string, args ...string) (time.Duration, error) {
	began := time.Now()
	t, err := openTerminal(r.ctx, name, args...)
	if err != nil {
		return 0, err
	}
	defer t.close()
	err = t.until(text)
	return time.Since(began), err
}

// starts measures first frames, in turns, and the bytes of a cursor move.
func (r *rig) starts() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cases := []struct {
		text, name string
		args       []string
	}{
		{"ready", self, []string{"trivial"}},
		{"Nightly ETL", r.binary, []string{"--db", r.demo, "--as", r.cast.demo[0].Email, "open", "projects"}},
		{"Harbor", r.binary, []string{"--db", r.large, "--as", r.cast.large[0].Email, "open", "projects"}},
	}
	var took [3][]time.Duration
	for range 15 {
		for i, c := range cases {
			d, err := r.firstFrame(c.text, c.name, c.args...)
			if err != nil {
				return err
			}
			took[i] = append(took[i], d)
		}
	}
	var median [3]time.Duration
	for i := range took {
		slices.Sort(took[i])
		median[i] = took[i][len(took[i])/2]
	}
	floor := "trivial: " + ms(median[0])
	r.addStart("first frame, demo house", median[1], median[0], floor, 1.5)
	r.addStart("first frame, a million projects", median[2], median[0], floor, 2)
	return r.cursorBytes()
}

func (r *rig) addStart(what string, took, floor time.Duration, text string, reach float64) {
	ratio := float64(took) / float64(floor)
	r.add(what, fmt.Sprintf("%s, %.2f ×", ms(took), ratio), text, fmt.Sprintf("≤ %.1f ×", reach), ratio <= reach)
}

// cursorBytes counts what a cursor move writes to the terminal.
func (r *rig) cursorBytes() error {
	t, err := openTerminal(r.ctx, r.binary, "--db", r.large, "--as", r.cast.large[0].Email, "open", "projects")
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.until("Harbor"); err != nil {
		return err
	}
	time.Sleep(500 * time.Millisecond)
	worst, sum := 0, 0
	const moves = 20
	for range moves {
		before := t.len()
		if _, err := t.file.WriteString("j"); err != nil {
			return err
		}
		time.Sleep(60 * time.Millisecond)
		n := t.len() - before
		worst, sum = max(worst, n), sum+n
	}
	r.add("bytes per cursor move", fmt.Sprintf("%d, worst %d", sum/moves, worst), "", "≤ 300", worst <= 300)
	return nil
}

// idle counts bytes and processor time of an interface that nobody touches for ten seconds.
func (r *rig) idle() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	floor, err := openTerminal(r.ctx, self, "trivial")
	if err != nil {
		return err
	}
	defer floor.close()
	t, err := openTerminal(r.ctx, r.binary, "--db", r.demo, "--as", r.cast.demo[0].Email, "open", "projects")
	if err != nil {
		return err
	}
	defer t.close()
	if err := errors.Join(floor.until("ready"), t.until("Nightly ETL")); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	bytesBefore, before, floorBefore := t.len(), processorTime(t.cmd.Process.Pid), processorTime(floor.cmd.Process.Pid)
	time.Sleep(10 * time.Second)
	share := func(pid int, before time.Duration) float64 {
		return float64(processorTime(pid)-before) / float64(10*time.Second) * 100
	}
	used, least := share(t.cmd.Process.Pid, before), share(floor.cmd.Process.Pid, floorBefore)
	wrote := t.len() - bytesBefore
	r.add("idle for 10 s", fmt.Sprintf("%d bytes, %.1f %% of a core", wrote, used), fmt.Sprintf("trivial: %.1f %%", least), "0 bytes, < 1 %", wrote == 0 && used < 1)
	return nil
}

// processorTime is what a process has used, from /proc; zero where there is none.
func processorTime(pid int) time.Duration {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / 100
}

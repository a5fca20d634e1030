package bolt

import (
	"encoding/json"
	"os"
	"time"

	"gatehouse/storage/kv"
)

// note tells others who has the file. It lies beside it as PATH.lock. It is a
// courtesy: the lock on the file itself is what counts.
type note struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	// Reach says how to come to the holder instead, in its own words.
	Reach string `json:"reach,omitempty"`
}

// The longest note and the longest Reach that are believed, in bytes.
const (
	maxNote  = 4096
	maxReach = 300
)

func notePath(path string) string { return path + ".lock" }

// leaveNote is called with the lock held. A note that cannot be written is no
// reason to stop: the others then hear less.
func leaveNote(path string, since time.Time, reach string) {
	text, err := json.Marshal(note{PID: os.Getpid(), Since: since, Reach: reach})
	if err != nil {
		return
	}
	temp, err := tempFile(path, "note")
	if err != nil {
		return
	}
	if os.WriteFile(temp, append(text, '\n'), 0o600) != nil || os.Rename(temp, notePath(path)) != nil {
		_ = os.Remove(temp)
	}
}

// removeNote is called with the lock held.
func removeNote(path string) { _ = os.Remove(notePath(path)) }

// Announce says how others reach whoever holds the file: a line of printable
// ASCII, at most 300 bytes, which InUseError carries to the next opener. Empty
// takes it back; any other text counts as empty. It does nothing for an engine
// that only reads, or that is closed.
func (e *Engine) Announce(reach string) {
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.db == nil || e.readOnly {
		return
	}
	leaveNote(e.at(), e.since, printable(reach))
}

// printable gives s when it is a line that is safe to show, or else nothing:
// the note is a file, and what stands in it drives no terminal.
func printable(s string) string {
	if len(s) > maxReach {
		return ""
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return ""
		}
	}
	return s
}

// inUse reads the note of the holder. A note of a process that is gone says
// nothing about who holds the file now.
func inUse(path string) error {
	e := &kv.InUseError{Path: path}
	if n, ok := readNote(path); ok && alive(n.PID) {
		e.PID, e.Since, e.Reach = n.PID, n.Since, printable(n.Reach)
	}
	return e
}

// readNote believes a small regular file only: whatever lies there must not
// make an opener wait or grow.
func readNote(path string) (n note, ok bool) {
	st, err := os.Lstat(notePath(path))
	if err != nil || !st.Mode().IsRegular() || st.Size() > maxNote {
		return n, false
	}
	text, err := os.ReadFile(notePath(path))
	return n, err == nil && json.Unmarshal(text, &n) == nil
}

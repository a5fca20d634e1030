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
}

func notePath(path string) string { return path + ".lock" }

// leaveNote is called with the lock held. A note that cannot be written is no
// reason to stop: the others then hear less.
func leaveNote(path string, now time.Time) {
	_ = os.Remove(notePath(path)) // a stale one would name the wrong process
	text, err := json.Marshal(note{PID: os.Getpid(), Since: now})
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

// inUse reads the note of the holder. A note of a process that is gone says
// nothing about who holds the file now.
func inUse(path string) error {
	e := &kv.InUseError{Path: path}
	var n note
	text, err := os.ReadFile(notePath(path))
	if err == nil && json.Unmarshal(text, &n) == nil && alive(n.PID) {
		e.PID, e.Since = n.PID, n.Since
	}
	return e
}

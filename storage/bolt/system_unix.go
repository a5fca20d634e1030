//go:build linux || darwin || freebsd

package bolt

import (
	"errors"
	"os"
	"syscall"
	"time"

	berrors "go.etcd.io/bbolt/errors"
)

// locksFolders says that a folder can be locked, so that one that is not is known to be left.
const locksFolders = true

// lockPoll is how often a busy lock is tried again.
const lockPoll = 20 * time.Millisecond

// lock takes the lock that bbolt takes afterwards on the same open file, where
// it finds it its own. ErrTimeout after the deadline.
func lock(f *os.File, exclusive bool, deadline time.Time) error {
	how := syscall.LOCK_SH | syscall.LOCK_NB
	if exclusive {
		how = syscall.LOCK_EX | syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
			continue
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return err
		case !time.Now().Before(deadline):
			return berrors.ErrTimeout
		}
		time.Sleep(lockPoll)
	}
}

// alive says whether a process runs; one of another user counts.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// freeBytes is the room left for us on the disk of dir, -1 when unknown.
func freeBytes(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}

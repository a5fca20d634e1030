package bolt

import (
	"syscall"

	"go.etcd.io/bbolt"
)

// forget lets go of the pages of the file that this process has looked at: they
// are in the cache of the system, and count as memory of the process as long as
// they are mapped. The transaction keeps the mapping where it is meanwhile.
func forget(tx *bbolt.Tx) {
	info := tx.DB().Info()
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, info.Data, uintptr(tx.Size()), syscall.MADV_DONTNEED) // advice
}

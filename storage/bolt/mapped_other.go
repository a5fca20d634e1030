//go:build !linux

package bolt

import "go.etcd.io/bbolt"

// forget is for systems that take the advice.
func forget(*bbolt.Tx) {}

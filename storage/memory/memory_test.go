package memory_test

import (
	"testing"

	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
	"gatehouse/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Engine(t, func(testing.TB) kv.Engine { return memory.New(memory.Options{}) })
}

// Every function of the suite is pure, so running it twice changes nothing.
func TestContractWithRerun(t *testing.T) {
	storagetest.Engine(t, func(testing.TB) kv.Engine { return memory.New(memory.Options{Rerun: true}) })
}

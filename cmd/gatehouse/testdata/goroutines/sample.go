// Package sample has one goroutine that is excused and one that is not.
package sample

// Start starts both.
func Start(work func()) {
	go guard(work) // recovers: guard does

	go work()
}

func guard(work func()) {
	defer func() { _ = recover() }()
	work()
}

package main

import (
	"math"
	"runtime"
	"runtime/debug"
)

// The interface and the verbs live in a few MiB, and every decision makes garbage: with the usual collector a third of
// its time went into collecting. Letting the garbage grow to four times of what lives costs some 20 MiB. Long work,
// which keeps much more, is collected as usual.
const (
	easyCollector  = 400
	usualCollector = 100
	// longMemory is what long work asks the collector to keep to: it holds less than half of it, also in the largest house.
	longMemory = 160 << 20
)

// collectLess makes the collector easy, unless somebody has set it.
func (m *Main) collectLess() {
	if m.Env("GOGC") == "" {
		debug.SetGCPercent(easyCollector)
	}
}

// collectAsUsual is for long work; call what it gives at the end.
func collectAsUsual() func() {
	before := debug.SetGCPercent(usualCollector)
	if before >= 0 && before <= usualCollector {
		debug.SetGCPercent(before)
	}
	limit := debug.SetMemoryLimit(-1)
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if limit == math.MaxInt64 && now.HeapAlloc < longMemory/4 { // nobody has set it, and it can be kept
		debug.SetMemoryLimit(longMemory)
	}
	return func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limit)
	}
}

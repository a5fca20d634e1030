package core

import "testing"

// BenchmarkAccess is one verdict with its steps, BenchmarkPermits one without, as lists of people ask for it.
func BenchmarkAccess(b *testing.B) {
	f := atProject(direct(RoleGuest))
	for b.Loop() {
		Access(ProjectDecide, f)
	}
}

func BenchmarkPermits(b *testing.B) {
	f := atProject(direct(RoleGuest))
	for b.Loop() {
		permits(ProjectDecide, f)
	}
}

func BenchmarkVisible(b *testing.B) {
	for b.Loop() {
		Visible("Nightly ETL of the northern region")
	}
}

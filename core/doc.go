// Package core holds the nouns and rules of Gatehouse: who belongs where, who may come in, and who let them in.
//
// A [House] is one installation over a [Store]. Nothing is done by nobody: [House.As] gives an [Actor], and every
// use case is a method of Actor. One use case is one transaction with one audit [Event], its notifications and one
// change signal, committed together or not at all. Access is one pure function over [Facts]; enforcement, the
// disabled keys of the interface, the impact lists and the "why" explainer all use it.
//
// Errors are [*Error] with a [Code], a [Reason], a message and a next step. The package imports nothing else of
// the program: clock, randomness and storage are handed in.
package core

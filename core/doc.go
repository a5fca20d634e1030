// Package core holds the nouns and rules of Gatehouse: who belongs where, who may come in, and who let them in.
//
// A [House] is one installation over a [Store]. Nothing is done by nobody: [House.As] gives an [Actor], and every
// use case is a method of Actor. One use case is one transaction with one audit [Event], its notifications and one
// change signal, committed together or not at all. Access is one pure function over [Facts]; enforcement, the
// disabled keys of the interface, the impact lists and the "why" explainer all use it.
//
// Errors are [*Error] with a [Code], a [Reason], a message and a next step. The package imports nothing else of
// the program: clock, randomness and storage are handed in.
//
// The package is one room with many shelves; the first word of a file's name says the shelf. A file that is only the
// word (ticket.go) holds the record; the next word says what is done with it (ticket_change.go).
//
//	account mfa key duty           people: life of an account, codes, keys, second factors, rescue, the limit on wrong codes;
//	  who                          what an account may beside its memberships; whom a use case is about
//	session presence               who is signed in over SSH: the register in memory, sign-in, the ends of sessions, the list;
//	                               and who has which record open
//	maintainer organization        units: create, rename, settings, move, delete; the life of projects, their templates
//	  project template billing
//	  settings unit
//	membership member role last    who belongs where and as what: add, remove, organization roles, grants; the last who can act
//	invitation request visit       ways in: asked, decided, ended; decider says who decides
//	  decider
//	bucket ticket                  what projects have and share; help from the maintainer
//	notification notice inbox      telling people: telling writes, notice puts into words, mailing counts what one address
//	  outbox mailing telling       got lately
//	access facts permissions why   who may: the pure functions, the facts they look at, and their explanation
//	change reading consequence     how a use case runs: right, record, form, event; what follows from what;
//	  stale undo value witness     version checks, undo, the form of input, and who else is told of what succeeded
//	list window query filter       reading by pages: one list_ file a list, over windows of indexes; home and search;
//	  fold view directory scope    what rows refer to (directory), and what somebody sees of the house (scope)
//	  home search saved_filter     surroundings are the numbers around a page, and whether it may still be shown
//	  surroundings
//	event activity verify log      the log: chains of hashes, reading them, checking them, signed checkpoints
//	  checkpoint seal
//	sweep due                      what time does by itself, and when each record is due
//	impact rehearse taken          what a change would do, before it is done: told by a look, or by doing it and taking it
//	  opening                      back; what goes along with it; which roles open a project
//	dump backup invariants check   the whole house: export and import line by line, the rules of each record, texts of other
//	  record foreign               systems, and whether it keeps every rule
//	error reason sentence          every refusal and its words
//	bounds key_rule staff_act      rules that many ask: how long a text may be, which keys are accepted, what staff may do
//	visible confusable             how text leaves, and names that look alike
//	store house clock id moment    the ground: tables and indexes that storage must offer, ids, time, and how far long work is
//	  progress
package core

// Package sshd offers a house over SSH: the same application, and the same verbs, to many people at once.
//
// A connection goes through four rooms, each in files of its own name:
//
//	gate      who may knock: limits and penalties per address, before anything is read (trust requirement 4)
//	door      who it is: the key that signed, then a second factor, or an activation code (AC2, AC17, AC18)
//	channel   what they may ask for: one terminal and one more session a connection, an allow-list of requests, a budget
//	          for the environment, clamped sizes (requirement 3)
//	bridge    the terminal itself: input that is cut where it never ends, output that is cut where nobody reads, sizes
//	          that come late and in one piece, the idle limit counted on input only (requirement 5)
//
// Between them a connection is somebody: first a caller, whom the gate counts, then a guest, who is signed in (guest.go).
// Goroutines that hold it are in connection.go; what it has open, what it was refused, and whether its other end is
// still there is counted in line.go. hostkey.go finds or makes the key that the server is known by, words.go cuts a
// command into words as a shell does, farewell.go has the last words to whoever is sent away.
//
// What is run inside is a [Runner] that cmd hands in: the package knows neither verbs nor screens. Below is
// golang.org/x/crypto/ssh and nothing else: every connection is served by code of this package alone, because that is
// where servers were hung, killed and deceived. Identity is what the key that signed says, kept by the connection's own
// closure, never a value of a context and never the user name.
package sshd

// Package list is the one list of the interface: a window over an ordered, paged collection of any size.
//
// A [Model] is generic over rows that have an id. It asks a [Source] for pages, keeps a bounded number of rows around the
// visible window, and holds cursor, marks and range by id, so they survive reloads and reorderings. Screens configure
// it with [Options] and [Column]s, put its [Model.Actions] into theirs, pass every message they do not know to
// [Model.Update] and call [Model.View]; none draws a table of its own.
//
// Cost: Update and View of one key look at the visible rows only and draw only rows that changed; the number of rows in
// the collection does not matter. Nothing here reads or waits: fetching runs as commands, the newest wins, and late
// answers are dropped.
//
// A cursor move writes some 80 bytes, because only the marker column and the position change.
package list

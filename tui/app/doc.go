// Package app is the terminal application around the screens: session, pages, routing, history, cards, toasts, live
// updates, and the frame. [New] makes the root model, [Run] shows it on a terminal and restores that in every case, and
// package driver runs it inside tests.
//
// # How to write a screen
//
// A working example with list, page, decision and tests is example_test.go in this package.
//
//  1. One package per screen family under tui/screen. It exports Kinds(…) []*[Kind], called by cmd (and by its tests),
//     which names the pages: "requests" (Rail 2, with tabs), "request" (one record, with Parent). A deep link is
//     kind/id/tab, see [Page].
//  2. Every tab of a page is a [Screen] of its own, made by Kind.Make out of an [Env] and a [Page] (its Tab is always
//     filled in; Alone is for pages before somebody acts). Make only builds; Init starts loading. Screens stay in a cache, so cursor, marks and scroll survive.
//  3. Implement the five methods of Screen, and of the optional interfaces what fits: Refresher (nearly always), Targeter,
//     Positioner, Capturer, Backer, Clicker, Wheeler, Copier for lists (one line each, handed to the list), Previewer,
//     Counter. Tabs, breadcrumb, rail, hint line, help, palette, history and toasts come from the root.
//  4. Lists: [NewList] with list.Options. The source is a function from list.Query to list.Page over an Actor's list use
//     case; list.Slice wraps small collections. Rows hold what columns, guards and cards need, so that View, Guard and
//     Targets never read. Pass every message you do not know to list.Update.
//  5. Other data: [Load](env, "name", func(ctx) (T, error)); the answer is Loaded[T] in Update, stale ones are dropped.
//     Keep showing the old value until the new one is there.
//  6. Actions: keymap.Action values made once in the maker, list actions appended. Keys follow the table in interface.md.
//     Guard returns the refusal of core that came with the row (its message is shown); nil allows. core decides again.
//  7. Decisions: Run opens a card.Confirm, card.Menu or form.Form with card.Show; capture ids, versions and names then.
//     The answer is a typed value of your own in Update; carry it out with [Act] (toast, refresh) or [Call] (answer). Or
//     give the button or form a Run or Send function: the card stays open, shows an error with its next step, and on
//     success delivers its message; answer app.Toast there to say "Approved request 41.". Bulk: card.Bulk.
//     Capture the actor when the command is made: actor := env.Session.Actor.
//  8. Drawing: text out of records goes through look.Paint(role, s), look.Line or text.Clean; never write escapes. Lines
//     are cut and padded by the root, and gated once more. State is a glyph and a word, never colour alone. Times:
//     relative in lists, exact with zone in details (text.Ago, text.Length, text.Exact).
//  9. Going on: commands that answer [Go], [GoBack], [Toast], [Failed], [Copy], [Reload], [Switch], [Quit] are carried out
//     by the root; helpers are [Open], [Tell], [Fail], [Send].
//
// What must not be done: reading, waiting or time.Now in any method; package variables for styles or state; tea.Tick
// (use Session.After); naked go statements (use [Guarded]); holding row numbers.
//
// # Around the screens
//
//   - Guide (guide.go) goes along on every page and says what to do next: the walkthrough of the demo, package tour.
//   - Attender (presence.go) is a screen or card about a record that others may have open too; Session.Company says who.
//   - closing.go takes pages and cards away whose record may not be seen any more, and keeps what was typed there.
//   - canvas.go draws for terminals far away, of which one process has many; listen.go and input.go read from them, and
//     bound what does not end. A terminal of the process is drawn by the framework, through stream.go and thrift.go.
//   - shield.go keeps a panic from the framework, which would end the process with everybody in it.
//
// # Routing
//
// A message goes to the first that wants it: the session (size, colours), the top card, a focused text input of the
// screen, the actions of root and screen by key, the screen. ctrl+c never reaches a screen. Answers of commands come in
// envelopes that name the screen or card they belong to; when that is gone, they are dropped. A panic in a command
// becomes a toast, one in a screen takes that screen out of use; one in the root ends the session with the terminal
// restored.
package app

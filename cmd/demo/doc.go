// Package demo fills throwaway houses with believable data: the small one through the use cases of core, along a
// made-up history of six weeks, so that everything in it has its event; the large one by bulk load.
package demo

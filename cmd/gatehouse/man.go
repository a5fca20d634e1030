package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manDate is printed on every page, so that the same program makes the same pages. It is the day of the release.
var manDate = time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

func (m *Main) newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man [FOLDER]",
		Short: "print the manual page, or write the pages of all commands",
		Long: `Prints the manual page of the program ("gatehouse man | man -l -" reads it).
With a folder it writes one page for each command into it.`,
		Args:        arguments(0, 1),
		Annotations: map[string]string{bare: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "GATEHOUSE", Section: "1", Source: "Gatehouse", Manual: "Gatehouse", Date: &manDate}
			if len(args) == 0 {
				return doc.GenMan(root, header, m.Out)
			}
			if m.remote != nil {
				return misuse("Leave FOLDER out, or run it on your own machine.", "The pages would be written at the server.")
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return cannotWrite(args[0], err)
			}
			header.Title = "" // each page takes the name of its command
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return cannotWrite(args[0], err)
			}
			if err := addChapter(args[0]); err != nil {
				return cannotWrite(args[0], err)
			}
			pages, err := os.ReadDir(args[0])
			if err != nil {
				return cannotWrite(args[0], err)
			}
			return m.printDone(map[string]any{"folder": args[0], "pages": len(pages)}, fmt.Sprintf("wrote %d pages to %s", len(pages), args[0]))
		},
	}
}

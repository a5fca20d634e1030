package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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
			if len(args) == 0 {
				_, err := m.Out.Write(manPage(root))
				return err
			}
			if m.remote != nil {
				return misuse("Leave FOLDER out, or run it on your own machine.", "The pages would be written at the server.")
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return cannotWrite(args[0], err)
			}
			if err := writePages(root, args[0]); err != nil {
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

// writePages writes the page of a command and of all below it.
func writePages(cmd *cobra.Command, folder string) error {
	path := filepath.Join(folder, pageName(cmd)+".1")
	if err := os.WriteFile(path, manPage(cmd), 0o644); err != nil { //nolint:gosec // pages are for everybody
		return err
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			if err := writePages(sub, folder); err != nil {
				return err
			}
		}
	}
	return nil
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage makes the page of a command.
func manPage(cmd *cobra.Command) []byte {
	cmd.InitDefaultHelpFlag()
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	name := pageName(cmd)
	var b strings.Builder
	fmt.Fprintf(&b, "%% %q \"1\" %q \"Gatehouse\" \"Gatehouse\"\n# NAME\n%s \\- %s\n\n# SYNOPSIS\n**%s**\n\n# DESCRIPTION\n%s\n\n",
		strings.ToUpper(name), manDate.Format(time.DateOnly), name, cmd.Short, cmd.UseLine(), about)
	manFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	manFlags(&b, "GLOBAL OPTIONS", cmd.InheritedFlags())
	var also []string
	if cmd.HasParent() {
		also = append(also, "**"+pageName(cmd.Parent())+"(1)**")
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			also = append(also, "**"+pageName(sub)+"(1)**")
		}
	}
	fmt.Fprintf(&b, "# SEE ALSO\n%s\n", strings.Join(also, ", "))
	return wrapPage(md2man.Render([]byte(b.String())))
}

// pageWidth is how long a line of the source of a page may be, in bytes: longer ones are no style.
const pageWidth = 80

// wrapPage breaks the lines of running text of a page; what is shown as it stands is left alone.
func wrapPage(page []byte) []byte {
	var out []string
	shown := false
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, ".nf"), strings.HasPrefix(line, ".EX"), strings.HasPrefix(line, ".TS"):
			shown = true
		case strings.HasPrefix(line, ".fi"), strings.HasPrefix(line, ".EE"), strings.HasPrefix(line, ".TE"):
			shown = false
		}
		if shown || strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			out = append(out, line)
			continue
		}
		for len(line) > pageWidth {
			at := strings.LastIndexByte(line[:pageWidth+1], ' ')
			for at > 0 && strings.ContainsRune(".'", rune(line[at+1])) { // it would begin a request
				at = strings.LastIndexByte(line[:at], ' ')
			}
			if at <= 0 {
				break
			}
			out = append(out, strings.TrimRight(line[:at], " "))
			line = strings.TrimLeft(line[at:], " ")
		}
		out = append(out, line)
	}
	return []byte(strings.Join(out, "\n") + "\n")
}

// marked keeps what is no Markdown from being read as such.
var marked = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "`", "\\`")

// manFlags lists flags with the words that their texts explain.
func manFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, "# %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if f.Shorthand != "" {
			fmt.Fprintf(b, "**-%s**, ", f.Shorthand)
		}
		fmt.Fprintf(b, "**--%s**", f.Name)
		if value != "" {
			fmt.Fprintf(b, " *%s*", marked.Replace(value))
		}
		fmt.Fprintf(b, "\n:   %s\n\n", marked.Replace(usage))
	})
}

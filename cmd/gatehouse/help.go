package main

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

// helpWidth is how many cells a line of a help has at most.
const helpWidth = 80

// narrowHelp makes every help fit: usages of flags, lists of commands and how a command is written are wrapped.
func narrowHelp(root *cobra.Command) {
	template := root.UsageTemplate()
	for _, change := range [][2]string{
		{".FlagUsages |", ".FlagUsagesWrapped 80 |"},
	} {
		template = strings.ReplaceAll(template, change[0], change[1])
	}
	root.SetUsageTemplate(template)
	usage := root.UsageFunc()
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		var b strings.Builder
		to := cmd.OutOrStderr()
		cmd.SetOut(&b)
		err := usage(cmd)
		cmd.SetOut(to)
		if err == nil {
			_, err = to.Write([]byte(narrow(b.String())))
		}
		return err
	})
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := cmd.Long
		if text == "" {
			text = cmd.Short
		}
		_, _ = cmd.OutOrStdout().Write([]byte(narrow(flow(strings.TrimRight(text, " \n"))) + "\n\n" + narrow(cmd.UsageString()))) // the gate of the stream knows
	})
}

// helpOfNothing refuses to tell what a command does that is not there: cobra would show the help of the one above it, as if
// that had been asked for.
func (m *Main) helpOfNothing() error {
	words, asked := []string{}, false
	for _, word := range m.args {
		if word == "--" {
			break
		}
		asked = asked || word == "--help" || word == "-h" || word == "--help=true"
		words = append(words, word)
	}
	if !asked || completesLine(m.args) {
		return nil
	}
	cmd, rest, err := m.root.Find(words)
	if err != nil {
		return err
	}
	if !cmd.HasSubCommands() {
		return nil
	}
	return unknownAmong(cmd, rest)
}

// unknownAmong refuses the first of the words that is neither a flag nor the value of one.
func unknownAmong(cmd *cobra.Command, rest []string) error {
	for i := 0; i < len(rest); i++ {
		word := rest[i]
		name, isFlag := strings.CutPrefix(word, "--")
		switch {
		case isFlag && !strings.Contains(name, "="):
			if f := cmd.Flag(name); f != nil && f.NoOptDefVal == "" {
				i++ // its value
			}
		case !strings.HasPrefix(word, "-"):
			return unknownCommand(cmd, []string{word})
		}
	}
	return nil
}

// completesLine reports whether a shell asks how a line goes on.
func completesLine(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// flow makes one line of each paragraph, so that it is wrapped as a whole. Indented lines stay as they are.
func flow(text string) string {
	var out []string
	within := false
	for line := range strings.SplitSeq(text, "\n") {
		flows := line != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t")
		if flows && within {
			out[len(out)-1] += " " + line
		} else {
			out = append(out, line)
		}
		within = flows
	}
	return strings.Join(out, "\n")
}

// narrow wraps lines that are too long, with the indent of the text in them kept.
func narrow(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if ansi.StringWidth(line) <= helpWidth {
			continue
		}
		body := strings.TrimLeft(line, " ")
		indent := len(line) - len(body)
		if gap := strings.Index(body, "   "); gap > 0 { // two columns
			indent += len(body) - len(strings.TrimLeft(body[gap:], " "))
		} else if indent > 0 {
			indent += 4
		}
		indent = min(indent, helpWidth/2)
		head, rest := wrapAt(line, helpWidth)
		parts := []string{head}
		for rest != "" {
			head, rest = wrapAt(rest, helpWidth-indent)
			parts = append(parts, strings.Repeat(" ", indent)+head)
		}
		lines[i] = strings.Join(parts, "\n")
	}
	return strings.Join(lines, "\n")
}

// wrapAt cuts a line at the last blank that lets the first part fit, or at the next one.
func wrapAt(line string, width int) (head, rest string) {
	if ansi.StringWidth(line) <= width {
		return line, ""
	}
	at := strings.LastIndex(line[:min(width+1, len(line))], " ")
	if at < 1 || strings.TrimSpace(line[:at]) == "" {
		body := strings.TrimLeft(line, " ")
		next := strings.Index(body, " ")
		if next < 0 {
			return line, ""
		}
		at = len(line) - len(body) + next
	}
	return strings.TrimRight(line[:at], " "), strings.TrimLeft(line[at:], " ")
}

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
		_, _ = cmd.OutOrStdout().Write([]byte(narrow(strings.TrimRight(text, " \n")) + "\n\n" + narrow(cmd.UsageString()))) // the gate of the stream knows
	})
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

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core"
)

const rootLong = `Gatehouse looks after organizations, their projects, and who may come in to help.

Alone it opens the interface. Every action of the interface is also a verb:
gatehouse NOUN VERB, for scripts and for people who use a screen reader.

"gatehouse serve" opens the house to many people over SSH, with the same interface
and the same verbs: ssh -p 2222 HOST request list --json.

Exit codes:

    0 done   1 internal   2 wrong usage or invalid   3 not_found
    4 denied   5 conflict   6 unavailable

Settings come from the flag, else the environment (GATEHOUSE_DB, GATEHOUSE_AS,
GATEHOUSE_VIA, GATEHOUSE_SMTP, GATEHOUSE_ADDRESS, GATEHOUSE_READ_ONLY),
else config.toml;
"gatehouse paths" says where that is.`

// bare marks verbs that need no settings: they also work while the config file is broken.
const bare = "bare"

// newRoot makes the program's command with all nouns.
func (m *Main) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:               "gatehouse",
		Short:             "look after organizations, projects, and who may come in to help",
		Long:              rootLong,
		Args:              unknownCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if m.remote != nil {
				if err := m.remote.allowed(cmd); err != nil {
					return err
				}
				m.remote.beginVerb(m, cmd)
			}
			if completes(cmd) {
				return nil
			}
			if err := refuseEmpty(cmd); err != nil || cmd.Annotations[bare] != "" {
				return err
			}
			return m.completeSettings(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return m.runInterface(cmd.Context(), opening{}) },
	}
	root.SetFlagErrorFunc(flagMisuse)
	root.SetHelpCommand(newHelp())
	m.addSettings(root)
	root.AddCommand(m.nouns()...)
	nameFields(root)
	narrowHelp(root)
	m.markRunning(root)
	if m.remote == nil && completesLine(m.args) {
		registerWords(root)
	}
	return root
}

// completes reports whether the command answers a shell that completes a line.
func completes(cmd *cobra.Command) bool {
	return cmd.Name() == cobra.ShellCompRequestCmd || cmd.Name() == cobra.ShellCompNoDescRequestCmd
}

// markRunning notes which verb begins its own work: what fails before is a wrong use, whoever found it.
func (m *Main) markRunning(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			m.running, m.verb, m.operands = cmd.CommandPath(), cmd, args
			if done, err := m.via(cmd, args); done {
				return err
			}
			return run(cmd, args)
		}
	}
	for _, sub := range cmd.Commands() {
		m.markRunning(sub)
	}
}

// newNoun makes the command of a noun that only has verbs.
func newNoun(name, short string, verbs ...*cobra.Command) *cobra.Command {
	noun := &cobra.Command{
		Use:   name,
		Short: short,
		Args:  unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return misuse(fmt.Sprintf("%q lists them.", cmd.CommandPath()+" --help"), "%s needs a verb.", cmd.CommandPath())
		},
	}
	noun.AddCommand(verbs...)
	return noun
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:         "help [COMMAND]",
		Short:       "say what a command does",
		Annotations: map[string]string{bare: "yes"},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			about, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, sub := range about.Commands() {
				if sub.IsAvailableCommand() {
					names = append(names, sub.Name()+"\t"+sub.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && about.HasSubCommands() {
				return unknownCommand(about, rest)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// nouns gives one command for each noun, in the order in which help lists them.
func (m *Main) nouns() []*cobra.Command {
	return []*cobra.Command{
		m.newInit(),
		m.newAccount(),
		m.newSessionNoun(),
		m.newMaintainer(),
		m.newOrganization(),
		m.newProject(),
		m.newTemplate(),
		m.newMember(),
		m.newInvitation(),
		m.newRole(),
		m.newRequest(),
		m.newVisit(),
		m.newBucket(),
		m.newTicket(),
		m.newActivity(),
		m.newInbox(),
		m.newOutbox(),
		m.newWhy(),
		m.newUndo(),
		m.newImport(),
		m.newExport(),
		m.newBackup(),
		m.newRestore(),
		m.newCheck(),
		m.newCompact(),
		m.newMigrate(),
		m.newServe(),
		m.newDemo(),
		m.newOpen(),
		m.newCompletion(),
		m.newMan(),
		m.newPaths(),
		m.newVersion(),
	}
}

// unknownCommand refuses arguments of a command that only has verbs, and says what was probably meant.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	next := fmt.Sprintf("%q lists them.", cmd.CommandPath()+" --help")
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	if near := nearest(args[0], names); near != "" {
		next = fmt.Sprintf("Did you mean %q?", cmd.CommandPath()+" "+near)
	}
	return misuse(next, "%s has no command %q.", cmd.CommandPath(), args[0])
}

// arguments wants between least and most of them; most below 0 is no limit.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		what := tooMany
		if len(args) < least {
			what = "needs more arguments"
		}
		return misuse(fmt.Sprintf("Write it as %q.", cmd.UseLine()), "%s %s.", cmd.CommandPath(), what)
	}
}

// tooMany is said of a command with words that it has no use for.
const tooMany = "takes no more arguments"

// argumentsOrAll wants names, or none with the flag --all.
func argumentsOrAll(all *bool) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if *all {
			return arguments(0, 0)(cmd, args)
		}
		return arguments(1, -1)(cmd, args)
	}
}

// flagMisuse turns what the flag parser says into our words, with the nearest flag where one is unknown.
func flagMisuse(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("%q lists the flags.", cmd.CommandPath()+" --help")
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &unknown):
		if unknown.GetSpecifiedShortnames() != "" {
			return misuse(help, "%s has no flag -%s.", cmd.CommandPath(), unknown.GetSpecifiedName())
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := nearest(unknown.GetSpecifiedName(), names); near != "" {
			help = fmt.Sprintf("Did you mean --%s?", near)
		}
		return misuse(help, "%s has no flag --%s.", cmd.CommandPath(), unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return misuse(help, "--%s needs a value.", missing.GetSpecifiedName())
	case errors.As(err, &wrong):
		var ours *core.Error
		if errors.As(err, &ours) {
			return ours
		}
		return invalidValue("--"+wrong.GetFlag().Name, allowedBy(wrong.GetFlag().Value.Type()))
	}
	return misuse(help, "%s.", err)
}

// allowedBy says in plain words what a flag of the type takes.
func allowedBy(kind string) string {
	switch {
	case strings.HasPrefix(kind, "uint"):
		return "a whole number of 0 or more"
	case strings.HasPrefix(kind, "int"):
		return "a whole number"
	case kind == "bool":
		return "true or false"
	}
	return "a " + kind
}

// nearest gives the name that typed was probably meant to be, or nothing when none is near.
func nearest(typed string, names []string) string {
	best, limit := "", min(2, max(1, len(typed)/2))+1
	for _, name := range names {
		if d := editDistance(typed, name); d < limit {
			best, limit = name, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete or change to make a from b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

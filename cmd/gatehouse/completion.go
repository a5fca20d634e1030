package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completedWords is the annotation of a flag that holds the words it is completed with.
const completedWords = "gatehouse_words"

// completeWords completes a flag with a fixed set of words.
func completeWords(cmd *cobra.Command, flag string, words ...string) {
	setWords(cmd.Flags(), flag, words...)
}

func setWords(flags *pflag.FlagSet, flag string, words ...string) {
	must(flags.SetAnnotation(flag, completedWords, words))
}

// registerWords tells cobra what [completeWords] noted on the flags of the tree. Cobra keeps it in a map of the whole
// process, and with it the tree and all that hangs on it, for ever: so only the run of a process that completes may do it.
func registerWords(cmd *cobra.Command) {
	register := func(f *pflag.Flag) {
		if words := f.Annotations[completedWords]; words != nil {
			//nolint:forbidigo // the one place that may: a process that completes does nothing else
			must(cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
		}
	}
	cmd.LocalNonPersistentFlags().VisitAll(register)
	cmd.PersistentFlags().VisitAll(register)
	for _, sub := range cmd.Commands() {
		registerWords(sub)
	}
}

const completionLong = `Prints the script that teaches your shell to complete gatehouse. For this shell only:

  bash        source <(gatehouse completion bash)
  zsh         source <(gatehouse completion zsh)
  fish        gatehouse completion fish | source
  powershell  gatehouse completion powershell | Out-String | Invoke-Expression

For every new shell put the line into ~/.bashrc, ~/.zshrc,
~/.config/fish/config.fish or $PROFILE.`

func (m *Main) newCompletion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:               "completion {bash|zsh|fish|powershell}",
		Short:             "print the completion script of a shell",
		Long:              completionLong,
		Args:              arguments(1, 1),
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		Annotations:       map[string]string{bare: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(m.Out, true)
			case "zsh":
				return root.GenZshCompletion(m.Out)
			case "fish":
				return root.GenFishCompletion(m.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(m.Out)
			}
			return invalidValue("The shell", "bash, zsh, fish or powershell")
		},
	}
}

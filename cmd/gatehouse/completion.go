package main

import (
	"bytes"
	"io"
	"strings"

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
		_, f.Usage = pflag.UnquoteUsage(f) // shells show it
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

// bashWithout stands in for the one function of the package bash-completion that the script needs, where that is not
// installed.
const bashWithout = `# bash completion for gatehouse
if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        cur=${COMP_WORDS[COMP_CWORD]}
        prev=${COMP_WORDS[COMP_CWORD-1]}
        words=("${COMP_WORDS[@]}")
        cword=$COMP_CWORD
    }
fi
`

// zshWithout loads the completion of zsh where nobody has.
const zshWithout = `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
`

const completionLong = `Prints the script that teaches your shell to complete gatehouse. For this
shell only:

  bash        source <(gatehouse completion bash)
  zsh         source <(gatehouse completion zsh)
  fish        gatehouse completion fish | source
  powershell  gatehouse completion powershell | Out-String | Invoke-Expression

For every new shell put the line into ~/.bashrc, ~/.zshrc,
~/.config/fish/config.fish or $PROFILE. bash completes texts with ":" and "=" only
with the package bash-completion; zsh needs compinit, which the script loads.`

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
				if _, err := io.WriteString(m.Out, bashWithout); err != nil {
					return err
				}
				return root.GenBashCompletionV2(m.Out, true)
			case "zsh":
				var script bytes.Buffer
				if err := root.GenZshCompletion(&script); err != nil {
					return err
				}
				first, rest, _ := strings.Cut(script.String(), "\n") // #compdef stands first
				_, err := io.WriteString(m.Out, first+"\n"+zshWithout+rest)
				return err
			case "fish":
				return root.GenFishCompletion(m.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(m.Out)
			}
			return invalidValue("The shell", "bash, zsh, fish or powershell")
		},
	}
}

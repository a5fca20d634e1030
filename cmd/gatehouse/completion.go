package main

import "github.com/spf13/cobra"

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

package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newInit() *cobra.Command {
	var in core.InitInput
	var expires string
	cmd := &cobra.Command{
		Use:   "init EMAIL --name NAME",
		Short: "make a new house with its first Support account",
		Long: `Makes a new house: the first Support account, active at once and by default for
365 days, and with --maintainer the first maintainer, of which it is a member.

The account is remembered in config.toml as the one to act as, unless the file
names one already.`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			in.Email = args[0]
			at, err := optionalMoment("--expires", expires)
			if err != nil {
				return err
			}
			in.Expires = at
			if err := m.making(); err != nil {
				return err
			}
			h, err := m.openHouse(ctx)
			if err != nil {
				return err
			}
			acc, err := h.Init(ctx, in)
			if err == nil {
				err = m.publishHouse(ctx)
			}
			if err != nil {
				return err
			}
			return m.tellInit(acc)
		},
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "your `NAME`")
	cmd.Flags().StringVar(&in.Maintainer, "maintainer", "", "make a maintainer of this `NAME` too")
	cmd.Flags().StringVar(&expires, "expires", "", "when the account expires: a moment `T`, at most 365 days ahead")
	must(cmd.MarkFlagRequired("name"))
	return cmd
}

// must is for what only a wrong program fails at, such as naming a flag that was made a line before.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (m *Main) tellInit(acc core.Account) error {
	result := struct {
		accountResult
		Remembered string `json:"remembered,omitempty"`
	}{accountResult: resultOf(acc)}
	told := fmt.Sprintf("made the house with the Support account %s, which expires at %s", acc.Email, acc.Expires)
	path, err := databasePath(m.given.DB)
	if err != nil {
		return err
	}
	var faults []*core.Error
	if path != "" && m.given.As == "" { // a house in memory is gone, and so is its account
		var done bool
		if done, faults = m.rememberAccount(acc.Email); done {
			result.Remembered = m.configPath()
			told += "\nremembered in " + m.configPath() + " as the account to act as"
		}
	}
	for _, fault := range faults {
		m.warn(fault)
	}
	return m.printLines(result, told)
}

// rememberAccount writes the account to act as into config.toml, as its first line: behind a table it would belong to
// that. Every other line stays as it is. A file that cannot be read, or that names an account, is left alone.
func (m *Main) rememberAccount(email string) (bool, []*core.Error) {
	path := m.configPath()
	var fromFile settings
	for _, fault := range readConfig(path, fromFile.table()) {
		fault.Next = "The account to act as was not written into it; use --as " + email + "."
		return false, []*core.Error{fault}
	}
	if fromFile.As != "" {
		return false, nil
	}
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return false, []*core.Error{cannotWrite(path, err)}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // it stands at the beginning of a file, or nowhere
	if err := replaceFile(path, append([]byte("as = "+strconv.Quote(email)+"\n"), text...)); err != nil {
		return false, []*core.Error{cannotWrite(path, err)}
	}
	return true, nil
}

func (m *Main) newOpen() *cobra.Command {
	return &cobra.Command{
		Use:   "open PAGE",
		Short: "open the interface at a page",
		Long: `Opens the interface at a page, such as request/41, project/7, org/3/settings,
requests or activity.`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.runInterface(cmd.Context(), opening{Page: args[0]})
		},
	}
}

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
	"gatehouse/tui/theme"
)

func (m *Main) newAccount() *cobra.Command {
	return newNoun("account", "accounts: your own, and for Support all of them",
		m.newAccountList(),
		m.newAccountShow(),
		m.newAccountCreate(),
		m.newAccountActivate(),
		m.newAccountRename(),
		m.newAccountSet(),
		m.newAccountExpire(),
		m.newAccountSupport(),
		m.newAccountReadOnly(),
		m.newAccountDuty(),
		m.newAccountConfirm(),
		m.newAccountCode(),
		m.newAccountRemove(),
		m.newAccountRenew(),
		m.newAccountMFA(),
		m.newAccountKey(),
	)
}

// accountResult is an account as the verbs that make or change one answer it: never with its secrets.
type accountResult struct {
	ID          core.AccountID    `json:"id"`
	Version     uint64            `json:"version"`
	Email       string            `json:"email"`
	Name        string            `json:"name,omitempty"`
	State       core.AccountState `json:"state"`
	Support     bool              `json:"support"`
	Expires     core.Moment       `json:"expires,omitzero"`
	MFA         bool              `json:"mfa"`
	MailOff     bool              `json:"mail_off,omitempty"`
	Preferences core.Preferences  `json:"preferences,omitzero"`
	// ReadOnly and Duties are what Support keeps from the account and gives to it (AC24, AC25).
	ReadOnly *core.ReadOnlyMark `json:"read_only,omitempty"`
	Duties   []core.DutyGrant   `json:"duties,omitempty"`
	// Code is the activation code, shown this once.
	Code string `json:"code,omitempty"`
}

func resultOf(acc core.Account) accountResult {
	return accountResult{
		ID: acc.ID, Version: acc.Version, Email: acc.Email, Name: acc.Name, State: acc.State, Support: acc.Support,
		Expires: acc.Expires, MFA: acc.MFA(), MailOff: acc.MailOff, Preferences: acc.Prefs,
		ReadOnly: acc.ReadOnly, Duties: acc.Duties,
	}
}

func (m *Main) newAccountList() *cobra.Command {
	return asList(m, &cobra.Command{Use: "list", Short: "list all accounts (Support)"}, []string{"email", "name"},
		[]column[core.AccountView]{
			{title: "ID", cell: func(v core.AccountView) string { return v.ID.String() }, right: true},
			{title: "E-MAIL", cell: func(v core.AccountView) string { return v.Email + unconfirmed(v.Unconfirmed) + onlyReads(v.OnlyReads) }},
			{title: "NAME", cell: func(v core.AccountView) string { return orDash(v.Name) }},
			{title: "STATE", cell: func(v core.AccountView) string { return string(v.State) }},
			{title: "SUPPORT", cell: func(v core.AccountView) string { return yesNo(v.Support) }},
			{title: "MFA", cell: func(v core.AccountView) string { return onOffUnknown(v.MFA) }},
			{title: "EXPIRES", cell: func(v core.AccountView) string { return orNever(v.Expires) }},
		},
		simply((*core.Actor).Accounts))
}

func (m *Main) newAccountShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show [EMAIL]",
		Short: "show your account, or for Support another one",
		Args:  arguments(0, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := a.Me(ctx)
			if len(args) == 1 {
				v, err = a.FindAccount(ctx, args[0])
			}
			if err != nil {
				return err
			}
			return m.printThing(v, []field{
				{"id", v.ID.String()},
				{"e-mail", v.Email + unconfirmed(v.Unconfirmed)},
				{"name", orDash(v.Name)},
				{"state", string(v.State)},
				{"support", yesNo(v.Support)},
				{"expires", orNever(v.Expires)},
				{"read-only", readOnlyText(v.ReadOnly)},
				{"duties", dutiesText(v.Duties)},
				{"MFA", mfaText(v)},
				{"recovery codes", recoveryText(v)},
				{"keys", number(v.Keys)},
				{"mail", onOff(!v.MailOff)},
				{"theme", orDefault(v.Prefs.Theme)},
				{"glyphs", orDefault(v.Prefs.Glyphs)},
				{"mouse", orDefault(v.Prefs.Mouse)},
				{"units", number(v.Units)},
				{"created", momentOrDash(v.Created)},
			})
		}),
	}
}

func mfaText(v core.AccountView) string {
	switch {
	case v.CodesLocked != 0:
		return "on; codes are locked until " + v.CodesLocked.String()
	case v.Enrolled != 0:
		return "on since " + v.Enrolled.String()
	case v.SecurityKeys > 0:
		return "on, by a security key"
	case v.Enrolling:
		return "off, a secret waits for its first code"
	case v.EnrolAgain != 0:
		return "off; it was on before the import: enrol it again with: gatehouse account mfa enrol"
	}
	return onOffUnknown(v.MFA)
}

// recoveryText says how many recovery codes are left (AC16).
func recoveryText(v core.AccountView) string {
	switch {
	case v.Enrolled == 0:
		return "-"
	case v.RecoveryCodes <= core.RecoveryFew:
		return number(v.RecoveryCodes) + " left; make a new set with: gatehouse account mfa codes"
	}
	return number(v.RecoveryCodes) + " left"
}

func orDefault(s string) string {
	if s == "" {
		return "default"
	}
	return s
}

func (m *Main) newAccountCreate() *cobra.Command {
	var in core.AccountInput
	var expires string
	cmd := &cobra.Command{
		Use:   "create EMAIL",
		Short: "create an account and print its activation code (Support)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			in.Email = args[0]
			var err error
			if in.Expires, err = optionalMoment("--expires", expires); err != nil {
				return err
			}
			acc, code, err := a.CreateAccount(ctx, in)
			if err != nil {
				return err
			}
			result := resultOf(acc)
			result.Code = code
			how := codeMailed(acc.Email)
			if code != "" {
				how = m.codeText(code)
			}
			return m.printLines(result, fmt.Sprintf("created account %d for %s\n%s", acc.ID, acc.Email, how))
		}),
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "the person's `N`ame; without it the person gives one")
	cmd.Flags().BoolVar(&in.Support, "support", false, "make it a Support account; needs --expires")
	cmd.Flags().StringVar(&expires, "expires", "", "when the account expires: a moment `T`, at most 365 days ahead")
	return cmd
}

// codeText tells an activation code, which is shown this once (AC19).
func (m *Main) codeText(code string) string {
	text := "activation code, shown this once: " + code + "\nover SSH the house asks for it; at its console redeem it with: gatehouse account activate " + code
	if line := m.pasted(); line != "" {
		text += "\nto sign in: " + line
	}
	return text
}

func (m *Main) newAccountActivate() *cobra.Command {
	var name, key string
	cmd := &cobra.Command{
		Use:   "activate CODE",
		Short: "activate your account with the code you were given",
		Long: `Activates an account with its code, at the local console. The name is needed
unless the account has one. With - the code is read from standard input, which
keeps it out of the shell's history. With --key the account can also sign in over
SSH; a code that Support issued adds that key to an account that is active.`,
		Args: arguments(1, 1),
		RunE: m.owning(func(ctx context.Context, h *core.House, args []string) error {
			code, err := m.readText("CODE", args[0])
			if err != nil {
				return err
			}
			given := core.Redeeming{Code: code, Name: name}
			if key != "" {
				if args[0] == "-" && key == "-" {
					return misuse("Name a file for one of them.", "CODE and --key cannot both be standard input.")
				}
				if given.Key, err = m.readFile("--key", key); err != nil {
					return err
				}
			}
			acc, err := h.Activate(ctx, given)
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), fmt.Sprintf("%s is active; act as it with --as %s", acc.Email, acc.Email))
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "your `N`ame")
	cmd.Flags().StringVar(&key, "key", "", "the `FILE` of your public SSH key, which ends in .pub; - is standard input")
	return cmd
}

func (m *Main) newAccountRename() *cobra.Command {
	return &cobra.Command{
		Use:   "rename NAME",
		Short: "change your own name",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			acc, err := a.RenameAccount(ctx, args[0])
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), "you are now called "+acc.Name)
		}),
	}
}

func (m *Main) newAccountSet() *cobra.Command {
	var mail, colours, glyphs, mouse string
	cmd := &cobra.Command{
		Use:   "set",
		Short: "change your preferences",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			var p core.PreferencesPatch
			if cmd.Flags().Changed("mail") {
				on, err := parseSwitch("--mail", mail)
				if err != nil {
					return err
				}
				off := !on
				p.MailOff = &off
			}
			for _, f := range []struct {
				name  string
				value *string
				to    **string
			}{{"theme", &colours, &p.Theme}, {"glyphs", &glyphs, &p.Glyphs}, {"mouse", &mouse, &p.Mouse}} {
				if cmd.Flags().Changed(f.name) {
					*f.to = f.value
				}
			}
			return m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
				acc, err := a.SetPreferences(ctx, p)
				if err != nil {
					return err
				}
				return m.printDone(resultOf(acc), "your preferences are set")
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&mail, "mail", "", "notifications also by mail: `on/off`")
	cmd.Flags().StringVar(&colours, "theme", "", "colours of the interface: `T`; empty for the default")
	cmd.Flags().StringVar(&glyphs, "glyphs", "", "`unicode/ascii`; empty for the default")
	cmd.Flags().StringVar(&mouse, "mouse", "", "`on/off`; empty for the default")
	cmd.MarkFlagsOneRequired("mail", "theme", "glyphs", "mouse")
	completeWords(cmd, "mail", "on", "off")
	completeWords(cmd, "theme", theme.Names()...)
	completeWords(cmd, "glyphs", "unicode", "ascii")
	completeWords(cmd, "mouse", "on", "off")
	return cmd
}

func (m *Main) newAccountExpire() *cobra.Command {
	return &cobra.Command{
		Use:   "expire EMAIL T",
		Short: "set when another account expires, also to renew it",
		Long: `Sets when an account expires, at most 365 days ahead: for Support accounts by
another one, for members of a maintainer by a fellow member. An expired account
is usable again. "never" clears the date of an account that is no staff.`,
		Args: arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			var at core.Moment
			var err error
			if args[1] != "never" {
				if at, err = parseMoment("T", args[1]); err != nil {
					return err
				}
			}
			id := core.Address(args[0])
			acc, err := a.SetAccountExpiry(ctx, id, at)
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), acc.Email+" expires: "+orNever(acc.Expires))
		}),
	}
}

func (m *Main) newAccountSupport() *cobra.Command {
	var expires string
	cmd := &cobra.Command{
		Use:   "support EMAIL {on|off}",
		Short: "make an account a Support account, or take that away (Support)",
		Args:  arguments(2, 2),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			on, err := parseSwitch("The second argument", args[1])
			if err != nil {
				return err
			}
			at, err := optionalMoment("--expires", expires)
			if err != nil {
				return err
			}
			id := core.Address(args[0])
			taken, err := a.Foresee(func(a *core.Actor) error { _, err := a.SetSupport(ctx, id, on, at); return err })
			if err != nil {
				return err
			}
			if !on {
				impact := []string{"Its visits that rest on Support end at once, and it can no longer see the house."}
				err := m.confirm("Take Support away from "+args[0]+"?", append(impact, taken.Lines()...))
				if err != nil {
					return err
				}
			}
			acc, err := a.SetSupport(ctx, id, on, at)
			if err != nil {
				return err
			}
			said := acc.Email + " is no Support account"
			if on {
				said = acc.Email + " is a Support account and expires: " + orNever(acc.Expires)
			}
			return m.printDone(resultOf(acc), said)
		}),
	}
	cmd.Flags().StringVar(&expires, "expires", "", "when the account expires: a moment `T`, at most 365 days ahead")
	return cmd
}

func (m *Main) newAccountRenew() *cobra.Command {
	return &cobra.Command{
		Use:   "renew EMAIL",
		Short: "renew a Support account when no usable one is left",
		Long: `Gives a Support account another 365 days when no usable Support account is
left. It needs no account: it is for the owner of the house file.`,
		Args: arguments(1, 1),
		RunE: m.owning(func(ctx context.Context, h *core.House, args []string) error {
			acc, err := h.RenewSupport(ctx, args[0])
			if err != nil {
				return err
			}
			return m.printDone(resultOf(acc), acc.Email+" expires: "+orNever(acc.Expires))
		}),
	}
}

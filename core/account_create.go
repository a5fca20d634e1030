package core

import "context"

// InitInput says who owns a new house.
type InitInput struct {
	Email string // F3
	Name  string // F2
	// Maintainer is the name of the first maintainer (F2); empty makes none.
	Maintainer string
	// Expires is when the first Support account expires; zero means in 365 days, the longest (AC13, AC14).
	Expires Moment
}

// AccountInput says what an account is created with.
type AccountInput struct {
	Email string // F3
	Name  string // F2, or empty: given when the code is redeemed
	// Support makes it a Support account; it then needs Expires (AC14).
	Support bool
	// Expires is at most 365 days ahead (AC13); zero means never, for accounts that are no staff.
	Expires Moment
}

// staffTime is the longest time that a staff account runs before it is renewed (AC13).
const staffTime = 365 * Day

// Empty reports whether nobody is in the house yet.
func (h *House) Empty(ctx context.Context) (bool, error) {
	empty := false
	err := h.store.View(ctx, func(tx Tx) error {
		n, err := tx.Count(CountAccounts, Ref{})
		empty = n == 0
		return err
	})
	return empty, err
}

// Init makes the first Support account, active at once, and the first maintainer with it as its member (AC14, H6). The
// house must be empty: house_not_empty.
func (h *House) Init(ctx context.Context, in InitInput) (Account, error) {
	var out Account
	err := h.system(ctx, func(c *change) error {
		if err := c.houseIsEmpty(); err != nil {
			return err
		}
		email, err := cleanEmail(in.Email)
		if err != nil {
			return err
		}
		name, err := cleanName("name", in.Name)
		if err != nil {
			return err
		}
		maintainer := ""
		if in.Maintainer != "" {
			if maintainer, err = cleanName("maintainer", in.Maintainer); err != nil {
				return err
			}
		}
		expires := in.Expires
		if expires == 0 {
			expires = c.now.Add(staffTime)
		}
		if err := c.staffExpiry(expires); err != nil {
			return err
		}
		out, err = c.newAccount(Account{
			Email: email, Name: name, State: AccountActive, Support: true, Expires: expires, Confirmed: true, Activated: c.now,
		})
		if err != nil {
			return err
		}
		if err := c.begin(); err != nil {
			return err
		}
		c.happened("house.init", System, []Ref{out.ID.Ref()}, "")
		if maintainer == "" {
			return nil
		}
		m, err := c.newMaintainer(maintainer, out)
		if err != nil {
			return err
		}
		c.alsoIn("maintainer.create", m.ID.Ref(), []Ref{m.ID.Ref(), out.ID.Ref()}, Change{Field: "name", After: m.Name})
		return nil
	})
	if err != nil {
		return Account{}, named(err, attempt{action: "house.init", subjects: []Ref{System}})
	}
	return out, nil
}

// houseIsEmpty refuses a house that ever had an account.
func (c *change) houseIsEmpty() error {
	last, err := c.LastIDs()
	if err != nil {
		return err
	}
	if last[KindAccount] != 0 {
		return refuse(ReasonHouseNotEmpty, words{"Import, init": "Init"})
	}
	return nil
}

// begin notes when the house was made.
func (c *change) begin() error {
	s, err := c.Settings()
	if err != nil {
		return err
	}
	s.Created = c.now
	return c.PutSettings(s)
}

// newAccount gives the account its number and stores it. Address, name and expiry are clean.
func (c *change) newAccount(acc Account) (Account, error) {
	id, err := c.NextID(KindAccount)
	if err != nil {
		return acc, err
	}
	acc.ID, acc.Version, acc.Created = AccountID(id), 1, c.now
	return acc, c.Accounts().Put(acc)
}

// CreateAccount makes an account that is not activated, with an activation code that is shown this once (AC14, AC19).
// Support only. Refused with expiry_required, invalid_end, invalid_email, already_member when the address has an
// account (H4).
func (a *Actor) CreateAccount(ctx context.Context, in AccountInput) (Account, string, error) {
	var out Account
	var code string
	err := a.do(ctx, attempt{action: "account.create", subjects: []Ref{System}}, func(c *change) error {
		right := AccountCreate
		if in.Support {
			right = AccountCreateSupport
		}
		if err := c.flagMay(right); err != nil {
			return err
		}
		acc, err := c.cleanAccount(in)
		if err != nil {
			return err
		}
		if out, err = c.newAccount(acc); err != nil {
			return err
		}
		var send *CodeToSend
		if code, send, err = c.codeFor(out, ActivationCode{}); err != nil {
			return err
		}
		if send != nil { // otherwise who creates the account tells the person, and the code
			c.tellCode(out.ID, NoticeActivate, NoticeFacts{Name: "Gatehouse"}, send, out.ID.Ref())
		}
		changes := []Change{{Field: "support", After: onOff(out.Support)}}
		if out.Expires != 0 {
			changes = append(changes, Change{Field: "expires", After: out.Expires.String()})
		}
		c.happened("account.create", System, []Ref{out.ID.Ref()}, "", changes...)
		return nil
	})
	if err != nil {
		return Account{}, "", err
	}
	return out, code, nil
}

func (c *change) cleanAccount(in AccountInput) (Account, error) {
	acc := Account{State: AccountNotActivated, Support: in.Support, Expires: in.Expires}
	var err error
	if acc.Email, err = cleanEmail(in.Email); err != nil {
		return acc, err
	}
	if in.Name != "" {
		if acc.Name, err = cleanName("name", in.Name); err != nil {
			return acc, err
		}
	}
	if in.Support && in.Expires == 0 {
		return acc, refuse(ReasonExpiryRequired, nil).field("expires")
	}
	if in.Expires != 0 {
		if err := c.staffExpiry(in.Expires); err != nil {
			return acc, err
		}
	}
	_, ok, err := c.accountByEmail(acc.Email)
	if err != nil {
		return acc, err
	}
	if ok {
		return acc, refuse(ReasonAlreadyMember, words{"who": acc.Email, "unit": "this house"}).field("email")
	}
	return acc, nil
}

// staffExpiry checks the expiry of an account: ahead, and at most 365 days (AC13).
func (r *reading) staffExpiry(m Moment) error {
	latest := r.now.Add(staffTime)
	if m > r.now && m <= latest {
		return nil
	}
	return refuse(ReasonInvalidEnd, words{"earliest": moment(r.now), "latest": moment(latest)}).field("expires")
}

// supportOnly refuses everybody but a usable Support account, for what concerns the whole house.
func (r *reading) supportOnly() error {
	if !r.me.Support {
		return refuse(ReasonForbidden, words{"unit": "this house", "who": "Support"})
	}
	return r.active()
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

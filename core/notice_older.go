package core

import (
	"regexp"
	"strconv"
	"strings"
)

// Older versions stored notices in words, addresses included. PlaceAccounts puts the numbers of accounts in place of
// these addresses when a house of such a version is brought up to date, and fromOlder names the people again to whoever
// reads the notice (AC8).

var (
	olderAddress = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`)
	olderPlace   = regexp.MustCompile(`\{account [0-9]*\}`)
)

// PlaceAccounts puts "{account 7}" in place of every address in a notice that is stored in words, where find knows the
// account of the address. An address of no account belonged to an account that was removed before, where only the program
// wrote; what people wrote is left alone. A notice that holds its facts stays as it is.
func (n *Notification) PlaceAccounts(find func(email string) (AccountID, bool)) {
	if n.Subject == "" {
		return
	}
	typed := n.Event == NoticeTicketOpened || n.Event == NoticeTicketChanged || n.Event == NoticeTicketPassed ||
		n.Event == NoticeProjectDisabled
	for _, part := range []struct {
		text *string
		ours bool
	}{
		{&n.Subject, !typed}, {&n.Body, n.Event == NoticeRequestApproved}, {&n.WithdrawnNote, true}, {&n.Mail.Error, true},
	} {
		*part.text = placed(*part.text, find, part.ours)
	}
}

// placed puts accounts in place of their addresses in a text; ours says that only the program wrote it.
func placed(text string, find func(email string) (AccountID, bool), ours bool) string {
	return olderAddress.ReplaceAllStringFunc(text, func(address string) string {
		id, known := find(Fold(address))
		switch {
		case known:
			return "{account " + id.String() + "}"
		case ours:
			return "{account }"
		}
		return address
	})
}

// fromOlder names the accounts in a text that PlaceAccounts has gone through.
func (w *wording) fromOlder(text string) string {
	return olderPlace.ReplaceAllStringFunc(text, func(place string) string {
		number, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(place, "{account "), "}"), 10, 64)
		if err != nil || number == 0 {
			return "a removed account"
		}
		return w.name(AccountID(number))
	})
}

// Unplaced keeps what people wrote in a notice in words from being taken for the place of an account: it is called once,
// before PlaceAccounts.
func (n *Notification) Unplaced() {
	for _, text := range []*string{&n.Subject, &n.Body, &n.WithdrawnNote, &n.Mail.Error} {
		*text = unplaced(*text)
	}
}

func unplaced(text string) string {
	return olderPlace.ReplaceAllStringFunc(text, func(place string) string { return "(" + place[1:len(place)-1] + ")" })
}

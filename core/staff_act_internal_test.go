package core

// StaffRow is a row of the table of what staff may do, for the tests.
type StaffRow struct {
	MFA, Reason, End bool
	Tells            string
}

// StaffRows gives that table.
func StaffRows() map[Right]StaffRow {
	rows := map[Right]StaffRow{}
	for right, act := range staffActs {
		rows[right] = StaffRow{MFA: act.mfa != mfaNever, Reason: act.reason, End: act.end, Tells: string(act.tells)}
	}
	return rows
}

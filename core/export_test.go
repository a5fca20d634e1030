package core

// WordedForTest gives a notification as its reader gets it.
func WordedForTest(tx Tx, n Notification) (Notification, error) {
	return (&reading{Tx: tx}).directory().worded(n)
}

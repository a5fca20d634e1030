package main

import (
	"os"
	"os/user"
	"runtime"
	"strconv"

	"github.com/adrg/xdg"

	"gatehouse/core"
)

// homeKnown makes sure that the folders of the program lie in the home of its user: where HOME is not set, as under some
// services, it is the one of the list of users. It is false where there is none, and the folders are not named otherwise
// either: they would lie in the root of the file system.
func homeKnown() bool {
	if os.Getenv("HOME") != "" || runtime.GOOS == "windows" {
		return true
	}
	if u, err := user.LookupId(strconv.Itoa(os.Getuid())); err == nil && u.HomeDir != "" {
		if os.Setenv("HOME", u.HomeDir) == nil {
			xdg.Reload()
			return true
		}
	}
	return os.Getenv("XDG_CONFIG_HOME") != "" && os.Getenv("XDG_DATA_HOME") != "" && os.Getenv("XDG_STATE_HOME") != ""
}

// noHome is for a user without a home.
func noHome() *core.Error {
	return misuse("Set HOME, or XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME.", "HOME is not set, and this user has no home.")
}

package main

import (
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/sshd"
)

// hostKey gives the key that the server is known by: that of --host-key, or one in a folder of its own beside the house,
// which is made when it is not there.
func (m *Main) hostKey() (gossh.Signer, error) {
	path := m.given.Serve.HostKey
	if path == "" {
		beside := m.Folders.Data
		if house, err := databasePath(m.given.DB); err == nil && house != "" {
			beside = filepath.Dir(house)
		}
		path = filepath.Join(beside, "ssh", "host_ed25519")
	}
	key, made, err := sshd.HostKey(path)
	if made {
		m.logger().Info("host key made", "path", path)
	}
	return key, err
}

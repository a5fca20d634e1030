package main

import "github.com/spf13/cobra"

// pathList names every file of the program. Database and key are empty for a house in memory.
type pathList struct {
	Database string `json:"database,omitempty"`
	Key      string `json:"key,omitempty"`
	Config   string `json:"config"`
	Keymap   string `json:"keymap"`
	Log      string `json:"log"`
}

func (m *Main) newPaths() *cobra.Command {
	return &cobra.Command{
		Use:   "paths",
		Short: "say where the house, its key, settings, keys and log are",
		Long: `Says where the house, its key, settings, keys and log are. Files need not exist yet.

The key file beside the house seals secrets and signs checkpoints. It is not in
backups: keep a copy elsewhere.`,
		Args: arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			p := pathList{Config: m.configPath(), Keymap: m.keymapPath(), Log: m.logPath()}
			var err error
			if p.Database, err = databasePath(m.given.DB); err != nil {
				return err
			}
			database, key := "in memory, gone at the end", "none"
			if p.Database != "" {
				p.Key = p.Database + ".key"
				database, key = p.Database, p.Key
			}
			return m.printThing(p, []field{
				{"database", database},
				{"key", key},
				{"config", p.Config},
				{"keymap", p.Keymap},
				{"log", p.Log},
			})
		},
	}
}

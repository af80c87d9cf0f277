package journal

// Names in the table settings, which holds the journal's own persistent values.
const (
	settingIncarnation = "store.incarnation"  // number of the last incarnation
	settingClaimedFrom = "store.claimed_from" // see claimedfrom.go
)

const (
	sqlSetting    = `SELECT value FROM settings WHERE name = ?1`
	sqlSetSetting = `REPLACE INTO settings (name, value) VALUES (?1, ?2)`
)

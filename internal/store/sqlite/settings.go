package sqlite

// The table settings holds what the store itself must remember.
const (
	settingIncarnation = "store.incarnation"  // the number of the last incarnation
	settingClaimedFrom = "store.claimed_from" // see covered.go
	settingPing        = "store.ping"         // when Ping wrote last
)

const (
	sqlSetting    = `SELECT value FROM settings WHERE name = ?1`
	sqlSetSetting = `REPLACE INTO settings (name, value) VALUES (?1, ?2)`
)

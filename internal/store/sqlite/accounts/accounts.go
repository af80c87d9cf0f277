package accounts

import (
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Accounts implements store.Accounts. Its methods may be called concurrently.
type Accounts struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
}

package dedupe

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestKeysAreFoundByAnIndex(t *testing.T) {
	c, now := plantest.New(t), time.UnixMilli(1790000000000)
	c.Check("a key", sqlFind, "w", []byte("k"), now)
	c.Check("expired keys", sqlDeleteExpired, now, 10)
}

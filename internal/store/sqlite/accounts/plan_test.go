package accounts

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestEverythingIsFoundByAnIndex(t *testing.T) {
	c, now, hash := plantest.New(t), time.UnixMilli(1790000000000), make([]byte, 32)
	c.Check("users", sqlUsers, "", 10)
	c.Check("a user", sqlUser, 1)
	c.Check("a user by address", sqlByEmail, "a@example.com")
	c.Check("a user by identity", sqlByIdentity, "https://idp.example.com", "1")
	c.Check("another admin", sqlOtherAdmin, 1)
	c.Check("a session", sqlSession, hash)
	c.Check("sessions of a user", sqlSessionsOf, 1, now)
	c.Check("ending the other sessions", sqlEndOthers, 1, 2)
	c.Check("expired sessions", sqlExpired, now)
	c.Check("a key", sqlAPIKey, hash)
	c.Check("all keys", sqlAllKeys, 100, 10)
	c.Check("keys of a user", sqlUserKeys, 100, 10, 1)
	c.Check("a key by id", sqlKeyByID, 1, 0)
}

package vault

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCredentialsAreFoundByTheirShape(t *testing.T) {
	key := "hlk_" + strings.Repeat("a2bz", 13)
	const token = "Zm9vYmFy-_Zm9vYmFyZm9vYmFy"
	all := NewCredentials("hlk_", token)
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, c := range map[string]struct {
		by         Credentials
		text, want string
	}{
		"a key":               {all, "Bearer " + key, "Bearer [secret]"},
		"the token":           {all, "Bearer " + token, "Bearer [secret]"},
		"a query":             {all, "a=1&key=" + key + "&b=" + key + "&c=" + token, "a=1&key=[secret]&b=[secret]&c=[secret]"},
		"a key that was cut":  {all, "/x/" + key[:30], "/x/[secret]"},
		"upper case":          {all, "hlk_" + strings.ToUpper(key[4:]), "[secret]"},
		"a key as user":       {all, basic(key + ":"), "Basic [secret]"},
		"the token as word":   {all, basic("admin:" + token), "Basic [secret]"},
		"other credentials":   {all, basic("admin:password"), basic("admin:password")},
		"the prefix alone":    {all, "hlk_, hlk_a and hlk_hlk_" + key[4:12] + " hlk_", "hlk_, hlk_a and hlk_hlk_" + key[4:12] + " hlk_"},
		"a prefix before one": {all, "hlk_" + key + ".", "hlk_[secret]."},
		"nothing":             {all, "text/plain", "text/plain"},
		"a short token":       {NewCredentials("hlk_", "short"), "short " + key, "short [secret]"},
		"none known":          {Credentials{}, key + token, key + token},
	} {
		if got := c.by.Text(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

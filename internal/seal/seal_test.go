package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

func TestWhatIsSealedIsOpenedByTheSameKeysOnly(t *testing.T) {
	master := NewMaster()
	data, sealedKey := master.NewData()
	for _, text := range []string{"", "x", "a secret with ü and \x00", strings.Repeat("long ", 1000)} {
		sealed := data.Seal("NAME", text)
		if len(text) > 1 && bytes.Contains(sealed, []byte(text)) {
			t.Error("the text is not sealed")
		}
		if bytes.Equal(sealed, data.Seal("NAME", text)) {
			t.Error("two seals of one text are the same")
		}
		again, err := ParseMaster(master.Text())
		if err != nil {
			t.Fatal(err)
		}
		opened, ok := again.OpenData(data.ID(), sealedKey)
		if !ok {
			t.Fatal("the data key cannot be opened")
		}
		if got, ok := opened.Open("NAME", sealed); !ok || got != text {
			t.Errorf("%q %v", got, ok)
		}
		if _, ok := opened.Open("OTHER", sealed); ok {
			t.Error("it is opened under another name")
		}
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, ok := data.Open("NAME", changed); ok {
				t.Fatalf("byte %d was changed", i)
			}
			if _, ok := data.Open("NAME", sealed[:i]); ok {
				t.Fatalf("%d bytes of it are taken", i)
			}
		}
	}
	other := NewMaster()
	if _, ok := other.OpenData(data.ID(), sealedKey); ok {
		t.Error("another master key opens the data key")
	}
	if _, ok := master.OpenData("another", sealedKey); ok {
		t.Error("the data key is opened under another id")
	}
	if _, ok := data.Open("data key", sealedKey); ok {
		t.Error("a data key is taken for a value")
	}
	if other.ID() == master.ID() {
		t.Error("two keys have one id")
	}
}

func TestAMasterKeyIsReadInEverySpelling(t *testing.T) {
	raw := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	want, err := ParseMaster(hex.EncodeToString(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		strings.ToUpper(hex.EncodeToString(raw)), base64.StdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw),
		base64.RawURLEncoding.EncodeToString(raw), " " + base64.RawStdEncoding.EncodeToString(raw) + "\n",
	} {
		if got, err := ParseMaster(text); err != nil || got.ID() != want.ID() || got.Text() != want.Text() {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "short", "correct horse battery staple correct horse battery staple", hex.EncodeToString(raw[1:]), hex.EncodeToString(append(raw, 1)), base64.StdEncoding.EncodeToString(raw[1:])} {
		_, err := ParseMaster(text)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "openssl rand") {
			t.Errorf("%q: %v", text, err)
		}
		if len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Errorf("the error has the key: %v", err)
		}
	}
}

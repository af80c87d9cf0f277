package document_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/value"
)

func TestChannelsAreWrittenAsTheyAreRead(t *testing.T) {
	list := []channel.Definition{
		{Name: "ops", Type: "slack", Config: value.Trusted(`{"token":"{{$env.T}}","channel":"a\"b","n":1.0}`)},
		{Name: "plain", Type: "slack"},
	}
	file, problems := document.Parse("a.json", []byte(document.OfChannels(list).Text()))
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	same := cmp.Comparer(func(x, y value.Value) bool { return x.Text() == y.Text() && x.IsMissing() == y.IsMissing() })
	if diff := cmp.Diff(list, file.Channels[0].Channels, same); diff != "" {
		t.Error(diff)
	}
}

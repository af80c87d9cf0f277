package value_test

import (
	"encoding/json"
	"testing"

	"hookline.dev/hookline/internal/value"
)

func BenchmarkParse(b *testing.B) {
	for name, text := range payloads(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := value.Parse(text, value.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStandardValid(b *testing.B) {
	text := []byte(payloads(b)["github_push_main.json"])
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		json.Valid(text)
	}
}

func BenchmarkGetFromPush(b *testing.B) {
	v := mustParse(b, payloads(b)["github_push_main.json"])
	for _, name := range []string{"ref", "pusher", "repository"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v.Get(name).IsMissing() {
					b.Fatal("missing")
				}
			}
		})
	}
}

package password

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/fault"
)

const good = "correct horse battery"

func TestAPasswordMatchesItsHashAlone(t *testing.T) {
	h := New(1 << 30)
	hash, err := h.Hash(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Hash(t.Context(), good)
	if err != nil || again == hash {
		t.Errorf("the same password twice: %s, %v", again, err)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{hash, good, true}, {again, good, true}, {hash, good + " ", false}, {hash, "", false}, {hash, strings.ToUpper(good), false},
		{"", good, false}, {"", "", false}, {hash, strings.Repeat("x", MaxLength+1), false},
		{"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$IFTPU2T57OfS1UCuRGHB/rWveuBJh10XCxhj9AvQtiM", good, true}, // other parameters
	} {
		if got, err := h.Verify(t.Context(), c.hash, c.password); got != c.want || err != nil {
			t.Errorf("%q with %q: %v, %v", c.password, c.hash, got, err)
		}
	}
}

func TestADamagedHashIsAnErrorThatDoesNotShowIt(t *testing.T) {
	h := New(0)
	for _, hash := range []string{
		"plain", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=1$!$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$!",
		"$argon2id$v=19$m=4000000000,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=4000000000,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$",
	} {
		ok, err := h.Verify(t.Context(), hash, good)
		if ok || !fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "c2Fsd") {
			t.Errorf("%s: %v, %v", hash, ok, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := parse(text); err == nil && (p.memoryKiB > maxMemoryKiB || p.iterations == 0 || p.threads == 0 || len(p.hash) == 0) {
			t.Errorf("%q is accepted as %+v", text, p)
		}
	})
}

func TestPasswordsThatCannotBeUsed(t *testing.T) {
	for password, want := range map[string]string{
		good: "", "한글비밀번호는열두글자": "too short", "한글비밀번호는열두글자다": "", "short": "too short", "": "too short",
		strings.Repeat("x", MaxLength+1): "too long", "ANN@example.com": "e-mail address", "aaaaaaaaaaaaaaaa": "repeated",
	} {
		err := Check("password", password, "ann@example.com")
		if (err == nil) != (want == "") || err != nil && (!fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}

func TestTheNumberOfHashesFitsTheHeap(t *testing.T) {
	for heap, want := range map[int64]int{0: 1, 32 << 20: 1, 256 << 20: 1, 512 << 20: 3, 64 << 30: maxSlots} {
		if got := New(heap).Slots(); got != want {
			t.Errorf("a heap of %d MiB: %d slots, want %d", heap>>20, got, want)
		}
	}
}

func TestWhoDoesNotFitIsSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(0) // one slot
		leave, err := h.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range queuePerSlot {
			waiting.Go(func() {
				if _, err := h.enter(ctx); !fault.Is(err, fault.Unavailable) {
					t.Errorf("a caller that gave up: %v", err)
				}
			})
		}
		synctest.Wait()
		if _, err := h.Verify(t.Context(), "", good); !fault.Is(err, fault.Unavailable) {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		waiting.Wait()
		leave()
		if leave, err = h.enter(t.Context()); err != nil {
			t.Fatalf("afterwards: %v", err)
		}
		leave()
	})
}

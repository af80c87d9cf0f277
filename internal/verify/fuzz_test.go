package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/value"
)

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{body}", "v0:{ts}:{body}", "{method}{url}{body}{ts}", "{ts}\n{header:X-A}\n{json:a.0.b}", "{", "}", "{{body}}", "{header:}", "{secret}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tpl, err := parseTemplate(text)
		if err != nil {
			return
		}
		r := newCallState(0)
		r.call = Call{Method: "M", URL: "U", Body: []byte(`{"a":"b"}`)}
		r.timestamp, r.id = "T", "I"
		whole := string(tpl.whole(r, "S"))
		want := strings.NewReplacer("{body}", `{"a":"b"}`, "{ts}", "T", "{id}", "I", "{url}", "U", "{method}", "M", "{secret}", "S").Replace(text)
		if !strings.Contains(text, "{header:") && !strings.Contains(text, "{json:") && whole != want {
			t.Fatalf("%q gives %q, want %q", text, whole, want)
		}
	})
}

// FuzzPairs compares the parser of pair headers with one that uses a map.
func FuzzPairs(f *testing.F) {
	for _, s := range []string{"t=1,v1=ab", " t = 1 , v1 = ab , v1=cd", "t=1,t=2,v1=ab", "v1", ",,=,", "v1=a=b,t=", strings.Repeat("v1=a,", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := &verifier{pairs: &Pairs{Sep: ",", KV: "=", TS: "t", Sig: "v1"}}
		r := newCallState(0)
		ok := v.pick(r, text)
		found := map[string][]string{}
		for entry := range strings.SplitSeq(text, ",") {
			if name, one, has := strings.Cut(entry, "="); has {
				name = strings.Trim(name, " \t")
				found[name] = append(found[name], strings.Trim(one, " \t"))
			}
		}
		signatures := 0
		for _, s := range found["v1"] {
			if s != "" {
				signatures++
			}
		}
		if want := len(found["t"]) < 2 && signatures <= maxCandidates; ok != want {
			t.Fatalf("%q: read %v, want %v", text, ok, want)
		}
		if ok && (r.found != signatures || r.timestamps == 1 && r.timestamp != found["t"][0]) {
			t.Fatalf("%q: %d signatures and %q, want %v", text, r.found, r.timestamp, found)
		}
	})
}

func FuzzList(f *testing.F) {
	for _, s := range []string{"v1,ab", "v1,ab v1a,cd  v1,ef ", " ", "v1,", strings.Repeat("v1,a ", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := &verifier{listSep: " ", prefix: "v1,"}
		r := newCallState(0)
		ok := v.pick(r, text)
		n := 0
		for one := range strings.SplitSeq(text, " ") {
			if strings.HasPrefix(strings.Trim(one, "\t"), "v1,") {
				n++
			}
		}
		if ok != (n <= maxCandidates) || ok && r.found != n {
			t.Fatalf("%q: %d signatures, %v; want %d", text, r.found, ok, n)
		}
	})
}

func FuzzKeys(f *testing.F) {
	for _, s := range []string{
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,whsec_AAAA", "00ff", "AA==", "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", `{"a":"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}`,
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, form := range keyForms {
			if key, err := decodeKey(form, text); err != nil && text != "" && strings.Contains(err.Error(), text) && len(text) > 8 {
				t.Fatalf("%s: the complaint %q repeats the secret", form, err)
			} else if form == "text" && string(key) != text {
				t.Fatalf("text became %q", key)
			}
		}
		for _, kind := range []string{kindEd25519, kindECDSA, kindRSA} {
			for _, form := range pubkeys {
				keys, err := decodePublic(kind, form, text)
				if err != nil {
					continue
				}
				for _, k := range keys {
					if k.fits([]byte("text"), []byte(text)) {
						t.Fatalf("%s %s: %q fits", kind, form, text)
					}
				}
			}
		}
	})
}

func FuzzEncodings(f *testing.F) {
	for _, s := range []string{"00ff", "00FF", "0", "AA==", "AB==", "AA=", "A A=", "AA\n==", "_-==", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if b, _, ok := encodeHex.appendDecoded(nil, text, nil); ok && hex.EncodeToString(b) != strings.ToLower(text) {
			t.Fatalf("hex %q became %x", text, b)
		}
		if b, _, ok := encodeBase64.appendDecoded(nil, text, nil); ok && base64.StdEncoding.EncodeToString(b) != text {
			t.Fatalf("base64 %q became %x", text, b)
		}
		if s, ok := digestOf(text); ok && len(s.bytes) < 20 {
			t.Fatalf("%q is a digest of %d bytes", text, len(s.bytes))
		}
	})
}

func FuzzTimestamps(f *testing.F) {
	for _, s := range []string{"1700000000", "1700000000123", "2021-03-25T05:09:27Z", "2020-01-01T00:00:00-07:00", "-1", "+1", "1e9", "999999999999999", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, unit := range units {
			s := &timestampRule{unit: unit, tolerance: time.Minute}
			at, ok := s.parse(text)
			if !ok {
				continue
			}
			if v := s.check(s.age(at, at)); !v.OK() {
				t.Fatalf("%s %q is not in its own second: %+v", unit, text, v)
			}
			if v := s.check(s.age(at.Add(2*time.Minute), at)); v.Reason != Stale {
				t.Fatalf("%s %q is not stale two minutes later: %+v", unit, text, v)
			}
			if again, ok := s.parse(s.format(at)); !ok || unit != "iso8601" && !again.Equal(at) {
				t.Fatalf("%s %q is written %q", unit, text, s.format(at))
			}
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"token=a", "a=b&token=%20", "tok%65n=x&token=y", "token", "&&=", "token=%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		text, times := queryValue(query, "token")
		if strings.Contains(query, ";") {
			return // net/url refuses it
		}
		values, _ := url.ParseQuery(query)
		if want := values["token"]; len(want) != times || times > 0 && want[0] != text {
			t.Fatalf("%q: got %q %d times, want %q", query, text, times, want)
		}
	})
}

// FuzzRewrites checks that every variant of a document contains the same data.
func FuzzRewrites(f *testing.F) {
	for _, s := range []string{`{"a":[1.0,{}],"b":"\u00e4\/<"}`, `"\ud83d\ude00"`, "a=1+2%3A", "{\r\n}\r\n", `{"b":1,"a":2}`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		data, err := value.ParseBytes(body, value.Limits{})
		for _, w := range bodyVariants(body) {
			if bytes.Equal(w.body, body) {
				t.Fatalf("%s: it is the body itself", w.what)
			}
			if again, e := value.ParseBytes(w.body, value.Limits{}); err == nil && strings.HasPrefix(w.what, "written") && (e != nil || !value.Equal(data, again)) {
				t.Fatalf("%s: %q became %q", w.what, body, w.body)
			}
		}
	})
}

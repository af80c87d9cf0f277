package aliyunsms_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/aliyunsms"
	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/value"
)

type env map[string]string

func (e env) Lookup(name string) (string, bool) { v, ok := e[name]; return v, ok }

// TestThePeerVerifiesTheSignature has a peer that computes the signature from what it received.
func TestThePeerVerifiesTheSignature(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !verified(r, "example-secret") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"Code":"SignatureDoesNotMatch","Message":"no"}`)
			return
		}
		_, _ = io.WriteString(w, `{"Code":"OK","BizId":"b1","RequestId":"r1"}`)
	}))
	defer server.Close()
	c, problems := aliyunsms.New(channeltest.Client(t)).Compile(value.Trusted(
		`{"accessKeyId":"LTAI","accessKeySecret":"{{$env.S}}","signName":"示例","templateCode":"SMS_1","endpoint":"` + server.URL + `"}`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, text := range []string{"hello", "a+b c*~ä/%20&x=y", ""} {
		m := channel.Message{To: "+8613900000000", Text: text, Key: "k", Now: time.Unix(1772366400, 0)}
		if result, err := c.Send(t.Context(), m, env{"S": "example-secret"}); err != nil || result.Text() != `{"bizId":"b1","requestId":"r1"}` {
			t.Errorf("%q: %v, %v", text, result, err)
		}
		if _, err := c.Send(t.Context(), m, env{"S": "other-secret"}); err == nil {
			t.Errorf("%q: another secret signs as well", text)
		}
	}
}

// verified computes the signature of a request as the provider documents it.
func verified(r *http.Request, secret string) bool {
	parts := regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=LTAI,SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$`).
		FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil {
		return false
	}
	body, _ := io.ReadAll(r.Body)
	sum := sha256.Sum256(body)
	request := r.Method + "\n" + r.URL.Path + "\n" + r.URL.RawQuery + "\n"
	for name := range strings.SplitSeq(parts[1], ";") {
		text := r.Header.Get(name)
		if name == "host" {
			text = r.Host
		}
		request += name + ":" + text + "\n"
	}
	request += "\n" + parts[1] + "\n" + hex.EncodeToString(sum[:])
	hashed := sha256.Sum256([]byte(request))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hashed[:])))
	return hex.EncodeToString(mac.Sum(nil)) == parts[2]
}

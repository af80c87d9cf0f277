package aliyunsms

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// algorithm is version 3 of Alibaba Cloud's signatures
// (https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature).
const algorithm = "ACS3-HMAC-SHA256"

// authorization returns the header Authorization of a POST to / without a body.
func authorization(id, secret, query string, headers map[string]string) string {
	names := slices.Sorted(maps.Keys(headers))
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + strings.TrimSpace(headers[name]) + "\n")
	}
	signed := strings.Join(names, ";")
	request := strings.Join([]string{"POST", "/", query, lines.String(), signed, hash("")}, "\n")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(algorithm + "\n" + hash(request)))
	return algorithm + " Credential=" + id + ",SignedHeaders=" + signed + ",Signature=" + hex.EncodeToString(mac.Sum(nil))
}

// canonicalQuery writes parameters in the order of their names, encoded as RFC 3986 says.
func canonicalQuery(params map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		pairs = append(pairs, encoded(name)+"="+encoded(params[name]))
	}
	return strings.Join(pairs, "&")
}

// encoded escapes all but letters, digits and -_.~.
func encoded(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// hash returns SHA-256 in hexadecimal.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

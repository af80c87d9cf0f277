package document

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/verify"
)

// plannedPresets lists presets that are not supported yet, because their schemes need more code: decrypting
// envelopes, fetching certificates, sorting parameters.
func plannedPresets() []string {
	return strings.Fields(`
		twilio wecom wechat-oa dingtalk feishu feishu-sign paypal aws-sns adyen alipay wechatpay-v2 wechatpay-v3 rfc9421
		cloudevents qq-bot url-token`)
}

// foreignPreset returns what to write instead of another product's name for a sender or a scheme, or "".
func foreignPreset(name string) string {
	switch strings.ToLower(name) {
	case "hmac", "generic", "custom", "sha256", "hmac-sha256", "hmac_sha256":
		return "write generic-hmac, with header, alg and encoding under keys"
	case "token", "bearer", "apikey", "api-key":
		return "write generic-token, or the gate token: {header: X-Token, value: …}"
	case "basic", "basic-auth":
		return "write the gate basic: {username: …, password: …}"
	case "gitlab":
		return "write gitlab-signed, or gitlab-token for its older secret token"
	case "facebook", "whatsapp", "messenger", "instagram":
		return "write meta"
	case "twitter", "x":
		return "write x-twitter"
	case "clerk", "resend":
		return "write svix"
	case "hubspot":
		return "write hubspot-v3"
	case "lark":
		return "write feishu"
	case "wechat", "weixin":
		return "write wechat-oa, wecom or wechatpay-v3"
	case "wechatpay", "wechat-pay":
		return "write wechatpay-v3 or wechatpay-v2"
	case "sns", "aws":
		return "write aws-sns"
	case "qq":
		return "write qq-bot"
	default:
		return ""
	}
}

// unknownPreset returns the message for a preset that the binary does not have.
func unknownPreset(name string, presets *verify.Set) string {
	planned := plannedPresets()
	if slices.Contains(planned, name) {
		return fmt.Sprintf("the preset %q is not yet supported", name)
	}
	if hint := foreignPreset(name); hint != "" {
		return fmt.Sprintf("unknown preset %s: %s", decode.Quote(name), hint)
	}
	if near, ok := nearest.Name(name, presets.Names()); ok {
		return fmt.Sprintf("unknown preset %s; did you mean %q?", decode.Quote(name), near)
	}
	if near, ok := nearest.Name(name, planned); ok {
		return fmt.Sprintf("unknown preset %s; %q, which it is near to, is not yet supported", decode.Quote(name), near)
	}
	return decode.Unknown("preset", name, presets.Names())
}

package verify

import (
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// Sign returns the header lines for a call, signed with the first secret at call.At. It fails with
// fault.Invalid if the verifier refuses every call.
func (v *verifier) Sign(call Call, id string) ([]hook.Header, error) {
	if v.refuse != nil {
		return nil, fault.New("verify.Sign", fault.Invalid, "%s", v.refuse.Detail)
	}
	if len(v.secrets) == 0 {
		return nil, fault.New("verify.Sign", fault.Unsupported, "only the provider can sign: this preset's calls are signed with a private key")
	}
	f := &v.sets[0]
	if f.sigs[0].kind != inHeader {
		return nil, fault.New("verify.Sign", fault.Unsupported, "the signature of this preset is the %s; put it there yourself", f.sigs[0])
	}
	r := v.begin(&call)
	defer v.end(r)
	if err := v.prepare(r, f, id); err != nil {
		return nil, err
	}
	var lines []hook.Header
	if f.id.kind == inHeader && id != "" {
		lines = append(lines, hook.Header{Name: f.id.name, Value: id})
	}
	if f.timestamp.kind == inHeader {
		lines = append(lines, hook.Header{Name: f.timestamp.name, Value: r.timestamp})
	}
	for _, m := range v.matches {
		lines = append(lines, hook.Header{Name: m.header, Value: m.want})
	}
	text := v.prefix + v.encoding.encode(v.digest(r, 0))
	if v.pairs != nil {
		text = v.pairs.Sig + v.pairs.KV + text
		if f.timestamp.kind == inPairs {
			text = v.pairs.TS + v.pairs.KV + r.timestamp + v.pairs.Sep + text
		}
	}
	return append(lines, hook.Header{Name: f.sigs[0].name, Value: text}), nil
}

// prepare sets the values other than the body that are signed.
func (v *verifier) prepare(r *callState, f *headerSet, id string) error {
	if v.timestamp != nil {
		r.timestamp = v.timestamp.format(r.call.At)
		if f.timestamp.kind == inJSON {
			text, times := f.timestamp.read(r)
			if times == 0 {
				return fault.New("verify.Sign", fault.Invalid, "the body has no field %s, which contains this preset's timestamp", f.timestamp.name)
			}
			r.timestamp = text
		}
	}
	if v.needsID {
		r.id = id
		if f.id.kind == inJSON {
			r.id, _ = f.id.read(r)
		}
		if r.id == "" {
			return fault.New("verify.Sign", fault.Invalid, "this preset signs an id; say which")
		}
		if v.afterID != "" && strings.Contains(r.id, v.afterID) {
			return fault.New("verify.Sign", fault.Invalid, "the id may not hold %q, which separates it from the rest of the signed text", v.afterID)
		}
	}
	if r.call.Header == nil {
		r.call.Header = http.Header{}
	}
	if bad := v.extras(r); !bad.OK() {
		return fault.New("verify.Sign", fault.Invalid, "%s", bad.Detail)
	}
	return nil
}

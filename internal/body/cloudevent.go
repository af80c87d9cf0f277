package body

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// The members of the JSON format that are no attributes (JSON Event Format for CloudEvents 1.0.2,
// section 3.1), and the attributes that are looked at.
const (
	eventData    = "data"
	eventBase64  = "data_base64"
	eventType    = "datacontenttype"
	eventVersion = "specversion"
)

// structured reads one event in the JSON format. Its attributes go beside the data.
func (r *reading) structured(src source) (value.Value, error) {
	v, err := decodeJSON(src, r.lim)
	if err != nil {
		return v, err
	}
	attributes, err := envelope(v)
	if err != nil {
		return value.Value{}, notEvent("it", err)
	}
	r.event = attributes
	return r.payload(v)
}

// batch reads the JSON batch format. The data is the array of the events as they stand, envelopes
// included: a call is one execution, and several events have no attributes in common.
func (r *reading) batch(src source) (value.Value, error) {
	v, err := decodeJSON(src, r.lim)
	if err != nil {
		return v, err
	}
	if v.Kind() != value.KindArray {
		return value.Value{}, refuse(fault.Invalid, inBody, "it is no batch of CloudEvents: a JSON array was expected")
	}
	i := 0
	for event := range v.Elements() {
		if _, err := envelope(event); err != nil {
			return value.Value{}, notEvent(fmt.Sprintf("element %d", i), err)
		}
		i++
	}
	return v, nil
}

func notEvent(subject string, why error) error {
	return refuse(fault.Invalid, inBody, "%s is no CloudEvent: %s", subject, why.Error())
}

// envelope takes the attributes of an event in the JSON format, as texts. Null means not set.
func envelope(event value.Value) (value.Value, error) {
	if event.Kind() != value.KindObject {
		return value.Value{}, errors.New("a JSON object was expected")
	}
	var b value.ObjectBuilder
	count := 0
	for name, v := range event.Members() {
		if name == eventData || name == eventBase64 {
			continue
		}
		if count++; count > MaxEventAttributes {
			return value.Value{}, fmt.Errorf("it has more than %d attributes", MaxEventAttributes)
		}
		switch v.Kind() {
		case value.KindNull:
		case value.KindString:
			b.Set(name, v)
		case value.KindBool, value.KindNumber:
			b.Set(name, value.String(v.Text()))
		default:
			return value.Value{}, fmt.Errorf("the attribute %q must be a text, a number or a boolean; structures belong into data", clip(name))
		}
	}
	attributes := b.Value()
	return attributes, checkEvent(attributes)
}

// checkEvent looks for what every event must have (CloudEvents 1.0.2, section "Required Attributes").
func checkEvent(attributes value.Value) error {
	version, _ := attributes.Get(eventVersion).Str()
	if version == "" {
		return errors.New(`specversion is missing; it must be "1.0"`)
	}
	if version != "1.0" {
		return fmt.Errorf(`specversion is %q; only "1.0" is read`, clip(version))
	}
	for _, name := range []string{"id", "source", "type"} {
		if text, _ := attributes.Get(name).Str(); text == "" {
			return fmt.Errorf("%s is missing; it must be a text that is not empty", name)
		}
	}
	return nil
}

// payload returns the data of an event in the JSON format, the same as if it had come in binary mode:
// XML and forms in it are read by datacontenttype. What cannot be read stays the text that it is;
// Base64 then stays Base64, as bytes have no other text.
func (r *reading) payload(event value.Value) (value.Value, error) {
	data, encoded := event.Get(eventData), event.Get(eventBase64)
	declared, _ := event.Get(eventType).Str()
	base := MediaType(declared)
	if !encoded.IsNull() {
		return r.binaryData(data, encoded, base, declared)
	}
	text, isString := data.Str()
	switch {
	case data.IsMissing():
		return value.Null(), nil
	case isString && (isXML(base) || base == typeForm):
		v, err := r.inner(base, "", text) // a JSON string is decoded already, whatever a charset says
		return v, within(eventData, err)
	default:
		return data, nil
	}
}

func (r *reading) binaryData(data, encoded value.Value, base, declared string) (value.Value, error) {
	if !data.IsMissing() {
		return value.Value{}, refuse(fault.Invalid, inBody, "the event has both data and data_base64; send one of them")
	}
	text, isString := encoded.Str()
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !isString {
		return value.Value{}, refuse(fault.Invalid, inBody, "data_base64 is not Base64 with the standard alphabet and padding")
	}
	if len(raw) == 0 || !isText(base) && !isXML(base) && base != typeForm && !declaresJSON(base) {
		return encoded, nil
	}
	v, err := r.inner(base, parameter(declared, "charset"), share(raw))
	return v, within(eventBase64, err)
}

// declaresJSON is the rule of the JSON format, which is wider than that of HTTP bodies here.
func declaresJSON(base string) bool {
	return strings.HasSuffix(base, "/json") || strings.HasSuffix(base, "+json")
}

// inner reads the data of an event. It knows no files and no further events: only a body can be an
// upload.
func (r *reading) inner(base, charset, raw string) (value.Value, error) {
	inside := reading{lim: r.lim}
	switch {
	case isXML(base):
		if charset == "" {
			charset = "utf-8"
		}
		return inside.xml(raw, charset)
	case base == typeForm:
		return inside.urlencoded(raw, charset)
	}
	src, err := read(raw, charset)
	if err != nil {
		return value.Value{}, err
	}
	if isText(base) && !declaresJSON(base) {
		return decodeText(src)
	}
	return decodeJSON(src, r.lim)
}

// within says in which member of the body an error is.
func within(member string, err error) error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		e.Field = inBody + "." + member
	}
	return err
}

// binaryEvent returns the attributes of an event in binary mode: the headers that begin with ce-, and
// the Content-Type as datacontenttype. A call without ce-specversion is no event: Missing.
func binaryEvent(req *hook.Request) (value.Value, error) {
	if !hasHeader(req.Headers, "ce-"+eventVersion) {
		return value.Value{}, nil
	}
	var b value.ObjectBuilder
	seen := make(map[string]bool)
	for _, h := range req.Headers {
		name := strings.ToLower(h.Name)
		name, isAttribute := strings.CutPrefix(name, "ce-")
		if !isAttribute || name == "" || name == eventType {
			continue // the Content-Type is what counts: HTTP binding, section 3.1.1
		}
		if seen[name] {
			return value.Value{}, refuse(fault.Invalid, inHeaders, "ce-%s stands there twice", clip(name))
		}
		seen[name] = true
		text, ok := attributeText(h.Value)
		if !ok {
			return value.Value{}, refuse(fault.Invalid, inHeaders, "ce-%s is not UTF-8 once its percent escapes are undone", clip(name))
		}
		b.Set(name, value.String(text))
	}
	if req.ContentType != "" {
		b.Set(eventType, value.String(req.ContentType))
	}
	attributes := b.Value()
	if err := checkEvent(attributes); err != nil {
		return value.Value{}, refuse(fault.Invalid, inHeaders, "ce-specversion announces a CloudEvent, but it is none: %s", err.Error())
	}
	return attributes, nil
}

func hasHeader(headers []hook.Header, name string) bool {
	for i := range headers {
		if len(headers[i].Name) == len(name) && strings.EqualFold(headers[i].Name, name) {
			return true
		}
	}
	return false
}

// attributeText undoes what the HTTP binding does to an attribute (section 3.1.3.2): first a quoted
// string, then one round of percent escapes. ok is false when the result is not UTF-8.
func attributeText(s string) (text string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		if inner, rest := parameterValue(s); rest == "" && strings.HasSuffix(s, `"`) {
			s = inner
		}
	}
	s = unescape(s, false)
	return s, utf8.ValidString(s)
}

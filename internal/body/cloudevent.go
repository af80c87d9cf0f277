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

// The members of the JSON format that are not attributes (JSON Event Format for CloudEvents 1.0.2,
// section 3.1), and the attributes that this package reads.
const (
	eventData    = "data"
	eventBase64  = "data_base64"
	eventType    = "datacontenttype"
	eventVersion = "specversion"
)

// structured reads one event in the JSON format and keeps its attributes apart from the data.
func (r *decoder) structured(src source) (value.Value, error) {
	v, err := decodeJSON(src, r.lim)
	if err != nil {
		return v, err
	}
	attributes, err := eventAttributes(v)
	if err != nil {
		return value.Value{}, invalidEvent("it", err)
	}
	r.event = attributes
	return r.payload(v)
}

// batch reads the JSON batch format. The data is the array of events, including their attributes: a call is one
// execution, and several events have no common attributes.
func (r *decoder) batch(src source) (value.Value, error) {
	v, err := decodeJSON(src, r.lim)
	if err != nil {
		return v, err
	}
	if v.Kind() != value.KindArray {
		return value.Value{}, errorf(fault.Invalid, inBody, "it is not a batch of CloudEvents: a JSON array was expected")
	}
	i := 0
	for event := range v.Elements() {
		if _, err := eventAttributes(event); err != nil {
			return value.Value{}, invalidEvent(fmt.Sprintf("element %d", i), err)
		}
		i++
	}
	return v, nil
}

func invalidEvent(subject string, why error) error {
	return errorf(fault.Invalid, inBody, "%s is not a CloudEvent: %s", subject, why.Error())
}

// eventAttributes returns the attributes of an event in the JSON format as strings. Null means not set.
func eventAttributes(event value.Value) (value.Value, error) {
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
			return value.Value{}, fmt.Errorf("the attribute %q must be a string, a number or a boolean; put structures into data", clip(name))
		}
	}
	attributes := b.Value()
	return attributes, checkEvent(attributes)
}

// checkEvent checks the attributes that every event must have (CloudEvents 1.0.2, section "Required Attributes").
func checkEvent(attributes value.Value) error {
	version, _ := attributes.Get(eventVersion).Str()
	if version == "" {
		return errors.New(`specversion is missing; it must be "1.0"`)
	}
	if version != "1.0" {
		return fmt.Errorf(`specversion is %q; only "1.0" is supported`, clip(version))
	}
	for _, name := range []string{"id", "source", "type"} {
		if text, _ := attributes.Get(name).Str(); text == "" {
			return fmt.Errorf("%s is missing; it must be a string that is not empty", name)
		}
	}
	return nil
}

// payload returns the data of an event in the JSON format, in the same form as in binary mode: XML and forms
// are decoded according to datacontenttype. Other types stay strings. data_base64 stays Base64, because JSON
// has no other form for bytes.
func (r *decoder) payload(event value.Value) (value.Value, error) {
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
		v, err := r.eventPayload(base, "", text) // a JSON string is already decoded, so the charset does not matter
		return v, inMember(eventData, err)
	default:
		return data, nil
	}
}

func (r *decoder) binaryData(data, encoded value.Value, base, declared string) (value.Value, error) {
	if !data.IsMissing() {
		return value.Value{}, errorf(fault.Invalid, inBody, "the event has both data and data_base64; send one of them")
	}
	text, isString := encoded.Str()
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !isString {
		return value.Value{}, errorf(fault.Invalid, inBody, "data_base64 is not Base64 with the standard alphabet and padding")
	}
	if len(raw) == 0 || !isText(base) && !isXML(base) && base != typeForm && !declaresJSON(base) {
		return encoded, nil
	}
	v, err := r.eventPayload(base, parameter(declared, "charset"), unsafeString(raw))
	return v, inMember(eventBase64, err)
}

// declaresJSON implements the JSON format's own rule, which covers more types than isJSON.
func declaresJSON(base string) bool {
	return strings.HasSuffix(base, "/json") || strings.HasSuffix(base, "+json")
}

// eventPayload decodes the data of an event. It accepts neither files nor nested events: only a body can be an
// upload.
func (r *decoder) eventPayload(base, charset, raw string) (value.Value, error) {
	inside := decoder{lim: r.lim}
	switch {
	case isXML(base):
		if charset == "" {
			charset = "utf-8"
		}
		return inside.xml(raw, charset)
	case base == typeForm:
		return inside.urlencoded(raw, charset)
	}
	src, err := readText(raw, charset)
	if err != nil {
		return value.Value{}, err
	}
	if isText(base) && !declaresJSON(base) {
		return decodeText(src)
	}
	return decodeJSON(src, r.lim)
}

// inMember adds the name of the body's member to an error.
func inMember(member string, err error) error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		e.Field = inBody + "." + member
	}
	return err
}

// binaryEvent returns the attributes of an event in binary mode: the headers that begin with ce-, and
// the Content-Type as datacontenttype. A call without ce-specversion is not an event: the value is Missing.
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
			continue // the Content-Type is used instead: HTTP binding, section 3.1.1
		}
		if seen[name] {
			return value.Value{}, errorf(fault.Invalid, inHeaders, "ce-%s appears twice", clip(name))
		}
		seen[name] = true
		text, ok := attributeText(h.Value)
		if !ok {
			return value.Value{}, errorf(fault.Invalid, inHeaders, "ce-%s is not UTF-8 once its percent escapes are undone", clip(name))
		}
		b.Set(name, value.String(text))
	}
	if req.ContentType != "" {
		b.Set(eventType, value.String(req.ContentType))
	}
	attributes := b.Value()
	if err := checkEvent(attributes); err != nil {
		return value.Value{}, errorf(fault.Invalid, inHeaders, "ce-specversion announces a CloudEvent, but the call is not one: %s", err.Error())
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

// attributeText decodes an attribute in the form that the HTTP binding defines (section 3.1.3.2): first a
// quoted string, then percent escapes, once. ok is false if the result is not valid UTF-8.
func attributeText(s string) (text string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		if inner, rest := parameterValue(s); rest == "" && strings.HasSuffix(s, `"`) {
			s = inner
		}
	}
	s = unescape(s, false)
	return s, utf8.ValidString(s)
}

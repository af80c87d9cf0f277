package schema

import (
	"slices"
	"strings"
)

// shape is the form of the value under a keyword.
type shape uint8

const (
	plain   shape = iota // anything that the meta-schema allows
	single               // a schema
	list                 // a list of schemas
	byName               // an object of schemas
	unknown              // not a keyword of draft 2020-12
)

// shapeOf returns the shape of a keyword. It knows the supported keywords of draft 2020-12.
func shapeOf(keyword string) shape {
	switch keyword {
	case "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else",
		"unevaluatedItems", "unevaluatedProperties":
		return single
	case "allOf", "anyOf", "oneOf", "prefixItems":
		return list
	case "properties", "patternProperties", "dependentSchemas", "$defs", "definitions":
		return byName
	}
	if slices.Contains(plainKeywords(), keyword) || strings.HasPrefix(keyword, "x-") {
		return plain
	}
	return unknown
}

func plainKeywords() []string {
	return []string{
		"$schema", "$id", "$ref", "$anchor", "$comment", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum",
		"minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains",
		"minContains", "maxProperties", "minProperties", "required", "dependentRequired", "format", "title", "description",
		"default", "deprecated", "readOnly", "writeOnly", "examples",
	}
}

func knownKeywords() []string {
	return append(plainKeywords(),
		"additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "unevaluatedItems",
		"unevaluatedProperties", "allOf", "anyOf", "oneOf", "prefixItems", "properties", "patternProperties", "dependentSchemas", "$defs")
}

// foreignKeyword returns what to do about a keyword of another draft or of OpenAPI, or "".
func foreignKeyword(keyword string) string {
	switch keyword {
	case "additionalItems":
		return "is from an older draft; write items, which applies to the elements after prefixItems"
	case "dependencies":
		return "is of an older draft; write dependentRequired or dependentSchemas"
	case "id":
		return "is of an older draft; write $id"
	case "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$vocabulary":
		return "is not supported; write $ref and $anchor"
	case "contentEncoding", "contentMediaType", "contentSchema":
		return "would not be checked; leave it out"
	case "nullable":
		return `is OpenAPI's; write type: [string, "null"]`
	case "example":
		return "is OpenAPI's; write examples: [...]"
	case "discriminator", "xml", "externalDocs":
		return "is OpenAPI's and has no effect; leave it out"
	case "optional":
		return "is not a keyword; what is not listed in required is optional"
	default:
		return ""
	}
}

// withoutEffect returns why a keyword has no effect without another one, or "".
func withoutEffect(keyword string, has func(string) bool) string {
	switch keyword {
	case "then", "else":
		if !has("if") {
			return "has no effect without if"
		}
	case "minContains", "maxContains":
		if !has("contains") {
			return "has no effect without contains"
		}
	}
	return ""
}

func types() []string {
	return []string{"array", "boolean", "integer", "null", "number", "object", "string"}
}

// formats lists the formats that are checked.
func formats() []string {
	return []string{
		"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer", "period", "regex",
		"relative-json-pointer", "semver", "time", "uri", "uri-reference", "uri-template", "uuid",
	}
}

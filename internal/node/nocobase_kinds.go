package node

import (
	"maps"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// nocoRules returns the translation rules of a kind, by the paths of NocoBase's fields, or nil if there are none.
func nocoRules(kind string) map[string]rule {
	switch kind {
	case "record.create":
		return join(recordRules(), map[string]rule{"params.values": {to: "values"}, "params.appends": {how: noAppends}})
	case "record.update":
		return join(recordRules(), filterRules(), map[string]rule{
			"params.values": {to: "values"}, "params.individualHooks": {}, // there are no hooks
		})
	case "record.delete":
		return join(recordRules(), filterRules())
	case "record.find":
		return join(recordRules(), filterRules(), map[string]rule{
			"multiple": {to: "many"}, "failOnEmpty": {how: noFailOnEmpty},
			"params.sort": {to: "sort", how: sortKeys}, "params.page": {to: "page"}, "params.pageSize": {to: "pageSize"},
			"params.fields": {to: "fields"}, "params.appends": {to: "expand"},
		})
	case "record.aggregate":
		return join(recordRules(), filterRules(), map[string]rule{
			"aggregator": {to: "function"}, "associated": {how: notAssociated}, "association": {}, "precision": {how: noPrecision},
			"params.field": {to: "field"}, "params.distinct": {to: "distinct"},
		})
	case "loop":
		return map[string]rule{
			"target": {to: "over"}, "exit": {to: "onItemError", how: exit}, "startIndex": {how: fromZero},
			"condition": {to: "while", how: loopCondition},
		}
	case "request":
		return map[string]rule{"params": {to: "query"}, "data": {to: "body", how: parts}, "timeout": {to: "timeout", how: milliseconds}}
	case "parallel":
		return map[string]rule{"mode": {to: "mode", how: forkMode}}
	default:
		return nil
	}
}

// recordRules are the rules for every kind that works on records. They drop the form in which NocoBase's designer
// shows the values, because it does not affect the node.
func recordRules() map[string]rule {
	return map[string]rule{
		"collection": {to: "collection", how: mainSource}, "usingAssignFormSchema": {}, "assignFormSchema": {},
	}
}

func filterRules() map[string]rule {
	return map[string]rule{"params.filter": {to: "filter"}, "params.filterByTk": {to: "filter", how: byID}}
}

func join(first map[string]rule, more ...map[string]rule) map[string]rule {
	for _, rules := range more {
		maps.Copy(first, rules)
	}
	return first
}

// mainSource removes the name of NocoBase's main data source from the name of a collection.
func mainSource(v value.Value) (value.Value, string) {
	text, _ := v.Str()
	source, name, named := strings.Cut(text, ":")
	switch {
	case !named || strings.Contains(text, "{{"):
		return v, ""
	case source == "main":
		return value.String(name), ""
	default:
		return v, "the data source " + decode.Quote(source) + " is not here: all collections are Hookline's own; write the name alone"
	}
}

// byID returns the filter for one id.
func byID(v value.Value) (value.Value, string) {
	var is, id value.ObjectBuilder
	return id.Set("id", is.Set("$eq", v).Value()).Value(), ""
}

// sortKeys converts [{field, direction}] to ["-field"].
func sortKeys(v value.Value) (value.Value, string) {
	if v.Kind() != value.KindArray {
		return v, ""
	}
	var keys value.ArrayBuilder
	for each := range v.Elements() {
		field, ok := each.Get("field").Str()
		if each.Kind() != value.KindObject {
			keys.Add(each)
			continue
		}
		if !ok || field == "" {
			continue // an unfilled line of the form
		}
		if direction, _ := each.Get("direction").Str(); strings.EqualFold(direction, "desc") {
			field = "-" + field
		}
		keys.Add(value.String(field))
	}
	return keys.Value(), ""
}

func noAppends(v value.Value) (value.Value, string) {
	return unless(v, "a created record comes back without the records that it is related to; read them with a record.find node that has expand")
}

func noFailOnEmpty(v value.Value) (value.Value, string) {
	return unless(v, "put a condition node behind this one, which asks whether the result is null")
}

func notAssociated(v value.Value) (value.Value, string) {
	return unless(v, "aggregate the other collection, with a filter on the field that names this record")
}

func noPrecision(v value.Value) (value.Value, string) {
	return unless(v, "round the result with a calculate node: round($nodes.…, 2)")
}

func fromZero(v value.Value) (value.Value, string) {
	if n, ok := v.Int(); ok && n == 0 {
		return value.Value{}, ""
	}
	return unless(v, "$scopes.….index counts from 0, and $scopes.….sequence from 1: leave startIndex out")
}

// unless omits a field with an empty value, and refuses it otherwise.
func unless(v value.Value, sentence string) (value.Value, string) {
	if on, isBool := v.AsBool(); v.IsNull() || isBool && !on || v.Text() == `""` || v.Text() == "{}" || v.Text() == "[]" {
		return value.Value{}, ""
	}
	return v, sentence
}

// exit converts NocoBase's number for the effect of a failed pass.
func exit(v value.Value) (value.Value, string) {
	n, _ := v.Int()
	switch {
	case v.IsNull() || v.Text() == "0":
		return value.String("fail"), ""
	case n == 1:
		return value.String("break"), ""
	case n == 2:
		return value.String("continue"), ""
	default:
		return v, "write onItemError: fail, break or continue"
	}
}

// milliseconds converts a bare number to a duration.
func milliseconds(v value.Value) (value.Value, string) {
	if n, ok := v.Int(); ok && n >= 0 {
		return value.String(v.Text() + "ms"), ""
	}
	return v, ""
}

// parts converts the fields of a form, which have a valueType, to {name, value} and {name, file}.
func parts(v value.Value) (value.Value, string) {
	if v.Kind() != value.KindArray {
		return v, ""
	}
	var list value.ArrayBuilder
	for each := range v.Elements() {
		kind, ok := each.Get("valueType").Str()
		if !ok {
			list.Add(each)
			continue
		}
		var b value.ObjectBuilder
		b.Set("name", each.Get("name"))
		if kind == "file" {
			b.Set("file", each.Get("file"))
		} else {
			b.Set("value", each.Get("text"))
		}
		list.Add(b.Value())
	}
	return list.Value(), ""
}

// forkMode refuses the modes that exist only in NocoBase.
func forkMode(v value.Value) (value.Value, string) {
	switch text, _ := v.Str(); text {
	case "race":
		return v, `"race" is not there: "any" takes the first branch that succeeds; one that fails does not end the node`
	case "allSettled":
		return v, `"allSettled" is not there: write mode: all, and onError: continue on the nodes in the branches`
	default:
		return v, ""
	}
}

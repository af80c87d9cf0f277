package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Origin says where the value of a setting came from.
type Origin struct {
	Kind OriginKind
	Name string // the flag, variable or file; empty for a default
}

// OriginKind is one of the places where a value may come from.
type OriginKind string

// The kinds of origins, in order of precedence.
const (
	FromFlag    OriginKind = "flag"
	FromEnv     OriginKind = "env"
	FromFile    OriginKind = "file"
	FromDefault OriginKind = "default"
)

// String formats the origin for people: "flag --listen", "env HOOKLINE_LISTEN", "default".
func (o Origin) String() string {
	if o.Name == "" {
		return string(o.Kind)
	}
	return string(o.Kind) + " " + o.Name
}

// Origins maps flag names to origins. A setting that is missing has its default.
type Origins map[string]Origin

// Setting is one setting, formatted for people.
type Setting struct {
	Name   string // the flag, without dashes
	Value  string // as in a file; a secret that is set is masked
	Origin Origin
	Secret bool
	List   bool // several values, separated by commas
	Group  string
	Help   string
}

// Mask is shown in place of a secret that is set.
const Mask = "********"

// Settings lists every setting of s in the order of Server, with where its value came from.
func Settings(s Server, origins Origins) []Setting {
	var list []Setting
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		setting := Setting{
			Name:   tag.Get("name"),
			Value:  format(v.Field(i).Interface(), tag.Get("type")),
			Origin: Origin{Kind: FromDefault},
			Secret: tag.Get("secret") == "true",
			List:   tag.Get("type") == "list",
			Group:  tag.Get("group"),
			Help:   tag.Get("help"),
		}
		if setting.Secret && setting.Value != "" {
			setting.Value = Mask
		}
		if o, ok := origins[setting.Name]; ok {
			setting.Origin = o
		}
		list = append(list, setting)
	}
	return list
}

func format(x any, kind string) string {
	switch x := x.(type) {
	case []string:
		return strings.Join(x, ",")
	case time.Duration:
		return FormatDuration(x)
	case int64:
		if kind == "size" {
			return FormatSize(x)
		}
	}
	return fmt.Sprint(x)
}

package decode

import (
	"reflect"
	"slices"
	"strings"
)

// Tagged returns the paths of the fields of a config struct that have the tag name:"true", in the order of the
// struct. It does not look below such a field, nor into lists and maps.
func Tagged(t reflect.Type, name string) [][]string { return tagged(t, name, nil) }

func tagged(t reflect.Type, tag string, at []string) [][]string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var paths [][]string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		below := append(slices.Clip(at), name) // its own copy of the path
		if f.Tag.Get(tag) == "true" {
			paths = append(paths, below)
			continue
		}
		paths = append(paths, tagged(f.Type, tag, below)...)
	}
	return paths
}

//go:build 386 || arm

package vm

import lib "modernc.org/libquickjs"

// On 32-bit machines the engine uses NaN boxing: the tag is the upper half of the value.
const (
	undefined = lib.TJSValue(lib.EJS_TAG_UNDEFINED << 32)
)

func tagOf(v lib.TJSValue) int32 { return int32(v >> 32) }

func payload(v lib.TJSValue) int32 { return int32(v) }

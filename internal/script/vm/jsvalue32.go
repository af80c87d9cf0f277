//go:build 386 || arm

package vm

import lib "modernc.org/libquickjs"

// On 32-bit machines the engine boxes a value in the NaN space: the tag is the upper half.
const (
	undefined = lib.TJSValue(lib.EJS_TAG_UNDEFINED << 32)
)

func tagOf(v lib.TJSValue) int32 { return int32(v >> 32) }

func payload(v lib.TJSValue) int32 { return int32(v) }

//go:build !386 && !arm

package vm

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// On 64-bit machines a value of the engine is a payload and a tag.
var (
	undefined = lib.TJSValue{Ftag: lib.EJS_TAG_UNDEFINED}
)

func tagOf(v lib.TJSValue) int32 { return int32(v.Ftag) }

func payload(v lib.TJSValue) int32 { return int32(*(*uint64)(unsafe.Pointer(&v))) }

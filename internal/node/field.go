package node

import (
	"errors"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
)

// InField adds the field of the config in which an evaluation failed, followed by the field of err if it has one.
func InField(path string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Message == "" {
		return fault.Wrap(path, err)
	}
	return &fault.Error{Kind: f.Kind, Field: decode.Join(path, f.Field), Message: f.Message, Err: f.Err}
}

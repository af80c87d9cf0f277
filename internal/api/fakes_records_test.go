package api

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func (h *house) Find(collection.Query) (collection.Found, error) {
	return collection.Found{}, fault.New("house.Find", fault.Unsupported, "this house finds nothing")
}

func (h *house) Aggregate(collection.Aggregate) (value.Value, error) {
	return value.Value{}, fault.New("house.Aggregate", fault.Unsupported, "this house counts nothing")
}

func (h *house) Write(collection.Op) (collection.Outcome, error) {
	return collection.Outcome{}, fault.New("house.Write", fault.Unsupported, "this house writes nothing")
}

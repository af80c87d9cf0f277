package api

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// newest is used instead of an id to select the newest item.
const newest = "last"

func parseID(prefix, field, text string) (ident.ID, error) {
	if text == "" {
		return 0, nil
	}
	id, err := ident.Parse(prefix, text)
	if err != nil {
		return 0, fault.Field("api.parseID", field, "%v", err)
	}
	return id, nil
}

// Paging holds the parameters of every list.
type Paging struct {
	Before string `query:"before" maxLength:"32" doc:"only results older than this id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"maximum number of results"`
}

package api

import (
	"context"
	"strconv"
)

type recordQuery struct {
	Name   string `path:"name" maxLength:"64"`
	Before int64  `query:"before" minimum:"0" doc:"only records with a smaller id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"how many at most"`
}

type recordID struct {
	Name string `path:"name" maxLength:"64"`
	ID   int64  `path:"id" minimum:"1"`
}

func (r routes) records() {
	handle(r, "GET", "/api/collections/{name}/records", "list-records", "Records of a collection, newest first",
		func(_ context.Context, in *recordQuery) (*list[JSON], error) {
			rows, err := r.Records.List(in.Name, in.Before, in.Limit)
			if err != nil {
				return nil, err
			}
			page := Page[JSON]{Items: make([]JSON, len(rows))}
			for i, row := range rows {
				page.Items[i] = JSON{row.JSON}
			}
			if len(rows) == in.Limit {
				page.Next = strconv.FormatInt(rows[len(rows)-1].ID, 10)
			}
			return &list[JSON]{page}, nil
		})
	handle(r, "GET", "/api/collections/{name}/records/{id}", "get-record", "One record",
		func(_ context.Context, in *recordID) (*one[JSON], error) {
			row, err := r.Records.Record(in.Name, in.ID)
			if err != nil {
				return nil, err
			}
			return &one[JSON]{JSON{row.JSON}}, nil
		})
}

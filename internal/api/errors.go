package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/errorcode"
)

func (r routes) errors() {
	handle(r, route{method: "GET", path: "/api/errors", id: "list-errors", summary: "The catalogue of errors: what each code means, its usual cause, and what to do", needs: account.ReadWorkflows},
		func(context.Context, *struct{}) (*list[errorcode.Entry], error) {
			return &list[errorcode.Entry]{Page[errorcode.Entry]{Items: errorcode.All()}}, nil
		})
}

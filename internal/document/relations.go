package document

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
)

// declaration is the document and index where a collection or channel is declared.
type declaration struct {
	source Source
	index  int
}

// checkTogether checks the collections of several documents together. A relation may also point to a collection
// that no file declares, because the store may have it. That is checked when the collections are defined.
func checkTogether(all []collection.Collection, declared []declaration) (problems []Problem) {
	for _, p := range collection.CheckAll(all, nil) {
		at, rest, _ := strings.Cut(strings.TrimPrefix(p.Path, "collections["), "].")
		i, err := strconv.Atoi(at)
		if err != nil || i >= len(declared) {
			continue
		}
		path := decode.Join("collections"+decode.Index(declared[i].index), rest)
		problems = append(problems, declared[i].source.Place([]Problem{{Code: errorcode.Definition, Path: path, Message: p.Message}})...)
	}
	return problems
}

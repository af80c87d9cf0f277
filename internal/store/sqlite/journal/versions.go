package journal

import (
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

const sqlNumbers = `SELECT number FROM versions WHERE workflow = ?1 AND revision = ?2`

// versions finds the numbers of revisions for one page. There are few revisions in a page, so each is looked up once.
type versions struct {
	reader *reader.Reader
	known  map[[2]string][]int64
	err    error // of the first look-up that failed
}

func versionsBy(r *reader.Reader) *versions {
	return &versions{reader: r, known: make(map[[2]string][]int64)}
}

// of implements rowmatch.Versions.
func (v *versions) of(workflow, revision string) []int64 {
	k := [2]string{workflow, revision}
	numbers, found := v.known[k]
	if !found && v.err == nil {
		v.err = v.reader.Query(sqlNumbers, func(s *conn.Stmt) { numbers = append(numbers, s.ColumnInt(0)) }, workflow, revision)
		v.known[k] = numbers
	}
	return numbers
}

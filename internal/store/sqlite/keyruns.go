package sqlite

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/sieve"
)

// A run is what the log held at one time: some ten thousand keys that were claimed, and expire, at about
// the same time. On the disk they are packed in blocks, and the name of a key says in which; in memory a
// filter of two bytes for each key tells all others away. A run is never changed. When most of its keys
// are expired, the others go back into the log and the run is deleted.

// run is what is known of a run in memory.
type run struct {
	id     int64
	blocks int   // a power of two
	keys   int   // when it was made
	retire int64 // when it shall go, in microseconds since 1970
	set    int   // its number in the sieve

	gone int // blocks that were deleted
	kept int // keys of those that went back into the log
}

// runs are all of them.
type runs struct {
	list  []*run // by id
	bySet map[int]*run
	sieve sieve.Sieve
	next  int64 // id of the next one
	hits  []int // what the sieve found
}

const (
	blockKeys = 32 // keys of a block, on average: a page holds some of them
	blockBits = 20 // of a block's row number that are its number in the run
	// oneIn is the part of the keys that makes them few: so few of the log go back into it when it is
	// full, and a run with so few that are not expired is to be retired.
	oneIn = 4
)

// row is the row number of a block in dedupe_blocks.
func (r *run) row(block int) int64 { return r.id<<blockBits | int64(block) }

// block is the number of the block where a key must be.
func (r *run) block(id *keyID) int { return blockOf(id[:], r.blocks) }

func blockOf(id []byte, blocks int) int {
	return int(binary.BigEndian.Uint32(id[16:20]) >> (32 - bits.TrailingZeros(uint(blocks)))) // the sieve takes other bits
}

// blocksFor is how many blocks a run of so many keys has.
func blocksFor(keys int) int {
	n := 1
	for n*blockKeys < keys && n < 1<<blockBits {
		n *= 2
	}
	return n
}

// retirement is when a run made at a time shall go: when all of its keys are expired, or else when it has
// stood twice as long as it took until few of them were left. Keys with a short window do not take room
// for as long as a few with a long one live, and keys with one window are not moved a second before
// their end.
func retirement(ends []int64, made int64) int64 {
	slices.Sort(ends)
	few, all := ends[len(ends)-1-len(ends)/oneIn], ends[len(ends)-1]
	return min(all, few+(few-made))
}

const (
	sqlInsertBlock = `INSERT INTO dedupe_blocks (id, keys) VALUES (?1, ?2)`
	sqlFindBlock   = `SELECT keys FROM dedupe_blocks WHERE id = ?1`
)

func (w *writer) findInRuns(id *keyID, at int64) (keyEntry, bool, error) {
	runs := &w.keys.runs
	runs.hits = runs.sieve.Find(id, runs.hits[:0])
	for _, set := range runs.hits {
		e, found, err := w.findInRun(runs.bySet[set], id, at)
		if found || err != nil {
			return e, found, err
		}
	}
	return keyEntry{}, false, nil
}

func (w *writer) findInRun(r *run, id *keyID, at int64) (keyEntry, bool, error) {
	s := w.selectBlock
	s.Int(1, r.row(r.block(id)))
	found, err := w.step(s)
	if err != nil {
		return keyEntry{}, false, err
	}
	var keys keyReader
	if found {
		keys.rest = s.ColumnBlob(0)
	}
	s.Reset()
	for keys.next() {
		if keys.id == *id && !keys.entry.expired(at) {
			return keys.entry, true, nil
		}
	}
	return keyEntry{}, false, keys.err()
}

// loadRuns reads what runs there are, when the store opens.
func (w *writer) loadRuns() error {
	runs := &w.keys.runs
	runs.bySet, runs.next = make(map[int]*run), 1
	var damage error
	err := w.query(`SELECT id, blocks, keys, retire_at, filter FROM dedupe_runs ORDER BY id`, func(s *conn.Stmt) {
		r := &run{id: s.ColumnInt(0), blocks: int(s.ColumnInt(1)), keys: int(s.ColumnInt(2)), retire: s.ColumnInt(3)}
		filter := sieve.Filter(s.ColumnBlob(4))
		if !filter.Valid() || bits.OnesCount(uint(r.blocks)) != 1 || r.blocks > 1<<blockBits {
			damage = errDamaged()
			return
		}
		w.addRun(r, filter)
	})
	if err != nil {
		return err
	}
	return damage
}

func (w *writer) addRun(r *run, filter sieve.Filter) {
	runs := &w.keys.runs
	r.set = runs.sieve.Add(filter)
	runs.list, runs.bySet[r.set], runs.next = append(runs.list, r), r, r.id+1
	w.store.stats.keyRuns.Add(1)
}

func (w *writer) removeRun(r *run) {
	runs := &w.keys.runs
	runs.sieve.Remove(r.set)
	delete(runs.bySet, r.set)
	runs.list = slices.DeleteFunc(runs.list, func(other *run) bool { return other == r })
	w.store.stats.keyRuns.Add(-1)
}

// due is a run that shall go, if there is one.
func (r *runs) due(now int64) *run {
	for _, one := range r.list {
		if one.retire <= now {
			return one
		}
	}
	return nil
}

// retire deletes the next blocks of a run. Keys that are not expired go back into the log.
func (w *writer) retire(r *run, now int64) error {
	end := min(r.gone+max(1, w.store.opts.KeyChunk/blockKeys), r.blocks)
	var damage error
	kept := 0
	err := w.query(`SELECT keys FROM dedupe_blocks WHERE id >= ?1 AND id < ?2`, func(s *conn.Stmt) {
		keys := keyReader{rest: s.ColumnBlob(0)}
		for keys.next() {
			if !keys.entry.expired(now) {
				w.keys.keep(&keys.id, &keys.entry)
				kept++
			}
		}
		if err := keys.err(); err != nil {
			damage = err
		}
	}, r.row(r.gone), r.row(end))
	if err == nil {
		err = damage
	}
	if err == nil {
		err = w.exec(`DELETE FROM dedupe_blocks WHERE id >= ?1 AND id < ?2`, r.row(r.gone), r.row(end))
	}
	if err == nil && end == r.blocks {
		err = w.exec(`DELETE FROM dedupe_runs WHERE id = ?1`, r.id)
	}
	w.later = append(w.later, func() {
		r.gone, r.kept = end, r.kept+kept
		if end == r.blocks {
			w.keys.dropped += r.keys - r.kept
			w.removeRun(r)
		}
	})
	return err
}

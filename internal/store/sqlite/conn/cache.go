package conn

// Cache keeps the statements of a connection prepared. It belongs to the goroutine of the connection.
type Cache struct {
	conn *Conn
	max  int
	kept map[string]*Stmt
}

// NewCache returns a cache of at most so many statements; 0 means that it keeps all.
func (c *Conn) NewCache(max int) *Cache {
	return &Cache{conn: c, max: max, kept: make(map[string]*Stmt)}
}

// Get returns the prepared statement for a text. It is valid until the next Get, or always if the cache keeps all.
func (k *Cache) Get(sql string) (*Stmt, error) {
	if s, ok := k.kept[sql]; ok {
		return s, nil
	}
	if k.max > 0 && len(k.kept) >= k.max {
		for text, s := range k.kept {
			s.Finalize()
			delete(k.kept, text)
			break
		}
	}
	s, err := k.conn.Prepare(sql)
	if err == nil {
		k.kept[sql] = s
	}
	return s, err
}

// Reset resets all statements.
func (k *Cache) Reset() {
	for _, s := range k.kept {
		s.Reset()
	}
}

// Free finalizes the statements that match.
func (k *Cache) Free(match func(*Stmt) bool) {
	for text, s := range k.kept {
		if match(s) {
			s.Finalize()
			delete(k.kept, text)
		}
	}
}

// Steps returns the number of virtual machine steps that the statements have taken. Tests use it to measure the cost of
// queries.
func (k *Cache) Steps() (n int64) {
	for _, s := range k.kept {
		n += s.Steps()
	}
	return n
}

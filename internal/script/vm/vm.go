package vm

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

const (
	// spareMemory is what the region holds beyond the largest memory limit: the image, headers, and holes
	// that no request fits into.
	spareMemory = 32 << 20

	// gcThreshold is how much a run may allocate before the engine looks for cycles the first time.
	// Most runs end before; their garbage goes with the reset.
	gcThreshold = 8 << 20

	// discardSize is from which size on used memory is given back to the system instead of zeroed.
	discardSize = 1 << 20
)

// VM is one JavaScript heap. It is used by one goroutine.
type VM struct {
	heap      *heap
	image     []byte // the region's start as it was after boot
	tls       *libc.TLS
	rt, ctx   uintptr
	callbacks []any // closures that only the engine points to

	scratch  uintptr // a word for results through pointers
	fileName uintptr // what stack traces call the script

	hooks hooks
	run   *run // the run in progress, for host functions; nil between runs
	dirty bool // a run has been since the last reset
}

// New starts an engine whose runs may use up to maxMemory bytes.
func New(maxMemory int64) (*VM, error) {
	region, err := newRegion(int(roundUp(uint64(maxMemory)+uint64(maxMemory)/4+spareMemory, pageSize)))
	if err != nil {
		return nil, err
	}
	m := &VM{heap: newHeap(region), tls: libc.NewTLS()}
	if err := m.boot(); err != nil {
		_ = m.Close()
		return nil, fmt.Errorf("start the JavaScript engine: %w", err)
	}
	m.snapshot()
	return m, nil
}

// Close gives all memory back. Nothing is finalized: the region is the heap.
func (m *VM) Close() error {
	m.tls.Close()
	return freeRegion(m.heap.region)
}

// boot starts the engine with the allocation functions of the heap.
func (m *VM) boot() error {
	funcs, keep := mallocFuncs(m.heap)
	m.callbacks = append(m.callbacks, keep)
	size := int(unsafe.Sizeof(funcs))
	table := m.tls.Alloc(size)
	defer m.tls.Free(size)
	*(*lib.TJSMallocFunctions)(unsafe.Add(nil, table)) = funcs
	if m.rt = lib.XJS_NewRuntime2(m.tls, table, 0); m.rt == 0 {
		return fmt.Errorf("no memory for the runtime")
	}
	return m.populate()
}

// populate makes the runtime's context and the prelude in it.
func (m *VM) populate() error {
	m.scratch = lib.Xjs_malloc_rt(m.tls, m.rt, 16)
	m.fileName = copyIn(m, scriptName)
	if m.ctx = lib.XJS_NewContext(m.tls, m.rt); m.ctx == 0 {
		return fmt.Errorf("no memory for the context")
	}
	handler := func(*libc.TLS, uintptr, uintptr) int32 {
		if m.run != nil && m.run.stop.Load() {
			return 1
		}
		return 0
	}
	m.callbacks = append(m.callbacks, handler)
	lib.XJS_SetInterruptHandler(m.tls, m.rt, pointer(handler), 0)
	return m.prelude()
}

// snapshot copies the heap as it is between boot and the first run.
func (m *VM) snapshot() {
	lib.XJS_RunGC(m.tls, m.rt)
	lib.XJS_SetGCThreshold(m.tls, m.rt, gcThreshold)
	clear(m.heap.region[m.heap.top:m.heap.high])
	m.heap.high = m.heap.top
	m.image = append([]byte(nil), m.heap.region[:roundUp(m.heap.top, pageSize)]...)
}

// Reset makes the region what it was after boot. Run does it by itself; a caller that has time
// between two runs does it then, so that the next one starts at once and nothing of the last one
// stays in memory.
func (m *VM) Reset() {
	if !m.dirty {
		return
	}
	m.dirty = false
	high, start := m.heap.high, uint64(len(m.image))
	copy(m.heap.region, m.image)
	if high <= start {
		return
	}
	used := m.heap.region[start:roundUp(high, pageSize)]
	if len(used) >= discardSize {
		discard(used)
		return
	}
	clear(used)
}

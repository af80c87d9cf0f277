package vm

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
)

const (
	// spareMemory is the size of the region beyond the largest memory limit. It is for the image, headers, and
	// holes too small for any request.
	spareMemory = 32 << 20

	// gcThreshold is how many bytes a run may allocate before the engine first looks for cycles. Most runs end
	// earlier, and the reset removes their garbage.
	gcThreshold = 8 << 20

	// discardSize is the size from which used memory is given back to the system instead of zeroed, in bytes.
	discardSize = 1 << 20
)

// VM is one JavaScript heap. It must be used by one goroutine only.
type VM struct {
	heap      *heap
	image     []byte // the beginning of the region, as it was after boot
	tls       *libc.TLS
	rt, ctx   uintptr
	callbacks []any // keeps closures alive to which only the engine points

	scratch  uintptr // address of a word for results through pointers
	fileName uintptr // address of the script's name in stack traces

	hooks hooks
	run   *run // the current run, for host functions; nil between runs
	dirty bool // there was a run since the last reset
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

// Close frees all memory. Nothing is finalized, because the region is the whole heap.
func (m *VM) Close() error {
	m.tls.Close()
	return freeRegion(m.heap.region)
}

// boot starts the engine on the heap's allocation functions.
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

// populate creates the runtime's context and evaluates the prelude in it.
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

// snapshot copies the heap after boot and before the first run. The copy is the image.
func (m *VM) snapshot() {
	lib.XJS_RunGC(m.tls, m.rt)
	lib.XJS_SetGCThreshold(m.tls, m.rt, gcThreshold)
	clear(m.heap.region[m.heap.top:m.heap.high])
	m.heap.high = m.heap.top
	m.image = append([]byte(nil), m.heap.region[:roundUp(m.heap.top, pageSize)]...)
}

// Reset restores the region to its state after boot. Run does this by itself. A caller can do it earlier,
// between two runs, so that the next run starts at once and no data of the last one stays in memory.
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

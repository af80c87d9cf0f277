package script

import (
	"fmt"
	"sync/atomic"

	"hookline.dev/hookline/internal/script/vm"
)

// Check compiles a script in this process without running it. It is for tools that check a document and exit. A
// server uses Pool.Check instead, because some sources keep the compiler busy for seconds. The error is an
// *Error; its kind is Syntax if the source is invalid.
func Check(source string) (err error) {
	if len(source) > MaxSource {
		return tooLarge("the source is %d bytes, a script may have %d", len(source), MaxSource)
	}
	m, err := vm.New(DefaultMemory)
	if err != nil {
		return killed(err.Error())
	}
	defer func() {
		if p := recover(); p != nil { // a defect of the engine must not end the process
			err = &Error{Kind: Syntax, Message: fmt.Sprintf("the source cannot be compiled: %v", p)}
		}
		_ = m.Close()
	}()
	if e := m.Check(vm.Input{Source: source, Memory: DefaultMemory, Stop: new(atomic.Bool)}); e != nil {
		return fromVM(e)
	}
	return nil
}

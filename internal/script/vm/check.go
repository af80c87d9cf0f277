package vm

import lib "modernc.org/libquickjs"

// Check compiles a source without running it. The error is an *Error; its kind is Syntax, or says why
// compilation stopped. Only Source, Memory and Stop of the input are used.
//
// The source is the body of a function. It could close that function and continue after it, so it is compiled
// in three contexts. The text after the closing brace would have to continue an expression in the first, start
// a statement in the second, and be a comma in the third. No text does all three.
func (m *VM) Check(in Input) error {
	m.start(in)
	defer func() { m.run = nil }()
	if isException(m.compileOnly(opening + in.Source + closing)) {
		return m.syntaxError()
	}
	for _, setting := range [...][2]string{{"async function f() {", "\n}"}, {"({async f() {", "\n}})"}} {
		if isException(m.compileOnly(setting[0] + in.Source + setting[1])) {
			if err := m.syntaxError(); err.Kind != Syntax {
				return err
			}
			return &Error{Kind: Syntax, Name: "SyntaxError", Message: unbalancedBrace}
		}
	}
	return nil
}

// unbalancedBrace is the prelude's message for such a source when it is run.
const unbalancedBrace = "the source closes a brace that it did not open"

func (m *VM) compileOnly(text string) lib.TJSValue {
	return m.eval(text, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
}

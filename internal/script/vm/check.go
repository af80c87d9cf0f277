package vm

import lib "modernc.org/libquickjs"

// Check compiles a source without running any of it. The error is an *Error of kind Syntax, or of
// what else ended the compilation. Only Source, Memory and Stop of the input are used.
//
// A source could close the function that it is the body of and go on behind it, so it is compiled in
// three settings. What follows the closed brace would have to continue an expression in the first,
// start a statement in the second, and be a comma in the third: no text does all of that.
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

// unbalancedBrace is what the prelude says of such a source when it is run.
const unbalancedBrace = "the source closes a brace that it did not open"

func (m *VM) compileOnly(text string) lib.TJSValue {
	return m.eval(text, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
}

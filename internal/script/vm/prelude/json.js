// JSON.stringify(context.data) gives back the received text.
//
// Senders sign bytes; scripts written for NocoBase sign JSON.stringify(context.data). The two agree
// only when the sender writes JSON exactly like JSON.stringify does: no spaces, 1 not 1.0, no
// integers beyond 2^53, no \/ or \u003c, no keys like "10" before "2". So: when the object made from
// the body is stringified plainly, and nobody has changed it since, the answer is the body itself.
// "Nobody has changed it" is read off the output: it equals the output of a fresh parse. That parse is
// spared where the output is the body without its white space, as it is for most senders.

let received; // what the body became
let haveBody = false;
let freshText; // the native output of a fresh parse, once needed

// freshOutput stringifies a fresh parse of the body as an untouched world would. Objects without a
// prototype have no toJSON to be found, so what a script did to Object.prototype has no say here.
function freshOutput() {
  const root = host.data();
  if (typeof root === 'object' && root !== null) {
    const todo = setPrototypeOf([root], null);
    for (let n = 1; n > 0; ) {
      const object = todo[--n];
      setPrototypeOf(object, null);
      const names = keys(object);
      for (let i = 0; i < names.length; i++) {
        const child = object[names[i]];
        if (typeof child === 'object' && child !== null) {
          defineProperty(todo, n++, { __proto__: null, value: child, writable: true, configurable: true, enumerable: true });
        }
      }
    }
  }
  return nativeStringify(root);
}

const plainSpace = (space) => space === undefined || space === null || space === 0 || space === '';

const patchedJSON = {
  stringify(value, replacer, space) {
    if (!haveBody || !is(value, received) || (replacer !== undefined && replacer !== null) || !plainSpace(space)) {
      return nativeStringify(value, replacer, space);
    }
    const output = nativeStringify(value);
    if (typeof output !== 'string') return output;
    if (host.compactBody(output) === 1) return host.body();
    if (freshText === undefined) freshText = freshOutput();
    return output === freshText ? host.body() : output;
  },
};

hide(JSON, 'stringify', patchedJSON.stringify);

// Integers beyond 2^53 are returned as BigInt; JSON has no other way to hold them than as a number,
// and the rest of the workflow keeps number text exactly.
const bigAsNumber = (key, value) => (typeof value === 'bigint' ? rawJSON(`${value}`) : value);

// exact writes a result. It is the native function unless that refuses a BigInt.
function exact(value) {
  try {
    return nativeStringify(value);
  } catch (error) {
    if (!holdsBigInt(value)) throw error;
    return nativeStringify(value, bigAsNumber);
  }
}

// holdsBigInt looks for a BigInt without running getters twice in the usual case: it is asked only
// after the native function has thrown.
function holdsBigInt(value) {
  let found = false;
  try {
    nativeStringify(value, (key, v) => {
      if (typeof v === 'bigint') {
        found = true;
        return 0;
      }
      return v;
    });
  } catch {
    return false;
  }
  return found;
}

// What the prelude needs of the language, taken before any script can change it. Everything below
// calls these names only; a script that replaces Array.prototype.push or JSON.stringify changes its
// own world, not ours.

const { apply, ownKeys } = Reflect;
const { defineProperty, setPrototypeOf, keys, is, freeze, getOwnPropertyDescriptor, prototype: ObjectPrototype } = Object;
const { parse, stringify: nativeStringify, rawJSON } = JSON;
const { isArray } = Array;
const { floor } = Math;

// uncurry turns a method into a function whose first argument is `this`.
const uncurry = (method) => (self, ...args) => apply(method, self, args);
const getterOf = (object, name) => uncurry(getOwnPropertyDescriptor(object, name).get);

const slice = uncurry(String.prototype.slice);
const toLower = uncurry(String.prototype.toLowerCase);
const sourceOf = uncurry(Function.prototype.toString);
const hasOwn = uncurry(ObjectPrototype.hasOwnProperty);

setPrototypeOf(host, null);

// hide defines a property as the language's own ones are: changeable, but not enumerable.
const hide = (object, name, value) =>
  defineProperty(object, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });

// fail makes an error like Node's, with a code.
const fail = (Type, code, message) => {
  const error = new Type(message);
  hide(error, 'code', code);
  return error;
};

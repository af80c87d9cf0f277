// The globals of a run, and what the host calls.

const modules = { __proto__: null, crypto: cryptoModule, buffer: bufferModule, url: urlModule };
const loaded = { __proto__: null };

function require(name) {
  let id = `${name}`;
  if (slice(id, 0, 5) === 'node:') id = slice(id, 5);
  if (modules[id] === undefined) {
    throw fail(Error, 'MODULE_NOT_FOUND', `Cannot find module '${slice(id, 0, 100)}': a script can require crypto, buffer and url`);
  }
  if (loaded[id] === undefined) loaded[id] = modules[id]();
  return loaded[id];
}

hide(globalThis, 'console', consoleMethods);
hide(globalThis, 'require', require);

// Shared memory has no one to share with here, and finalizers run at times no test can hold.
for (const name of ['Atomics', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry', 'performance', 'navigator', 'gc', 'print', 'scriptArgs']) {
  delete globalThis[name];
}

function begin(env, context, hasBody) {
  hide(globalThis, 'env', env);
  hide(globalThis, 'context', context);
  // Results of earlier nodes can be large, and few scripts look at them: parsed at the first look.
  let nodes;
  defineProperty(globalThis, 'nodes', {
    __proto__: null,
    configurable: true,
    enumerable: false,
    get() {
      if (nodes === undefined) nodes = host.nodes();
      return nodes;
    },
    set(value) {
      nodes = value;
    },
  });
  if (hasBody) {
    haveBody = true;
    received = host.data();
    defineProperty(context, 'data', { __proto__: null, value: received, writable: true, configurable: true, enumerable: true });
  }
  // body is NocoBase's other name for data; not enumerable, or {...context} would hold it twice.
  if (hasOwn(context, 'data') && !hasOwn(context, 'body')) hide(context, 'body', context.data);
}

// whole throws unless the compiled function's source is as long as what was compiled: a source that
// closes the function and opens another would be shorter.
function whole(compiled, length) {
  if (sourceOf(compiled).length !== length) {
    throw new SyntaxError('the source closes a brace that it did not open');
  }
}

const maxMessage = 2048;

// describe puts a thrown value into words.
function describe(thrown) {
  let name = '';
  let message;
  let stack = '';
  if (typeof thrown === 'object' && thrown !== null) {
    if (typeof thrown.name === 'string') name = slice(thrown.name, 0, 100);
    if (typeof thrown.message === 'string') message = thrown.message;
    if (typeof thrown.stack === 'string') stack = slice(thrown.stack, 0, maxMessage);
  }
  if (message === undefined) message = show(thrown);
  if (message.length > maxMessage) message = `${slice(message, 0, maxMessage)}…`;
  host.report(name, message, stack);
}

return [begin, whole, exact, describe];

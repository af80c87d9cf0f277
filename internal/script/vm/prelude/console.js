// console writes lines to the step's log. Objects are shown as JSON: what a log line is most often
// for is to see a piece of the payload.

const maxLine = 4096; // characters of one line

function show(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return uncurry(Symbol.prototype.toString)(value);
    case 'function':
      return '[function]';
    case 'object':
      return value === null ? 'null' : showObject(value);
    default:
      return is(value, -0) ? '-0' : `${value}`;
  }
}

const errorText = uncurry(Error.prototype.toString);
const bigAsText = (key, value) => (typeof value === 'bigint' ? `${value}n` : value);

function showObject(value) {
  try {
    if (value instanceof NativeError) {
      const stack = value.stack;
      return typeof stack === 'string' ? `${errorText(value)}\n${stack}` : errorText(value);
    }
    const text = nativeStringify(value, bigAsText);
    return text === undefined ? '[object]' : text;
  } catch {
    return '[object that cannot be shown]';
  }
}

const NativeError = Error;

// line joins the arguments with spaces, after replacing %s %d %i %f %j %o %O %% in a leading string.
function line(args) {
  let text = '';
  let next = 0;
  if (typeof args[0] === 'string' && args.length > 1) {
    const format = args[0];
    next = 1;
    for (let i = 0; i < format.length && text.length <= maxLine; i++) {
      const kind = format[i] === '%' ? format[i + 1] : undefined;
      if (kind === '%') {
        text += '%';
        i++;
      } else if (next < args.length && (kind === 's' || kind === 'j' || kind === 'o' || kind === 'O')) {
        text += show(args[next++]);
        i++;
      } else if (next < args.length && (kind === 'd' || kind === 'i' || kind === 'f')) {
        text += number(args[next++], kind);
        i++;
      } else {
        text += format[i];
      }
    }
    if (next < args.length) text += ' ';
  }
  for (; next < args.length && text.length <= maxLine; next++) {
    text += show(args[next]) + (next + 1 < args.length ? ' ' : '');
  }
  return text.length > maxLine ? `${slice(text, 0, maxLine)}…` : text;
}

function number(value, kind) {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return 'NaN';
  const n = +value;
  return `${kind === 'i' && n === n ? (n < 0 ? -floor(-n) : floor(n)) : n}`;
}

const consoleMethods = {
  log(...args) {
    host.log('log', line(args));
  },
  info(...args) {
    host.log('info', line(args));
  },
  warn(...args) {
    host.log('warn', line(args));
  },
  error(...args) {
    host.log('error', line(args));
  },
  debug(...args) {
    host.log('debug', line(args));
  },
};

// require('buffer'): Node's Buffer, as far as webhook scripts use it. A Buffer is a Uint8Array.

const { Uint8Array, ArrayBuffer, DataView } = globalThis;
const TypedArray = Object.getPrototypeOf(Uint8Array);
const bufferOf = getterOf(TypedArray.prototype, 'buffer');
const offsetOf = getterOf(TypedArray.prototype, 'byteOffset');
const sizeOf = getterOf(TypedArray.prototype, 'byteLength');
const arrayBufferSize = getterOf(ArrayBuffer.prototype, 'byteLength');
const arrayBufferSlice = uncurry(ArrayBuffer.prototype.slice);
const isView = ArrayBuffer.isView;
const setBytes = uncurry(TypedArray.prototype.set);
const viewBuffer = getterOf(DataView.prototype, 'buffer');
const viewOffset = getterOf(DataView.prototype, 'byteOffset');
const viewSize = getterOf(DataView.prototype, 'byteLength');

const encodings = {
  __proto__: null,
  utf8: 'utf8', 'utf-8': 'utf8', hex: 'hex', base64: 'base64', base64url: 'base64url',
  latin1: 'latin1', binary: 'latin1', ascii: 'ascii',
  utf16le: 'utf16le', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le',
};

// encodingOf gives the host's name of an encoding; utf8 when none is named.
function encodingOf(name) {
  if (name === undefined || name === null || name === '') return 'utf8';
  const known = typeof name === 'string' ? encodings[toLower(name)] : undefined;
  if (known === undefined) throw fail(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${show(name)}`);
  return known;
}

const isArrayBuffer = (value) => {
  try {
    arrayBufferSize(value);
    return true;
  } catch {
    return false;
  }
};

// spanOf returns [ArrayBuffer, offset, length] of a typed array or DataView.
function spanOf(view) {
  try {
    return [bufferOf(view), offsetOf(view), sizeOf(view)];
  } catch {
    return [viewBuffer(view), viewOffset(view), viewSize(view)];
  }
}

// octets returns an ArrayBuffer with exactly the bytes of a string, view or ArrayBuffer, or undefined
// when the value is none of these. What it returns may be shared with the value: only read it.
function octets(value, encoding) {
  if (typeof value === 'string') return host.decode(value, encodingOf(encoding));
  if (isView(value)) {
    const [buffer, offset, size] = spanOf(value);
    return offset === 0 && size === arrayBufferSize(buffer) ? buffer : arrayBufferSlice(buffer, offset, offset + size);
  }
  return isArrayBuffer(value) ? value : undefined;
}

const argumentError = (name, wants, value) =>
  fail(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${wants}. Received ${value === null ? 'null' : typeof value}`);

class Buffer extends Uint8Array {
  static from(value, encodingOrOffset, length) {
    if (typeof value === 'string') return new Buffer(octets(value, encodingOrOffset));
    if (isArrayBuffer(value)) return new Buffer(value, encodingOrOffset, length);
    if (isView(value)) return new Buffer(arrayBufferSlice(octets(value), 0));
    if (typeof value === 'object' && value !== null) {
      if (value.type === 'Buffer' && isArray(value.data)) return Buffer.from(value.data);
      if (typeof value.length === 'number') {
        const buffer = new Buffer(value.length);
        for (let i = 0; i < value.length; i++) buffer[i] = value[i];
        return buffer;
      }
    }
    throw argumentError('value', 'a string, an array, a Buffer or an ArrayBuffer', value);
  }
  static alloc(size, fill, encoding) {
    const buffer = new Buffer(size);
    return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
  }
  static allocUnsafe(size) {
    return new Buffer(size);
  }
  static isBuffer(value) {
    return value instanceof Buffer;
  }
  static isEncoding(name) {
    return typeof name === 'string' && encodings[toLower(name)] !== undefined;
  }
  static byteLength(value, encoding) {
    const bytes = octets(value, encoding);
    if (bytes === undefined) throw argumentError('string', 'a string, a Buffer or an ArrayBuffer', value);
    return arrayBufferSize(bytes);
  }
  static concat(list, total) {
    if (!isArray(list)) throw argumentError('list', 'an array of Buffers', list);
    let size = 0;
    for (let i = 0; i < list.length; i++) {
      if (!(list[i] instanceof Uint8Array)) throw argumentError(`list[${i}]`, 'a Buffer or a Uint8Array', list[i]);
      size += sizeOf(list[i]);
    }
    const buffer = new Buffer(total === undefined ? size : total);
    for (let i = 0, at = 0; i < list.length && at < buffer.length; i++) {
      const part = list[i].subarray(0, buffer.length - at);
      setBytes(buffer, part, at);
      at += sizeOf(part);
    }
    return buffer;
  }
  static compare(a, b) {
    for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
  }

  toString(encoding, start = 0, end = this.length) {
    return host.encode(octets(this.subarray(start, end)), encodingOf(encoding));
  }
  toLocaleString(encoding, start, end) {
    return this.toString(encoding, start, end);
  }
  toJSON() {
    return { type: 'Buffer', data: Array.from(this) };
  }
  equals(other) {
    if (!(other instanceof Uint8Array)) throw argumentError('otherBuffer', 'a Buffer or a Uint8Array', other);
    return Buffer.compare(this, other) === 0;
  }
  compare(other) {
    return Buffer.compare(this, other);
  }
  // slice shares memory, unlike Uint8Array's.
  slice(start, end) {
    return this.subarray(start, end);
  }
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = this.subarray(start, min(end, start + target.length - targetStart));
    setBytes(target, part, targetStart);
    return part.length;
  }
  write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
    if (typeof offset === 'string') [offset, length, encoding] = [0, this.length, offset];
    else if (typeof length === 'string') [length, encoding] = [this.length - offset, length];
    const bytes = new Uint8Array(octets(`${text}`, encoding)).subarray(0, min(length, this.length - offset));
    setBytes(this, bytes, offset);
    return bytes.length;
  }
  fill(value, offset = 0, end = this.length, encoding = 'utf8') {
    if (typeof offset === 'string') [offset, end, encoding] = [0, this.length, offset];
    if (typeof value === 'number') return super.fill(value, offset, end);
    const bytes = new Uint8Array(octets(value, encoding));
    for (let i = offset; bytes.length > 0 && i < end; i++) this[i] = bytes[(i - offset) % bytes.length];
    return this;
  }
  indexOf(value, from = 0, encoding) {
    if (typeof value === 'number') return super.indexOf(value & 255, from);
    const bytes = new Uint8Array(octets(value, encoding));
    for (let i = from < 0 ? max(0, this.length + from) : from; i + bytes.length <= this.length; i++) {
      let k = 0;
      while (k < bytes.length && this[i + k] === bytes[k]) k++;
      if (k === bytes.length) return i;
    }
    return -1;
  }
  includes(value, from, encoding) {
    return this.indexOf(value, from, encoding) !== -1;
  }
}

const { min, max } = Math;

// The fixed-width readers and writers, from one table: [Node's name, DataView's name, bytes, endian].
for (const [name, method, size, little] of [
  ['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1],
  ['UInt16LE', 'Uint16', 2, true], ['UInt16BE', 'Uint16', 2, false],
  ['Int16LE', 'Int16', 2, true], ['Int16BE', 'Int16', 2, false],
  ['UInt32LE', 'Uint32', 4, true], ['UInt32BE', 'Uint32', 4, false],
  ['Int32LE', 'Int32', 4, true], ['Int32BE', 'Int32', 4, false],
  ['BigUInt64LE', 'BigUint64', 8, true], ['BigUInt64BE', 'BigUint64', 8, false],
  ['BigInt64LE', 'BigInt64', 8, true], ['BigInt64BE', 'BigInt64', 8, false],
  ['FloatLE', 'Float32', 4, true], ['FloatBE', 'Float32', 4, false],
  ['DoubleLE', 'Float64', 8, true], ['DoubleBE', 'Float64', 8, false],
]) {
  const get = uncurry(DataView.prototype[`get${method}`]);
  const set = uncurry(DataView.prototype[`set${method}`]);
  const viewOf = (buffer, offset) => {
    if (offset < 0 || offset + size > buffer.length) {
      throw fail(RangeError, 'ERR_OUT_OF_RANGE', `The value of "offset" is out of range. Received ${offset}`);
    }
    return new DataView(bufferOf(buffer), offsetOf(buffer), sizeOf(buffer));
  };
  const read = function (offset = 0) {
    return get(viewOf(this, offset), offset, little);
  };
  const write = function (value, offset = 0) {
    set(viewOf(this, offset), offset, value, little);
    return offset + size;
  };
  for (const alias of [name, name.replace('UInt', 'Uint')]) {
    hide(Buffer.prototype, `read${alias}`, read);
    hide(Buffer.prototype, `write${alias}`, write);
  }
}

const bufferModule = () => ({
  Buffer,
  atob: (text) => host.encode(host.decode(`${text}`, 'base64'), 'latin1'),
  btoa: (text) => host.encode(host.decode(`${text}`, 'latin1'), 'base64'),
});

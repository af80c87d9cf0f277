// require('crypto'): hashes and HMAC. The work is done by the host; what is kept here is the data of
// the updates, as one string as long as there was one, else as bytes.

const algorithms = { __proto__: null, md5: true, sha1: true, sha256: true, sha384: true, sha512: true };

function algorithmOf(name, code, message) {
  const id = typeof name === 'string' ? toLower(name) : '';
  if (algorithms[id] === undefined) {
    throw fail(Error, code, `${message}: ${show(name)} (known: md5, sha1, sha256, sha384, sha512)`);
  }
  return id;
}

// Input collects what is updated. Bytes are copied at once: the script may change them later.
class Input {
  #text;
  #bytes;
  #size = 0;
  add(data, encoding) {
    if (typeof data === 'string' && this.#text === undefined && this.#bytes === undefined && encodingOf(encoding) === 'utf8') {
      this.#text = data;
      return;
    }
    const more = octets(data, encoding);
    if (more === undefined) throw argumentError('data', 'a string, a Buffer or a Uint8Array', data);
    if (this.#text !== undefined) {
      const first = this.#text;
      this.#text = undefined;
      this.#append(host.decode(first, 'utf8'));
    }
    this.#append(more);
  }
  #append(more) {
    const size = arrayBufferSize(more);
    if (this.#bytes === undefined || this.#size + size > sizeOf(this.#bytes)) {
      const grown = new Uint8Array(max(2 * this.#size, this.#size + size));
      if (this.#bytes !== undefined) setBytes(grown, this.#bytes, 0);
      this.#bytes = grown;
    }
    setBytes(this.#bytes, new Uint8Array(more), this.#size);
    this.#size += size;
  }
  take() {
    if (this.#text !== undefined) return this.#text;
    return this.#bytes === undefined ? '' : arrayBufferSlice(bufferOf(this.#bytes), 0, this.#size);
  }
}

// digester makes the object that createHash and createHmac return.
function digester(algorithm, key) {
  const input = new Input();
  let ended = false;
  const open = (method) => {
    if (ended) throw fail(Error, 'ERR_CRYPTO_HASH_FINALIZED', `Digest already called: ${method} after digest`);
  };
  return {
    update(data, encoding) {
      open('update');
      input.add(data, encoding);
      return this;
    },
    digest(encoding) {
      open('digest');
      ended = true;
      if (encoding === undefined || encoding === null || encoding === 'buffer') {
        return new Buffer(host.digest(algorithm, key, input.take()));
      }
      return host.digest(algorithm, key, input.take(), encodingOf(encoding));
    },
  };
}

function formatUUID(hex) {
  return `${slice(hex, 0, 8)}-${slice(hex, 8, 12)}-${slice(hex, 12, 16)}-${slice(hex, 16, 20)}-${slice(hex, 20)}`;
}

const maxRandom = 65536;

const cryptoModule = () => ({
  createHash(algorithm) {
    return digester(algorithmOf(algorithm, 'ERR_OSSL_EVP_UNSUPPORTED', 'Digest method not supported'));
  },
  createHmac(algorithm, key) {
    const id = algorithmOf(algorithm, 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
    if (typeof key === 'string') return digester(id, key);
    const bytes = octets(key);
    if (bytes === undefined) throw argumentError('key', 'a string, a Buffer or a Uint8Array', key);
    return digester(id, arrayBufferSlice(bytes, 0));
  },
  timingSafeEqual(a, b) {
    if (!isView(a) && !isArrayBuffer(a)) throw argumentError('buf1', 'a Buffer, a Uint8Array or an ArrayBuffer', a);
    if (!isView(b) && !isArrayBuffer(b)) throw argumentError('buf2', 'a Buffer, a Uint8Array or an ArrayBuffer', b);
    const x = octets(a);
    const y = octets(b);
    if (arrayBufferSize(x) !== arrayBufferSize(y)) {
      throw fail(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
    }
    return host.equal(x, y) === 1;
  },
  randomBytes(size) {
    if (typeof size !== 'number' || !(size >= 0) || size > maxRandom || floor(size) !== size) {
      throw fail(RangeError, 'ERR_OUT_OF_RANGE', `The value of "size" is out of range. It must be >= 0 && <= ${maxRandom}. Received ${show(size)}`);
    }
    return new Buffer(host.random(size));
  },
  randomUUID() {
    const bytes = new Uint8Array(host.random(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return formatUUID(host.encode(bufferOf(bytes), 'hex'));
  },
});

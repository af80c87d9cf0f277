// require('url'): URL and URLSearchParams by the URL Standard (https://url.spec.whatwg.org), without
// what a webhook script has no use for: no IDNA (a host outside ASCII is refused), no numeric IPv4
// forms, no blob URLs.

const lower = toLower;
const encodeComponent = globalThis.encodeURIComponent;
const replaceAll = (text, pattern, to) => text.replace(pattern, to);

// percentEncode encodes the characters that pattern finds, and everything outside ASCII.
const percentEncode = (text, pattern) =>
  replaceAll(text.toWellFormed(), pattern, (c) => {
    const hex = host.encode(host.decode(c, 'utf8'), 'hex').toUpperCase();
    return replaceAll(hex, /../g, '%$&');
  });

function percentDecode(text) {
  if (!text.includes('%')) return text;
  const bytes = new Uint8Array(host.decode(text, 'utf8'));
  let n = 0;
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 37 ? String.fromCharCode(bytes[i + 1] || 0, bytes[i + 2] || 0) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes[n++] = parseInt(hex, 16);
      i += 2;
    } else {
      bytes[n++] = bytes[i];
    }
  }
  return host.encode(arrayBufferSlice(bufferOf(bytes), 0, n), 'utf8');
}

const formDecode = (text) => percentDecode(replaceAll(text, /\+/g, ' '));
const formEncode = (text) =>
  replaceAll(encodeComponent(text.toWellFormed()), /%20|[!'()~]/g, (c) => (c === '%20' ? '+' : `%${c.charCodeAt(0).toString(16).toUpperCase()}`));

class URLSearchParams {
  #list = [];
  #changed = () => {};

  constructor(init = '') {
    if (typeof init === 'object' && init !== null) {
      const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
      for (const pair of pairs) {
        const [name, value, ...rest] = pair;
        if (value === undefined || rest.length > 0) {
          throw fail(TypeError, 'ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');
        }
        this.#list.push([`${name}`, `${value}`]);
      }
    } else {
      this.#parse(`${init}`);
    }
  }
  #parse(text) {
    this.#list = [];
    for (const part of text.replace(/^\?/, '').split('&')) {
      if (part === '') continue;
      const at = part.indexOf('=');
      this.#list.push(at < 0 ? [formDecode(part), ''] : [formDecode(part.slice(0, at)), formDecode(part.slice(at + 1))]);
    }
  }
  // of makes the parameters of a URL: changes are reported back. It is not public.
  static of(text, changed) {
    const params = new URLSearchParams(text);
    params.#changed = changed;
    return [params, (query) => params.#parse(query)];
  }

  get size() {
    return this.#list.length;
  }
  append(name, value) {
    this.#list.push([`${name}`, `${value}`]);
    this.#changed();
  }
  delete(name, value) {
    this.#list = this.#list.filter(([n, v]) => n !== `${name}` || (value !== undefined && v !== `${value}`));
    this.#changed();
  }
  get(name) {
    const pair = this.#list.find(([n]) => n === `${name}`);
    return pair === undefined ? null : pair[1];
  }
  getAll(name) {
    return this.#list.filter(([n]) => n === `${name}`).map(([, v]) => v);
  }
  has(name, value) {
    return this.#list.some(([n, v]) => n === `${name}` && (value === undefined || v === `${value}`));
  }
  set(name, value) {
    const first = this.#list.findIndex(([n]) => n === `${name}`);
    if (first < 0) {
      this.#list.push([`${name}`, `${value}`]);
    } else {
      this.#list[first][1] = `${value}`;
      this.#list = this.#list.filter(([n], i) => i <= first || n !== `${name}`);
    }
    this.#changed();
  }
  sort() {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }
  forEach(visit, self) {
    for (const [name, value] of this) visit.call(self, value, name, this);
  }
  *entries() {
    for (let i = 0; i < this.#list.length; i++) yield [this.#list[i][0], this.#list[i][1]];
  }
  *keys() {
    for (const [name] of this.entries()) yield name;
  }
  *values() {
    for (const [, value] of this.entries()) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return this.#list.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join('&');
  }
}

const paramsOf = URLSearchParams.of;
delete URLSearchParams.of;

const defaultPorts = { __proto__: null, http: '80', https: '443', ws: '80', wss: '443', ftp: '21', file: '' };
const isSpecial = (scheme) => defaultPorts[scheme] !== undefined;

const inPath = /[^\x21\x24-\x3b\x3d\x40-\x5f\x61-\x7a\x7c\x7e]/gu;
const inQuery = /[^\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e]/gu;
const inFragment = /[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7e]/gu;
const inUserinfo = /[^\x21\x24-\x2e\x30-\x39\x41-\x5a\x5f\x61-\x7a\x7e%]/gu;
const inOpaque = /[^\x20-\x7e]/gu;

const invalid = (input) => {
  const error = fail(TypeError, 'ERR_INVALID_URL', 'Invalid URL');
  hide(error, 'input', slice(input, 0, 200));
  return error;
};

// hostOf checks and normalises a host; undefined when it is not one.
function hostOf(text, scheme) {
  if (text.startsWith('[')) return /^\[[0-9A-Fa-f:.]+\]$/.test(text) ? lower(text) : undefined;
  if (!isSpecial(scheme)) return /[\0\t\n\r #/<>?@[\\\]^|]/.test(text) ? undefined : percentEncode(text, inOpaque);
  const name = lower(percentDecode(text));
  if ((name === '' && scheme !== 'file') || /[^\x21-\x7e]|[#%/:<>?@[\\\]^|]/.test(name)) return undefined;
  return scheme === 'file' && name === 'localhost' ? '' : name;
}

// dotless removes "." and ".." from a path that begins with "/".
function dotless(path, special) {
  const out = [];
  const parts = (special ? path.replace(/\\/g, '/') : path).split('/').slice(1);
  parts.forEach((part, i) => {
    const plain = part.replace(/%2e/gi, '.');
    const isLast = i === parts.length - 1;
    if (plain === '..') out.pop();
    else if (plain !== '.') out.push(part);
    if (isLast && (plain === '..' || plain === '.')) out.push('');
  });
  return `/${out.join('/')}`;
}

// split cuts "#fragment" and "?query" off; either is undefined when it is not there.
function split(text) {
  let fragment;
  let query;
  let at = text.indexOf('#');
  if (at >= 0) [text, fragment] = [text.slice(0, at), text.slice(at + 1)];
  at = text.indexOf('?');
  if (at >= 0) [text, query] = [text.slice(0, at), text.slice(at + 1)];
  return [text, query, fragment];
}

function parseAuthority(text, record) {
  const at = text.lastIndexOf('@');
  if (at >= 0) {
    const userinfo = text.slice(0, at);
    const colon = userinfo.indexOf(':');
    record.username = percentEncode(colon < 0 ? userinfo : userinfo.slice(0, colon), inUserinfo);
    record.password = colon < 0 ? '' : percentEncode(userinfo.slice(colon + 1), inUserinfo);
    text = text.slice(at + 1);
  }
  const [, name, port = ''] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]*))?$/.exec(text) || [];
  if (name === undefined || +port > 65535) return false;
  record.hostname = hostOf(name, record.scheme);
  if (record.hostname === undefined) return false;
  record.port = port === '' || `${+port}` === defaultPorts[record.scheme] ? '' : `${+port}`;
  return !(name === '' && (at >= 0 || port !== ''));
}

// parseURL returns a record, or undefined when the input is no URL.
function parseURL(input, base) {
  const text = input.replace(/^[\0- ]+|[\0- ]+$/g, '').replace(/[\t\n\r]/g, '');
  const [, name, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) || [];
  const record = { scheme: '', username: '', password: '', hostname: null, port: '', path: '', query: undefined, fragment: undefined };
  let [main, query, fragment] = split(name === undefined ? text : rest);
  record.fragment = fragment === undefined ? undefined : percentEncode(fragment, inFragment);
  const isRelative = name === undefined || (base !== undefined && isSpecial(lower(name)) && lower(name) === base.scheme && !/^[/\\]{2}/.test(main));
  if (!isRelative) record.scheme = lower(name);
  else if (base === undefined) return undefined;
  else record.scheme = base.scheme;
  const special = isSpecial(record.scheme);
  if (special) main = main.replace(/\\/g, '/');
  if (query !== undefined) record.query = percentEncode(query, special ? /[^\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e]/gu : inQuery);

  if (!isRelative && special && record.scheme !== 'file') main = `//${main.replace(/^\/*/, '')}`;
  if (main.startsWith('//')) {
    const [, authority, path] = /^\/\/([^/]*)(.*)$/s.exec(main);
    if (!parseAuthority(authority, record)) return undefined;
    record.path = path === '' && !special ? '' : dotless(percentEncode(path === '' ? '/' : path, inPath), special);
    return record;
  }
  if (!isRelative) {
    if (main.startsWith('/') || record.scheme === 'file') {
      record.hostname = record.scheme === 'file' ? '' : null;
      record.path = dotless(percentEncode(main.startsWith('/') ? main : `/${main}`, inPath), special);
    } else {
      record.path = percentEncode(main, inOpaque); // mailto:, data: and the like
    }
    return record;
  }
  if (base.hostname === null && !base.path.startsWith('/')) return text.startsWith('#') ? { ...base, fragment: record.fragment } : undefined;
  Object.assign(record, { username: base.username, password: base.password, hostname: base.hostname, port: base.port });
  if (main === '') {
    record.path = base.path;
    if (query === undefined) record.query = base.query;
  } else {
    const path = main.startsWith('/') ? main : base.path.replace(/[^/]*$/, '') + main;
    record.path = dotless(percentEncode(path, inPath), special);
  }
  return record;
}

class URL {
  #record;
  #params;
  #reparse;

  constructor(input, base) {
    const from = base === undefined ? undefined : parseURL(`${base}`);
    if (base !== undefined && from === undefined) throw invalid(`${base}`);
    this.#record = parseURL(`${input}`, from);
    if (this.#record === undefined) throw invalid(`${input}`);
    [this.#params, this.#reparse] = paramsOf(this.search, () => {
      const query = this.#params.toString();
      this.#record.query = query === '' ? undefined : query;
    });
  }
  static canParse(input, base) {
    return URL.parse(input, base) !== null;
  }
  static parse(input, base) {
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }
  // #reread sets one part by parsing the whole again; a value that makes no URL is ignored.
  #reread(part, value) {
    const next = { ...this.#record, [part]: value };
    const record = parseURL(write(next));
    if (record !== undefined) this.#record = record;
  }

  get href() {
    return write(this.#record);
  }
  set href(value) {
    const record = parseURL(`${value}`);
    if (record === undefined) throw invalid(`${value}`);
    this.#record = record;
    this.#reparse(this.search);
  }
  get origin() {
    const { scheme } = this.#record;
    return isSpecial(scheme) && scheme !== 'file' ? `${scheme}://${this.host}` : 'null';
  }
  get protocol() {
    return `${this.#record.scheme}:`;
  }
  set protocol(value) {
    const scheme = lower(`${value}`.replace(/:.*$/s, ''));
    if (isSpecial(scheme) === isSpecial(this.#record.scheme)) this.#reread('scheme', scheme);
  }
  get username() {
    return this.#record.username;
  }
  set username(value) {
    this.#record.username = percentEncode(`${value}`, inUserinfo);
  }
  get password() {
    return this.#record.password;
  }
  set password(value) {
    this.#record.password = percentEncode(`${value}`, inUserinfo);
  }
  get host() {
    const { hostname, port } = this.#record;
    return hostname === null ? '' : port === '' ? hostname : `${hostname}:${port}`;
  }
  set host(value) {
    const [, hostname, port] = /^(\[[^\]]*\]|[^:/?#]*)(?::([0-9]*))?/.exec(`${value}`);
    this.hostname = hostname;
    if (port !== undefined) this.port = port;
  }
  get hostname() {
    return this.#record.hostname ?? '';
  }
  set hostname(value) {
    const hostname = hostOf(`${value}`, this.#record.scheme);
    if (hostname !== undefined && this.#record.hostname !== null) this.#record.hostname = hostname;
  }
  get port() {
    return this.#record.port;
  }
  set port(value) {
    const port = `${value}`;
    if (/^[0-9]*$/.test(port) && +port <= 65535) this.#reread('port', port);
  }
  get pathname() {
    return this.#record.path;
  }
  set pathname(value) {
    const path = `${value}`.replace(/[?#]/g, (c) => (c === '?' ? '%3F' : '%23'));
    if (this.#record.hostname !== null) this.#reread('path', path.startsWith('/') ? path : `/${path}`);
  }
  get search() {
    return this.#record.query ? `?${this.#record.query}` : '';
  }
  set search(value) {
    const query = `${value}`.replace(/^\?/, '').replace(/#/g, '%23');
    this.#reread('query', query === '' ? undefined : query);
    this.#reparse(query);
  }
  get searchParams() {
    return this.#params;
  }
  get hash() {
    return this.#record.fragment ? `#${this.#record.fragment}` : '';
  }
  set hash(value) {
    const fragment = `${value}`.replace(/^#/, '');
    this.#record.fragment = fragment === '' ? undefined : percentEncode(fragment, inFragment);
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
}

function write({ scheme, username, password, hostname, port, path, query, fragment }) {
  let text = `${scheme}:`;
  if (hostname !== null) {
    text += '//';
    if (username !== '' || password !== '') text += `${username}${password === '' ? '' : `:${password}`}@`;
    text += hostname + (port === '' ? '' : `:${port}`);
  }
  return text + path + (query === undefined ? '' : `?${query}`) + (fragment === undefined ? '' : `#${fragment}`);
}

const urlModule = () => ({ URL, URLSearchParams, domainToASCII: (name) => hostOf(`${name}`, 'http') ?? '' });

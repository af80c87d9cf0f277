const indent = '  ';

/**
 * Lays out JSON in lines with every number, string and key as it was written, which JSON.parse and JSON.stringify do not
 * keep: 1.0, 12345678901234567890, a key that looks like a number. Returns undefined if the text is not JSON.
 */
export function pretty(text: string): string[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const end = () => {
    lines.push(line);
    line = indent.repeat(depth);
  };
  for (let i = 0; i < text.length; ) {
    const c = text.charAt(i);
    if (c === '"') {
      const from = i++;
      for (; text.charAt(i) !== '"'; i++) if (text.charAt(i) === '\\') i++;
      line += text.slice(from, ++i);
    } else if (c === '{' || c === '[') {
      line += c;
      i = afterSpace(text, i + 1);
      const next = text.charAt(i);
      if (next === '}' || next === ']') {
        line += next;
        i++;
      } else {
        depth++;
        end();
      }
    } else if (c === '}' || c === ']') {
      depth--;
      end();
      line += c;
      i++;
    } else if (c === ',') {
      line += c;
      end();
      i++;
    } else if (c === ':') {
      line += ': ';
      i++;
    } else if (isSpace(c)) {
      i++;
    } else {
      const from = i;
      while (i < text.length && !/[\s,\]}]/.test(text.charAt(i))) i++;
      line += text.slice(from, i);
    }
  }
  lines.push(line);
  return lines;
}

const isSpace = (c: string) => c === ' ' || c === '\n' || c === '\r' || c === '\t';

function afterSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && isSpace(text.charAt(i))) i++;
  return i;
}

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'plain';
export interface Token {
  kind: TokenKind;
  text: string;
}

const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

/** A line of JSON as what it is made of, for colours. Strings have no line breaks in them, so a line stands alone. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: TokenKind, text: string) => {
    if (text !== '') tokens.push({ kind, text });
  };
  for (const match of line.matchAll(pattern)) {
    const [whole, text, colon, number] = match;
    add('plain', line.slice(at, match.index));
    if (text !== undefined) {
      add(colon === undefined ? 'string' : 'key', text);
      add('plain', colon ?? '');
    } else add(number === undefined ? 'word' : 'number', whole);
    at = match.index + whole.length;
  }
  add('plain', line.slice(at));
  return tokens;
}

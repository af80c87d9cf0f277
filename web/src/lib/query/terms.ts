/**
 * The written query as terms, for showing it as chips. The server alone decides what a query means: this splits where the
 * server splits (docs/queries.md), and joining the terms again gives the same query.
 */
export interface Term {
  /** As it was written. */
  text: string;
  /** The field with its colon and a minus before it; empty for a text that is searched. */
  field: string;
  value: string;
}

/** Splits a query at the spaces outside of quotation marks. A quotation mark that is not closed goes to the end. */
export function termsOf(query: string): Term[] {
  const terms: Term[] = [];
  let text = '';
  let quoted = false;
  const end = () => {
    if (text !== '') terms.push(termOf(text));
    text = '';
  };
  for (let i = 0; i < query.length; i++) {
    const c = query.charAt(i);
    if (quoted && c === '\\' && i + 1 < query.length) {
      text += c + query.charAt(++i);
      continue;
    }
    if (c === '"') quoted = !quoted;
    if (!quoted && /\s/.test(c)) end();
    else text += c;
  }
  end();
  return terms;
}

function termOf(text: string): Term {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted && c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (c === ':' && !quoted && i > 0) return { text, field: text.slice(0, i + 1), value: text.slice(i + 1) };
  }
  return { text, field: '', value: text };
}

/** The query of some terms. */
export function queryOf(terms: readonly Term[]): string {
  return terms.map((t) => t.text).join(' ');
}

/** The query without the term at an index. */
export function without(query: string, index: number): string {
  return queryOf(termsOf(query).filter((_, i) => i !== index));
}

/** The query with more terms at its end. */
export function withTerms(query: string, more: string): string {
  return queryOf([...termsOf(query), ...termsOf(more)]);
}

/** The query in which a field has one value, or is not asked about if the value is undefined. */
export function withField(query: string, field: string, value: string | undefined): string {
  const rest = termsOf(query).filter((t) => t.field !== `${field}:`);
  return queryOf(value === undefined ? rest : [...rest, termOf(`${field}:${value}`)]);
}

/** The value that a query demands of a field, if it does so in one plain term. */
export function fieldOf(query: string, field: string): string | undefined {
  return termsOf(query).find((t) => t.field === `${field}:`)?.value;
}

/** A text as the query for content that has it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

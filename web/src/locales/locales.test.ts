import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languages } from '../lib/languages';

type Texts = { [key: string]: string | Texts };

const source = join(import.meta.dirname, '..');
const read = (language: string): Record<string, string> =>
  flat(JSON.parse(readFileSync(join(import.meta.dirname, `${language}.json`), 'utf8')));

function flat(texts: Texts, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      typeof text === 'string' ? [[prefix + key, text]] : Object.entries(flat(text, `${prefix}${key}.`)),
    ),
  );
}

const plural = /_(zero|one|two|few|many|other)$/;
const base = (key: string) => key.replace(plural, '');
const english = read('en');

/** The keys that a language must have: those of English, with the plural forms of the language. */
function wanted(language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return [
    ...new Set(
      Object.keys(english).flatMap((key) => (plural.test(key) ? forms.map((form) => `${base(key)}_${form}`) : [key])),
    ),
  ].sort();
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

test.each(Object.keys(languages))('%s has every text', (language) => {
  const texts = read(language);
  expect(Object.keys(texts).sort()).toEqual(wanted(language));
  for (const [key, text] of Object.entries(texts)) {
    expect(text.trim(), key).not.toBe('');
    expect(placeholders(text), key).toEqual(placeholders(english[key] ?? english[`${base(key)}_other`] ?? ''));
  }
});

test('there is a file for each language, and no other', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
  expect(files.sort()).toEqual(
    Object.keys(languages)
      .map((tag) => `${tag}.json`)
      .sort(),
  );
});

test('every text is used', () => {
  const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => readFileSync(join(source, name), 'utf8'))
    .join('\n');
  const literals = new Set([...code.matchAll(/['"`]([\w.]+)['"`]/g)].map((m) => m[1]));
  // A template such as t(`statuses.${x}`) uses every text of its group, t(`${x}.queryHint`) that text of every group.
  const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1] ?? '');
  const suffixes = [...code.matchAll(/\$\{[^}]*\}(\.[\w.]+)`/g)].map((m) => m[1] ?? '');
  const unused = Object.keys(english)
    .map(base)
    .filter(
      (key) => !literals.has(key) && !prefixes.some((p) => key.startsWith(p)) && !suffixes.some((s) => key.endsWith(s)),
    );
  expect(unused).toEqual([]);
});

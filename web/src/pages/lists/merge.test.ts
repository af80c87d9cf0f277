import { expect, test } from 'vitest';
import { type ListPage, merge, newer } from './merge';

const page = (ids: string, next?: string): ListPage<{ id: string; v?: number }> => ({
  items: [...ids].map((id) => ({ id })),
  next,
});
const ids = (pages: ListPage<{ id: string }>[]) => pages.map((p) => p.items.map((r) => r.id).join('')).join('|');

test.each([
  ['', 'cba', 3, 'cba'],
  ['ba', 'dcba', 2, 'dcba'],
  ['ba', 'ba', 0, 'ba'],
  ['ba', 'b', 0, 'ba'], // a is on the next page
])('newer and merge: shown %j, newest %j', (shown, newest, count, want) => {
  const pages = shown === '' ? [] : [page(shown)];
  expect(newer(pages, page(newest))).toBe(count);
  expect(ids(merge(pages, page(newest)))).toBe(want);
});

test('more than a page came: the list begins anew', () => {
  const shown = [page('ba', 'x')];
  expect(newer(shown, page('zyx', 'next'))).toBeUndefined();
  expect(ids(merge(shown, page('zyx', 'next')))).toBe('zyx');
});

test('the first row shown has gone: ids say what is newer', () => {
  expect(newer([page('cba')], page('edba'))).toBe(2);
  expect(ids(merge([page('cba')], page('edba')))).toBe('edcba');
});

test('rows in both are brought up to date, on every page', () => {
  const merged = merge([page('c'), page('ba')], { items: [{ id: 'd' }, { id: 'c', v: 1 }, { id: 'b', v: 2 }] });
  expect(merged).toEqual([
    { items: [{ id: 'd' }, { id: 'c', v: 1 }], next: undefined },
    { items: [{ id: 'b', v: 2 }, { id: 'a' }], next: undefined },
  ]);
});

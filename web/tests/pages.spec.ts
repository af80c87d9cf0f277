import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { languages } from '../src/lib/languages';
import { expect, type Hookline, signIn, test } from './hookline';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const push = readFileSync(join(import.meta.dirname, '../../examples/payloads/github_push_main.json'), 'utf8');
const screenshots = join(import.meta.dirname, '../screenshots');

const widths = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;

interface Place {
  name: string;
  path: string;
  /** A text that is there once the page has its data. */
  shows: string;
}

/** The id that an answer to a caller names. */
function idOf(answer: Response, of: 'Delivery' | 'Execution'): string {
  const id = answer.headers.get(`Hookline-${of}`);
  if (id === null) throw new Error(`the answer names no ${of}`);
  return id;
}

/** Makes a few calls of each kind and returns every page there is. */
async function placesOf(server: Hookline): Promise<Place[]> {
  const accepted = await server.call('github-push', push, { 'X-GitHub-Event': 'push' });
  expect(accepted.status).toBe(200);
  const refused = await server.call('payments/acme', '{"id":"evt_1"}');
  expect(refused.status).toBe(401);
  expect((await server.call('nothing-here', 'x=1')).status).toBe(404);
  const [delivery, execution, rejected] = [
    idOf(accepted, 'Delivery'),
    idOf(accepted, 'Execution'),
    idOf(refused, 'Delivery'),
  ];
  return [
    { name: 'deliveries', path: '/deliveries', shows: 'github-push' },
    { name: 'executions', path: '/executions', shows: 'github-push' },
    { name: 'delivery', path: `/deliveries/${delivery}`, shows: 'refs/heads/main' },
    { name: 'delivery-refused', path: `/deliveries/${rejected}`, shows: 'Refused by the gate' },
    { name: 'execution', path: `/executions/${execution}?step=2`, shows: 'octo-org/tide' },
    { name: 'timeline', path: `/executions/${execution}?view=timeline`, shows: 'waited for a worker' },
    { name: 'none-match', path: '/executions?q=status:failed workflow:nobody', shows: 'Your query hides everything' },
    { name: 'not-found', path: '/nothing', shows: 'There is no such page' },
  ];
}

/** Checks the rules of WCAG 2.2 A and AA that can be checked by a program. */
async function violations(page: Page): Promise<string[]> {
  const found: string = await page.evaluate(`${axe};
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      .then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + n.failureSummary).slice(0, 3).join(' | '))))`);
  return JSON.parse(found);
}

test('every page in both themes and three widths: accessible, complete, photographed', async ({ page, hookline }) => {
  test.setTimeout(240_000);
  const places = await placesOf(hookline);
  await page.goto(hookline.url);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await page.screenshot({ path: `${screenshots}/sign-in.1440.${scheme}.png` });
    expect(await violations(page), `sign-in, ${scheme}`).toEqual([]);
  }
  await signIn(page, hookline.url);
  for (const place of places) {
    for (const [width, height] of widths) {
      await page.setViewportSize({ width, height });
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(hookline.url + place.path);
        await expect(page.getByText(place.shows).first()).toBeVisible();
        await page.screenshot({ path: `${screenshots}/${place.name}.${width}.${scheme}.png` });
        if (width !== 1024) expect.soft(await violations(page), `${place.name}, ${width}, ${scheme}`).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect.soft(overflow, `${place.name}, ${width}: the page scrolls sideways`).toBeLessThanOrEqual(0);
      }
    }
  }
});

test('the palette finds pages and ids, and is accessible', async ({ page, hookline }) => {
  await signIn(page, `${hookline.url}/executions`);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox');
  await expect(field).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await field.fill('deliv');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Deliveries' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await field.fill('dlv_0000000000001');
  await expect(page.getByRole('option', { name: 'Delivery dlv_0000000000001' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
});

test('a query that is wrong is told, with the nearest right name; one that is right filters', async ({
  page,
  hookline,
  complaints,
}) => {
  await placesOf(hookline);
  await signIn(page, `${hookline.url}/deliveries`);
  await page.keyboard.press('/');
  await page.keyboard.type('outcom:accepted');
  await page.keyboard.press('Enter');
  await expect(page.getByText('did you mean outcome?').first()).toBeVisible();
  expect(complaints.splice(0).every((c) => c.includes('422'))).toBe(true);
  await page.getByRole('button', { name: 'Remove outcom:accepted' }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('outcome:unmatched');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row').filter({ hasText: 'no route' }).first()).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'accepted' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'no route' }).first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('row').filter({ hasText: 'accepted' }).first()).toBeVisible();
});

test('each language is complete on the page, and is kept', async ({ page, hookline }) => {
  await signIn(page, `${hookline.url}/executions`);
  for (const [tag, name] of Object.entries(languages)) {
    await page.locator('button[aria-haspopup="menu"]').first().click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    await page.screenshot({ path: `${screenshots}/executions.1440.${tag}.png` });
  }
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page
    .getByRole('button', { name: /English|简体中文/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'English', exact: true }).click();
});

test('what a caller sends is shown, never obeyed', async ({ page, hookline }) => {
  const strings = [
    '<script>window.obeyed = 1</script>',
    '"><img src=x onerror="window.obeyed = 1">',
    '<svg/onload=window.obeyed=1>',
    'javascript:window.obeyed=1',
    '{{constructor.constructor("window.obeyed = 1")()}}',
    "'-window.obeyed-'",
    '\u202Eleft to right\u202C \u0000 \uFFFD \u{1F30A}',
    `${'W'.repeat(5_000)}`,
    `${'a\u0301\u0302\u0303\u0304'.repeat(50)}`,
  ];
  const ids: string[] = [];
  for (const text of strings) {
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      [text]: text,
      repository: { full_name: text },
      pusher: { name: text },
      commits: [],
      head_commit: { id: text, message: text },
    });
    // A header takes Latin-1 without controls; what it cannot take goes in the path and the body alone.
    const header = /^[\x20-\x7e]{1,1000}$/.test(text) ? { 'X-Text': text, 'User-Agent': text } : {};
    const answer = await hookline.call(`github-push?q=${encodeURIComponent(text.slice(0, 1000))}`, body, {
      'X-GitHub-Event': 'push',
      ...header,
    });
    expect(answer.status, text).toBe(200);
    ids.push(`/deliveries/${idOf(answer, 'Delivery')}`, `/executions/${idOf(answer, 'Execution')}?step=2`);
    await hookline.call(`no-route/${encodeURIComponent(text.slice(0, 500))}`, body, header);
  }
  await signIn(page, `${hookline.url}/deliveries`);
  for (const path of ['/deliveries', '/executions', ...ids]) {
    await page.goto(hookline.url + path);
    await expect(page.getByRole('row').or(page.getByText('SHA-256')).first()).toBeVisible();
    expect(await page.evaluate('window.obeyed'), path).toBeUndefined();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});

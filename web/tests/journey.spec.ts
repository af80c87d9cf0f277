import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, Hookline, test } from './hookline';

const push = readFileSync(join(import.meta.dirname, '../../examples/payloads/github_push_main.json'), 'utf8');

test('the first run: from the printed link to a call that arrives while one looks', async ({ page, complaints }) => {
  const server = await Hookline.start({ firstRun: true });
  try {
    expect(server.setUp).toContain('/setup#');
    await page.goto(server.setUp);
    await page.getByLabel('E-mail').fill('first@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a-long-enough-password');
    await page.getByRole('button', { name: 'Create and sign in' }).click();

    await page.getByRole('link', { name: 'Deliveries' }).first().click();
    await expect(page.getByText('No call came yet')).toBeVisible();
    expect((await server.call('github-push', push, { 'X-GitHub-Event': 'push' })).status).toBe(200);
    const row = page.getByRole('row').filter({ hasText: 'github-push' });
    await expect(row).toBeVisible();
    await row.click();
    await expect(page.getByText('"refs/heads/main"').first()).toBeVisible();

    await page.getByRole('link', { name: /^exe_/ }).click();
    await expect(page.getByText('succeeded').first()).toBeVisible();
    await page.getByRole('row').filter({ hasText: 'record.create' }).click();
    await expect(page.getByText('"octo-org/tide"')).toBeVisible();
    await page.getByRole('button', { name: 'Result', exact: true }).click();
    await expect(page.getByText('"createdAt"')).toBeVisible();
    await page.keyboard.press('Escape');

    // The link was good once.
    await page.getByRole('button', { name: /first@example.com/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.goto('about:blank');
    await page.goto(server.setUp);
    await page.getByLabel('E-mail').fill('second@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a-long-enough-password');
    await page.getByRole('button', { name: 'Create and sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('the server responded with a status of 4')]);
  } finally {
    await server.stop();
  }
});

test('a wrong password is refused in words, and the right one leads to the page that was asked for', async ({
  page,
  hookline,
  complaints,
}) => {
  await page.goto(`${hookline.url}/deliveries?q=outcome:rejected`);
  await page.getByLabel('E-mail').fill('admin@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('the e-mail address or the password is wrong')).toBeVisible();
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
  await page.getByLabel('Password', { exact: true }).fill('correct-horse-battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Deliveries' })).toBeVisible();
  await expect(page.getByText('outcome:')).toBeVisible();
});

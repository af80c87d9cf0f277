import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page } from '@playwright/test';

const program = process.env.HOOKLINE_PROGRAM;
const examples = join(import.meta.dirname, '../../examples');

export const admin = { email: 'admin@example.com', password: 'correct-horse-battery' };

/** A server that was started for a test, on a data directory of its own. */
export class Hookline {
  readonly url: string;
  /** The link that creates the first admin; empty if there was one from the start. */
  readonly setUp: string;

  private constructor(
    url: string,
    setUp: string,
    private readonly process: ChildProcess,
    private readonly dir: string,
  ) {
    this.url = url;
    this.setUp = setUp;
  }

  /** Starts the real binary with the example workflows; with an admin, unless the first run itself is tested. */
  static async start({ firstRun = false } = {}): Promise<Hookline> {
    if (program === undefined)
      throw new Error('HOOKLINE_PROGRAM must name the binary under test; make web-test sets it');
    const dir = mkdtempSync(join(tmpdir(), 'hookline-web-'));
    const child = spawn(
      program,
      [
        'serve',
        '--data',
        join(dir, 'data'),
        '--listen',
        '127.0.0.1:0',
        '--workflows',
        examples,
        '--log-format',
        'json',
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: dir,
          HOOKLINE_ENV_PAYMENT_PASSWORD: 'example-password',
          HOOKLINE_ENV_SENSOR_TOKEN: 'example-token',
          ...(!firstRun && { HOOKLINE_ADMIN_EMAIL: admin.email, HOOKLINE_ADMIN_PASSWORD: admin.password }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    let setUp = '';
    const ready = new Promise<string>((resolve, reject) => {
      const read = (line: string) => {
        output.push(line);
        setUp = /https?:\/\/\S+\/setup#[\w-]+/.exec(line)?.[0] ?? setUp;
        const serving = /"msg":"serving","api":"([^"]+)"/.exec(line)?.[1];
        if (serving !== undefined) resolve(serving);
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output.join('\n')}`)));
    });
    const url = await ready;
    child.removeAllListeners('exit');
    return new Hookline(url, setUp, child, dir);
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Calls a hook as a sender does. */
  async call(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${this.url}/api/webhooks/${path}`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  }
}

/** Signs in on the page that asks for it. */
export async function signIn(page: Page, at: string) {
  await page.goto(at);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Places' }).first()).toBeVisible();
}

interface Fixtures {
  /** What the browser wrote into its console as errors, and exceptions that nobody caught. A test ends with none. */
  complaints: string[];
}

interface WorkerFixtures {
  hookline: Hookline;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  hookline: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const server = await Hookline.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (err) => complaints.push(`not caught: ${err.message}`));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

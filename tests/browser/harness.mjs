// What the browser tests share: a server of the built site, Chromium, and a page that is waited for.
// Each test file runs as FILE SITE SCREENSHOTS, with PLAYWRIGHT naming the module.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const [site, shots] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(process.env.PLAYWRIGHT).href);
mkdirSync(shots, { recursive: true });
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

let server;
export let address, browser;
export const laptop = { width: 1366, height: 768 };

before(async () => {
  server = spawn(process.execPath, [join(root, 'web/serve.mjs'), site, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((told) => server.stdout.once('data', (data) => told(String(data))));
  address = /http:\S+/.exec(line)[0];
  browser = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'lab-')), {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', viewport: laptop, acceptDownloads: true, locale: 'en-US',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(async () => {
  await browser?.close();
  server?.kill();
});

// A page at `path`; its errors fail the test that opened it.
export async function open(path = '', viewport = laptop, prepare) {
  const page = await browser.newPage();
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(error.message));
  await page.setViewportSize(viewport);
  if (prepare) await page.addInitScript(prepare);
  await page.goto(address + path);
  return page;
}
export const close = async (page) => {
  assert.deepEqual(page.errors, []);
  await page.close();
};
export const status = (page) => page.evaluate(() => window.lab.status);
export const until = (page, condition, timeout = 60000) => page.waitForFunction(condition, null, { timeout, polling: 100 });
export const trained = (page, steps = 50) => page.waitForFunction((n) => window.lab.status?.step >= n, steps, { timeout: 60000, polling: 100 });
export const pause = async (page) => {
  if ((await status(page)).playing) await page.click('#play');
  await until(page, () => window.lab.status.playing === false);
  await page.waitForTimeout(700);
};

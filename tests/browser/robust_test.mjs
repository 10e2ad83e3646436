// What may go wrong around the lab, and how a person gets on: an engine that stops, graphics that are
// taken away, frames with an origin of their own, fingers, keys and wheels.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { address, browser, close, laptop, open, pause, root, shots, site, status, trained, until } from './harness.mjs';

const run = (page, json) => page.evaluate((command) => window.lab.command(command), json);
const shot = (page, clip) => (clip ? page.screenshot({ clip }) : page.locator('#canvas').screenshot());
const phone = { width: 375, height: 740 };

// ---------------------------------------------------------------- an engine that stops

// A page whose first engines read outside their memory, which no WebAssembly survives, where `when`
// (the text of a function of the command's name or 'pump', and of the milliseconds since the start)
// says so of each.
async function doomed(path, ...when) {
  const page = await browser.newPage();
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(error.message));
  await page.setViewportSize(laptop);
  await page.route('**/worker.mjs', async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    const next = when.shift();
    if (!next) return route.fulfill({ response, body });
    const spoilt = body.replace('engine = made;', `
      {
      const { _engine_command: command, _engine_pump: pump } = made, begun = performance.now();
      const dies = ${next}, trap = () => command(0xfffffff0, 0, 0);
      const read = (at) => { let end = at; while (made.HEAPU8[end]) end++; return new TextDecoder().decode(made.HEAPU8.slice(at, end)); };
      made._engine_command = (...given) => (dies(JSON.parse(read(given[0])).do, performance.now() - begun) ? trap() : command(...given));
      made._engine_pump = (budget) => (dies('pump', performance.now() - begun) ? trap() : pump(budget));
      }
      engine = made;`);
    assert.notEqual(spoilt, body);
    return route.fulfill({ response, body: spoilt });
  });
  await page.goto(address + path);
  return page;
}
const stopped = (page) => page.waitForSelector('#stopped:not([hidden])', { timeout: 60000 });
const kept = (page) => page.evaluate(() => window.lab.session.kept());
const caughtUp = (page) => until(page, () => window.lab.session.kept() === window.lab.status.step);

test('an engine that traps while it trains goes on from the weights that the page kept', async () => {
  const page = await doomed('', `(name, ms) => name === 'pump' && ms > 7000`);
  await stopped(page);
  await page.screenshot({ path: join(shots, 'stopped.png') });
  const step = await kept(page), { metrics, step: shown } = await status(page);
  assert.ok(step > 0, 'weights are kept');
  assert.match(await page.textContent('#stopped p'), /stopped at step [\d,]+: memory access out of bounds\. The weights of step [\d,]+ are kept/);
  for (const id of ['play', 'rewind', 'step', 'reseed']) assert.ok(await page.isDisabled('#' + id), `${id} has nobody to speak to`);
  // Every step that is shown from now on; the last that was may be of before the weights' last saving.
  await page.evaluate(() => {
    window.steps = [];
    const text = document.getElementById('figures');
    new MutationObserver(() => window.steps.push(window.lab.status.step)).observe(text, { childList: true, characterData: true, subtree: true });
  });
  await page.click('#revive');
  await page.waitForFunction((n) => window.lab.status.playing && window.lab.status.step > n + 200, (await status(page)).step, { timeout: 60000 });
  assert.ok(Math.min(...await page.evaluate(() => window.steps)) >= Math.min(step, shown), 'it did not begin anew');
  assert.ok((await status(page)).metrics.kl_to_truth < 1.5 * metrics.kl_to_truth + 0.05);
  assert.equal(await page.isVisible('#stopped'), false);
  assert.equal(await page.isDisabled('#play'), false);
  await close(page);
});

test('paused, it is taken up at the same step with the same measures, and what was set since', async () => {
  const page = await doomed('', `(name) => name === 'profile'`);
  await trained(page, 200);
  await pause(page);
  await caughtUp(page);
  const before = await status(page);
  await run(page, { do: 'edit', key: 'optimiser.rate', value: 0.0123 });
  await run(page, { do: 'profile', seconds: 0.1 });
  await stopped(page);
  await page.click('#revive');
  await until(page, () => window.lab.spec.optimiser?.rate === 0.0123 && window.lab.status.profiled === 0);
  await page.waitForTimeout(700);
  const after = await status(page);
  assert.equal(after.step, before.step);
  assert.equal(after.playing, false);
  assert.equal(after.metrics.objective_test, before.metrics.objective_test);
  await page.click('#step');
  await page.waitForFunction((step) => window.lab.status.step === step + 1, before.step);
  await close(page);
});

test('files that were handed over and all models of a comparison come back', async () => {
  const images = Buffer.alloc(16 + 40 * 30);
  [0x803, 40, 6, 5].forEach((number, i) => images.writeUInt32BE(number, 4 * i));
  for (let i = 0; i < 40; i++) for (let p = 0; p < 30; p++) images[16 + 30 * i + p] = (i % 2 ? p % 5 === i % 5 : Math.floor(p / 5) === i % 6) ? 250 : 3;
  const page = await doomed('', `(name) => name === 'profile'`);
  await trained(page);
  await page.setInputFiles('#file', { name: 'mine-idx3-ubyte.gz', mimeType: 'application/gzip', buffer: gzipSync(images) });
  await until(page, () => window.lab.spec?.data?.name === 'file' && window.lab.status.metrics.elbo_test !== undefined);
  await run(page, { do: 'play' });
  await trained(page, 20);
  await until(page, () => window.lab.session.kept() > 0);
  await run(page, { do: 'profile', seconds: 0.1 });
  await stopped(page);
  const step = await kept(page);
  await page.click('#revive');
  await page.waitForFunction((n) => window.lab.status.step > n && window.lab.status.playing, step + 20);
  assert.equal(await page.evaluate(() => window.lab.spec.data.name), 'file');
  assert.equal((await status(page)).needs, '');
  await close(page);

  const three = await doomed('#lesson=compare-moons', `(name, ms) => name === 'pump' && ms > 9000`);
  await stopped(three);
  const before = (await status(three)).comparison.map((each) => each.step);
  await three.click('#revive');
  await three.waitForFunction((steps) => window.lab.status.comparison?.length === 3 && window.lab.status.comparison.every((each, i) => each.playing && each.step > steps[i]), before, { timeout: 60000 });
  await close(three);
});

test('what went wrong can be copied; weights that stop the next engine too are let go', async () => {
  await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await doomed('#lesson=nce-moons', `(name, ms) => name === 'pump' && ms > 6000`, `(name) => name === 'restore'`);
  await stopped(page);
  await page.click('#copy-failure');
  await until(page, () => document.getElementById('copy-failure').textContent === 'Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of [/memory access out of bounds/, /wasm/, /weights kept: of step \d+/, /"name":"moons"/, /Chrome\//]) assert.match(copied, part);
  // Where the clipboard is not to be had, the text is there to be taken by hand.
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); });
  await page.click('#copy-failure');
  assert.match(await page.inputValue('#failure'), /memory access out of bounds/);
  await page.click('#revive');
  await stopped(page);
  assert.match(await page.textContent('#stopped p'), /starts from the first weights/);
  await page.click('#revive');
  await page.waitForFunction(() => window.lab.status.playing && window.lab.status.step > 20, null, { timeout: 60000 });
  assert.equal(await page.evaluate(() => window.lab.spec.data.name), 'moons');
  await close(page);
});

test('an engine that could not be loaded is asked for again', async () => {
  const page = await browser.newPage();
  let lost = true;
  await page.route(/\/(worker|engine[^/]*)\.mjs$/, (route) => (lost ? route.abort() : route.continue()));
  await page.goto(address + '?lang=ko');
  await stopped(page);
  assert.match(await page.textContent('#stopped p'), /엔진이 멈췄습니다.*새 엔진은 처음 가중치에서 시작합니다/);
  lost = false;
  await page.click('#revive');
  await trained(page);
  await page.close();
});

// ---------------------------------------------------------------- from one model to another

// Whatever is open trains, with its own measures, and no engine has stopped.
const measures = { vae: 'elbo_test', nice: 'log_likelihood_train', nce: 'c' };
const goesOn = async (page, model) => {
  await page.waitForFunction((measure) => {
    const now = window.lab.status;
    if (!document.getElementById('stopped').hidden) return true;
    if (!measure) return now?.comparison?.length > 1 && now.comparison.every((each) => each.step >= 20 && each.test_log_density !== null);
    return now?.loaded && !now.comparison && now.step >= 20 && Number.isFinite(now.metrics[measure]);
  }, measures[model], { timeout: 90000, polling: 100 });
  assert.equal(await page.isVisible('#stopped'), false, await page.textContent('#stopped p'));
  assert.equal((await status(page)).diverged, null);
};

test('from every kind of lesson to another, by lesson, model, undo and comparison, the engine lives', async () => {
  const page = await open('#lesson=vae-digits8');
  await goesOn(page, 'vae');
  const lesson = async (name, model) => {
    await page.selectOption('#lesson', name);
    await until(page, () => window.lab.lesson === document.getElementById('lesson').value);
    await goesOn(page, model);
  };
  const model = async (name) => {
    await run(page, { do: 'edit', key: 'model.name', value: name });
    await goesOn(page, name);
  };
  const undo = async (name) => {
    await run(page, { do: 'undo_change' });
    await goesOn(page, name);
  };
  await lesson('nice-digits8', 'nice');
  await undo('vae');
  await model('nice');
  await undo('vae');
  await lesson('compare-digits8', 'comparison');
  await lesson('nice-digits8', 'nice');
  await lesson('nce-moons', 'nce');
  await model('vae');
  await model('nice');
  await undo('vae');
  await lesson('nice-moons', 'nice');
  await lesson('compare-moons', 'comparison');
  await lesson('vae-digits8', 'vae');
  await lesson('nce-ring', 'nce');
  await lesson('vae-moons', 'vae');
  await undo('nce');
  await close(page);
});

// ---------------------------------------------------------------- graphics that are taken away

test('a lost WebGL context is told, and every picture comes back with it', async () => {
  for (const lesson of ['nce-eight-gaussians', 'vae-digits8']) {
    const page = await open('#lesson=' + lesson);
    await trained(page, 100);
    await pause(page);
    await page.mouse.move(5, 5);
    await page.waitForTimeout(500);
    const before = await shot(page);
    await page.evaluate(() => {
      window.loss = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
      window.loss.loseContext();
    });
    await page.waitForTimeout(500);
    assert.notDeepEqual(await shot(page), before, 'the context is lost');
    await page.waitForFunction(() => /WebGL/.test(document.getElementById('poster').textContent) && !document.getElementById('poster').hidden);
    await page.screenshot({ path: join(shots, 'context-lost.png') });
    await page.evaluate(() => window.loss.restoreContext());
    await page.waitForFunction(() => document.getElementById('poster').hidden);
    await page.waitForTimeout(600);
    assert.deepEqual(await shot(page), before, 'not a pixel differs');
    // What happens without graphics is shown when they are there again.
    await page.evaluate(() => window.loss.loseContext());
    await page.click('#step');
    await page.waitForTimeout(500);
    await page.evaluate(() => window.loss.restoreContext());
    await page.waitForTimeout(600);
    const now = await shot(page);
    assert.notDeepEqual(now, before);
    await page.screenshot({ path: join(shots, `context-restored-${lesson}.png`) });
    const step = (await status(page)).step;
    await page.click('#play');
    await page.waitForFunction((n) => window.lab.status.step > n + 20, step);
    await close(page);
  }
});

// ---------------------------------------------------------------- frames with an origin of their own

const serve = (...options) => new Promise((ready) => {
  const server = spawn(process.execPath, [join(root, 'web/serve.mjs'), site, '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  server.stdout.once('data', (data) => ready({ server, at: /http:\S+/.exec(String(data))[0] }));
});
// A page of another server that holds the lab in a frame.
async function framed(src, attributes, use, style = 'width: 900px; height: 600px', body = '') {
  const host = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<!doctype html><body style="margin: 0"><iframe ${attributes} src="${src}" style="${style}; border: 0"></iframe>${body}`);
  });
  await new Promise((ready) => host.listen(0, '127.0.0.1', ready));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${host.address().port}/`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await use(frame, page);
  } finally {
    await page.close();
    host.close();
  }
}

test('it trains in a sandboxed frame that allows scripts and nothing else', async () => {
  await framed(address + '?paused=1', 'sandbox="allow-scripts"', async (frame, page) => {
    await frame.waitForFunction(() => window.lab.status?.loaded, null, { timeout: 60000 });
    assert.equal(await frame.evaluate(() => self.origin), 'null');
    await frame.click('#play');
    await frame.waitForFunction(() => window.lab.status.step > 100 && window.lab.status.metrics.kl_to_truth > 0, null, { timeout: 60000 });
    await frame.click('#theme');
    await frame.selectOption('#lesson', 'vae-digits8');
    await frame.waitForFunction(() => window.lab.status.metrics.elbo_test !== undefined, null, { timeout: 60000 });
    await frame.click('#language');
    await page.screenshot({ path: join(shots, 'sandboxed.png') });
  });
  await framed(address + '?embed=1', 'sandbox="allow-scripts"', async (frame) => {
    await frame.click('#start');
    await frame.waitForFunction(() => window.lab.status?.step > 50, null, { timeout: 60000 });
  });
});

test('where its scripts cannot be loaded, the page says so by itself', async () => {
  // A host that does not name the header.
  const bare = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, address));
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((ready) => bare.listen(0, '127.0.0.1', ready));
  try {
    const src = `http://127.0.0.1:${bare.address().port}/`;
    await framed(src, 'sandbox="allow-scripts"', async (frame, page) => {
      await frame.waitForFunction(() => getComputedStyle(document.getElementById('unloaded')).visibility === 'visible');
      assert.match(await frame.textContent('#poster'), /scripts could not be loaded.*Access-Control-Allow-Origin/s);
      await page.screenshot({ path: join(shots, 'scripts-refused.png') });
    });
    await framed(src, 'sandbox=""', async (frame, page) => {
      await page.screenshot({ path: join(shots, 'scripts-off.png') });
      assert.match(await frame.locator('noscript').textContent(), /needs JavaScript/);
      assert.ok((await frame.locator('noscript').boundingBox()).height > 10, 'it is shown');
    });
  } finally {
    bare.close();
  }
});

test('what it serves is everybody’s, isolated or not', async () => {
  const { server, at } = await serve('--isolated');
  try {
    for (const [from, isolated] of [[address, null], [at, 'require-corp']]) {
      const { headers } = await fetch(from + 'page.mjs');
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin');
      assert.equal(headers.get('cross-origin-embedder-policy'), isolated);
    }
  } finally {
    server.kill();
  }
});

// ---------------------------------------------------------------- fingers

// A screen that is touched, at the size of a phone: what the browser makes of a finger, it makes here.
async function touched(path, viewport = phone, to = address + path) {
  const page = await browser.newPage();
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(error.message));
  await page.setViewportSize(viewport);
  const device = await browser.newCDPSession(page);
  await device.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  await page.goto(to);
  const points = (...all) => all.map(([x, y], id) => ({ x, y, id }));
  const send = (type, ...all) => device.send('Input.dispatchTouchEvent', { type, touchPoints: points(...all) });
  // A finger from one place to another, in steps that a browser takes for a swipe.
  page.drag = async (from, to, { steps = 12, end = 'touchEnd' } = {}) => {
    await send('touchStart', from);
    await page.waitForTimeout(60);
    for (let i = 1; i <= steps; i++) {
      await send('touchMove', from.map((x, axis) => x + ((to[axis] - x) * i) / steps));
      await page.waitForTimeout(25);
    }
    await send(end);
    await page.waitForTimeout(300);
  };
  page.tap = async (at) => {
    await send('touchStart', at);
    await page.waitForTimeout(40);
    await send('touchEnd');
    await page.waitForTimeout(300);
  };
  page.send = send;
  // The names of the pointer's events, as they come.
  await page.evaluate(() => {
    window.pointers = [];
    for (const name of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel']) {
      document.getElementById('canvas').addEventListener(name, (event) => window.pointers.push(event.type));
    }
  });
  return page;
}
const cancelled = (page) => page.evaluate(() => window.pointers.includes('pointercancel'));
const box = (page) => page.locator('#canvas').boundingBox();

test('a sheet follows the finger, wherever on it a swipe begins', async () => {
  const page = await touched('#lesson=vae-digits8');
  await trained(page);
  await pause(page);
  await run(page, { do: 'panel', name: 'experiment' });
  await page.waitForTimeout(600);
  const { x, y, width, height } = await box(page);
  const at = (u, v) => [x + u * width, y + v * height];
  const spec = await page.evaluate(() => window.lab.spec);
  // A strip of the sheet, without its scroll bar: what lies at `v` moves with the finger, to the pixel.
  const strip = (v, shift = 0) => ({ x, y: Math.round(y + v * height) + shift, width: width - 30, height: 60 });
  for (const [begin, across] of [[[0.5, 0.88], 0], [[0.3, 0.88], 96]]) {
    const before = await shot(page, strip(0.75)), finger = at(...begin);
    await page.drag(finger, [finger[0] + across, finger[1] - 144]);
    assert.deepEqual(await shot(page, strip(0.75, -144)), before, `it follows the finger, ${across} px sideways`);
    assert.equal(await cancelled(page), false, 'the finger was not taken away');
  }
  // No control was changed on the way; a tap still is one, and a finger that goes sideways slides.
  assert.deepEqual(await page.evaluate(() => window.lab.spec), spec);
  await close(page);
});

// What is sent to the session from now on, of one kind.
const listen = (page, kind) => page.evaluate((name) => {
  const { session } = window.lab, { send } = session;
  window.sent = [];
  session.send = (json, bytes) => { const command = JSON.parse(json); if (command.do === name) window.sent.push(command); send(json, bytes); };
}, kind);
const sent = (page) => page.evaluate(() => window.sent);

test('a stroke is drawn as long as the finger moves, up and down and aslant, also where it is taken away', async () => {
  const points = [[-1, -1], [1, -1], [1, 1], [-1, 1], [0.5, 0], [-0.5, 0], [0, 0.5], [0, -0.5]];
  const page = await touched('');
  await trained(page);
  await run(page, { do: 'spec', spec: { data: { name: 'points', points }, model: { name: 'nice' }, views: ['samples'] } });
  await until(page, () => window.lab.main === 'samples' && window.lab.spec.data.name === 'points');
  await pause(page);
  const count = () => page.evaluate(() => window.lab.spec.data.points.length);
  const { x, y, width, height } = await box(page);
  let before = await count();
  for (const [dx, dy, end] of [[0, 160, 'touchEnd'], [0, -160, 'touchEnd'], [90, 160, 'touchEnd'], [60, 120, 'touchCancel']]) {
    const from = [x + 0.45 * width, y + (dy > 0 ? 0.35 : 0.65) * height];
    await page.drag(from, [from[0] + dx, from[1] + dy], { end });
    await page.waitForFunction((n) => window.lab.spec.data.points.length >= n + 12, before, { timeout: 5000 });
    const fresh = (await page.evaluate(() => window.lab.spec.data.points)).slice(before);
    // One line: none of its points lies apart, where no finger was.
    const far = fresh.slice(1).map((point, i) => Math.hypot(point[0] - fresh[i][0], point[1] - fresh[i][1]));
    assert.ok(Math.max(...far) < 1, `gaps of ${far.map((gap) => gap.toFixed(2))}`);
    before = await count();
  }
  await close(page);
});

test('a latent code goes where the finger goes, and stays where it is taken away', async () => {
  const page = await touched('#lesson=vae-digits8');
  await trained(page);
  await pause(page);
  const { x, y, width, height } = await box(page);
  await listen(page, 'code');
  for (const [from, to, end] of [[[0.5, 0.3], [0.5, 0.5], 'touchEnd'], [[0.4, 0.5], [0.6, 0.3], 'touchEnd'], [[0.5, 0.45], [0.5, 0.3], 'touchCancel']]) {
    const place = ([u, v]) => [x + u * width, y + v * height];
    await page.evaluate(() => { window.sent.length = 0; });
    await page.drag(place(from), place(to), { end });
    const codes = (await sent(page)).map((command) => command.z.map((z) => z ?? 0));
    assert.ok(codes.length >= 5, `${codes.length} codes on the way`);
    const [first, last] = [codes[0], codes.at(-1)];
    const moved = Math.hypot(...last.map((z, i) => z - first[i]));
    assert.ok(moved > 0.3, `from ${first} to ${last}`);
    // Each is a small way from the one before: it was never thrown.
    const leaps = codes.slice(1).map((z, i) => Math.hypot(...z.map((value, k) => value - codes[i][k])));
    assert.ok(Math.max(...leaps) < 0.6 * moved, `leaps of ${leaps.map((leap) => leap.toFixed(2))}`);
  }
  // A second finger pinches; the code stays.
  const at = (u, v) => [x + u * width, y + v * height];
  await page.evaluate(() => { window.sent.length = 0; });
  await page.send('touchStart', at(0.4, 0.4));
  await page.waitForTimeout(100);
  const held = (await sent(page)).at(-1);
  await page.send('touchStart', at(0.4, 0.4), at(0.65, 0.6));
  await page.waitForTimeout(100);
  await page.send('touchMove', at(0.38, 0.38), at(0.7, 0.65));
  await page.waitForTimeout(100);
  await page.send('touchEnd');
  await page.waitForTimeout(300);
  assert.deepEqual((await sent(page)).at(-1), held);
  await close(page);
});

test('a mask is painted by a finger that goes down and aslant', async () => {
  const page = await touched('#lesson=nice-digits8');
  await trained(page, 5);
  await run(page, { do: 'show', view: 'inpainting' });
  await pause(page);
  await run(page, { do: 'inpaint', mask: 'painted', first: 0 });
  await run(page, { do: 'mask', values: Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0)), first: 0 });
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(shots, 'phone-mask.png') });
  await listen(page, 'mask');
  const { x, y, width, height } = await box(page);
  const hidden = async () => (await sent(page)).at(-1)?.values.reduce((sum, value) => sum + value, 0) ?? 1;
  let before = await hidden();
  for (const [du, dv, end] of [[0, 0.16, 'touchEnd'], [0.2, 0.14, 'touchEnd'], [0.1, 0.14, 'touchCancel']]) {
    const from = [x + (0.16 + 0.1 * (end === 'touchCancel')) * width, y + 0.26 * height];
    await page.drag(from, [from[0] + du * width, from[1] + dv * height], { end });
    const now = await hidden();
    assert.ok(now >= before + (end === 'touchCancel' ? 0 : 3), `${before} pixels before, ${now} after`);
    before = now;
  }
  assert.equal(await cancelled(page), true, 'by the test itself alone');
  await close(page);
});

test('framed, a finger scrolls the page around until a tap asks for the plots', async () => {
  await framed(address + '?embed=1&run=1&paused=1#lesson=vae-digits8', 'sandbox="allow-scripts"', async (frame, page) => {
    await frame.waitForFunction(() => window.lab.status?.loaded && window.lab.status.metrics.elbo_test !== undefined, null, { timeout: 60000 });
    await page.waitForTimeout(800);
    const device = await browser.newCDPSession(page);
    await page.setViewportSize(phone);
    await device.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
    await page.waitForTimeout(500);
    const send = (type, ...all) => device.send('Input.dispatchTouchEvent', { type, touchPoints: all.map(([x, y], id) => ({ x, y, id })) });
    const drag = async () => {
      await send('touchStart', [180, 300]);
      for (let i = 1; i <= 12; i++) { await send('touchMove', [180, 300 - 10 * i]); await page.waitForTimeout(25); }
      await send('touchEnd');
      await page.waitForTimeout(400);
    };
    await frame.evaluate(() => {
      const { session } = window.lab, { send: real } = session;
      window.sent = [];
      session.send = (json, bytes) => { if (JSON.parse(json).do === 'code') window.sent.push(json); real(json, bytes); };
    });
    await drag();
    await until(page, () => scrollY > 50);
    assert.match(await frame.textContent('#hint'), /Tap to use the plots/);
    assert.deepEqual(await frame.evaluate(() => window.sent), []);
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(300);
    await send('touchStart', [180, 300]);
    await page.waitForTimeout(40);
    await send('touchEnd');
    await page.waitForTimeout(300);
    const tapped = (await frame.evaluate(() => window.sent)).length;
    assert.ok(tapped > 0, 'a tap is a press');
    await drag();
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.ok((await frame.evaluate(() => window.sent)).length > tapped + 5);
    await device.detach();
  }, 'width: 360px; height: 480px', '<p style="height: 3000px">');
});

// ---------------------------------------------------------------- keys and wheels

test('Tab passes through the canvas, both ways', async () => {
  const page = await open();
  await trained(page);
  await page.focus('#theme');
  const focused = () => page.evaluate(() => document.activeElement.id);
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'canvas');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'rewind');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'canvas');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'theme');
  // Keys that scroll are the page's too; Space plays and pauses in the canvas as elsewhere.
  await page.focus('#canvas');
  for (const key of ['ArrowDown', 'ArrowUp', 'PageDown', 'Home']) {
    await page.evaluate(() => document.addEventListener('keydown', (event) => setTimeout(() => { window.prevented = event.defaultPrevented; }), { once: true, capture: true }));
    await page.keyboard.press(key);
    await page.waitForTimeout(50);
    assert.equal(await page.evaluate(() => window.prevented), false, key);
  }
  await page.keyboard.press('Space');
  await until(page, () => window.lab.status.playing === false);
  await close(page);
});

test('Esc closes drop-downs, the File menu, the text and sheets, then leaves the canvas', async () => {
  const page = await open();
  await trained(page);
  await pause(page);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
  // The first chooser of the panel: which data.
  // Without the canvas' edge, where a key brings the ring of what has focus.
  const panel = { x: 8, y: 60, width: 284, height: 560 };
  const away = async () => {
    await page.mouse.move(700, 700);
    await page.waitForTimeout(600);
    return shot(page, panel);
  };
  const closed = await away();
  await page.mouse.click(190, 156);
  assert.notDeepEqual(await away(), closed, 'a drop-down is open');
  await page.screenshot({ path: join(shots, 'drop-down.png') });
  await page.keyboard.press('Escape');
  await page.waitForTimeout(400);
  assert.deepEqual(await shot(page, panel), closed);
  assert.equal(await focused(), 'canvas');
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 'BODY');

  await page.click('.menu summary');
  assert.equal(await page.isVisible('#save'), true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#save'), false);
  assert.equal(await focused(), 'SUMMARY');

  await page.click('#about');
  await page.waitForSelector('#lesson-text h2');
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#lesson-text'), false);
  assert.equal(await focused(), 'about');

  await page.setViewportSize(phone);
  await page.waitForTimeout(400);
  await page.click('#numbers');
  await until(page, () => window.lab.panel === 'numbers');
  await page.keyboard.press('Escape');
  await until(page, () => window.lab.panel === 'none');
  await close(page);
});

test('the wheel scrolls a panel without a click first, and is the page’s elsewhere', async () => {
  const page = await open('', { width: 1366, height: 560 });
  await trained(page);
  await pause(page);
  const panel = { x: 0, y: 60, width: 280, height: 400 };
  await page.mouse.move(150, 300);
  await page.waitForTimeout(500);
  const before = await shot(page, panel);
  assert.notEqual(await page.evaluate(() => document.activeElement.id), 'canvas');
  await page.mouse.wheel(0, 120);
  await page.waitForTimeout(500);
  const scrolled = await shot(page, panel);
  assert.notDeepEqual(scrolled, before);
  assert.equal(await page.isVisible('#hint'), false);
  await page.mouse.wheel(0, -120);
  await page.waitForTimeout(500);
  assert.deepEqual(await shot(page, panel), before);
  await page.mouse.move(700, 250);
  await page.mouse.wheel(0, 120);
  await page.waitForSelector('#hint:not([hidden])');
  await close(page);
});

// The page as a person uses it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { address, browser, close, laptop, open, pause, root, shots, site, status, trained, until } from './harness.mjs';

test('it opens training, and learns', async () => {
  const page = await open();
  await trained(page);
  const first = await status(page), picture = await page.locator('#canvas').screenshot();
  const begin = Date.now();
  await until(page, () => window.lab.status.metrics.kl_to_truth < 0.1);
  const seconds = (await status(page)).seconds;
  const later = await status(page);
  assert.ok(later.step > first.step);
  assert.ok(later.metrics.objective_test > first.metrics.objective_test, 'the objective rises');
  assert.notDeepEqual(await page.locator('#canvas').screenshot(), picture, 'the picture changes');
  const shown = await page.evaluate(() => window.lab.firstTrainedFrame);
  console.log(`  first trained frame after ${shown.toFixed(0)} ms; KL below 0.1 nat after ${seconds.toFixed(1)} s of training (${((Date.now() - begin) / 1000).toFixed(1)} s here), ${later.steps_per_second.toFixed(0)} steps/s`);
  await page.screenshot({ path: join(shots, 'laptop.png') });
  await close(page);
});

test('paused, it does nothing', async () => {
  const page = await open();
  await trained(page);
  await pause(page);
  const count = () => page.evaluate(() => [window.lab.frames, window.lab.messages, window.lab.status.step]);
  const before = await count();
  await page.waitForTimeout(1500);
  assert.deepEqual(await count(), before);
  await page.click('#step');
  await page.waitForFunction((step) => window.lab.status.step === step + 1, before[2]);
  await page.click('#rewind');
  await until(page, () => window.lab.status.step === 0);
  await close(page);
});

test('off the screen it pauses, and goes on when seen again', async () => {
  const page = await open();
  await trained(page);
  await page.evaluate(() => { document.getElementById('stage').style.transform = 'translateY(4000px)'; });
  // What was on its way still comes; then, within seconds, nothing more.
  const count = () => page.evaluate(() => String([window.lab.frames, window.lab.messages]));
  let before = '', now = await count();
  for (let tries = 0; tries < 6 && now !== before; tries++) {
    before = now;
    await page.waitForTimeout(1200);
    now = await count();
  }
  assert.equal(now, before);
  const step = (await status(page)).step;
  await page.evaluate(() => { document.getElementById('stage').style.transform = ''; });
  await page.waitForFunction((n) => window.lab.status.step > n + 20, step);
  await close(page);
});

test('rewind repeats the run; new weights do not', async () => {
  const page = await open('?paused=1');
  await until(page, () => window.lab.status?.loaded && window.lab.status.metrics.c !== undefined);
  const after20 = async () => {
    await page.evaluate(() => window.lab.command({ do: 'step', n: 20 }));
    await until(page, () => window.lab.status.step === 20);
    return (await status(page)).metrics.objective_test;
  };
  const first = await after20();
  await page.click('#rewind');
  await until(page, () => window.lab.status.step === 0);
  assert.equal(await after20(), first);
  await page.click('#reseed');
  await until(page, () => window.lab.status.step === 0);
  assert.notEqual(await after20(), first);
  await close(page);
});

test('views are dragged and zoomed; the wheel alone is the page’s', async () => {
  const page = await open();
  await trained(page);
  await pause(page);
  const pictures = () => page.evaluate(() => window.lab.pictures);
  const wheel = (ctrlKey) => page.evaluate((ctrl) => {
    const canvas = document.getElementById('canvas');
    const box = canvas.getBoundingClientRect();
    return canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, ctrlKey: ctrl, bubbles: true, cancelable: true, clientX: box.left + 700, clientY: box.top + 250 }));
  }, ctrlKey);
  await page.mouse.move(700, 300);
  let before = await pictures();
  assert.equal(await wheel(false), true, 'a plain wheel is left to the page');
  await page.waitForTimeout(500);
  assert.equal(await pictures(), before);
  assert.equal(await wheel(true), false, 'with Ctrl it zooms');
  await page.waitForFunction((n) => window.lab.pictures > n, before);
  before = await pictures();
  await page.mouse.down();
  await page.mouse.move(760, 330, { steps: 6 });
  await page.mouse.up();
  await page.waitForFunction((n) => window.lab.pictures > n, before);
  // A small view becomes the large one by a click.
  const main = await page.evaluate(() => window.lab.main);
  await page.mouse.click(430, 640);
  await page.waitForFunction((name) => window.lab.main !== name, main);
  await page.screenshot({ path: join(shots, 'zoomed.png') });
  await close(page);
});

test('the state is in the link, and comes back from it', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page);
  await page.fill('#seed', '7');
  await page.press('#seed', 'Enter');
  await until(page, () => window.lab.spec?.seed === 7 && location.hash.startsWith('#spec='));
  const spec = await page.evaluate(() => window.lab.spec);
  const copy = await open(await page.evaluate(() => location.hash));
  await trained(copy);
  assert.deepEqual(await copy.evaluate(() => window.lab.spec), spec);
  assert.equal(spec.data.name, 'moons');
  await close(copy);
  await close(page);
});

test('a broken link says so and opens the first lesson', async () => {
  const page = await open('#spec=not-a-specification');
  await trained(page);
  assert.match(await page.textContent('#banner'), /link is cut off or changed/);
  assert.equal(await page.evaluate(() => window.lab.spec.data?.name ?? 'eight-gaussians'), 'eight-gaussians');
  await close(page);
});

test('a link whose experiment will not do says which key, and opens the first lesson', async () => {
  const page = await open();
  await trained(page);
  const fragment = await page.evaluate(async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ data: { name: 'moonz' } }));
    const packed = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer());
    return '#spec=' + btoa(String.fromCharCode(...packed)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  });
  await close(page);
  const broken = await open(fragment);
  await trained(broken);
  assert.match(await broken.textContent('#banner'), /'data.name' is "moonz".*Did you mean 'moons'/);
  await close(broken);
});

test('a value that will not do is answered by a sentence, and nothing is lost', async () => {
  const page = await open();
  await trained(page);
  await page.evaluate(() => window.lab.command({ do: 'edit', key: 'model.width', value: 100000 }));
  await until(page, () => window.lab.status.error !== null);
  assert.match((await status(page)).error.text, /must be a whole number from 1 to 4096/);
  const step = (await status(page)).step;
  await page.waitForFunction((n) => window.lab.status.step > n, step);
  await close(page);
});

test('a huge learning rate is caught, told, and undone', async () => {
  const page = await open();
  await trained(page, 200);
  const kl = (await status(page)).metrics.kl_to_truth;
  await page.evaluate(() => window.lab.command({ do: 'set', key: 'optimiser.rate', value: 1e5 }));
  await until(page, () => window.lab.status.diverged);
  assert.match((await status(page)).diverged, /Training broke at step \d+/);
  assert.equal((await status(page)).playing, false);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(shots, 'diverged.png') });
  await page.evaluate(() => { window.lab.command({ do: 'set', key: 'optimiser.rate', value: 1e-3 }); window.lab.command({ do: 'undo' }); });
  await page.waitForFunction((before) => window.lab.status.metrics.kl_to_truth < 2 * before + 1, kl);
  await close(page);
});

test('weights are saved and loaded', async () => {
  const page = await open();
  await trained(page, 100);
  await pause(page);
  const saved = await status(page);
  await page.click('.menu summary');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  const file = join(shots, 'checkpoint.lab');
  await download.saveAs(file);
  await page.click('#rewind');
  await until(page, () => window.lab.status.step === 0);
  await page.setInputFiles('#file', file);
  await page.waitForFunction((step) => window.lab.status.step === step, saved.step);
  assert.equal((await status(page)).metrics.objective_test, saved.metrics.objective_test);
  await page.setInputFiles('#file', { name: 'bad.lab', mimeType: 'application/octet-stream', buffer: readFileSync(file).subarray(0, 900) });
  await until(page, () => /damaged/.test(window.lab.status.error?.text ?? ''));
  await close(page);
});

test('points of one’s own are loaded from a table', async () => {
  const page = await open();
  await trained(page);
  const table = 'x,y\n' + Array.from({ length: 200 }, (_, i) => `${Math.cos(i)},${Math.sin(i) * 0.5}`).join('\n');
  await page.setInputFiles('#file', { name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await until(page, () => window.lab.spec?.data?.name === 'points' && window.lab.spec.data.points.length === 200);
  await page.setInputFiles('#file', { name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('x,y\n1,2\n3,\n') });
  await page.waitForFunction(() => /line 3 holds no two numbers/.test(document.getElementById('banner').textContent));
  await close(page);
});

test('pictures and tables of a view are saved', async () => {
  const page = await open();
  await trained(page);
  const take = async (as) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'), page.evaluate((kind) => window.lab.command({ do: 'export', view: 'boundary', as: kind }), as)]);
    const file = join(shots, `export.${as}`);
    await download.saveAs(file);
    return readFileSync(file);
  };
  assert.match(String(await take('csv')), /^x,y,log_model,log_noise,log_truth\n/);
  const png = await take('png');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.length > 10000, 'the picture is not empty');
  await close(page);
});

test('without WebGL2 or SIMD it says what is missing', async () => {
  let page = await open('', laptop, () => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === 'webgl2' ? null : original.call(this, kind, ...rest); };
  });
  await page.waitForFunction(() => /WebGL2/.test(document.getElementById('poster').textContent));
  await close(page);
  page = await open('', laptop, () => { WebAssembly.validate = () => false; });
  await page.waitForFunction(() => /SIMD/.test(document.getElementById('poster').textContent));
  await page.screenshot({ path: join(shots, 'no-simd.png') });
  await close(page);
});

test('an embedded page waits until it is asked', async () => {
  const page = await open('?embed=1&views=posterior', { width: 480, height: 360 });
  await page.waitForSelector('#start:not([hidden])');
  await page.screenshot({ path: join(shots, 'embed-poster.png') });
  assert.equal(await page.evaluate(() => window.lab.status), null);
  await page.click('#start');
  await trained(page, 150);
  await page.screenshot({ path: join(shots, 'embed.png') });
  assert.match(await page.getAttribute('#open-lab', 'href'), /#(lesson|spec)=/);
  await close(page);
});

test('it fits a phone, a tablet, a wide screen, in both themes and languages', async () => {
  for (const [name, path, viewport] of [
    ['phone', '', { width: 360, height: 740 }], ['tablet', '?theme=dark', { width: 820, height: 1100 }],
    ['wide', '?lang=ko', { width: 2560, height: 1300 }]]) {
    const page = await open(path, viewport);
    await trained(page, 100);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(shots, `${name}.png`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name}: the page is ${overflow} px too wide`);
    if (name !== 'wide') {
      await page.click('#experiment');
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(shots, `${name}-experiment.png`) });
      assert.equal(await page.evaluate(() => window.lab.panel), 'experiment');
    }
    await close(page);
  }
});

test('the engine takes relaxed instructions, and threads only where the page is isolated', async () => {
  let page = await open();
  await trained(page);
  let now = await status(page);
  assert.equal(now.instruction_set, 'relaxed-simd');
  assert.equal(now.threads, 1);
  await close(page);
  // A browser without relaxed SIMD gets the plain build.
  const asked = [];
  page = await browser.newPage();
  page.on('request', (request) => asked.push(request.url()));
  await page.route('**/variant.mjs', (route) => route.fulfill({ contentType: 'text/javascript', body: `export const variant = () => '';` }));
  await page.goto(address);
  await trained(page);
  assert.equal((await status(page)).instruction_set, 'simd128');
  assert.ok(asked.some((url) => url.endsWith('/engine.wasm')));
  await page.close();

  const isolated = spawn(process.execPath, [join(root, 'web/serve.mjs'), site, '0', '--isolated'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const line = await new Promise((told) => isolated.stdout.once('data', (data) => told(String(data))));
    page = await browser.newPage();
    await page.goto(/http:\S+/.exec(line)[0]);
    await trained(page, 300);
    now = await status(page);
    const threads = await page.evaluate(() => Math.min(8, navigator.hardwareConcurrency));
    assert.equal(now.threads, threads);
    assert.ok(now.metrics.kl_to_truth < 1.5, `KL ${now.metrics.kl_to_truth}`);
    // Experiments come and go; the threads stay.
    for (const lesson of ['nce-ring', 'nce-moons']) {
      await page.goto(page.url().replace(/#.*/, '') + '#lesson=' + lesson);
      await page.waitForFunction((name) => location.hash.includes(name), lesson);
    }
    await trained(page, 20);
    await page.close();
  } finally {
    isolated.kill();
  }
});

test('a step is taken apart, kernel by kernel', async () => {
  const page = await open();
  await trained(page);
  await page.evaluate(() => window.lab.command({ do: 'profile', seconds: 0.2 }));
  await until(page, () => window.lab.status.profiled > 10);
  await close(page);
});

test('all that the page downloads is small', () => {
  let total = 0;
  const add = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) { if (name !== 'lessons') add(path); continue; }
      // The Korean face is fetched for Korean alone; of the engine's builds, one: this is the largest.
      // So are the digits, for the lessons on them, and the notices, for who asks.
      if (['korean.ttf', 'digits8.csv.gz', 'notices.txt'].includes(name) || name.startsWith('.')) continue;
      if (/^engine/.test(name) && !name.startsWith('engine-relaxed-threads.')) continue;
      total += gzipSync(readFileSync(path), { level: 9 }).length;
    }
  };
  add(site);
  console.log(`  ${(total / 1000).toFixed(0)} KB gzip`);
  assert.ok(total < 1150000);
});

const run = (page, json) => page.evaluate((command) => window.lab.command(command), json);
// Every one of these views as the large one: it draws, unlike the one before, and says what it shows.
const drawEach = async (page, prefix, views) => {
  let last = null;
  for (const view of views) {
    await run(page, { do: 'show', view });
    await until(page, `window.lab.main === '${view}'`);
    await page.waitForTimeout(900);
    const picture = await page.locator('#canvas').screenshot({ path: join(shots, `${prefix}${view}.png`) });
    assert.notDeepEqual(picture, last, `${view} looks like the one before`);
    assert.ok((await page.getAttribute('#canvas', 'aria-label')).length > 20);
    last = picture;
  }
};

test('digits come apart in two latents, and every view of them draws', async () => {
  const page = await open('#lesson=vae-digits8');
  await trained(page);
  const first = (await status(page)).metrics.elbo_test;
  await until(page, () => window.lab.status.metrics.elbo_test > -26);
  const { seconds, metrics } = await status(page);
  assert.ok(metrics.elbo_test > first, 'the bound rises');
  assert.ok(Math.abs(metrics.reconstruction - metrics.kl - metrics.elbo_test) < 0.01, 'the bound is made of its terms');
  console.log(`  bound above -26 nats after ${seconds.toFixed(1)} s of training`);
  await drawEach(page, 'vae-', ['latent', 'manifold', 'reconstructions', 'traversal', 'interpolation', 'samples', 'bound', 'kl-dimensions', 'aggregate', 'runs']);
  await close(page);
});

test('on a phone the sheet of numbers is scrolled by dragging its ground', async () => {
  const page = await open('#lesson=vae-digits8', { width: 375, height: 740 });
  await trained(page);
  await pause(page);
  await page.click('#numbers');
  await page.waitForTimeout(600);
  const box = await page.locator('#canvas').boundingBox();
  const foot = { x: box.x, y: box.y + 0.6 * box.height, width: box.width, height: 0.4 * box.height };
  const before = await page.screenshot({ clip: foot });
  await page.mouse.move(box.x + 190, box.y + 0.85 * box.height);
  await page.waitForTimeout(200);
  await page.mouse.down();
  await page.waitForTimeout(100);
  for (let step = 1; step <= 8; step++) {
    await page.mouse.move(box.x + 190, box.y + 0.85 * box.height - 25 * step);
    await page.waitForTimeout(40);
  }
  await page.mouse.up();
  await page.mouse.move(5, 5);
  await page.waitForTimeout(500);
  assert.notDeepEqual(await page.screenshot({ clip: foot }), before);
  await close(page);
});

test('a latent code is looked at where the pointer presses', async () => {
  const page = await open('#lesson=vae-digits8');
  await trained(page);
  await pause(page);
  const box = await page.locator('#canvas').boundingBox();
  const before = await page.locator('#canvas').screenshot();
  await page.mouse.move(box.x + 0.42 * box.width, box.y + 0.45 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.45 * box.width, box.y + 0.3 * box.height, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(800);
  assert.notDeepEqual(await page.locator('#canvas').screenshot(), before, 'another picture is decoded');
  await close(page);
});

test('the marginal likelihood is estimated when asked, above the bound', async () => {
  const page = await open('#lesson=vae-digits8');
  await trained(page, 300);
  await run(page, { do: 'estimate', method: 'importance', samples: 200, points: 150 });
  await until(page, () => window.lab.status.metrics.log_marginal !== undefined);
  const { metrics, playing } = await status(page);
  assert.equal(playing, false);
  assert.ok(metrics.log_marginal > metrics.elbo_test - 1 && metrics.log_marginal < -10, `${metrics.log_marginal}`);
  await close(page);
});

test('data and models are changed freely, and what does not fit gives way', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page);
  const edit = async (key, value, ready) => {
    await run(page, { do: 'edit', key, value });
    await until(page, ready);
    assert.equal((await status(page)).error, null);
    await run(page, { do: 'play' });
    await trained(page, 5);
  };
  await edit('data.name', 'strokes', () => window.lab.status.metrics.elbo_test !== undefined);
  assert.equal((await page.evaluate(() => window.lab.main)), 'latent');
  await edit('data.name', 'moons', () => window.lab.status.metrics.kl_to_truth !== undefined);
  assert.equal((await page.evaluate(() => window.lab.spec.model.name)), 'vae');
  await edit('model.name', 'ring', () => window.lab.status.metrics.minus_log_z !== undefined);
  await close(page);
});

test('pictures of one\'s own are read, and a link to them asks for the file', async () => {
  // Forty pictures of 6×5 in the format of MNIST, a bright row or column each.
  const images = Buffer.alloc(16 + 40 * 30);
  [0x803, 40, 6, 5].forEach((number, i) => images.writeUInt32BE(number, 4 * i));
  for (let i = 0; i < 40; i++) for (let p = 0; p < 30; p++) images[16 + 30 * i + p] = (i % 2 ? p % 5 === i % 5 : Math.floor(p / 5) === i % 6) ? 250 : 3;
  const file = { name: 'mine-idx3-ubyte.gz', mimeType: 'application/gzip', buffer: gzipSync(images) };
  const page = await open();
  await trained(page);
  await page.setInputFiles('#file', file);
  await until(page, () => window.lab.spec?.data?.name === 'file' && window.lab.status.metrics.elbo_test !== undefined);
  await run(page, { do: 'play' });
  await trained(page, 20);
  await until(page, () => location.hash.includes('spec='));
  const hash = new URL(page.url()).hash;
  await page.setInputFiles('#file', { ...file, buffer: gzipSync(images).subarray(0, 60) });
  await until(page, () => window.lab.status.error?.text.includes('mine-idx3-ubyte.gz'));
  await close(page);

  const second = await open(hash);
  await second.waitForSelector('#banner:not([hidden])');
  assert.match(await second.textContent('#banner'), /mine-idx3-ubyte\.gz/);
  await second.setInputFiles('#file', file);
  await trained(second, 5);
  await close(second);
});

const members = (page) => page.evaluate(() => window.lab.status.comparison);
const compared = (page, steps = 20) => page.waitForFunction((n) => {
  const all = window.lab.status?.comparison;
  return all?.length > 1 && all.every((each) => each.step >= n && Number.isFinite(each.test_log_density));
}, steps, { timeout: 120000, polling: 100 });

test('moons are bent into a heap, exactly, and every view of it draws', async () => {
  const page = await open('#lesson=nice-moons');
  await trained(page);
  // The ceiling of any likelihood is minus the entropy: the gap to it is the KL.
  await until(page, () => window.lab.status.metrics.kl_to_truth < 0.1);
  const { seconds, metrics } = await status(page);
  assert.ok(Math.abs(metrics.log_likelihood_optimum + 2.394) < 0.005);
  assert.ok(metrics.log_likelihood_test < metrics.log_likelihood_optimum + 0.05);
  console.log(`  KL below 0.1 nat after ${seconds.toFixed(1)} s of training`);
  const box = await page.locator('#canvas').boundingBox();
  await drawEach(page, 'nice-', ['warp', 'likelihood', 'marginals', 'spectrum', 'log-density', 'samples']);
  // The slider of the stages is dragged from the latents back to the data.
  await run(page, { do: 'show', view: 'warp' });
  await pause(page);
  const at = (share) => [box.x + (0.237 + 0.535 * share) * box.width, box.y + 0.648 * box.height];
  await page.mouse.move(...at(1));
  await page.waitForTimeout(300);
  const part = { x: box.x + 0.23 * box.width, y: box.y + 0.1 * box.height, width: 0.55 * box.width, height: 0.08 * box.height };
  const latents = await page.screenshot({ clip: part });
  await page.mouse.down();
  await page.waitForTimeout(100);
  await page.mouse.move(...at(0), { steps: 8 });
  await page.waitForTimeout(100);
  await page.mouse.up();
  await page.waitForTimeout(600);
  // The line above the plane names the space: "latents z" before, "data x" now.
  assert.notDeepEqual(await page.screenshot({ clip: part }), latents, 'the stages unfold');
  await page.locator('#canvas').screenshot({ path: join(shots, 'nice-warp-data.png') });
  await close(page);
});

test('an autoencoder repairs points and pictures, and claims no density', async () => {
  let page = await open('#lesson=dae-plane');
  await trained(page);
  // The noise alone costs its variance, 0.0225.
  await until(page, () => window.lab.status.metrics.mse_test < 0.02);
  const { metrics } = await status(page);
  assert.ok(Math.abs(metrics.mse_corrupted - 0.0225) < 0.002);
  assert.equal(metrics.kl_to_truth, undefined);
  await drawEach(page, 'dae-', ['field', 'truth', 'latent', 'objective']);
  await close(page);
  page = await open('#lesson=dae-strokes');
  await trained(page);
  await until(page, () => window.lab.status.metrics.mse_over_variance < 0.6);
  await drawEach(page, 'ae-', ['reconstructions', 'latent', 'manifold', 'traversal', 'interpolation']);
  await close(page);
});

test('discrete codes: cells of the plane, maps of pictures that a hand changes, and a prior that draws', async () => {
  let page = await open('#lesson=vq-plane');
  await trained(page, 300);
  await until(page, () => window.lab.status.metrics.mse_over_variance < 0.06);
  assert.ok((await status(page)).metrics.codes_used >= 14);
  await drawEach(page, 'vq-plane-', ['partition', 'codebook', 'code-usage', 'field']);
  await close(page);
  page = await open('#lesson=vq-prior-strokes');
  await trained(page);
  // All maps alike would be −49 ln 32 = −170 nats.
  await until(page, () => window.lab.status.metrics.log_prior_test > -110 && window.lab.status.metrics.mse_over_variance < 0.3, 120000);
  console.log(`  ln p(codes) above −110 nats after ${(await status(page)).seconds.toFixed(1)} s of training`);
  await drawEach(page, 'vq-', ['drawing', 'code-maps', 'codebook', 'code-usage', 'reconstructions', 'samples']);
  await run(page, { do: 'show', view: 'code-maps' });
  await pause(page);
  await run(page, { do: 'code_at', site: 24, code: 5 });
  await until(page, () => /1 of the codes were changed by hand/.test(document.querySelector('#canvas').getAttribute('aria-label')));
  await run(page, { do: 'code_map', index: 0 });
  await until(page, () => !/changed by hand/.test(document.querySelector('#canvas').getAttribute('aria-label')));
  await close(page);
});

const label = (page) => page.getAttribute('#canvas', 'aria-label');

test('what does not belong is found, by a threshold that is dragged', async () => {
  const page = await open('#lesson=anomaly-digits');
  await trained(page);
  await until(page, () => window.lab.status.metrics.auc > 0.96);
  console.log(`  AUC above 0.96 after ${(await status(page)).seconds.toFixed(1)} s of training`);
  assert.ok((await status(page)).metrics.auc_se < 0.02);
  await drawEach(page, 'anomaly-', ['anomalies', 'reconstructions', 'latent']);
  await run(page, { do: 'show', view: 'anomalies' });
  await pause(page);
  const before = /at the threshold (\S+)/.exec(await label(page))[1];
  const box = await page.locator('#canvas').boundingBox();
  await page.mouse.move(box.x + 0.38 * box.width, box.y + 0.27 * box.height);
  await page.waitForTimeout(300);
  await page.mouse.down();
  await page.waitForTimeout(200);
  await page.mouse.move(box.x + 0.41 * box.width, box.y + 0.27 * box.height, { steps: 5 });
  await page.waitForTimeout(200);
  await page.mouse.up();
  await until(page, () => /at the threshold/.test(document.querySelector('#canvas').getAttribute('aria-label')));
  await page.waitForTimeout(500);
  assert.notEqual(/at the threshold (\S+)/.exec(await label(page))[1], before, 'the threshold is where it was dragged to');
  await run(page, { do: 'anomalies', shown: 'missed' });
  await page.waitForTimeout(500);
  await page.locator('#canvas').screenshot({ path: join(shots, 'anomaly-missed.png') });
  await close(page);
});

test('codes are judged by what they tell of classes, and laid out', async () => {
  const page = await open('#lesson=features-digits');
  await trained(page, 300);
  const judged = () => /linear classifier of them is right for [\d.]+ % of test data, one of the data themselves for/.test(document.querySelector('#canvas').getAttribute('aria-label'));
  await until(page, judged);
  await run(page, { do: 'features', method: 'tsne' });
  await drawEach(page, 'features-', ['features']);
  await close(page);
});

test('features of dead leaves become edges, in three stages', async () => {
  const page = await open('#lesson=images-dead-leaves');
  await trained(page);
  await until(page, () => window.lab.status.metrics.objective_test > -0.9, 180000);
  console.log(`  patches told from noise with J above -0.9 after ${(await status(page)).seconds.toFixed(1)} s of training`);
  await drawEach(page, 'leaves-', ['filters', 'pooling', 'patches', 'nonlinearity']);
  await close(page);
});

test('mixed sources are found, and their axes', async () => {
  const page = await open('#lesson=ica-2d');
  await trained(page);
  await until(page, () => window.lab.status.metrics.squared_error_b < 0.05, 60000);
  await drawEach(page, 'ica2-', ['mixing', 'sources', 'boundary']);
  await close(page);
  const four = await open('#lesson=ica-4d');
  await trained(four);
  await until(four, () => window.lab.status.metrics.squared_error_b < 0.1, 60000);
  await drawEach(four, 'ica4-', ['sources', 'constant']);
  await close(four);
});

test('what a critic says of mutual information stays below its ceiling', async () => {
  const page = await open('#lesson=infonce-gaussians');
  await trained(page);
  await until(page, () => window.lab.status.metrics.mutual_information > 2, 120000);
  const { metrics } = await status(page);
  assert.ok(metrics.mutual_information < metrics.information_ceiling && metrics.information_ceiling < metrics.mutual_information_truth);
  await drawEach(page, 'infonce-', ['information', 'objective']);
  await close(page);
});

test('a hand paints over what an autoencoder sees', async () => {
  const page = await open('#lesson=dae-strokes');
  await trained(page);
  await run(page, { do: 'show', view: 'reconstructions' });
  const values = Array.from({ length: 784 }, (_, i) => (i % 28 === 14 ? 1 : -1));
  await run(page, { do: 'noise', kind: 'painted', values });
  await page.waitForTimeout(2500);
  await page.locator('#canvas').screenshot({ path: join(shots, 'painted.png') });
  assert.match(await page.getAttribute('#canvas', 'aria-label'), /corrupted and repaired/);
  await close(page);
});

test('a model that is told of classes draws one at a time', async () => {
  const page = await open('#lesson=vae-classes');
  await trained(page);
  await run(page, { do: 'class', class: 7 });
  await drawEach(page, 'classes-', ['traversal', 'samples', 'manifold', 'interpolation', 'features']);
  await close(page);
});

test('latents are held against the factors that made the pictures', async () => {
  const page = await open('#lesson=beta-sprites');
  await trained(page);
  await until(page, () => window.lab.status.metrics.mig_mean_se > 0);
  await drawEach(page, 'beta-', ['factors', 'traversal']);
  await close(page);
});

test('two levels of codes: the top is drawn first', async () => {
  const page = await open('#lesson=vq2-faces');
  await trained(page);
  await until(page, () => window.lab.status.metrics.mse_over_variance < 0.5, 120000);
  await drawEach(page, 'vq2-', ['code-maps', 'drawing', 'samples', 'codebook', 'code-usage']);
  await close(page);
});

test('digits are drawn pixel by pixel, exactly as likely as is said', async () => {
  const page = await open('#lesson=pixelcnn-digits8');
  await trained(page);
  await until(page, () => window.lab.status.metrics.bits_per_dim < 2.6, 120000);
  console.log(`  digits below 2.6 bits/dim after ${(await status(page)).seconds.toFixed(1)} s of training`);
  await drawEach(page, 'ar-', ['drawing', 'samples', 'receptive-field', 'inpainting', 'likelihood']);
  await close(page);
});

test('digits are drawn, filled in and compared with what was learnt by heart', async () => {
  const page = await open('#lesson=nice-digits8');
  await trained(page);
  await until(page, () => window.lab.status.metrics.bits_per_dim < 3);
  console.log(`  digits below 3 bits/dim after ${(await status(page)).seconds.toFixed(1)} s of training`);
  await drawEach(page, 'nice-digits-', ['samples', 'neighbours', 'inpainting', 'sphere', 'interpolation', 'marginals', 'spectrum', 'likelihood']);
  // Paused, inpainting runs to its end, and then nothing moves.
  await run(page, { do: 'show', view: 'inpainting' });
  await pause(page);
  const begun = await page.locator('#canvas').screenshot();
  await run(page, { do: 'inpaint', mask: 'left', first: 2 });
  await until(page, () => /left half.*1,?000 of 1,?000/.test(document.querySelector('#canvas').getAttribute('aria-label')));
  await page.waitForTimeout(600);
  const filled = await page.locator('#canvas').screenshot({ path: join(shots, 'nice-digits-filled.png') });
  assert.notDeepEqual(filled, begun, 'other pictures, other pixels');
  await page.waitForTimeout(500);
  assert.deepEqual(await page.locator('#canvas').screenshot(), filled, 'it rests');
  await close(page);
});

test('a comparison trains its models side by side, from laptop to embed', async () => {
  const page = await open('#lesson=compare-moons');
  await compared(page);
  await until(page, () => window.lab.status.comparison.every((each) => each.kl_to_truth < 1), 180000);
  const all = await members(page);
  assert.deepEqual(all.map((each) => each.model), ['nice', 'vae', 'energy-mlp']);
  assert.deepEqual(all.map((each) => each.known), ['exact', 'bound', 'grid']);
  // All have had the same time, by and large: what one draws and measures counts too.
  const seconds = all.map((each) => each.seconds);
  assert.ok(Math.max(...seconds) < 2 * Math.min(...seconds) + 1, `shares of time: ${seconds}`);
  console.log(`  ${all.map((each) => `${each.title} ${each.test_log_density.toFixed(2)} nats, KL ${each.kl_to_truth.toFixed(2)}, ${each.step} steps in ${each.seconds.toFixed(1)} s`).join('; ')}`);
  const words = await page.getAttribute('#canvas', 'aria-label');
  for (const name of ['NICE', 'VAE', 'NCE energy', 'truth']) assert.ok(words.includes(name), words);
  await page.screenshot({ path: join(shots, 'compare-laptop.png') });
  await page.click('#play');
  await until(page, () => window.lab.status.comparison.every((each) => !each.playing));
  await page.click('#theme');
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(shots, 'compare-laptop-dark.png') });
  await page.click('#theme');
  await page.setViewportSize({ width: 375, height: 740 });
  await page.waitForTimeout(800);
  await page.screenshot({ path: join(shots, 'compare-phone.png') });
  await page.click('#rewind');
  await until(page, () => window.lab.status.comparison.every((each) => each.step === 0));
  await close(page);

  const embed = await open('?embed=1&run=1#lesson=compare-moons', { width: 640, height: 400 });
  await compared(embed);
  await embed.waitForTimeout(500);
  await embed.screenshot({ path: join(shots, 'compare-embed.png') });
  await embed.setViewportSize({ width: 320, height: 240 });
  await embed.waitForTimeout(500);
  await embed.screenshot({ path: join(shots, 'compare-embed-small.png') });
  await close(embed);
});

test('a model is compared, changed, opened alone and undone; the link holds it all', async () => {
  const page = await open('#lesson=vae-moons');
  await trained(page, 5);
  await page.click('#compare');
  await compared(page, 1);
  assert.deepEqual((await members(page)).map((each) => each.model), ['vae', 'nice', 'energy-mlp']);
  await until(page, () => location.hash.includes('spec='));
  const before = new URL(page.url()).hash;
  await run(page, { do: 'edit', key: 'data.name', value: 'ring' });
  await until(page, () => window.lab.spec.data.name === 'ring' && window.lab.status.loaded);
  await compared(page, 1);
  await page.waitForFunction((last) => location.hash !== last, before);
  const hash = new URL(page.url()).hash;

  const second = await open(hash);
  await compared(second, 1);
  const [first, again] = await Promise.all([page, second].map((each) => each.evaluate(() => window.lab.spec)));
  assert.deepEqual(again, first);
  // Bad entries are told with their place, and what is open stays.
  const spoilt = structuredClone(first);
  spoilt.compare[1].modle = 1;
  await run(second, { do: 'spec', spec: spoilt });
  await until(second, () => window.lab.status.error?.text.includes('In model 2 of the comparison'));
  assert.equal((await members(second)).length, 3);
  await run(second, { do: 'spec', spec: { ...first, compare: [first.compare[2], first.compare[0]] } });
  await until(second, () => window.lab.status.comparison.length === 2);
  await compared(second, 1);
  await run(second, { do: 'alone' });
  await until(second, () => !window.lab.status.comparison && window.lab.status.loaded && window.lab.spec.compare === undefined);
  await trained(second, 5);
  await run(second, { do: 'undo_change' });
  await compared(second, 1);
  assert.equal((await members(second)).length, 2);
  await close(second);
  await close(page);
});

test('pictures are compared by bits a dimension', async () => {
  const page = await open('#lesson=compare-digits8');
  await compared(page, 50);
  for (const each of await members(page)) assert.ok(each.bits_per_dim > 0 && each.kl_to_truth === null, JSON.stringify(each));
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(shots, 'compare-digits.png') });
  await close(page);
});

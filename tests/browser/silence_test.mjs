// Nothing is said by silence: every mistake, stop, wait and change is told, and what is open is kept.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { close, open, pause, shots, status, trained, until } from './harness.mjs';

const run = (page, json) => page.evaluate((command) => window.lab.command(command), json);
const said = (page, pattern, where = 'lab.banner') => page.waitForFunction(([source, place]) => new RegExp(source, 's').test(place === 'page' ? (document.getElementById('banner').hidden ? '' : document.getElementById('banner').textContent) : window.lab.banner), [pattern.source, where], { timeout: 60000, polling: 50 });
const saidByPage = (page, pattern) => said(page, pattern, 'page');
const lessonText = (page) => page.textContent('#lesson-text');
const fragmentOf = (page, spec) => page.evaluate(async (given) => {
  const packed = new Uint8Array(await new Response(new Blob([JSON.stringify(given)]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer());
  return '#spec=' + btoa(String.fromCharCode(...packed)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}, spec);

test('a mistake is said beside its control where that is in view, else above everything', async () => {
  const page = await open();
  await trained(page);
  await pause(page);
  // Its control is on the panel.
  await run(page, { do: 'edit', key: 'model.width', value: 100000 });
  await until(page, () => window.lab.status.error?.key === 'model.width');
  await page.waitForTimeout(500);
  assert.deepEqual(await page.evaluate(() => [window.lab.banner, window.lab.status.error.beside]), ['', true]);
  await page.screenshot({ path: join(shots, 'error-beside.png') });
  // These have none there.
  await page.fill('#seed', 'abc');
  await page.press('#seed', 'Enter');
  await said(page, /'seed' is "abc", but it must be a whole number/);
  await page.screenshot({ path: join(shots, 'error-above.png') });
  await run(page, { do: 'edit', key: 'data.name', value: 'points' });
  await said(page, /points/);
  await run(page, { do: 'edit', key: 'optimiser.momentum', value: 0.5 });
  await said(page, /'optimiser\.momentum' has no effect/);
  await run(page, { do: 'show', view: 'nowhere' });
  await said(page, /no view 'nowhere'/);
  // Nor has any on a phone, until its sheet is opened.
  await page.setViewportSize({ width: 360, height: 740 });
  await run(page, { do: 'edit', key: 'model.width', value: 100000 });
  await said(page, /'model\.width' is 100000/);
  await close(page);
});

test('tables and files that will not do are answered above the views', async () => {
  const page = await open();
  await trained(page);
  const reals = Array.from({ length: 60 }, (_, i) => [0, 1, 2].map((j) => Math.sin(i + j)).join(',')).join('\n');
  await page.setInputFiles('#file', { name: 'reals.csv', mimeType: 'text/csv', buffer: Buffer.from(reals) });
  const told = (key) => page.waitForFunction((name) => {
    const { error } = window.lab.status;
    return error?.key === name && (error.beside || window.lab.banner.includes(error.text));
  }, key, { polling: 50 });
  await told('model.decoder');
  await page.screenshot({ path: join(shots, 'reals.png') });
  await page.setInputFiles('#file', { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear lab,\nhow are you?\n') });
  await told('data.file');
  // On a phone neither control is there.
  await page.setViewportSize({ width: 360, height: 740 });
  await said(page, /letter\.txt/);
  await close(page);
});

test('a folder that is dropped and a file that is gone are told', async () => {
  const page = await open();
  await trained(page);
  const folder = mkdtempSync(join(tmpdir(), 'lab-drop-'));
  mkdirSync(join(folder, 'digits'));
  const devtools = await page.context().newCDPSession(page);
  const drop = async (path) => {
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data: { items: [], files: [path], dragOperationsMask: 1 } });
    }
  };
  await drop(join(folder, 'digits'));
  await saidByPage(page, /'digits' is a folder/);
  await drop(join(folder, 'gone.csv'));
  await saidByPage(page, /'gone\.csv' could not be read/);
  writeFileSync(join(folder, 'own.csv'), 'x,y\n' + Array.from({ length: 50 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}`).join('\n'));
  await drop(join(folder, 'own.csv'));
  await until(page, () => window.lab.spec?.data?.points?.length === 50);
  await close(page);
});

test('a lesson that cannot be fetched is told, and the one that is open stays', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page);
  await page.route('**/lessons/nce-ring/spec.json', (route) => route.abort());
  await page.selectOption('#lesson', 'nce-ring');
  await saidByPage(page, /The lesson 'nce-ring' could not be downloaded/);
  assert.equal(await page.inputValue('#lesson'), 'nce-moons');
  assert.equal(await page.evaluate(() => window.lab.spec.data.name), 'moons');
  await page.route('**/lessons/nce-moons/en.md', (route) => route.abort());
  await page.click('#about');
  await page.waitForFunction(() => /could not be downloaded/.test(document.getElementById('lesson-text').textContent));
  await close(page);
});

test('a broken link in an open tab leaves the experiment and its address', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page);
  const whole = await fragmentOf(page, { data: { name: 'ring' } });
  for (const [fragment, words] of [[whole.slice(0, -8), /cut off or changed.*stays as it is/], ['#lesson=nowhere', /no lesson 'nowhere'.*stays as it is/], ['#top', /neither a lesson nor an experiment/]]) {
    await page.evaluate((hash) => { location.hash = hash; }, fragment);
    await saidByPage(page, words);
    await until(page, () => location.hash === '#lesson=nce-moons');
  }
  // Whole, but no experiment: the session's sentence, and all stays too.
  await page.evaluate((hash) => { location.hash = hash; }, await fragmentOf(page, { data: { name: 'moonz' } }));
  await until(page, () => /Did you mean 'moons'/.test(window.lab.status.error?.text) && (window.lab.banner || window.lab.status.error.beside));
  await until(page, () => location.hash === '#lesson=nce-moons');
  assert.equal(await page.evaluate(() => window.lab.spec.data.name), 'moons');
  assert.equal((await status(page)).loaded, true);
  await page.evaluate((hash) => { location.hash = hash; }, whole);
  await until(page, () => window.lab.spec.data.name === 'ring');
  await close(page);
});

test('a comparison does not give way to a specification that will not do', async () => {
  const page = await open('#lesson=compare-moons');
  await until(page, () => window.lab.status?.comparison?.length === 3 && window.lab.status.loaded);
  await run(page, { do: 'spec', spec: { data: { name: 'moonz' } } });
  await said(page, /Did you mean 'moons'/);
  assert.equal((await status(page)).comparison.length, 3);
  // Two changes at once: both are made.
  await page.evaluate(() => {
    window.lab.command({ do: 'edit', key: 'objective.batch', value: 48 });
    window.lab.command({ do: 'edit', key: 'seed', value: 9 });
  });
  await until(page, () => window.lab.spec.compare.every((each) => each.seed === 9 && each.objective.batch === 48));
  await close(page);
});

test('many points are held by a link, and it is said that it is long', async () => {
  const page = await open('?paused=1');
  await until(page, () => window.lab.status?.loaded);
  const table = 'x,y\n' + Array.from({ length: 6500 }, (_, i) => `${Math.cos(i * 1.1) + 0.1 * Math.sin(i * i)},${Math.sin(i * 1.7)}`).join('\n');
  await page.setInputFiles('#file', { name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await until(page, () => window.lab.spec?.data?.points?.length === 6500 && location.hash.length > 20000);
  await page.click('#share');
  await saidByPage(page, /This link has [\d,]+ characters.*Save specification/);
  const copy = await open('?paused=1' + await page.evaluate(() => location.hash));
  await until(copy, () => window.lab.spec?.data?.points?.length === 6500);
  await close(copy);
  await close(page);
});

test('the step to stop at is said when it is reached, and Play goes on', async () => {
  const page = await open('?paused=1');
  await until(page, () => window.lab.status?.loaded);
  await page.fill('#stop', '60');
  await page.press('#stop', 'Enter');
  await page.click('#play');
  await said(page, /Training stopped after 60 steps.*Play goes on/);
  assert.equal((await status(page)).step, 60);
  await page.screenshot({ path: join(shots, 'stopped.png') });
  await page.click('#play');
  await until(page, () => window.lab.status.playing && window.lab.status.step > 80);
  assert.equal(await page.evaluate(() => window.lab.banner), '');
  await close(page);
});

test('training that is ruined by its rate is said, with the rate', async () => {
  const page = await open();
  await trained(page, 100);
  await run(page, { do: 'edit', key: 'optimiser.rate', value: 1000 });
  await said(page, /far worse than where it began.*learning rate of 1000|Training broke/);
  assert.ok((await status(page)).diverged === null, 'it is still numbers');
  await page.screenshot({ path: join(shots, 'ruined.png') });
  await page.evaluate(() => { window.lab.command({ do: 'edit', key: 'optimiser.rate', value: 0.001 }); window.lab.command({ do: 'rewind' }); });
  await until(page, () => window.lab.banner === '');
  await close(page);
});

test('changes that come while something is loaded are all made', async () => {
  // The first before there is anything at all.
  const page = await open();
  await run(page, { do: 'edit', key: 'seed', value: 5 });
  await trained(page, 5);
  assert.equal(await page.evaluate(() => window.lab.spec.seed), 5);
  await page.evaluate(async () => {
    const spec = await (await fetch('lessons/nce-pinwheel/spec.json')).json();
    const { command } = window.lab;
    command({ do: 'spec', spec, lesson: 'nce-pinwheel' });
    command({ do: 'edit', key: 'model.width', value: 24 });
    command({ do: 'edit', key: 'optimiser.rate', value: 0.02 });
    command({ do: 'edit', key: 'objective.batch', value: 48 });
    command({ do: 'edit', key: 'optimiser.rate', value: 0.03 });
  });
  const made = () => window.lab.spec.data?.name === 'pinwheel' && window.lab.spec.model?.width === 24 && window.lab.spec.objective?.batch === 48 && window.lab.spec.optimiser?.rate === 0.03;
  await until(page, made);
  // When the session has had its say too.
  await page.waitForTimeout(1500);
  assert.ok(await page.evaluate(made), JSON.stringify(await page.evaluate(() => window.lab.spec)));
  assert.equal((await status(page)).error, null);
  await close(page);
});

test('what is long to read says so meanwhile', async () => {
  const page = await open('#lesson=vae-digits8');
  await trained(page, 5);
  await page.evaluate(() => {
    window.heard = new Set();
    setInterval(() => { window.heard.add(window.lab.banner); window.heard.add(document.querySelector('#banner p').textContent); }, 5);
  });
  const row = Array.from({ length: 64 }, (_, i) => String(i / 64).slice(0, 8)).join(',') + '\n';
  const path = join(mkdtempSync(join(tmpdir(), 'lab-long-')), 'long.csv');
  writeFileSync(path, row.repeat(25000));
  await page.setInputFiles('#file', path);
  await until(page, () => window.lab.spec.data?.name === 'file' || window.lab.status.error, 120000);
  await page.waitForTimeout(4000);
  const heard = await page.evaluate(() => [...window.heard].join(' | '));
  assert.match(heard, /Reading \d+ MB/);
  assert.match(heard, /Loading long\.csv …/);
  await until(page, () => !/Loading/.test(window.lab.banner), 120000);
  await close(page);
});

test('a file that is long in coming, or does not come, is told', async () => {
  const page = await open();
  await trained(page, 5);
  let answer;
  await page.route('**/data/digits8.csv.gz', async (route) => { await new Promise((go) => { answer = go; }); await route.abort(); });
  await page.selectOption('#lesson', 'vae-digits8');
  await saidByPage(page, /Fetching 'digits8\.csv\.gz' …/);
  answer();
  await saidByPage(page, /'digits8\.csv\.gz' could not be fetched/);
  // Asked again, it is tried again.
  await page.unroute('**/data/digits8.csv.gz');
  await page.selectOption('#lesson', 'nce-ring');
  await until(page, () => window.lab.lesson === 'nce-ring');
  await page.selectOption('#lesson', 'vae-digits8');
  await until(page, () => window.lab.spec.data?.name === 'digits8' && window.lab.status.metrics.elbo_test !== undefined);
  await close(page);
});

test('“What is this?” is about what is open, whichever way it came', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page, 5);
  await page.click('#about');
  const shows = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.getElementById('lesson-text').textContent), pattern.source, { timeout: 30000, polling: 50 });
  await shows(/Two moons/);
  await page.evaluate(() => { location.hash = '#lesson=nce-ring'; });
  await until(page, () => window.lab.lesson === 'nce-ring');
  await shows(/^(?!.*Two moons).*[Rr]ing/);
  // A change of a lesson is still about it; another experiment is not.
  await run(page, { do: 'edit', key: 'objective.ratio', value: 3 });
  await shows(/[Rr]ing.*You have changed the experiment of this lesson/);
  assert.equal(await page.inputValue('#lesson'), '');
  await run(page, { do: 'undo_change' });
  await until(page, () => document.getElementById('lesson').value === 'nce-ring');
  await run(page, { do: 'spec', spec: { title: 'Mine', data: { name: 'pinwheel' } } });
  await shows(/Mine.*No lesson is about this experiment/);
  await until(page, () => location.hash.startsWith('#spec='));
  assert.match(await page.textContent('#lesson-text .credits'), /^Likelihood Lab \d+\.\d+\.\d+, under the MIT licence/);
  const notices = await page.getAttribute('#lesson-text .credits a', 'href');
  assert.match(await page.evaluate(async (address) => (await fetch(address)).text(), notices), /Dear ImGui.*MIT[\s\S]*OFL 1\.1/);
  await page.click('#lesson-text button');
  const copy = await open(await page.evaluate(() => location.hash));
  await trained(copy, 5);
  await copy.click('#about');
  await copy.waitForFunction(() => /No lesson is about/.test(document.getElementById('lesson-text').textContent));
  await close(copy);
  await close(page);
});

test('a lesson whose views are exchanged is still the lesson, and its link keeps them', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page, 5);
  await run(page, { do: 'show', view: 'cross-section' });
  await until(page, () => location.hash.startsWith('#lesson=nce-moons&views=cross-section'));
  assert.equal(await page.inputValue('#lesson'), 'nce-moons');
  const views = await page.evaluate(() => window.lab.views);
  const copy = await open(await page.evaluate(() => location.hash));
  await trained(copy, 5);
  assert.deepEqual(await copy.evaluate(() => [window.lab.main, window.lab.views, window.lab.lesson]), ['cross-section', views, 'nce-moons']);
  await close(copy);
  await run(page, { do: 'show', view: 'boundary' });
  await close(page);
});

test('views that do not go with a lesson are told, and the lesson is opened', async () => {
  for (const [path, lesson, words] of [
    ['?views=latent,boundary#lesson=nce-moons', 'nce-moons', /'views' is "latent".*own views are shown/],
    ['?views=boundery#lesson=nce-ring', 'nce-ring', /boundery.*Did you mean 'boundary'.*own views are shown/],
    ['?views=posterior#lesson=compare-moons', 'compare-moons', /'views' of a comparison.*own views are shown/]]) {
    const page = await open(path);
    await until(page, () => window.lab.status?.loaded);
    await said(page, words);
    assert.equal(await page.evaluate(() => window.lab.lesson), lesson);
    assert.doesNotMatch(await page.textContent('#banner'), /first lesson/);
    await close(page);
  }
});

test('a live change is answered, and what is kept of a run has its name', async () => {
  const page = await open('#lesson=nce-moons');
  await trained(page, 100);
  await run(page, { do: 'set', key: 'optimiser.rate', value: 0.017 });
  await until(page, () => window.lab.spec.optimiser.rate === 0.017);
  await run(page, { do: 'show', view: 'runs' });
  await page.waitForTimeout(1500);
  await run(page, { do: 'edit', key: 'optimiser.rate', value: 0.018 });
  await page.waitForTimeout(500);
  await run(page, { do: 'edit', key: 'model.width', value: 24 });
  // This run and the one that is kept.
  await until(page, () => /0\.018.*0\.018/.test(document.getElementById('canvas').getAttribute('aria-label')));
  await close(page);
});

test('what is dropped or done before the shell is there waits for it', async () => {
  const page = await open('?embed=1#lesson=nce-moons', { width: 640, height: 420 });
  await page.waitForSelector('#start:not([hidden])');
  await run(page, { do: 'edit', key: 'seed', value: 11 });
  await page.click('#start');
  await trained(page, 5);
  await until(page, () => window.lab.spec.seed === 11);
  await close(page);
});

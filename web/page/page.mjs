// The page around the shell: transport, link, files, focus, and when to draw.
//   1 what the browser can do   2 words   3 the link   4 shell and worker   5 frames   6 controls
//   7 input that is routed      8 start

import { files } from './files.mjs';
import { unpackJson } from './json.mjs';
import { session } from './session.mjs';

const $ = (id) => document.getElementById(id);
const canvas = $('canvas');
const query = new URLSearchParams(location.search);
const embedded = query.has('embed');
const framed = embedded || window.parent !== window; // a page around this one may want to scroll
const defaultLesson = 'nce-eight-gaussians';

// What the page knows, for tests and for scripts of those who embed it; lab.command takes the commands
// of shell/app/app.hpp.
export const lab = { frames: 0, status: null, spec: null, main: '', pictures: 0, firstTrainedFrame: null, messages: 0, command };
window.lab = lab;

// ---------------------------------------------------------------- 1 what the browser can do

// One v128.const in a function: bytes that only an engine with SIMD accepts.
const simdProbe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

function missing() {
  if (typeof WebAssembly !== 'object') return words('This browser has no WebAssembly, which the lab computes with. A current Firefox, Chrome, Edge or Safari has it.', '이 브라우저에는 WebAssembly가 없습니다. 최신 Firefox, Chrome, Edge, Safari를 쓰세요.');
  if (!WebAssembly.validate(simdProbe)) return words('This browser’s WebAssembly has no SIMD, which the lab computes with. Firefox 89, Chrome 91, Safari 16.4 and later have it.', '이 브라우저의 WebAssembly에는 SIMD가 없습니다. Firefox 89, Chrome 91, Safari 16.4 이후가 필요합니다.');
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return words('This browser shows no WebGL2, which the plots are drawn with. It may be switched off in the settings, or the graphics driver may be blocked.', '이 브라우저는 WebGL2를 쓸 수 없습니다. 설정이나 그래픽 드라이버를 확인하세요.');
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return '';
}

// ---------------------------------------------------------------- 2 words

const memory = new Map();
const kept = {
  get(key) { try { return localStorage.getItem('lab.' + key); } catch { return memory.get(key) ?? null; } },
  set(key, value) { try { localStorage.setItem('lab.' + key, value); } catch { memory.set(key, value); } },
};

let language = query.get('lang') || kept.get('language') || (navigator.language?.startsWith('ko') ? 'ko' : 'en');
let theme = query.get('theme') || kept.get('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const words = (english, korean) => (language === 'ko' ? korean : english);

function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-en]')) element.textContent = element.dataset[language];
  $('language').textContent = words('한국어', 'English');
  $('theme').textContent = theme === 'dark' ? words('Light', '밝게') : words('Dark', '어둡게');
  document.documentElement.dataset.theme = theme;
  showStatus();
  showStopped();
}

function banner(text) {
  $('banner').hidden = !text;
  $('banner').querySelector('p').textContent = text;
}
$('banner-close').onclick = () => banner('');

// ---------------------------------------------------------------- 3 the link

// In parts: a call takes so many arguments only.
function letters(bytes, part = 0x8000) {
  let text = '';
  for (let at = 0; at < bytes.length; at += part) text += String.fromCharCode(...bytes.subarray(at, at + part));
  return text;
}
const toBase64 = (bytes) => btoa(letters(bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
const pack = async (spec) => toBase64(await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(spec))));
const unpack = async (text) => unpackJson(fromBase64(text), words);

let lessons = [];
let lesson = ''; // the one that the experiment is, whatever is looked at
let origin = ''; // the one that it was made from
let ownViews = null; // where they are not the lesson's

// Of a file of a lesson; what went wrong is an error with a sentence.
async function fetchOfLesson(name, file) {
  let response;
  try {
    response = await fetch(`lessons/${encodeURIComponent(name)}/${file}`);
  } catch (error) {
    throw new Error(words(`The lesson '${name}' could not be downloaded (${error.message}).`, `'${name}' 수업을 내려받을 수 없습니다 (${error.message}).`));
  }
  if (!response.ok) throw new Error(words(`There is no lesson '${name}'.`, `'${name}' 수업이 없습니다.`));
  return response;
}
const fetchLesson = async (name) => (await fetchOfLesson(name, 'spec.json')).json();

// What the link says: {spec, lesson, views}, the last two where it names them. Throws a sentence where
// it is broken.
async function documentOfLink() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const views = fragment.has('views') ? { views: fragment.get('views').split(',') } : {};
  if (fragment.has('spec')) {
    try {
      return { spec: await unpack(fragment.get('spec')), ...views };
    } catch (error) {
      if (error instanceof RangeError) throw new Error(words(`The experiment in this link was not read: ${error.message}.`, `링크의 실험을 읽지 않았습니다. ${error.message}.`));
      throw new Error(words('The experiment in this link could not be read: the link is cut off or changed.', '링크의 실험을 읽을 수 없습니다. 링크가 잘렸거나 바뀌었습니다.'));
    }
  }
  if (location.hash.length > 1 && !fragment.has('lesson')) {
    throw new Error(words(`The link ends in '${location.hash.slice(0, 40)}', which names neither a lesson nor an experiment.`, `링크 끝의 '${location.hash.slice(0, 40)}'에는 수업도 실험도 없습니다.`));
  }
  const name = fragment.get('lesson') || defaultLesson;
  return { spec: await fetchLesson(name), lesson: name, ...views };
}

async function link() {
  // What the address asks for besides would else be looked at again.
  const looked = ownViews || (query.has('views') && lab.views);
  if (lesson) return `#lesson=${lesson}` + (looked ? `&views=${looked}` : '');
  return `#spec=${await pack(lab.spec)}`;
}

let linkTimer = 0;
function keepLink() {
  clearTimeout(linkTimer);
  linkTimer = setTimeout(async () => {
    const fragment = lesson || lab.spec ? await link() : location.hash;
    if (fragment !== location.hash) {
      try { history.replaceState(null, '', fragment); } catch { /* a sandboxed frame, or too long */ }
    }
    $('open-lab').href = location.pathname + fragment;
  }, 300);
}

// Another link in an open tab. Where it will not do, what is open stays, and so does its address.
window.addEventListener('hashchange', async () => {
  try {
    const linked = await documentOfLink();
    banner('');
    incoming.forget();
    command({ do: 'spec', ...linked });
  } catch (error) {
    banner(`${error.message} ${words('The experiment stays as it is.', '실험은 그대로입니다.')}`);
  }
  keepLink();
});

// ---------------------------------------------------------------- 4 shell and worker

let shell = null;
let started = false;
let worker = null; // the engine, once it is started

function call(name, json) {
  const text = shell.stringToNewUTF8(typeof json === 'string' ? json : JSON.stringify(json));
  const result = shell['_' + name](text);
  shell._free(text);
  return result;
}

function withBytes(bytes, use) {
  const at = shell._malloc(bytes.length);
  if (at === 0) throw new Error(words('there is not enough memory', '메모리가 부족합니다'));
  shell.HEAPU8.set(bytes, at);
  use(at, bytes.length);
  shell._free(at);
}

// What comes before the shell is there waits for it.
const early = [];
function command(json) {
  if (!started) return void early.push(json);
  call('shell_command', json);
  wake();
}

function giveFont(name, bytes) {
  withBytes(bytes, (at, length) => {
    const text = shell.stringToNewUTF8(name);
    shell._shell_font(text, at, length);
    shell._free(text);
  });
}

async function fetchBytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(words(`'${path}' could not be downloaded (${response.status}).`, `'${path}'를 내려받을 수 없습니다 (${response.status}).`));
  return new Uint8Array(await response.arrayBuffer());
}

let koreanAsked = false;
async function needKorean() {
  if (koreanAsked) return;
  koreanAsked = true;
  try {
    giveFont('korean', await fetchBytes('fonts/korean.ttf'));
    wake();
  } catch (error) {
    banner(error.message);
  }
}

function startWorker() {
  worker = lab.session = session({
    message(data) {
      lab.messages++;
      inbox.push(new Uint8Array(data));
      wake();
    },
    failed(why) {
      stopped = { ...why, step: Math.max(lab.status?.step ?? 0, worker.kept() ?? 0), kept: worker.kept() };
      showStopped();
    },
    lacking: (bytes) => banner(words(`There is not enough memory for a file of ${(bytes / 1e6).toFixed(0)} MB.`, `${(bytes / 1e6).toFixed(0)} MB 파일을 담을 메모리가 부족합니다.`)),
  });
}
const inbox = [];

// What stopped the engine, while it is stopped: the page has what another one needs to go on.
let stopped = null;
function showStopped() {
  $('stopped').hidden = !stopped;
  for (const id of ['play', 'rewind', 'step', 'reseed']) $(id).disabled = Boolean(stopped);
  if (!stopped) return;
  const { text, step, kept } = stopped;
  $('stopped').querySelector('p').textContent = words(`The engine stopped at step ${step.toLocaleString()}: ${text}. `, `${step.toLocaleString()}단계에서 엔진이 멈췄습니다: ${text}. `)
    + (kept === null ? words('Another one starts from the first weights.', '새 엔진은 처음 가중치에서 시작합니다.')
      : words(`The weights of step ${kept.toLocaleString()} are kept.`, `${kept.toLocaleString()}단계의 가중치가 남아 있습니다.`));
}
$('revive').onclick = () => {
  stopped = null;
  $('failure').hidden = true;
  showStopped();
  worker.restart();
};
$('copy-failure').onclick = async () => {
  const { text, stack, step, kept } = stopped;
  const all = [`Likelihood Lab: the engine stopped at step ${step}: ${text}`, stack, `weights kept: ${kept === null ? 'none' : `of step ${kept}`}`,
    `engine: ${lab.status?.executor} ${lab.status?.instruction_set}, threads ${lab.status?.threads}`, `browser: ${navigator.userAgent}`,
    `page: ${location.origin}${location.pathname}`, `specification: ${JSON.stringify(lab.spec)}`].filter(Boolean).join('\n');
  try {
    await navigator.clipboard.writeText(all);
    $('copy-failure').textContent = words('Copied', '복사됨');
    setTimeout(() => { $('copy-failure').textContent = $('copy-failure').dataset[language]; }, 1500);
  } catch {
    // Some frames may not write to the clipboard: the text is there to be taken by hand.
    $('failure').value = all;
    $('failure').hidden = false;
    $('failure').select();
  }
};

function download(name, type, bytes) {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([bytes], { type }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
  // A sandbox that allows no downloads drops them without a word.
  if (self.origin === 'null') banner(words(`If '${name}' has not come: the frame around this page may allow no downloads. A tab of its own does.`, `'${name}'이 저장되지 않았다면 이 페이지를 담은 틀이 내려받기를 막은 것입니다. 새 탭에서 여세요.`));
}

// A part of what has just been drawn, before the browser clears it.
const pictures = [];
function takePictures() {
  for (const { name, x, y, w, h } of pictures.splice(0)) {
    const ratio = canvas.width / canvas.clientWidth;
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [Math.round(w * ratio), Math.round(h * ratio)];
    copy.getContext('2d').drawImage(canvas, -x * ratio, -y * ratio);
    copy.toBlob(async (blob) => download(name, 'image/png', new Uint8Array(await blob.arrayBuffer())));
  }
}

// ---------------------------------------------------------------- 5 frames

let wanted = 0;
let scheduled = 0;
let onScreen = true;

function wake(frames = 2) {
  wanted = Math.max(wanted, frames);
  if (!scheduled && shell && onScreen && !document.hidden) scheduled = requestAnimationFrame(frame);
}

function frame() {
  scheduled = 0;
  if (!shell) return;
  try {
    draw();
  } catch (error) {
    // Nothing that the shell holds can be trusted any more.
    shell = null;
    console.error(error);
    poster(words('The plots stopped: ', '그래프가 멈췄습니다: ') + error.message, words('Load the page again', '페이지 다시 열기'));
    $('start').onclick = () => location.reload();
  }
}

function draw() {
  for (const message of inbox.splice(0)) withBytes(message, (at, length) => shell._shell_message(at, length));
  const more = shell._shell_frame();
  lab.frames++;
  keepUp();
  takePictures();
  if (lab.firstTrainedFrame === null && lab.status?.step > 0) lab.firstTrainedFrame = performance.now();
  wanted = Math.max(wanted - 1, more);
  if (wanted > 0) wake(wanted);
}

// The browser may take the graphics away, most often for another tab's sake, and may give them back:
// then all that was drawn with is made anew.
let lostTimer = 0;
canvas.addEventListener('webglcontextlost', (event) => {
  event.preventDefault(); // it is not given back otherwise
  clearTimeout(lostTimer);
  lostTimer = setTimeout(() => poster(words('The browser has taken away the graphics (WebGL) that the plots are drawn with. Training goes on, and the plots come back as soon as it gives them back; closing other tabs may help, and so may loading this page again.', '그래프를 그리는 WebGL을 브라우저가 회수했습니다. 학습은 계속되며, 브라우저가 돌려주면 그래프가 다시 나타납니다. 다른 탭을 닫거나 이 페이지를 다시 열어 보세요.')), 3000);
});
canvas.addEventListener('webglcontextrestored', () => {
  clearTimeout(lostTimer);
  if (!shell) return;
  $('poster').hidden = true;
  shell._shell_restored();
  wake(3);
});

let pausedByUs = false;
function pauseUnseen() {
  const seen = onScreen && !document.hidden;
  if (!seen && lab.status?.playing && !$('background').checked) {
    pausedByUs = true;
    command({ do: 'pause' });
  } else if (seen && pausedByUs) {
    pausedByUs = false;
    command({ do: 'play' });
  }
  if (seen) wake();
}
document.addEventListener('visibilitychange', pauseUnseen);
new IntersectionObserver((entries) => {
  onScreen = entries.at(-1).isIntersecting;
  pauseUnseen();
}).observe(canvas);

function size() {
  return { width: Math.max(200, canvas.clientWidth), height: Math.max(120, canvas.clientHeight), ratio: Math.min(2, devicePixelRatio || 1) };
}
function resize() {
  if (!shell) return;
  const { width, height, ratio } = size();
  shell._shell_resize(width, height, ratio);
  if (scheduled) cancelAnimationFrame(scheduled);
  scheduled = 0;
  frame();
}

// ---------------------------------------------------------------- 6 controls

function toEngine(json, bytes) {
  worker.send(json, bytes);
}

const brief = (value, digits = 3) => (value >= 1e6 ? (value / 1e6).toFixed(2) + 'M' : value >= 1e4 ? (value / 1e3).toFixed(1) + 'k' : String(+value.toPrecision(digits)));

let spoken = 0, news = null; // the latest of the shell
function showStatus() {
  const status = lab.status;
  if (!status) return;
  $('play').textContent = status.playing ? words('Pause', '멈춤') : words('Play', '시작');
  $('play').setAttribute('aria-pressed', status.playing);
  $('figures').textContent = status.comparison ? `${words('all models get the same time', '모든 모델이 같은 시간을 받습니다')} · ${status.executor}${status.threads > 1 ? ' ×' + status.threads : ''}`
    : `${words('step', '단계')} ${status.step.toLocaleString()} · ${brief(status.steps_per_second)} ${words('steps/s', '단계/초')} · ${brief(status.samples_per_second)} ${words('samples/s', '표본/초')} · ${status.executor}${status.threads > 1 ? ' ×' + status.threads : ''}`;
}

// In every frame, whether there is news or not: what is spoken now and then, a file that is wanted,
// fields in which nobody is typing, a phone's keyboard.
function keepUp() {
  if (!news) return;
  const { status } = news, now = performance.now();
  if (now - spoken > 5000) {
    spoken = now;
    const kl = status.metrics.kl_to_truth;
    $('metrics-text').textContent = status.comparison ? lab.alt : `${words('step', '단계')} ${status.step}` + (kl === undefined ? '' : `, KL ${kl.toFixed(3)} nats`);
  }
  if (status.needs) incoming.need(status.needs);
  if (news.spec) {
    if (document.activeElement !== $('seed')) $('seed').value = news.seed;
    if (document.activeElement !== $('stop')) $('stop').value = news.stop.steps;
  }
  if (news.want_text && matchMedia('(pointer: coarse)').matches) $('text-agent').focus({ preventScroll: true });
}

async function openLesson(name) {
  try {
    const spec = await fetchLesson(name);
    incoming.forget();
    command({ do: 'spec', spec, lesson: name });
  } catch (error) {
    banner(error.message);
    $('lesson').value = lesson;
  }
}

// The first link may hold JSON that is no experiment: the session's sentence, and the first lesson
// instead. Later, what is open stays.
let settled = false;
function fallBack(sentence) {
  settled = true;
  banner(`${sentence} ${words('Here is the first lesson instead.', '대신 첫 수업을 엽니다.')}`);
  openLesson(defaultLesson);
}

let lastSpec = '';
function toPage(json) {
  const message = JSON.parse(json);
  if (message.failure) return banner(message.failure);
  news = message;
  Object.assign(lab, { status: message.status, main: message.main, pictures: message.fields_version, panel: message.panel, alt: message.alt, typing: message.want_text, banner: message.banner, lesson: message.lesson, views: message.views });
  document.body.classList.toggle('comparison', Boolean(message.status.comparison));
  showStatus();
  settled ||= message.status.loaded || Boolean(message.status.needs);
  if (message.status.error && !settled) fallBack(message.status.error.text);
  if (message.spec) {
    const text = JSON.stringify([message.spec, message.lesson, message.origin]);
    if (text !== lastSpec) {
      lastSpec = text;
      lab.spec = message.spec;
      const told = String([lesson, origin]);
      [lesson, origin, ownViews] = [message.lesson, message.origin, message.own_views ? message.views : null];
      $('lesson').value = lesson;
      if (!$('lesson-text').hidden && told !== String([lesson, origin])) showLesson();
      keepLink();
    }
    canvas.setAttribute('aria-label', message.alt);
  }
}

const click = (id, json) => { $(id).onclick = () => command(typeof json === 'function' ? json() : json); };
click('play', () => ({ do: lab.status?.playing ? 'pause' : 'play' }));
click('compare', { do: 'compare' });
click('rewind', { do: 'rewind' });
click('step', { do: 'step', n: 1 });
click('reseed', { do: 'reseed' });
click('experiment', { do: 'panel', name: 'experiment' });
click('numbers', { do: 'panel', name: 'numbers' });
click('save', { do: 'save' });
click('metrics', { do: 'metrics' });
$('speed').onchange = () => command({ do: 'speed', steps_per_second: +$('speed').value });
$('seed').onchange = () => command({ do: 'edit', key: 'seed', value: number($('seed').value) });
$('stop').onchange = () => command({ do: 'edit', key: 'stop.steps', value: number($('stop').value) });
const number = (text) => (text.trim() !== '' && Number.isFinite(+text) ? +text : text);
$('save-spec').onclick = () => download('spec.json', 'application/json', new TextEncoder().encode(JSON.stringify(lab.spec, null, 2) + '\n'));
$('load').onclick = () => $('file').click();
const incoming = files({ lab, words, banner, command, toEngine });
$('file').onchange = () => {
  const chosen = [...$('file').files];
  $('file').value = '';
  incoming.open(chosen);
};

// Chat and mail cut what is longer; a browser takes far more.
const longLink = 8000;
$('share').onclick = async () => {
  if (!lab.spec) return banner(words('Nothing is loaded yet that a link could hold.', '아직 링크에 담을 실험이 없습니다.'));
  const address = new URL(await link(), location.href).href;
  if (address.length > longLink) banner(words(`This link has ${address.length.toLocaleString()} characters, as it holds all of the experiment’s points. Many programs cut a link at ${longLink.toLocaleString()} or fewer: 'Save specification' under File gives a file that holds the same.`, `점을 모두 담은 이 링크는 ${address.length.toLocaleString()}자입니다. ${longLink.toLocaleString()}자가 안 되어 링크를 자르는 프로그램이 많으니, 파일 메뉴의 '명세 저장'으로 같은 내용을 파일에 담으세요.`));
  try {
    await navigator.clipboard.writeText(address);
    $('share').textContent = words('Copied', '복사됨');
    setTimeout(() => { $('share').textContent = $('share').dataset[language]; }, 1500);
  } catch {
    banner(words('Copy this link: ', '이 링크를 복사하세요: ') + address);
  }
};
$('theme').onclick = () => {
  theme = theme === 'dark' ? 'light' : 'dark';
  kept.set('theme', theme);
  translate();
  command({ do: 'theme', name: theme });
};
$('language').onclick = () => {
  language = language === 'ko' ? 'en' : 'ko';
  kept.set('language', language);
  translate();
  fillLessons();
  if (!$('lesson-text').hidden) showLesson();
  if (language === 'ko') needKorean();
  command({ do: 'language', name: language });
};

function fillLessons() {
  const select = $('lesson');
  select.replaceChildren(new Option(words('Own experiment', '나의 실험'), ''));
  for (const { name, title } of lessons) select.add(new Option(title, name));
  select.value = lesson;
}
$('lesson').onchange = () => {
  if ($('lesson').value) openLesson($('lesson').value);
  else $('lesson').value = lesson;
};

// What is said of an experiment that no lesson is about.
const ownText = () => words(
  `# ${lab.spec?.title || 'An experiment of your own'}\n\nNo lesson is about this experiment. The panel says what its data, model, objective and optimiser are, and what each choice does to learning.\n\nChoose a lesson above to read what it shows and what to try.`,
  `# ${lab.spec?.title || '나의 실험'}\n\n이 실험을 다루는 수업은 없습니다. 데이터, 모델, 목적함수, 최적화와 각 선택이 학습에 하는 일은 실험 패널에 있습니다.\n\n위에서 수업을 고르면 무엇을 보여 주고 무엇을 해 볼지 읽을 수 있습니다.`);
const changedText = () => words('You have changed the experiment of this lesson.', '이 수업의 실험을 바꾼 상태입니다.');

// What the lab is, and whose.
function credits() {
  const line = Object.assign(document.createElement('p'), { className: 'credits' });
  const notices = Object.assign(document.createElement('a'), { href: 'notices.txt', target: '_blank', rel: 'noopener', textContent: words('with the work of others', '다른 이들의 저작물 포함') });
  const version = shell ? ' ' + shell.UTF8ToString(shell._shell_version()) : '';
  line.append(words('Likelihood Lab', '가능도 실험실'), version, words(', under the MIT licence, ', ', MIT 라이선스, '), notices);
  return line;
}

// The few marks that lessons use: a heading, paragraphs, **bold**, *italic*.
async function showLesson() {
  const about = lesson || origin;
  let text = ownText();
  try {
    if (about) text = await (await fetchOfLesson(about, `${language}.md`)).text();
  } catch (error) {
    text = error.message;
  }
  if (about !== (lesson || origin)) return; // another has come meanwhile
  if (about && !lesson) text = text.replace(/\n\s*\n/, `\n\n*${changedText()}*\n\n`);
  const box = $('lesson-text');
  box.replaceChildren();
  for (const block of text.trim().split(/\n\s*\n/)) {
    const element = document.createElement(block.startsWith('# ') ? 'h2' : 'p');
    for (const part of block.replace(/^# /, '').split(/(\*\*[^*]+\*\*|\*[^*]+\*)/)) {
      const mark = /^(\*\*?)(.+?)\1$/.exec(part);
      if (!mark) element.append(part);
      else element.append(Object.assign(document.createElement(mark[1] === '**' ? 'strong' : 'em'), { textContent: mark[2] }));
    }
    box.append(element);
  }
  box.append(credits());
  const close = Object.assign(document.createElement('button'), { textContent: words('Close', '닫기') });
  close.onclick = () => { box.hidden = true; };
  box.append(close);
}
$('about').onclick = () => {
  $('lesson-text').hidden = !$('lesson-text').hidden;
  if (!$('lesson-text').hidden) showLesson();
};

// ---------------------------------------------------------------- 7 input that is routed

let hintTimer = 0;
function hint(text) {
  $('hint').textContent = text;
  $('hint').hidden = false;
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => { $('hint').hidden = true; }, 1200);
}

canvas.addEventListener('wheel', (event) => {
  if (shell && !event.ctrlKey && shell._shell_scrolls(...place(event), 0)) {
    // A panel or a list; at its end the page around scrolls on.
    const pixels = event.deltaY * [1, 16, canvas.clientHeight][event.deltaMode];
    if (!shell._shell_scrolls(...place(event), pixels)) return;
    event.preventDefault();
    shell._shell_scroll(...place(event), pixels);
    return wake();
  }
  if (!event.ctrlKey && document.activeElement !== canvas) {
    // The page scrolls, if it can; say how to zoom instead.
    return hint(words('Ctrl + scroll to zoom', 'Ctrl + 스크롤로 확대'));
  }
  event.preventDefault();
  const lines = event.deltaMode === 1 ? event.deltaY : event.deltaY / 100;
  shell?._shell_wheel(0, -Math.max(-3, Math.min(3, lines)));
  wake();
}, { passive: false });
for (const name of ['mousemove', 'mousedown', 'mouseup', 'mouseleave', 'keydown', 'keyup', 'focus', 'blur']) {
  // A press and its release may come together; the shell takes them a frame apart.
  canvas.addEventListener(name, () => wake(4));
}
window.addEventListener('mouseup', () => wake(4));
canvas.addEventListener('mousedown', () => canvas.focus({ preventScroll: true }));
// Keys that move through a page are the browser's, but while a text is typed in the canvas; Tab always.
const moving = /^(Tab|Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End)$/;
$('stage').addEventListener('keydown', (event) => {
  if (event.target === canvas && moving.test(event.key) && (event.key === 'Tab' || !lab.typing)) event.stopPropagation();
}, true);
// Esc closes what is open, the topmost first: a drop-down, the File menu, the text, a sheet; then it
// leaves the canvas.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (event.target === canvas && shell?._shell_escape()) return wake(3);
  const menu = document.querySelector('.menu[open]');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else if (!$('lesson-text').hidden) {
    $('lesson-text').hidden = true;
    $('about').focus();
  } else if (lab.panel && lab.panel !== 'none') {
    command({ do: 'panel', name: 'none' });
  } else if (event.target === canvas) {
    canvas.blur();
  }
}, true);
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA|BUTTON|SUMMARY)$/.test(event.target.tagName) || (event.target === canvas && lab.typing);
  if (event.code !== 'Space' || typing) return;
  event.preventDefault();
  $('play').click();
});

// One finger presses and drags; where something scrolls, it scrolls unless it moves sideways or rests
// first. Two pinch. In a frame the page around scrolls until a tap has asked for the plots
// (touch-action in style.css), and does again once another place is tapped.
const fingers = new Map();
let gesture = ''; // asleep, undecided, scroll, press, pinch
let from = [0, 0];
let rest = 0;
let spread = 0;
const place = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
let awake = !framed;
canvas.classList.toggle('framed', framed);
if (framed) {
  for (const element of [canvas, $('text-agent')]) {
    for (const name of ['focus', 'blur']) {
      element.addEventListener(name, () => {
        awake = name === 'focus';
        canvas.classList.toggle('awake', awake);
      });
    }
  }
}
function press() {
  clearTimeout(rest);
  gesture = 'press';
  shell._shell_touch(...from, 0);
  wake(4);
}
canvas.addEventListener('pointerdown', (event) => {
  if (event.pointerType !== 'touch' || !shell) return;
  fingers.set(event.pointerId, place(event));
  clearTimeout(rest);
  if (fingers.size > 1) {
    if (gesture === 'press') shell._shell_touch(0, 0, 3);
    gesture = 'pinch';
    spread = 0;
    return wake(3);
  }
  from = place(event);
  if (!awake) gesture = 'asleep';
  else if (!shell._shell_scrolls(...from, 0)) press();
  else {
    gesture = 'undecided';
    rest = setTimeout(press, 250);
  }
});
canvas.addEventListener('pointermove', (event) => {
  if (event.pointerType !== 'touch' || !fingers.has(event.pointerId) || !shell) return;
  const before = fingers.get(event.pointerId), at = place(event);
  if (gesture === 'undecided') {
    const across = Math.abs(at[0] - from[0]), along = Math.abs(at[1] - from[1]);
    if (Math.max(across, along) < 6) return;
    clearTimeout(rest);
    if (along > across) gesture = 'scroll';
    else press();
  }
  fingers.set(event.pointerId, at);
  if (gesture === 'press') {
    shell._shell_touch(...at, 1);
  } else if (gesture === 'scroll') {
    shell._shell_scroll(...from, before[1] - at[1]);
  } else if (gesture === 'pinch' && fingers.size > 1) {
    const [a, b] = [...fingers.values()];
    const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    if (spread > 0 && now > 0) shell._shell_pinch((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, now / spread);
    spread = now;
  }
  wake();
});
canvas.addEventListener('pointerup', (event) => {
  if (!fingers.delete(event.pointerId) || !shell) return;
  spread = 0;
  clearTimeout(rest);
  if (fingers.size > 0) return;
  const at = place(event);
  const tap = Math.hypot(at[0] - from[0], at[1] - from[1]) < 10;
  if (gesture === 'asleep' && tap) canvas.focus({ preventScroll: true });
  if (gesture === 'asleep' && !tap) tapFirst();
  else if (gesture === 'asleep' || gesture === 'undecided') press();
  if (gesture === 'press') shell._shell_touch(...at, 2);
  gesture = '';
  wake(4);
});
// The browser has taken the finger for something of its own: it has no place, and clicks nothing.
canvas.addEventListener('pointercancel', (event) => {
  if (!fingers.delete(event.pointerId) || !shell) return;
  spread = 0;
  clearTimeout(rest);
  if (gesture === 'press') shell._shell_touch(0, 0, 3);
  if (gesture === 'asleep') tapFirst();
  gesture = '';
  wake(4);
});
const tapFirst = () => hint(words('Tap to use the plots', '그래프를 쓰려면 누르세요'));
canvas.addEventListener('touchstart', (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
canvas.addEventListener('touchend', (event) => { if (event.cancelable) event.preventDefault(); }, { passive: false });

const agent = $('text-agent');
agent.addEventListener('input', () => {
  if (!shell) return;
  call('shell_text', agent.value);
  agent.value = '';
  wake(3);
});
agent.addEventListener('keydown', (event) => {
  if (!shell || event.key.length === 1) return;
  call('shell_key', event.key);
  if (event.key === 'Enter') agent.blur();
  wake(3);
});

// ---------------------------------------------------------------- 8 start

function poster(text, button) {
  $('poster').hidden = false;
  $('poster').querySelector('p').textContent = text;
  $('start').hidden = !button;
  $('start').textContent = button || '';
}

// Everything that is large, all at once.
let parts = null;
async function fetchParts() {
  startWorker();
  const [{ default: create }, regular, semibold] = await Promise.all([
    import('./shell.mjs'), fetchBytes('fonts/regular.otf'), fetchBytes('fonts/semibold.otf')]);
  return { create, regular, semibold };
}

async function start(document, play) {
  poster(words('Loading …', '불러오는 중 …'));
  try {
    const { create, regular, semibold } = await (parts || fetchParts());
    shell = await create({
      canvas,
      to_engine: toEngine,
      to_page: toPage,
      download,
      picture: (name, x, y, w, h) => pictures.push({ name, x, y, w, h }),
    });
    giveFont('regular', regular);
    giveFont('semibold', semibold);
  } catch (error) {
    shell = null;
    return poster(words('The lab could not be loaded: ', '불러올 수 없습니다: ') + error.message);
  }
  const options = { ...document, language, theme, mode: embedded ? 'embed' : 'lab', play, ...size() };
  if (call('shell_start', options) !== 0) {
    shell = null;
    return poster(words('The plots could not be drawn: WebGL2 refused to start.', '그래프를 그릴 수 없습니다: WebGL2를 시작할 수 없습니다.'));
  }
  $('poster').hidden = true;
  started = true;
  for (const each of early.splice(0)) command(each);
  new ResizeObserver(resize).observe(canvas);
  if (language === 'ko') needKorean();
  wake(3);
}

async function open() {
  if (embedded) document.body.classList.add('embed');
  $('open-lab').hidden = !embedded;
  translate();
  const problem = missing();
  if (problem) return poster(problem);
  if (!embedded || query.has('run')) {
    parts = fetchParts();
    parts.catch(() => {}); // told when it is awaited
  }
  let linked;
  let trouble = '';
  try {
    const instead = async (error) => {
      trouble = `${error.message} ${words('Here is the first lesson instead.', '대신 첫 수업을 엽니다.')}`;
      return { spec: await fetchLesson(defaultLesson), lesson: defaultLesson };
    };
    [lessons, linked] = await Promise.all([fetch('lessons/index.json').then((r) => r.json()), documentOfLink().catch(instead)]);
  } catch (error) {
    return poster(words('The lessons could not be downloaded: ', '수업을 내려받을 수 없습니다: ') + error.message);
  }
  if (query.has('views')) linked = { views: query.get('views').split(','), ...linked };
  lesson = origin = linked.lesson || '';
  fillLessons();
  banner(trouble);
  const play = !query.has('paused');
  if (!embedded || query.has('run')) return start(linked, play);
  poster(linked.spec.title || 'Likelihood Lab', words('Run', '실행'));
  $('start').onclick = () => start(linked, play);
  keepLink();
}
open();

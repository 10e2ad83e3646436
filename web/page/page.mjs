// The page around the shell: transport, link, files, focus, and when to draw.
//   1 what the browser can do   2 words   3 the link   4 shell and worker   5 frames   6 controls
//   7 input that is routed      8 start

import { files } from './files.mjs';

const $ = (id) => document.getElementById(id);
const canvas = $('canvas');
const query = new URLSearchParams(location.search);
const embedded = query.has('embed');
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
}

function banner(text) {
  $('banner').hidden = !text;
  $('banner').querySelector('p').textContent = text;
}
$('banner-close').onclick = () => banner('');

// ---------------------------------------------------------------- 3 the link

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
const pack = async (spec) => toBase64(await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(spec))));
const unpack = async (text) => JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), fromBase64(text))));

let lessons = [];
let lesson = null; // the one that is unchanged, by name
let lessonSpec = '';

async function fetchLesson(name) {
  const response = await fetch(`lessons/${encodeURIComponent(name)}/spec.json`);
  if (!response.ok) throw new Error(words(`There is no lesson '${name}'.`, `'${name}' 수업이 없습니다.`));
  return response.json();
}

// The specification that the link holds; a broken link says so and gives the default.
async function specificationFromLink() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  try {
    if (fragment.has('spec')) {
      lesson = null;
      try {
        return await unpack(fragment.get('spec'));
      } catch {
        throw new Error(words('The experiment in this link could not be read: the link is cut off or changed.', '링크의 실험을 읽을 수 없습니다. 링크가 잘렸거나 바뀌었습니다.'));
      }
    }
    lesson = fragment.get('lesson') || defaultLesson;
    return await fetchLesson(lesson);
  } catch (error) {
    lesson = defaultLesson;
    brokenLink = `${error.message} ${words('Here is the first lesson instead.', '대신 첫 수업을 엽니다.')}`;
    return fetchLesson(defaultLesson);
  }
}
let brokenLink = '';

async function link() {
  return lesson ? `#lesson=${lesson}` : `#spec=${await pack(lab.spec)}`;
}

let linkTimer = 0;
function keepLink() {
  clearTimeout(linkTimer);
  linkTimer = setTimeout(async () => {
    const fragment = await link();
    if (fragment !== location.hash) {
      try { history.replaceState(null, '', fragment); } catch { /* a sandboxed frame */ }
    }
    $('open-lab').href = location.pathname + fragment;
  }, 300);
}

window.addEventListener('hashchange', async () => command({ do: 'spec', spec: await specificationFromLink() }));

// ---------------------------------------------------------------- 4 shell and worker

let shell = null;
let worker = null;

function call(name, json) {
  const text = shell.stringToNewUTF8(typeof json === 'string' ? json : JSON.stringify(json));
  const result = shell['_' + name](text);
  shell._free(text);
  return result;
}

function withBytes(bytes, use) {
  const at = shell._malloc(bytes.length);
  shell.HEAPU8.set(bytes, at);
  use(at, bytes.length);
  shell._free(at);
}

function command(json) {
  if (!shell) return;
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
  worker = new Worker('worker.mjs', { type: 'module' });
  worker.onmessage = ({ data }) => {
    if (data.failure) return banner(words('The engine stopped: ', '엔진이 멈췄습니다: ') + data.failure);
    lab.messages++;
    inbox.push(new Uint8Array(data));
    wake();
  };
  worker.onerror = (event) => banner(words('The engine could not be started: ', '엔진을 시작할 수 없습니다: ') + (event.message || 'worker.mjs'));
}
const inbox = [];

function download(name, type, bytes) {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([bytes], { type }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
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
  for (const message of inbox.splice(0)) withBytes(message, (at, length) => shell._shell_message(at, length));
  const more = shell._shell_frame();
  lab.frames++;
  takePictures();
  if (lab.firstTrainedFrame === null && lab.status?.step > 0) lab.firstTrainedFrame = performance.now();
  wanted = Math.max(wanted - 1, more);
  if (wanted > 0) wake(wanted);
}

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
  worker.postMessage({ json, bytes });
}

const brief = (value, digits = 3) => (value >= 1e6 ? (value / 1e6).toFixed(2) + 'M' : value >= 1e4 ? (value / 1e3).toFixed(1) + 'k' : String(+value.toPrecision(digits)));

let spoken = 0;
function showStatus() {
  const status = lab.status;
  if (!status) return;
  $('play').textContent = status.playing ? words('Pause', '멈춤') : words('Play', '시작');
  $('play').setAttribute('aria-pressed', status.playing);
  $('figures').textContent = status.comparison ? `${words('all models get the same time', '모든 모델이 같은 시간을 받습니다')} · ${status.executor}${status.threads > 1 ? ' ×' + status.threads : ''}`
    : `${words('step', '단계')} ${status.step.toLocaleString()} · ${brief(status.steps_per_second)} ${words('steps/s', '단계/초')} · ${brief(status.samples_per_second)} ${words('samples/s', '표본/초')} · ${status.executor}${status.threads > 1 ? ' ×' + status.threads : ''}`;
  const now = performance.now();
  if (now - spoken > 5000) {
    spoken = now;
    const kl = status.metrics.kl_to_truth;
    $('metrics-text').textContent = status.comparison ? lab.alt : `${words('step', '단계')} ${status.step}` + (kl === undefined ? '' : `, KL ${kl.toFixed(3)} nats`);
  }
}

// A link may hold JSON that is no experiment: the session's sentence, and the first lesson instead.
let fellBack = false;
async function fallBack(sentence) {
  if (fellBack) return;
  fellBack = true;
  banner(`${sentence} ${words('Here is the first lesson instead.', '대신 첫 수업을 엽니다.')}`);
  lesson = defaultLesson;
  lessonSpec = '';
  command({ do: 'spec', spec: await fetchLesson(defaultLesson) });
}

let lastSpec = '';
function toPage(json) {
  const message = JSON.parse(json);
  if (message.failure) return banner(message.failure);
  Object.assign(lab, { status: message.status, main: message.main, pictures: message.fields_version, panel: message.panel, alt: message.alt });
  document.body.classList.toggle('comparison', Boolean(message.status.comparison));
  showStatus();
  if (message.status.error && !message.status.loaded) fallBack(message.status.error.text);
  if (message.status.needs) incoming.need(message.status.needs);
  if (message.spec) {
    const text = JSON.stringify(message.spec);
    if (text !== lastSpec) {
      lastSpec = text;
      lab.spec = message.spec;
      if (lessonSpec === '' && lesson) lessonSpec = text;
      if (text !== lessonSpec) lesson = null;
      $('lesson').value = lesson || '';
      keepLink();
    }
    if (document.activeElement !== $('seed')) $('seed').value = message.seed;
    if (document.activeElement !== $('stop')) $('stop').value = message.stop.steps;
    canvas.setAttribute('aria-label', message.alt);
  }
  if (message.want_text && matchMedia('(pointer: coarse)').matches) $('text-agent').focus({ preventScroll: true });
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

$('share').onclick = async () => {
  const address = new URL(await link(), location.href).href;
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
  select.value = lesson || '';
}
$('lesson').onchange = async () => {
  const name = $('lesson').value;
  if (!name) return;
  lesson = name;
  lessonSpec = '';
  command({ do: 'spec', spec: await fetchLesson(name) });
  if (!$('lesson-text').hidden) showLesson();
  aboutLesson = name;
};
let aboutLesson = defaultLesson;

// The few marks that lessons use: a heading, paragraphs, **bold**, *italic*.
async function showLesson() {
  const response = await fetch(`lessons/${aboutLesson}/${language}.md`);
  const text = await response.text();
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
  const close = Object.assign(document.createElement('button'), { textContent: words('Close', '닫기') });
  close.onclick = () => { box.hidden = true; };
  box.append(close);
}
$('about').onclick = () => {
  $('lesson-text').hidden = !$('lesson-text').hidden;
  if (!$('lesson-text').hidden) { aboutLesson = lesson || aboutLesson; showLesson(); }
};

// ---------------------------------------------------------------- 7 input that is routed

let hintTimer = 0;
canvas.addEventListener('wheel', (event) => {
  if (!event.ctrlKey && document.activeElement !== canvas) {
    // The page scrolls, if it can; say how to zoom instead.
    $('hint').hidden = false;
    clearTimeout(hintTimer);
    hintTimer = setTimeout(() => { $('hint').hidden = true; }, 1200);
    return;
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
canvas.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') canvas.blur();
});
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA|BUTTON|SUMMARY)$/.test(event.target.tagName);
  if (event.code !== 'Space' || typing || event.target === canvas) return;
  event.preventDefault();
  $('play').click();
});

// One finger: a tap or a sideways drag; the page scrolls with it (touch-action: pan-y). Two: a pinch.
const fingers = new Map();
let spread = 0;
const place = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
canvas.addEventListener('pointerdown', (event) => {
  if (event.pointerType !== 'touch' || !shell) return;
  fingers.set(event.pointerId, place(event));
  if (fingers.size === 1) shell._shell_touch(...place(event), 0);
  else shell._shell_touch(...place(event), 2);
  spread = 0;
  wake(3);
});
canvas.addEventListener('pointermove', (event) => {
  if (event.pointerType !== 'touch' || !fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, place(event));
  if (fingers.size === 1) {
    shell._shell_touch(...place(event), 1);
  } else {
    const [a, b] = [...fingers.values()];
    const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    if (spread > 0 && now > 0) shell._shell_pinch((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, now / spread);
    spread = now;
  }
  wake();
});
const lift = (event) => {
  if (event.pointerType !== 'touch' || !fingers.has(event.pointerId)) return;
  const only = fingers.size === 1;
  fingers.delete(event.pointerId);
  spread = 0;
  if (only) shell._shell_touch(...place(event), 2);
  wake(3);
};
canvas.addEventListener('pointerup', lift);
canvas.addEventListener('pointercancel', lift);
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

async function start(spec, play) {
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
  const options = { spec, language, theme, mode: embedded ? 'embed' : 'lab', play, ...size() };
  if (call('shell_start', options) !== 0) {
    shell = null;
    return poster(words('The plots could not be drawn: WebGL2 refused to start.', '그래프를 그릴 수 없습니다: WebGL2를 시작할 수 없습니다.'));
  }
  $('poster').hidden = true;
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
  let spec;
  try {
    const [list, linked] = await Promise.all([fetch('lessons/index.json').then((r) => r.json()), specificationFromLink()]);
    lessons = list;
    spec = linked;
  } catch (error) {
    return poster(words('The lessons could not be downloaded: ', '수업을 내려받을 수 없습니다: ') + error.message);
  }
  if (query.has('views')) spec = { ...spec, views: query.get('views').split(',') };
  fillLessons();
  banner(brokenLink);
  const play = !query.has('paused');
  if (!embedded || query.has('run')) return start(spec, play);
  poster(spec.title || 'Likelihood Lab', words('Run', '실행'));
  $('start').onclick = () => start(spec, play);
  keepLink();
}
open();

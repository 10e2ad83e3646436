// The engine in its Worker, and what it takes to start another where it stopped: for each session the
// specification it loaded or the weights it gave last, what was changed since, and how it was to run.
//
//   send(json, bytes)   a command (core/session/sessions.hpp), as text; bytes are a Uint8Array or null
//   restart()           a new Worker that goes on from there
//   kept()              the step of the first session's kept weights; null where there are none
//
// message(buffer) is called with what the sessions say, failed({ text, stack }) once where the engine
// stops, lacking(bytes) where there is no room for a file.

// The Worker is a blob that imports: a page in a sandboxed frame has an origin of its own, and may
// start no Worker from the address it came from, nor a module from a blob. What is said to it before
// it can hear is kept for it.
const source = URL.createObjectURL(new Blob([`
  const early = [];
  self.onmessage = (event) => early.push(event);
  import(${JSON.stringify(new URL('worker.mjs', import.meta.url).href)})
    .then(() => early.forEach((event) => self.onmessage(event)))
    .catch((error) => postMessage({ failure: { text: String(error.message || error), stack: String(error.stack || '') } }));
`], { type: 'text/javascript' }));

// Weights are asked for this often, and less often where it would take more than this share of the
// time; those of larger models are not kept.
const interval = 2000, share = 0.005, most = 48 << 20;

export function session({ message, failed, lacking }) {
  const files = new Map(); // by name; blobs, which a browser may hold outside its memory
  const sessions = new Map();
  let worker = null;
  let tag = 0;

  function begin() {
    const fresh = new Worker(source);
    worker = fresh;
    fresh.onmessage = ({ data }) => {
      if (fresh !== worker) return;
      if (data.failure) stop(data.failure);
      else if (data.lacking) lacking(data.lacking);
      else if (data.cost !== undefined) each(data.session, (session) => { session.pause = Math.max(interval, data.cost / share); });
      else hear(data);
    };
    fresh.onerror = (event) => {
      event.preventDefault();
      stop({ text: event.message || 'its Worker could not be started', stack: event.filename ? `${event.filename}:${event.lineno}:${event.colno}` : '' });
    };
    fresh.onmessageerror = () => stop({ text: 'a message of the engine could not be read', stack: '' });
  }

  function stop(why) {
    if (!worker) return;
    worker.terminate();
    worker = null;
    for (const session of sessions.values()) {
      clearTimeout(session.timer);
      Object.assign(session, { timer: 0, asked: null, doubtful: false });
      // Weights that cannot be taken up again are of no use.
      if (!session.sound && session.blob) Object.assign(session, { base: { do: 'load', spec: session.spec }, blob: null, step: null });
    }
    failed(why);
  }

  const each = (number, use) => { const session = sessions.get(number ?? 0); if (session) use(session); };

  // What of a command has to be said again to another engine.
  function remember(command, blob) {
    const number = command.session ?? 0;
    if (command.do === 'file') return files.set(command.name, blob);
    if (command.do === 'load' || command.do === 'restore') {
      const { speed, want, playing, spec } = sessions.get(number) ?? {};
      each(number, (old) => clearTimeout(old.timer));
      return sessions.set(number, { base: command, blob, since: [], speed, want, playing, spec: command.spec ?? spec, sound: false, step: null, at: null, asked: null, timer: 0, pause: interval, last: performance.now() });
    }
    each(number, (session) => {
      if (command.do === 'close') {
        clearTimeout(session.timer);
        sessions.delete(number);
      } else if (command.do === 'play' || command.do === 'pause' || command.do === 'step') {
        session.playing = command.do === 'play';
      } else if (command.do === 'speed' || command.do === 'want') {
        session[command.do] = command;
      } else if (command.do === 'set' || command.do === 'rewind' || command.do === 'reseed') {
        const end = session.since.length - 1;
        // A slider that is dragged says the same key many times.
        if (command.do === 'set' && end >= (session.asked?.end ?? 0) && session.since[end]?.key === command.key) session.since[end] = command;
        else session.since.push(command);
      }
    });
  }

  function send(json, bytes) {
    const blob = bytes ? new Blob([bytes]) : null;
    remember(JSON.parse(json), blob);
    worker?.postMessage({ json, bytes: blob });
  }

  function hear(data) {
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, new DataView(data).getUint32(0, true))));
    const number = head.session ?? 0;
    if (head.message === 'checkpoint' && head.tag !== undefined) return each(number, (session) => keep(session, head, data));
    each(number, (session) => {
      if (head.message === 'loaded') Object.assign(session, { spec: head.spec, sound: true, large: 12 * head.parameters > most });
      // What is saved now may be no numbers any more.
      if (head.message === 'diverged') session.doubtful = true;
      if (head.message !== 'snapshot') return;
      if (head.playing || head.restarted) session.doubtful = false;
      Object.assign(session, { playing: head.playing, at: head.step });
      ask(number, session);
    });
    message(data);
  }

  function ask(number, session) {
    if (session.timer || session.asked || session.doubtful || session.large || session.at === session.step) return;
    session.timer = setTimeout(() => {
      session.timer = 0;
      if (!worker || session.doubtful) return;
      session.last = performance.now();
      session.asked = { tag: ++tag, end: session.since.length };
      worker.postMessage({ json: JSON.stringify({ do: 'save', session: number, tag }), bytes: null, timed: number });
    }, Math.max(0, session.last + session.pause - performance.now()));
  }

  function keep(session, head, data) {
    if (head.tag !== session.asked?.tag) return;
    const { end } = session.asked;
    session.asked = null;
    const start = 4 + new DataView(data).getUint32(0, true);
    if (session.doubtful) return;
    if (data.byteLength === start || data.byteLength > most) {
      session.large = true;
      return;
    }
    Object.assign(session, { base: { do: 'restore' }, blob: new Blob([new Uint8Array(data, start)]), since: session.since.slice(end), step: head.step });
  }

  function restart() {
    if (worker) return;
    begin();
    const say = (command, bytes = null) => worker.postMessage({ json: JSON.stringify(command), bytes });
    for (const [name, blob] of files) say({ do: 'file', name }, blob);
    for (const [number, session] of sessions) {
      Object.assign(session, { last: performance.now(), sound: false });
      say({ ...session.base, session: number }, session.blob);
      for (const command of session.since) say(command);
      if (session.speed) say(session.speed);
      if (session.want) say(session.want);
      if (session.playing) say({ do: 'play', session: number });
    }
  }

  const kept = () => sessions.values().next().value?.step ?? null;

  begin();
  return { send, restart, kept, get worker() { return worker; } };
}

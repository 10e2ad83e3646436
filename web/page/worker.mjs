// The session in its own thread: commands come in as {json, bytes}, messages go out as buffers. What
// stops the engine, wherever it comes from, goes out once as {failure}; after it nothing does.
import { variant } from './variant.mjs';

const waiting = [];
let engine = null;
let running = false;
let stopped = false;
const channel = new MessageChannel();
channel.port1.onmessage = () => guard(pump);

// `timed`: the session that is told what the command cost, in milliseconds.
function command({ json, bytes, timed }) {
  const begin = performance.now();
  const text = engine.stringToNewUTF8(json);
  let at = 0;
  if (bytes) {
    const read = new Uint8Array(new FileReaderSync().readAsArrayBuffer(bytes));
    at = engine._malloc(read.length);
    if (at === 0 && read.length > 0) {
      engine._free(text);
      return postMessage({ lacking: read.length });
    }
    engine.HEAPU8.set(read, at);
  }
  engine._engine_command(text, at, bytes ? bytes.size : 0);
  if (at) engine._free(at);
  engine._free(text);
  deliver();
  if (timed !== undefined) postMessage({ cost: performance.now() - begin, session: timed });
  if (!running) {
    running = true;
    channel.port2.postMessage(0);
  }
}

function deliver() {
  for (let length = engine._engine_take(); length > 0; length = engine._engine_take()) {
    const at = engine._engine_taken();
    const copy = engine.HEAPU8.slice(at, at + length);
    postMessage(copy.buffer, [copy.buffer]);
  }
}

// A slice of training, then whatever has come in, then the next slice.
function pump() {
  const pulse = engine._engine_pump(12);
  deliver();
  if (pulse === 0) running = false;
  else if (pulse === 1) channel.port2.postMessage(0);
  else setTimeout(() => guard(pump), 4);
}

function guard(work) {
  if (stopped) return;
  try {
    work();
  } catch (error) {
    fail(error);
  }
}

function fail(error) {
  if (stopped) return;
  stopped = true;
  const thrown = WebAssembly.Exception && error instanceof WebAssembly.Exception;
  const text = thrown ? 'an exception was not caught, most likely for want of memory' : String(error?.message || error);
  postMessage({ failure: { text, stack: String(error?.stack || '') } });
}

self.onmessage = ({ data }) => {
  if (!engine) waiting.push(data);
  else guard(() => command(data));
};
self.onmessageerror = () => fail('a command could not be read');
self.onerror = (text, file, line, column, error) => fail(error || text);
self.onunhandledrejection = (event) => fail(event.reason);

const load = (kind) => import(`./engine${kind}.mjs`).then(({ default: create }) => create());

// Where threads cannot be started after all, one does.
load(variant()).catch(() => load(variant().replace('-threads', ''))).then((made) => {
  engine = made;
  for (const each of waiting.splice(0)) guard(() => command(each));
}).catch(fail);

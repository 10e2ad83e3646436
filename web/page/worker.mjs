// The session in its own thread: commands come in as {json, bytes}, messages go out as buffers.
import { variant } from './variant.mjs';

const waiting = [];
let engine = null;
let running = false;
const channel = new MessageChannel();
channel.port1.onmessage = () => pump();

function command({ json, bytes }) {
  const text = engine.stringToNewUTF8(json);
  let at = 0;
  if (bytes) {
    at = engine._malloc(bytes.length);
    engine.HEAPU8.set(bytes, at);
  }
  engine._engine_command(text, at, bytes ? bytes.length : 0);
  if (at) engine._free(at);
  engine._free(text);
  deliver();
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
  else setTimeout(pump, 4);
}

onmessage = ({ data }) => {
  if (!engine) waiting.push(data);
  else guard(() => command(data));
};

function guard(work) {
  try {
    work();
  } catch (error) {
    postMessage({ failure: String(error && error.message || error) });
  }
}

const load = (kind) => import(`./engine${kind}.mjs`).then(({ default: create }) => create());

// Where threads cannot be started after all, one does.
load(variant()).catch(() => load(variant().replace('-threads', ''))).then((made) => {
  engine = made;
  for (const each of waiting.splice(0)) guard(() => command(each));
}).catch((error) => postMessage({ failure: String(error) }));

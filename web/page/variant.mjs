// Which of a module's builds this browser can run.

// A function that multiplies and adds three vectors by the relaxed instruction.
const relaxed = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
]);

// '', '-relaxed', '-threads' or '-relaxed-threads'. Threads need memory that they share, and that
// is only to be had where the page is isolated from others (COOP and COEP headers).
export function variant() {
  const shared = globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function' && navigator.hardwareConcurrency > 1;
  return (WebAssembly.validate(relaxed) ? '-relaxed' : '') + (shared ? '-threads' : '');
}

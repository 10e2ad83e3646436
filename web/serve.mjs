// Serves a folder on this machine alone: node serve.mjs FOLDER PORT [--isolated]
// With --isolated come the headers that let a page share memory between threads. A frame that is
// sandboxed has an origin of its own: it may load only what is everybody's, and that is said always.
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const isolated = process.argv.includes('--isolated');
const [folder, port = '8000'] = process.argv.slice(2).filter((argument) => argument !== '--isolated');
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const open = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
const types = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.md': 'text/markdown; charset=utf-8',
  '.wasm': 'application/wasm', '.otf': 'font/otf', '.ttf': 'font/ttf', '.png': 'image/png', '.txt': 'text/plain; charset=utf-8',
};
const compressed = new Map();

const server = createServer(async (request, response) => {
  try {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    if (path.includes('..')) throw new Error('outside');
    const file = join(folder, path.endsWith('/') ? path + 'index.html' : path);
    const { mtimeMs } = await stat(file);
    let entry = compressed.get(file);
    if (!entry || entry.mtimeMs !== mtimeMs) {
      const body = await readFile(file);
      entry = { mtimeMs, body, gzip: gzipSync(body, { level: 9 }) };
      compressed.set(file, entry);
    }
    const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] || '');
    const headers = { ...open, 'Content-Type': types[extname(file)] || 'application/octet-stream', 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
    if (gzip) headers['Content-Encoding'] = 'gzip';
    if (isolated) Object.assign(headers, isolation);
    const body = gzip ? entry.gzip : entry.body;
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  } catch {
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end('There is nothing here.\n');
  }
});

server.on('error', (error) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken; choose another with --port.` : String(error));
  process.exit(1);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`Likelihood Lab is at http://127.0.0.1:${server.address().port}/  (Ctrl-C ends it)`));

// Serves this folder (or --root) to Chromium, with isolation or without, and prints the lines:
//   node run.mjs --playwright …/playwright-core/index.mjs --chromium … [--isolated] [--images FILE] QUERY…
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: "string", default: import.meta.dirname },
    playwright: { type: "string", default: "playwright-core" },
    chromium: { type: "string" },
    images: { type: "string" },
    isolated: { type: "boolean", default: false },
  },
});
const types = {
  ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  const file = path === "/images" ? values.images : join(resolve(values.root), path);
  createReadStream(file)
    .on("open", function () {
      response.writeHead(200, {
        "Content-Type": types[extname(file)] ?? "application/octet-stream",
        ...(values.isolated && isolation),
      });
      this.pipe(response);
    })
    .on("error", () => response.writeHead(404).end());
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const { chromium } = await import(values.playwright);
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
try {
  for (const query of positionals) {
    const page = await browser.newPage();
    page.on("console", (message) => console.error(message.text()));
    const images = values.images ? "&images=/images" : "";
    await page.goto(`http://127.0.0.1:${server.address().port}/page.html?${query}${images}`);
    await page.waitForFunction("window.benchResult", null, { timeout: 600000, polling: 200 });
    const { lines, error } = await page.evaluate("window.benchResult");
    if (error) process.exitCode = 1;
    for (const line of lines ?? [{ query, error }]) console.log(JSON.stringify(line));
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}

import { variant } from "./variant.mjs";

const query = new URLSearchParams(location.search);
const lines = [];
const errors = [];
try {
  const kind = query.has("plain") ? variant().replace("-relaxed", "") : variant();
  const { default: create } = await import(`./bench${kind}.mjs`);
  await create({
    arguments: ["--threads", "0", query.get("workload")],
    print: (line) => lines.push(JSON.parse(line)),
    printErr: (line) => errors.push(line),
  });
  postMessage(errors.length ? { error: errors.join("\n") } : { lines });
} catch (error) {
  postMessage({ error: String(error.stack ?? error) });
}

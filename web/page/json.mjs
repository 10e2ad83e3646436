// JSON that comes from outside: links and files. What works through it calls itself for each
// bracket that is open, here and in the modules, so nesting has a limit; so has length, for a link
// of a few letters may unpack to any.
const mostDepth = 24; // no specification needs more than 6; core/session/json.hpp takes what wraps it
const mostBytes = 16 << 20;

const tooLong = (words) => new RangeError(words('it is longer than 16 MiB', '16 MiB보다 깁니다'));

// The value of a text; throws RangeError where it is too long or too deep, SyntaxError where it is none.
export function readJson(text, words) {
  if (text.length > mostBytes) throw tooLong(words);
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted && c === '\\') ++i;
    else if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === ']' || c === '}') --depth;
    else if ((c === '[' || c === '{') && ++depth > mostDepth) throw new RangeError(words(`more than ${mostDepth} of its brackets are nested`, `괄호가 ${mostDepth}겹보다 깊습니다`));
  }
  return JSON.parse(text);
}

// The same of bytes packed with deflate.
export async function unpackJson(bytes, words) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > mostBytes) {
      reader.cancel();
      throw tooLong(words);
    }
    parts.push(next.value);
  }
  return readJson(await new Blob(parts).text(), words);
}

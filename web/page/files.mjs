// Files that come in: chosen, dropped, or fetched because a specification names them.
//
//   open(files)   a checkpoint, a specification, points of the plane, or data (pictures, rows)
//   need(name)    the session waits for this file: bundled data and addresses are fetched, others
//                 must be chosen by the person
//   forget()      what could not be fetched is tried again when it is next needed

import { readJson } from './json.mjs';

const bundled = new Set(['digits8.csv.gz']);

// The x and y columns of a table, as rows of numbers; null where its first line names none.
function pointsOf(table, words) {
  const [head, ...lines] = table.trim().split(/\r?\n/).map((line) => line.split(','));
  const [x, y] = ['x', 'y'].map((name) => head.map((cell) => cell.trim()).indexOf(name));
  if (x < 0 || y < 0) return null;
  return lines.map((cells, i) => {
    const point = [Number(cells[x]), Number(cells[y])];
    if (!point.every(Number.isFinite) || !cells[x]?.trim() || !cells[y]?.trim()) throw new Error(words(`line ${i + 2} holds no two numbers.`, `${i + 2}번째 줄에 두 숫자가 없습니다.`));
    return point;
  });
}

// Bytes from which reading them is worth a word.
const large = 8e6;

export function files({ lab, words, banner, command, toEngine }) {
  const asked = new Set();

  async function need(name) {
    if (asked.has(name)) return;
    asked.add(name);
    const address = bundled.has(name) ? `data/${name}` : /^https?:\/\//.test(name) ? name : null;
    if (!address) {
      return banner(words(`This experiment needs the file '${name}', which a link cannot hold. Choose it under File, or drop it here.`, `이 실험에는 '${name}' 파일이 필요합니다. 링크에는 파일이 담기지 않으니 파일 메뉴에서 고르거나 여기에 놓으세요.`));
    }
    let slow = false;
    const wait = setTimeout(() => {
      slow = true;
      banner(words(`Fetching '${name}' …`, `'${name}'를 가져오는 중 …`));
    }, 500);
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      give(name, new Uint8Array(await response.arrayBuffer()));
      if (slow) banner('');
    } catch (error) {
      banner(words(`'${name}' could not be fetched (${error.message}). A server of another address must allow it (CORS).`, `'${name}'를 가져올 수 없습니다 (${error.message}). 다른 주소의 서버는 이를 허용해야 합니다(CORS).`));
    } finally {
      clearTimeout(wait);
    }
  }

  function give(name, bytes) {
    asked.delete(name);
    toEngine(JSON.stringify({ do: 'file', name }), bytes);
  }

  async function read(file) {
    try {
      return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch (error) {
      throw new Error(words(`'${file.name}' could not be read: it is a folder, or it was moved, changed or deleted after it was chosen (${error.message}).`, `'${file.name}'을 읽을 수 없습니다. 폴더이거나, 고른 뒤에 옮겨지거나 바뀌거나 지워졌습니다 (${error.message})`));
    }
  }

  async function open(list) {
    if (list.length === 0) return;
    const size = [...list].reduce((sum, file) => sum + file.size, 0);
    if (size > large) banner(words(`Reading ${(size / 1e6).toFixed(0)} MB …`, `${(size / 1e6).toFixed(0)} MB 읽는 중 …`));
    let all;
    try {
      all = await Promise.all([...list].map(read));
    } catch (error) {
      return banner(error.message);
    }
    banner('');
    const [{ name, bytes }] = all;
    if (all.length === 1 && name.endsWith('.json')) {
      try {
        return command({ do: 'spec', spec: readJson(new TextDecoder().decode(bytes), words) });
      } catch (error) {
        if (error instanceof RangeError) return banner(words(`'${name}' was not read: ${error.message}.`, `'${name}'을 읽지 않았습니다. ${error.message}.`));
        return banner(words(`'${name}' is no JSON: ${error.message}.`, `'${name}'은 JSON이 아닙니다: ${error.message}.`));
      }
    }
    if (all.length === 1 && name.endsWith('.lab')) {
      command({ do: 'restoring' });
      return toEngine('{"do":"restore"}', bytes);
    }
    if (all.length === 1 && name.endsWith('.csv')) {
      try {
        const points = pointsOf(new TextDecoder().decode(bytes), words);
        if (points) return command({ do: 'data', data: { name: 'points', points }, changed: ['data.name'] });
      } catch (error) {
        return banner(`'${name}': ${error.message}`);
      }
    }
    for (const file of all) give(file.name, file.bytes);
    if (all.some((file) => file.name === lab.status?.needs)) return;
    const tests = all.filter((file) => /^(t10k|test|val)/i.test(file.name));
    const trains = all.filter((file) => !tests.includes(file));
    const joined = (some) => some.map((file) => file.name).join(';');
    const data = trains.length > 0 ? { name: 'file', file: joined(trains), test_file: joined(tests) } : { name: 'file', file: joined(tests) };
    command({ do: 'data', data, changed: ['data.name', 'data.file', 'data.test_file'] });
  }

  window.addEventListener('dragover', (event) => event.preventDefault());
  window.addEventListener('drop', (event) => {
    event.preventDefault();
    const folder = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).find((entry) => entry?.isDirectory);
    if (folder) return banner(words(`'${folder.name}' is a folder. Drop the files that are in it instead: a set of pictures, or a table.`, `'${folder.name}'은 폴더입니다. 그 안의 파일들(그림 여러 장 또는 표)을 놓으세요.`));
    if (event.dataTransfer.files.length > 0) return open(event.dataTransfer.files);
    banner(words('What was dropped is no file.', '놓은 것은 파일이 아닙니다.'));
  });

  return { open, need, forget: () => asked.clear() };
}

// Puts the page together: node assemble.mjs MODULES FONTS DATA OUT
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [modules, fonts, data, out] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(join(out, 'fonts'), { recursive: true });
cpSync(join(root, 'web/page'), out, { recursive: true });
const variants = ['engine', 'engine-relaxed', 'engine-threads', 'engine-relaxed-threads'];
for (const name of [...variants, 'shell']) {
  for (const kind of ['mjs', 'wasm']) cpSync(join(modules, `${name}.${kind}`), join(out, `${name}.${kind}`));
}
for (const name of ['regular.otf', 'semibold.otf', 'korean.ttf']) cpSync(join(fonts, name), join(out, 'fonts', name));
cpSync(join(root, 'assets/NOTICES'), join(out, 'notices.txt'));
cpSync(join(data, 'digits8.csv.gz'), join(out, 'data/digits8.csv.gz'));
const lessons = join(root, 'assets/lessons');
cpSync(lessons, join(out, 'lessons'), { recursive: true });
const first = ['nce-eight-gaussians', 'vae-digits8', 'nice-moons', 'compare-moons', 'nice-digits8', 'nce-moons', 'vae-moons', 'vae-strokes', 'vae-conv-strokes', 'vae-classes', 'beta-sprites', 'ae-digits8', 'dae-plane', 'dae-strokes', 'anomaly-digits', 'features-digits', 'vq-plane', 'vq-strokes', 'vq-prior-strokes', 'vq2-faces', 'chasm-cures', 'flow-contrastive', 'ica-2d', 'ica-4d', 'compare-ica', 'images-dead-leaves', 'infonce-gaussians', 'tre-gaussians', 'tre-information', 'nce-ring', 'nce-gaussian'];
const rank = (name) => (first.includes(name) ? first.indexOf(name) : first.length);
const index = readdirSync(lessons)
  .map((name) => ({ name, title: JSON.parse(readFileSync(join(lessons, name, 'spec.json'), 'utf8')).title || name }))
  .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
writeFileSync(join(out, 'lessons/index.json'), JSON.stringify(index));

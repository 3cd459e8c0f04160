// Compares what a first visit loads: node compare.mjs OUR_PKG_FOLDER PLAIN_PKG_FOLDER MOST
//
// JavaScript, WebAssembly and CSS, each in brotli at its best, as a server sends precompressed files. Parts that are loaded
// when a page needs them (cargo-leptos --split names them split_… and chunk_…) are not counted; what each page loads with them
// is listed.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [ours, plain, most] = process.argv.slice(2);
const KINDS = ['.js', '.wasm', '.css'];

const compressed = (file) =>
  brotliCompressSync(readFileSync(file), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  }).length;

const read = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => KINDS.includes(path.extname(name)))
    .map((name) => ({
      name,
      kind: path.extname(name),
      lazy: /^(split|chunk)_/.test(path.basename(name)),
      bytes: compressed(path.join(folder, name)),
    }));

const sum = (files, kind) =>
  files.filter((file) => !file.lazy && (!kind || file.kind === kind)).reduce((total, { bytes }) => total + bytes, 0);

const [our, their] = [read(ours), read(plain)];
for (const [folder, files] of [[ours, our], [plain, their]]) {
  for (const kind of KINDS) {
    if (sum(files, kind) === 0) throw new Error(`${folder} has no ${kind} file: is it the pkg folder of a build?`);
  }
}
const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(10);
console.log(`${'kB in brotli'.padEnd(14)}${'ours'.padStart(10)}${'plain'.padStart(10)}     ratio`);
for (const kind of [...KINDS, undefined]) {
  const [one, other] = [sum(our, kind), sum(their, kind)];
  console.log(`${(kind ?? 'together').padEnd(14)}${kilobytes(one)}${kilobytes(other)}${(one / other).toFixed(2).padStart(10)}`);
}
const manifest = readdirSync(ours).find((name) => /^__wasm_split_manifest.*\.json$/.test(name));
for (const [part, names] of manifest ? Object.entries(JSON.parse(readFileSync(path.join(ours, manifest), 'utf8'))) : []) {
  const files = our.filter(({ name }) => names.includes(path.basename(name, '.wasm')));
  if (files.length !== names.length) throw new Error(`${manifest} names files that are not there`);
  const lazy = files.reduce((total, { bytes }) => total + bytes, 0);
  console.log(`lazy: ${part}, ${files.length} files`.padEnd(33) + kilobytes(lazy));
}
const ratio = sum(our) / sum(their);
if (ratio > Number(most)) {
  console.error(`A first visit loads ${ratio.toFixed(2)} times what a plain application loads; at most ${most} is wanted.`);
  process.exit(1);
}

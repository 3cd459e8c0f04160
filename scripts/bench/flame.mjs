// Draws a flame graph of what `perf script --fields ip,sym` says on its standard input, and prints what takes the most:
//
//   node flame.mjs OUT.svg
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const WIDTH = 1600;
const HEIGHT = 17;
/** What is narrower is left out. */
const NARROWEST = 0.4;

/** A name without hashes, and with its generics cut short. */
function short(symbol) {
  let name = symbol.replace(/::h[0-9a-f]{16}$/, "").replace(/^\s*[0-9a-f]+ /, "");
  name = name.replaceAll("$LT$", "<").replaceAll("$GT$", ">").replaceAll("$u20$", " ").replaceAll("..", "::");
  let depth = 0;
  let out = "";
  for (const letter of name) {
    if (letter === ">" && depth > 0 && !out.endsWith("-")) depth--;
    if (depth === 0) out += letter;
    if (letter === "<") depth++;
  }
  return out;
}

const root = { name: "all", samples: 0, self: 0, children: new Map() };
function add(stack) {
  let node = root;
  node.samples++;
  for (const name of stack.toReversed()) {
    if (!node.children.has(name)) node.children.set(name, { name, samples: 0, self: 0, children: new Map() });
    node = node.children.get(name);
    node.samples++;
  }
  node.self++;
}

let stack = [];
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) stack.push(short(line.trim()));
  else if (stack.length > 0) {
    add(stack);
    stack = [];
  }
}
if (stack.length > 0) add(stack);

const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const drawn = [];
let deepest = 0;
function draw(node, x, depth) {
  const width = (node.samples / root.samples) * WIDTH;
  if (width < NARROWEST) return;
  deepest = Math.max(deepest, depth);
  let hash = 0;
  for (const letter of node.name) hash = (hash * 31 + letter.charCodeAt(0)) % 997;
  const color = `hsl(${10 + (hash % 45)} 75% ${58 + (hash % 17)}%)`;
  const share = ((100 * node.samples) / root.samples).toFixed(2);
  const label = width > 30 ? escaped(node.name.slice(-Math.floor(width / 6.5))) : "";
  drawn.push(
    `<g><title>${escaped(node.name)} (${node.samples} samples, ${share} %)</title><rect x="${x.toFixed(1)}" y="${depth * HEIGHT}" width="${width.toFixed(1)}" height="${HEIGHT - 1}" fill="${color}"/><text x="${(x + 2).toFixed(1)}" y="${depth * HEIGHT + 12}">${label}</text></g>`,
  );
  for (const child of [...node.children.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    draw(child, x, depth + 1);
    x += (child.samples / root.samples) * WIDTH;
  }
}
draw(root, 0, 0);
writeFileSync(
  process.argv[2],
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${(deepest + 1) * HEIGHT}" font-family="monospace" font-size="11">\n${drawn.join("\n")}\n</svg>\n`,
);

const [own, within] = [new Map(), new Map()];
(function sum(node, above) {
  own.set(node.name, (own.get(node.name) ?? 0) + node.self);
  if (!above.has(node.name)) within.set(node.name, (within.get(node.name) ?? 0) + node.samples);
  for (const child of node.children.values()) sum(child, new Set(above).add(node.name));
})(root, new Set());
const most = (sums, count) => {
  for (const [name, samples] of [...sums].toSorted((a, b) => b[1] - a[1]).slice(0, count)) {
    console.log(`${((100 * samples) / root.samples).toFixed(1).padStart(6)} %  ${name.slice(0, 150)}`);
  }
};
console.log(`${root.samples} samples, in ${process.argv[2]}\n\nby themselves`);
most(own, Number(process.env.FLAME_LINES ?? 25));
console.log("\nwith what they call");
most(within, Number(process.env.FLAME_LINES ?? 25));

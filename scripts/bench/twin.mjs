// Makes the views of a page's twin from its HTML, and compares the two:
//
//   node twin.mjs make PAGE.html OUT.rs     views for bench/servers/src/bin/twin.rs
//   node twin.mjs compare PAGE.html TWIN.html
import { readFileSync, writeFileSync } from "node:fs";

const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
const KEYWORDS = new Set(["as", "type", "for", "async", "loop"]);
const RAW = new Set(["script", "style"]);
/** An element with more nodes than this is a function of its own, as a component would be. */
const LARGEST = 40;

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };
const plain = text => text.replace(/&([a-z0-9#]+);/g, (all, name) => ENTITIES[name] ?? all);

/** The elements and texts of a page, without comments. */
function parse(html) {
  const root = { name: null, children: [] };
  const open = [root];
  let at = 0;
  while (at < html.length) {
    const parent = open.at(-1);
    if (RAW.has(parent.name)) {
      const end = html.indexOf(`</${parent.name}>`, at);
      if (end > at) parent.children.push({ text: html.slice(at, end) });
      at = end + parent.name.length + 3;
      open.pop();
    } else if (html.startsWith("<!--", at)) {
      at = html.indexOf("-->", at) + 3;
    } else if (html.startsWith("<!", at)) {
      at = html.indexOf(">", at) + 1;
    } else if (html.startsWith("</", at)) {
      at = html.indexOf(">", at) + 1;
      open.pop();
    } else if (html[at] === "<") {
      const [all, name, attributes] = /^<([a-zA-Z0-9-]+)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/.exec(html.slice(at));
      const element = { name, attributes: [], children: [] };
      for (const [, key, value] of attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) element.attributes.push([key, value]);
      parent.children.push(element);
      if (!VOID.has(name)) open.push(element);
      at += all.length;
    } else {
      const end = html.indexOf("<", at);
      parent.children.push({ text: plain(html.slice(at, end < 0 ? html.length : end)) });
      at = end < 0 ? html.length : end;
    }
  }
  return root.children;
}

const literal = text => JSON.stringify(text).replace(/\\u([0-9a-f]{4})/g, "\\u{$1}").replace(/\\[bf]/g, "");

function make(html) {
  const texts = [];
  const functions = [];
  const attribute = ([key, value]) => {
    const name = KEYWORDS.has(key) ? `r#${key}` : key;
    return value === undefined ? name : `${name}=${literal(plain(value))}`;
  };
  /** The code of a node, and how many nodes it has. */
  function write(node) {
    if (node.text !== undefined) {
      texts.push(node.text);
      return { code: `{text(${texts.length - 1})}`, size: 1 };
    }
    const parts = node.children.map(write);
    const size = 1 + parts.reduce((sum, part) => sum + part.size, 0);
    const start = [node.name, ...node.attributes.map(attribute)].join(" ");
    const code = VOID.has(node.name) ? `<${start}/>` : `<${start}>${parts.map(part => part.code).join("")}</${node.name}>`;
    if (size <= LARGEST || node.name === "html") return { code, size };
    functions.push(`fn part${functions.length}() -> impl IntoView { view! { ${code} } }`);
    return { code: `{part${functions.length - 1}()}`, size: 1 };
  }
  const all = parse(html);
  const document = all.find(node => node.name === "html");
  // What Leptos appends for the browser to hydrate from. The twin has nothing of its own to append, so this is text in its body.
  const appended = all.filter(node => node.name === "script");
  document.children.find(node => node.name === "body").children.push(...appended);
  const page = `fn page() -> impl IntoView { view! { <!DOCTYPE html>${write(document).code} } }`;
  return `static TEXTS: &[&str] = &[\n${texts.map(literal).join(",\n")}\n];\n${functions.join("\n")}\n${page}\n`;
}

/** A tag with its attributes in the order of their names: Leptos writes classes last. */
const inOrder = (tag, start, attributes) =>
  `${start}${[...attributes.matchAll(/\s+[^\s=>]+(?:="[^"]*")?/g)].map(([attribute]) => attribute.trim()).toSorted().map(attribute => ` ${attribute}`).join("")}>`;

/** What two pages must have in common: without markers of hydration and nonces, and without the order of what is appended. */
const comparable = html =>
  html.replace(/<script(?: nonce="[^"]*")?>__[\s\S]*?<\/script>/g, "").replace(/<!(?:--.*?--)?>/g, "").replace(/<!DOCTYPE html>/i, "")
    .replace(/(?:nonce|crossorigin)="[^"]*"/g, "").replace(/(<[a-z0-9-]+)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*>/gi, inOrder);

const [what, page, other] = process.argv.slice(2);
const html = readFileSync(page, "utf8");
if (what === "make") {
  writeFileSync(other, make(html));
} else {
  const twin = readFileSync(other, "utf8");
  const [one, two] = [comparable(html), comparable(twin)];
  if (one !== two) {
    let at = 0;
    while (one[at] === two[at]) at++;
    console.error(`The twin is another page from here:\n  ${one.slice(at - 60, at + 80)}\n  ${two.slice(at - 60, at + 80)}`);
    process.exit(1);
  }
  console.log(`${html.length} bytes, its twin ${twin.length}, ${one.length} of both the same but for markers and nonces`);
}

// Serves a copy of the application, or of the plain one, with `cargo leptos watch`, and edits it:
//
//   node edits.mjs FOLDER [template]
//
// `open`: the change is in a page that was open; `served`: in what the server answers.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(new URL("../../end2end/package.json", import.meta.url))("@playwright/test");

const ROUNDS = 5;
/** How long nothing happens between two edits, in milliseconds. */
const PAUSE = 6000;
const LONGEST = 120_000;

const [folder, which] = process.argv.slice(2);
const isTemplate = which === "template";
const site = isTemplate ? "http://127.0.0.1:3080" : "http://localhost:3000";
const edits = isTemplate
  ? [{ name: "component", file: "app/src/lib.rs", find: '"Click me: "', put: mark => `"${mark}: "` }]
  : [
    { name: "style", file: "style/components/_bar.scss", find: ".bar {", put: mark => `.bar {\n  --mark: ${mark};`, isStyle: true },
    { name: "component", file: "app/src/components/frame.rs", find: '"leptos-logto"\n', put: mark => `"${mark}"\n` },
    { name: "text", file: "app/locales/en.toml", find: 'skip = "', put: mark => `skip = "${mark} ` },
  ];

const sleep = time => new Promise(done => setTimeout(done, time));
const get = path => fetch(site + path, { headers: { accept: "text/html" } }).then(answer => answer.text()).catch(() => "");
const median = times => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];
const seconds = time => time === Infinity ? "never" : `${(time / 1000).toFixed(1)} s`;

async function served(edit) {
  const page = await get("/");
  const style = edit.isStyle && page.match(/href="(\/pkg\/[^"]+\.css)"/);
  return style ? get(style[1]) : page;
}

/** When the mark was there, after the edit that brings it. */
async function until(there) {
  const began = Date.now();
  while (Date.now() - began < LONGEST) {
    if (await there().catch(() => false)) return Date.now() - began;
    await sleep(50);
  }
  return Infinity;
}

const log = join(mkdtempSync(join(tmpdir(), "edits-")), "watch.log");
const output = openSync(log, "w");
const watch = spawn("cargo", ["leptos", "watch", "--hot-reload", ...(isTemplate ? [] : ["--project", "leptos-logto"])], {
  cwd: folder, stdio: ["ignore", output, output], detached: true,
});
const browsers = [process.env.CHROMIUM_PATH, "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const executablePath = browsers.find(file => file && existsSync(file));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const began = Date.now();
  while (!(await get("/")).includes("<html")) {
    if (watch.exitCode !== null) throw new Error(`cargo leptos watch has ended; its output is in ${log}`);
    await sleep(500);
  }
  console.log(`${isTemplate ? "template" : "application"}: first page after ${seconds(Date.now() - began)}, nothing compiled before`);
  const page = await browser.newPage();
  await page.goto(site);
  await sleep(PAUSE);
  for (const edit of edits) {
    const file = join(folder, edit.file);
    const original = readFileSync(file, "utf8");
    if (!original.includes(edit.find)) throw new Error(`${edit.file} has no ${edit.find}`);
    const times = { open: [], served: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const mark = `mark${Date.now() % 1_000_000}`;
      writeFileSync(file, original.replace(edit.find, edit.put(mark)));
      const open = edit.isStyle
        ? () => page.evaluate(mark => getComputedStyle(document.querySelector(".bar")).getPropertyValue("--mark").includes(mark), mark)
        : () => page.content().then(html => html.includes(mark));
      const [shown, answered] = await Promise.all([until(open), until(() => served(edit).then(text => text.includes(mark)))]);
      times.open.push(shown);
      times.served.push(answered);
      await sleep(PAUSE);
    }
    writeFileSync(file, original);
    await sleep(2 * PAUSE);
    console.log(`${edit.name}: open ${seconds(median(times.open))}, served ${seconds(median(times.served))}`);
  }
} finally {
  await browser.close();
  try {
    process.kill(-watch.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

// node edit-times.mjs COPY RUNS: changes files in a copy of the repository while `cargo leptos watch` runs there, and waits for
// each change to arrive in what the server answers.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [copy, runs] = [process.argv[2], Number(process.argv[3])];
const PATIENCE = 15 * 60_000;

const PROJECTS = [
  {
    name: "leptos-logto",
    folder: copy,
    project: "leptos-logto",
    origin: "http://localhost:3000",
    changes: [
      { of: "text", file: "app/locales/en.toml", line: /^lead = "(?=Logto authenticates)/m, path: "/" },
      { of: "component", file: "app/src/components/frame.rs", line: /^ {20}"(?=leptos-logto")/m, path: "/" },
      { of: "style", file: "style/_base.scss", style: true, path: "/pkg/leptos-logto.css" },
    ],
  },
  {
    name: "plain application",
    folder: join(copy, "bench/template"),
    project: "plain",
    origin: "http://localhost:3080",
    changes: [
      { of: "component", file: "app/src/lib.rs", line: /(?<=<h1>)"/, path: "/" },
      { of: "style", file: "style/main.scss", style: true, path: "/pkg/plain.css" },
    ],
  },
];

const text = async (address) => {
  try {
    return await (await fetch(address, { headers: { accept: "text/html,*/*", "accept-language": "en" } })).text();
  } catch {
    return "";
  }
};

/** Milliseconds until the answer has this mark. */
async function until(address, mark, running) {
  const start = performance.now();
  while (!(await text(address)).includes(mark)) {
    if (performance.now() - start > PATIENCE) throw new Error(`${mark} does not arrive at ${address}`);
    if (running.exitCode !== null) throw new Error("cargo leptos watch has ended");
    await sleep(20);
  }
  return performance.now() - start;
}

/** The file with the mark in it. */
function changed(original, { line, style }, mark) {
  if (style) return `${original}\n.${mark} {\n  color: red;\n}\n`;
  if (!line.test(original)) throw new Error(`no line is like ${line}`);
  return original.replace(line, (start) => `${start}${mark} `);
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);

for (const { name, folder, project, origin, changes } of PROJECTS) {
  const running = spawn("cargo", ["leptos", "watch", "--project", project], { cwd: folder, stdio: ["ignore", "ignore", "ignore"], detached: true });
  try {
    await until(`${origin}/`, "</html>", running);
    for (const change of changes) {
      const path = join(folder, change.file);
      const original = readFileSync(path, "utf8");
      const taken = [];
      try {
        for (let run = 0; run < runs; run++) {
          // What a change before it still causes is over.
          await sleep(3000);
          const mark = `changed-${run}`;
          writeFileSync(path, changed(original, change, mark));
          taken.push(await until(origin + change.path, mark, running));
        }
      } finally {
        writeFileSync(path, original);
      }
      console.log(`${name}, ${change.of}: ${seconds(median(taken))} s (${taken.map(seconds).join(", ")})`);
    }
  } finally {
    process.kill(-running.pid);
  }
}

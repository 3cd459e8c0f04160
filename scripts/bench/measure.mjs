// Measures rows in rounds and prints the table of them. A row has a `name`, and `url`, `headers` and `pid`; or a `command`, which
// prints requests a second, p50 and p99 in milliseconds. `counting` is how to ask the same server with the allocator that counts,
// `aims` are ratios to other rows: at least so much, or 0 for a ratio without an aim.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const MILLISECONDS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
const time = text => {
  const [, value, unit] = /([\d.]+)(us|ms|s|m)/.exec(text);
  return value * MILLISECONDS[unit];
};
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Asks for a page again and again. */
export function load({ url, headers }, seconds, connections = 16) {
  const fields = headers.flatMap(header => ["-H", header]);
  const command = ["-c", "1", "wrk", "-t1", "--latency", "-c", String(connections), "-d", `${seconds}s`, ...fields, url];
  const said = execFileSync("taskset", command, { encoding: "utf8" });
  if (/Non-2xx|Socket errors/.test(said) || !/^ +99% +\d/m.test(said)) throw new Error(`${url}: ${said}`);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]),
    p50: time(/^ +50% +(\S+)/m.exec(said)[1]),
    p99: time(/^ +99% +(\S+)/m.exec(said)[1]),
    requests: Number(/(\d+) requests in/.exec(said)[1]),
  };
}

function run(row, seconds) {
  if (!row.command) return load(row, seconds, row.connections);
  const [rate, p50, p99] = execFileSync(row.command[0], row.command.slice(1), { encoding: "utf8" }).trim().split(" ").map(Number);
  return { rate, p50, p99 };
}

/** How often, and how many bytes, a server has allocated so far. */
function allocated(port) {
  return new Promise((resolve, reject) => {
    let said = "";
    connect(port, "127.0.0.1")
      .on("data", data => (said += data))
      .on("end", () => resolve(said.trim().split(" ").map(Number)))
      .on("error", reject);
  });
}

async function allocations({ counter, ...asking }) {
  load(asking, 1, 1);
  const before = await allocated(counter);
  const { requests } = load(asking, 1, 1);
  const after = await allocated(counter);
  return { allocations: (after[0] - before[0]) / requests, kilobytes: (after[1] - before[1]) / requests / 1024 };
}

/** The memory of a process, in MB. */
const resident = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Measures, prints, and gives the figures by the names of the rows. */
export async function table(rows, seconds, rounds) {
  const runs = new Map(rows.map(row => [row.name, []]));
  for (const row of rows) if (!row.command) load(row, 1);
  for (let round = 0; round < rounds; round++) for (const row of rows) runs.get(row.name).push(run(row, seconds));

  const found = new Map();
  for (const row of rows) {
    const all = runs.get(row.name);
    const each = key => median(all.map(one => one[key]));
    const counted = row.counting ? await allocations(row.counting) : {};
    found.set(row.name, { rate: each("rate"), p50: each("p50"), p99: each("p99"), rates: all.map(one => one.rate), memory: row.pid && resident(row.pid), ...counted });
  }
  print(rows, found);
  return found;
}

function print(rows, found) {
  const number = (value, digits = 0) => (value === undefined ? "" : value.toFixed(digits)).padStart(12);
  const heads = ["requests/s", "p50 ms", "p99 ms", "p99/p50", "MB", "allocations", "of KB"];
  console.log("".padEnd(44) + heads.map(head => head.padStart(12)).join(""));
  for (const { name } of rows) {
    const { rate, p50, p99, memory, allocations, kilobytes } = found.get(name);
    const times = number(rate) + number(p50, 2) + number(p99, 2) + number(p99 / p50, 1);
    console.log(name.padEnd(44) + times + number(memory, 1) + number(allocations) + number(kilobytes));
  }
  console.log(`\n${"".padEnd(72)}${"ratio".padStart(8)}  ${"rounds".padEnd(16)}aim`);
  for (const { name, aims } of rows) {
    for (const [other, aim] of Object.entries(aims ?? {}).filter(([other]) => found.has(other))) {
      const [one, two] = [found.get(name), found.get(other)];
      const ratio = one.rate / two.rate;
      const ratios = one.rates.map((rate, round) => rate / two.rates[round]).toSorted((a, b) => a - b);
      const verdict = aim ? `${aim}${ratio >= aim ? "" : ", not reached"}` : "";
      console.log(`${`${name} / ${other}`.padEnd(72)}${ratio.toFixed(3).padStart(8)}  ${`${ratios[0].toFixed(3)}-${ratios.at(-1).toFixed(3)}`.padEnd(16)}${verdict}`);
    }
  }
}

// The servers that scripts/bench.sh has started.
import { existsSync, readFileSync } from "node:fs";

export function servers(folder) {
  const lines = readFileSync(`${folder}/servers`, "utf8").trim().split("\n");
  const all = new Map(lines.map(line => line.split(" ")).map(([name, port, pid, counter]) => [name, { port, pid, counter }]));
  const headers = port => {
    const file = `${folder}/cookie-${port}`;
    const cookie = existsSync(file) ? [`Cookie: ${readFileSync(file, "utf8").trim()}`] : [];
    return ["Accept: text/html", ...cookie];
  };
  /** How a row asks a server for a path, and the same server with the allocator that counts. */
  function at(name, path, countingName) {
    const { port, pid } = all.get(name);
    const row = { url: `http://localhost:${port}${path}`, headers: headers(port), pid };
    const counting = all.get(countingName);
    if (counting) row.counting = { url: `http://localhost:${counting.port}${path}`, headers: headers(counting.port), counter: counting.counter };
    return row;
  }
  return { at, is: name => all.has(name), names: [...all.keys()] };
}

// Series of rows: how the cost of a page grows. Called by scripts/bench/scale.sh.
import { table } from "./measure.mjs";
import { servers } from "./servers.mjs";

const [folder, seconds, rounds] = process.argv.slice(2);
const { at, names } = servers(folder);

/** Rows of which each is compared with the first. */
const series = all => all.map((row, index) => (index === 0 ? row : { ...row, aims: { [all[0].name]: row.aim ?? 0.8 } }));
const stored = kind =>
  names.filter(name => name.startsWith(`${kind}-`)).map(name => ({ name: `profile, ${name.slice(kind.length + 1)} sessions in ${kind}`, ...at(name, "/profile") }));

const rows = [
  ...series([1, 16, 64, 256].map(connections => ({ name: `profile, connections: ${connections}`, connections, ...at("threads-1", "/profile") }))),
  ...series([1, 2].map(threads => ({ name: `profile, worker threads: ${threads}`, ...at(`threads-${threads}`, "/profile") }))),
  ...series(stored("sqlite")),
  ...series(stored("postgres")),
  ...series([10, 100, 500].map(count => ({ name: `organizations: ${count}`, ...at(`organizations-${count}`, "/organizations") }))),
];
await table(rows, seconds, rounds);

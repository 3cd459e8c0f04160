// The rows of `make bench` with their aims. Called by scripts/bench/rows.sh.
import { table } from "./measure.mjs";
import { servers } from "./servers.mjs";

const [folder, signIns, cryptography, organization, seconds, rounds, only] = process.argv.slice(2);
const { at, is } = servers(folder);

const page = (name, path, aims) => {
  const row = (name, server, aims) => ({ name, aims, ...at(server, path, "application-counting") });
  const rows = [row(name, "application", { ...aims, [`${name}, BENCH_BASE`]: 0 })];
  return is("base") ? [...rows, row(`${name}, BENCH_BASE`, "base")] : rows;
};
const signedOut = rows => rows.map(row => ({ ...row, ...anonymous(row), counting: row.counting && { ...row.counting, ...anonymous(row.counting) } }));
const anonymous = ({ headers }) => ({ headers: headers.filter(header => !header.startsWith("Cookie")) });
const counting = (name, server, path, aims) => ({ name, aims, ...at(`${server}-bin`, path, `${server}-counting`) });

const rows = [
  counting("bare handler", "bare", "/"),
  counting("guarded JSON, logto-axum", "guarded", "/claims", {
    "bare handler": 0.25,
    "guarded JSON, axum-login": 1.5,
    "guarded JSON, axum-login, people in memory": 0,
  }),
  counting("guarded JSON, axum-login", "axum-login-sqlite", "/claims"),
  counting("guarded JSON, axum-login, people in memory", "axum-login-memory", "/claims"),
  ...signedOut(page("home, signed out", "/", { "bare handler": 0.2 })),
  ...page("home, signed in", "/", { "home, signed out": 0.85 }),
  ...page("profile", "/profile", { "twin of the profile": 0.85, "bare handler": 0.036 }),
  counting("twin of the profile", "twin", "/"),
  ...page("scopes", "/scopes", { profile: 0.5 }),
  ...page("access tokens", "/apis", { profile: 0.5 }),
  ...page("organization", `/org/${organization}`, { profile: 0.5 }),
  { name: "sign-ins", pid: at("sign-ins", "/").pid, command: ["taskset", "-c", "1", `${folder}/bin/sign_ins`, "load", signIns, seconds] },
];
const found = await table(rows.filter(row => new RegExp(only).test(row.name)), seconds, rounds);

const rate = found.get("sign-ins")?.rate;
if (rate) {
  const [verification, sealing] = cryptography.split(" ").map(Number);
  const share = time => `${((time * rate) / 10_000).toFixed(1)} %`;
  console.log(
    `\nOf the time of a sign-in, ${(1e6 / rate).toFixed(0)} µs, the signature takes ${share(verification)} (${verification} µs) and sealing ${share(sealing)} (${sealing} µs).`,
  );
}

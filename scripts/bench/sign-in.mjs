// Signs in at the development identity provider and prints the session cookie: node sign-in.mjs ADDRESS USER PASSWORD
const [address, username, password] = process.argv.slice(2);
const jars = new Map();

async function go(url, options = {}) {
  const { origin } = new URL(url);
  const jar = jars.get(origin) ?? new Map();
  jars.set(origin, jar);
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { accept: "text/html", cookie, ...options.headers };
  const answer = await fetch(url, { redirect: "manual", ...options, headers });
  for (const line of answer.headers.getSetCookie()) {
    const [pair] = line.split(";");
    const at = pair.indexOf("=");
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  const location = answer.headers.get("location");
  return location ? go(new URL(location, url).href) : { url, answer };
}

const page = await go(`${address}/sign-in`);
const html = await page.answer.text();
const form = html.match(/<form[^>]*>(?:(?!<\/form>)[\s\S])*name="identifier"[\s\S]*?<\/form>/)?.[0] ?? "";
const target = form.match(/action="([^"]*)"/)?.[1] ?? page.url;
const body = new URLSearchParams({ identifier: username, password });
for (const [field] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
  body.set(field.match(/name="([^"]*)"/)[1], field.match(/value="([^"]*)"/)?.[1] ?? "");
}
await go(new URL(target.replaceAll("&amp;", "&"), page.url).href, {
  method: "POST",
  body,
  headers: { origin: new URL(page.url).origin, "sec-fetch-site": "same-origin" },
});
const session = [...(jars.get(new URL(address).origin) ?? [])].find(([name]) => /logto-session(-\d+)?$/.test(name));
if (!session) {
  console.error("No session came to be: is the development identity provider the one that is asked?");
  process.exit(1);
}
console.log(session.join("="));

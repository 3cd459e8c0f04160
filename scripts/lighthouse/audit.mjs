// Lighthouse on a few pages, as a phone on a slow line (its default): node audit.mjs BASE_URL COOKIE
//
// Prints the four categories, what lost points, and when one can interact (median of the runs). Fails below the thresholds, unless LIGHTHOUSE_REPORT_ONLY is set.
// Performance is the median of LIGHTHOUSE_RUNS runs (3), since it varies with what else the machine does.

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const [base, cookie] = process.argv.slice(2);
const PAGES = [
  { path: '/', signedIn: false },
  { path: '/profile', signedIn: true },
  { path: '/organizations', signedIn: true },
];
const THRESHOLDS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const runs = Number(process.env.LIGHTHOUSE_RUNS ?? 3);

const chrome = await launch({
  chromePath: process.env.CHROMIUM_PATH,
  // The sandbox of Chromium refuses to run for root, which is what containers often are.
  chromeFlags: ['--headless=new', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});

// Chromium sometimes loses the beginning of its own recording, which says nothing of the page.
const audit = async (page, categories, again = 2) => {
  const { path, signedIn } = page;
  const { lhr } = await lighthouse(new URL(path, base).href, {
    port: chrome.port,
    logLevel: 'error',
    onlyCategories: categories,
    extraHeaders: signedIn ? { Cookie: cookie } : {},
  });
  if (lhr.runtimeError?.code === 'NO_NAVSTART' && again > 0) return audit(page, categories, again - 1);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} leads to ${lhr.finalDisplayedUrl}`);
  return lhr;
};

const score = (lhr, category) => Math.round(100 * (lhr.categories[category].score ?? 0));

/** The audits that lost points in a category. */
const losses = ({ categories, audits }, category) =>
  categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
    .map(({ id }) => `${id}${audits[id].displayValue ? ` (${audits[id].displayValue})` : ''}`);

const failures = [];
try {
  console.log(`${''.padEnd(16)}${Object.keys(THRESHOLDS).map((name) => name.padStart(16)).join('')}`);
  for (const page of PAGES) {
    const first = await audit(page, Object.keys(THRESHOLDS));
    const all = [first];
    while (all.length < runs) all.push(await audit(page, ['performance']));
    all.sort((one, other) => score(one, 'performance') - score(other, 'performance'));
    const median = all[Math.floor((all.length - 1) / 2)];
    const judged = Object.entries(THRESHOLDS).map(([category, least]) => {
      const lhr = category === 'performance' ? median : first;
      return { category, least, reached: score(lhr, category), lost: losses(lhr, category) };
    });
    const time = (id) => median.audits[id].displayValue?.replace('\u00a0', ' ');
    console.log(`${page.path.padEnd(16)}${judged.map(({ reached }) => `${reached}`.padStart(16)).join('')}`);
    console.log(`  interactive after ${time('interactive')}, blocked for ${time('total-blocking-time')}`);
    for (const { category, least, reached, lost } of judged) {
      if (lost.length > 0) console.log(`  ${category}: ${lost.join(', ')}`);
      if (reached < least) failures.push(`${page.path} has ${reached} for ${category}; it must have ${least}`);
    }
  }
} finally {
  chrome.kill();
}
for (const failure of failures) console.error(failure);
if (failures.length > 0 && !process.env.LIGHTHOUSE_REPORT_ONLY) process.exit(1);

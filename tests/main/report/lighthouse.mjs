// Pages as Lighthouse judges them, from a server of this machine: of each its scores, and what keeps a score from 1, as JSON.
//
// lighthouse.mjs MODULES BROWSER CATEGORIES PAGE ...

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, chromePath, categories, ...pages] = process.argv.slice(2);
const from = createRequire(join(modules, 'lighthouse', 'package.json'));
const load = async (name) => import(pathToFileURL(from.resolve(name)));
const { default: lighthouse } = await load('lighthouse');
const { launch } = await load('chrome-launcher');

const server = createServer((request, response) => {
  const page = pages.find((page, at) => request.url === `/${at}.html`);
  // A file has no icon and no robots.txt: whoever asks for them is told of nothing, and not of a fault.
  response.writeHead(page ? 200 : 204, { 'content-type': page ? 'text/html; charset=utf-8' : 'text/plain' });
  response.end(page && readFileSync(page));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];
const chrome = await launch({ chromePath, chromeFlags: flags, logLevel: 'silent' });
const told = [];
// What is read from a file has no robots.txt.
for (const at of pages.keys()) {
  const url = `http://127.0.0.1:${server.address().port}/${at}.html`;
  const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: 'silent', onlyCategories: categories.split(','), skipAudits: ['robots-txt'] });
  const scores = Object.fromEntries(Object.values(lhr.categories).map((it) => [it.id, it.score]));
  const weighed = new Set(Object.values(lhr.categories).flatMap((it) => it.auditRefs.filter((ref) => ref.weight > 0).map((ref) => ref.id)));
  const short = Object.values(lhr.audits).filter((it) => weighed.has(it.id) && it.score !== null && it.score < 1);
  told.push({ page: pages[at], scores, short: short.map((it) => `${it.id} ${it.score}: ${it.displayValue ?? it.title}`), error: lhr.runtimeError?.message ?? null });
}
console.log(JSON.stringify(told));
await chrome.kill();
server.close();

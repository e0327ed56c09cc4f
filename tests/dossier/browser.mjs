// Opens pages in Chromium at two widths, light and dark: axe-core, errors of the console, requests, what stands out sideways; all rows
// without scripts; what the filters do with them; PDF. Usage: browser.mjs NODE_MODULES CHROMIUM FOLDER PAGE...
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, executablePath, folder, ...pages] = process.argv.slice(2);
const { default: playwright } = await import(pathToFileURL(`${modules}/playwright-core/index.js`));
const axe = readFileSync(`${modules}/axe-core/axe.min.js`, 'utf8');
const browser = await playwright.chromium.launch({ executablePath, args: ['--no-sandbox'] });
let faults = 0;
const fault = (...words) => { faults += 1; console.error('FAULT:', ...words); };

for (const path of pages) {
  const url = pathToFileURL(path).href;
  const name = basename(path, '.html');
  const seen = [];
  for (const width of [1280, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      // The page forbids foreign scripts; axe is let in beside its policy, after what the policy itself stops was counted.
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      page.on('console', (message) => { if (message.type() === 'error') fault(name, width, colorScheme, message.text()); });
      page.on('pageerror', (error) => fault(name, width, colorScheme, error.message));
      page.on('request', (request) => { if (request.url() !== url) fault(name, 'asks for', request.url()); });
      await page.goto(url);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) fault(name, width, colorScheme, `${sideways} px sideways`);
      const session = await context.newCDPSession(page);
      await session.send('Page.setBypassCSP', { enabled: true });
      await page.reload();
      await session.send('Runtime.evaluate', { expression: axe });
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      for (const { id, nodes } of violations) fault(name, width, colorScheme, id, nodes.length, nodes[0].html.slice(0, 160));
      seen.push(violations.length);
      // A picture has an end; a page of thousands of issues is looked at from its head.
      const fullPage = (await page.evaluate(() => document.documentElement.scrollHeight)) < 30_000;
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage });
      await context.close();
    }
  }
  const rows = async (javaScriptEnabled) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(url);
    const count = (selector) => page.locator(selector).count();
    const told = {
      rows: await count('.pop tbody tr'),
      shown: await page.locator('.pop tbody tr:visible').count(),
      filters: await page.locator('.filter:visible').count(),
    };
    if (javaScriptEnabled && told.rows > 0) {
      await page.locator('[name=q]').fill('no such words anywhere');
      told.left = await page.locator('.pop tbody tr:visible').count();
    }
    await context.close();
    return told;
  };
  const [without, withThem] = [await rows(false), await rows(true)];
  if (without.shown !== without.rows || without.filters !== 0) fault(name, 'without scripts', JSON.stringify(without));
  if (withThem.rows > 0 && (withThem.filters !== 1 || withThem.left !== 0)) fault(name, 'with scripts', JSON.stringify(withThem));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.pdf({ path: `${folder}/${name}.pdf`, preferCSSPageSize: true, printBackground: true });
  await context.close();
  console.log(`${name}: ${statSync(path).size} bytes, axe-core violations ${seen.join(' ')}, ${without.rows} rows without scripts, PDF ${statSync(`${folder}/${name}.pdf`).size} bytes`);
}
await browser.close();
process.exit(faults === 0 ? 0 : 1);

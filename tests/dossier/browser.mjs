// Opens dossiers in Chromium, each view of them (../browser/pages.mjs): all rows without scripts; what the filters do with them; PDF.
// Usage: browser.mjs NODE_MODULES CHROMIUM FOLDER PAGE...
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { browsing } from '../browser/pages.mjs';

const [modules, chromium, folder, ...pages] = process.argv.slice(2);
const { fault, opened, views, end } = await browsing(modules, chromium);

for (const path of pages) {
  const url = pathToFileURL(path).href;
  const name = basename(path, '.html');
  const seen = await views(name, path, async (page, { width, colorScheme }) => {
    // A picture has an end; a page of thousands of issues is looked at from its head.
    const fullPage = (await page.evaluate(() => document.documentElement.scrollHeight)) < 30_000;
    await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage });
  });
  const rows = (javaScriptEnabled) => opened(url, { javaScriptEnabled }, async (page) => {
    const told = {
      rows: await page.locator('.pop tbody tr').count(),
      shown: await page.locator('.pop tbody tr:visible').count(),
      filters: await page.locator('.filter:visible').count(),
    };
    if (javaScriptEnabled && told.rows > 0) {
      await page.locator('[name=q]').fill('no such words anywhere');
      told.left = await page.locator('.pop tbody tr:visible').count();
    }
    return told;
  });
  const [without, withThem] = [await rows(false), await rows(true)];
  if (without.shown !== without.rows || without.filters !== 0) fault(name, 'without scripts', JSON.stringify(without));
  if (withThem.rows > 0 && (withThem.filters !== 1 || withThem.left !== 0)) fault(name, 'with scripts', JSON.stringify(withThem));
  await opened(url, {}, (page) => page.pdf({ path: `${folder}/${name}.pdf`, preferCSSPageSize: true, printBackground: true }));
  console.log(`${name}: ${statSync(path).size} bytes, axe-core violations ${seen.map((one) => one.violations).join(' ')}, ${without.rows} rows without scripts, PDF ${statSync(`${folder}/${name}.pdf`).size} bytes`);
}
await end();

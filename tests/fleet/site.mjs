// Opens the site of a fleet in Chromium, each view of it (../browser/pages.mjs): first paint; all rows without scripts; sorted and filtered
// by the script and compared with the same done here; kept in the address.
// Usage: site.mjs NODE_MODULES CHROMIUM SHOTS PAGES INDEX…
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { browsing } from '../browser/pages.mjs';

const [modules, chromium, shots, pages, ...more] = process.argv.slice(2);
const { fault, opened, views, end } = await browsing(modules, chromium);

const looked = async (name, path) => {
  const seen = await views(name, path, async (page, { width, colorScheme }) => {
    await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, clip: { x: 0, y: 0, width, height: 2400 }, fullPage: true });
    return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  });
  const rows = await opened(pathToFileURL(path).href, { javaScriptEnabled: false }, async (page) => {
    const all = await page.locator('.fleet tbody tr').count();
    if ((await page.locator('.fleet tbody tr:visible').count()) !== all) fault(name, 'rows are missing without scripts');
    if ((await page.locator('.filter:visible').count()) !== 0) fault(name, 'a filter shows without scripts');
    return all;
  });
  // A figure to look at: how fast a machine under load paints, and whether it says so, is no fault of the page.
  console.log(`${name}: ${statSync(path).size} bytes, ${rows} rows without scripts, first paint ${seen.map((one) => one.told.toFixed(0)).join(' ')} ms`);
};

const table = (page) => page.evaluate(() => [...document.querySelectorAll('.fleet tbody tr')].filter((row) => !row.hidden).map((row) => [...row.cells].map((cell) => cell.textContent)));

const sorted = (name, path) => opened(pathToFileURL(path).href, {}, async (page, context) => {
  const all = await table(page);
  for (const column of [0, 3, 6, 8]) {
    for (const down of [false, true]) {
      await page.locator('.fleet thead button').nth(column).click();
      const shown = (await table(page)).map((row) => row[column]);
      const number = [6, 8].includes(column);
      const expected = all.map((row, at) => [row[column], at]).sort((a, b) => {
        if (a[0] === '–' || b[0] === '–') return (a[0] === '–') - (b[0] === '–') || a[1] - b[1];
        const order = number ? a[0] - b[0] : a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
        return (down ? -order : order) || a[1] - b[1];
      }).map((one) => one[0]);
      if (JSON.stringify(shown) !== JSON.stringify(expected)) fault(name, 'column', column, down, 'is not sorted');
    }
    await page.locator('.fleet thead button').nth(column).click();
  }
  if (JSON.stringify(await table(page)) !== JSON.stringify(all)) fault(name, 'a third click does not give the order back');
  await page.locator('[name=s]').selectOption('overdue');
  const teams = await page.locator('[name=t]').count();
  if (teams > 0) await page.locator('[name=t]').selectOption({ index: 1 });
  await page.locator('[name=q]').fill('pump-0');
  const team = teams > 0 ? await page.locator('[name=t]').inputValue() : '–';
  const filtered = await table(page);
  const expected = all.filter((row) => row[2].startsWith('overdue') && row[1] === team && row.join('').toLowerCase().includes('pump-0'));
  if (JSON.stringify(filtered) !== JSON.stringify(expected) || expected.length === 0) fault(name, 'is not filtered', filtered.length, expected.length);
  if (!(await page.locator('.filter output').textContent()).startsWith(`${filtered.length} of ${all.length}`)) fault(name, 'counts wrongly');
  await page.locator('.fleet thead button').nth(3).click();
  const [address, before] = [page.url(), await table(page)];
  const second = await context.newPage();
  await second.goto(address);
  if (JSON.stringify(await table(second)) !== JSON.stringify(before)) fault(name, 'the address does not keep', address);
});

await looked('small', `${pages}/small/index.html`);
await sorted('small', `${pages}/small/index.html`);
await looked('large', `${pages}/large/index.html`);
const team = readFileSync(`${pages}/large/index.html`, 'utf8').match(/team-[0-9a-f]+\.html/)[0];
await looked('team', `${pages}/large/${team}`);
await sorted('team', `${pages}/large/${team}`);
for (const [at, path] of more.entries()) await looked(`real-${at}`, path);
if (statSync(`${pages}/small/index.html`).size > 600_000) fault('the index of 1,000 rows is larger than 600 KB');
await end();

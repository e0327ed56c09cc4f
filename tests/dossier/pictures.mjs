// Pictures of parts of the demo's dossier, for the book. Usage: pictures.mjs NODE_MODULES CHROMIUM FOLDER PAGE
import { pathToFileURL } from 'node:url';

const [modules, executablePath, folder, path] = process.argv.slice(2);
const { default: playwright } = await import(pathToFileURL(`${modules}/playwright-core/index.js`));
const browser = await playwright.chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1040, height: 900 }, colorScheme: 'light' });
await page.goto(pathToFileURL(path).href);
for (const [name, selector, most] of [
  ['dossier-glance', 'section:has(> h2#glance)', 790],
  ['dossier-statement', 'section:has(> h2#statement)', 690],
  ['dossier-cadence', 'section:has(> h2#cadence)', 760],
  ['dossier-finding', 'section:has(> h2#findings) article', 760],
]) {
  const part = page.locator(selector).first();
  const box = await part.boundingBox();
  // A long part is shown down to a place where it may end.
  const clip = { x: Math.max(0, box.x - 16), y: box.y + (await page.evaluate(() => scrollY)) - 8, width: box.width + 32, height: Math.min(box.height + 16, most) };
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, clip });
}
await browser.close();

// What opens pages in Chromium, for whoever looks at some: at two widths, light and dark, with errors of the console, requests, what stands
// out sideways and axe-core; faults are counted, and are the exit code.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export const browsing = async (modules, executablePath) => {
  const { default: playwright } = await import(pathToFileURL(`${modules}/playwright-core/index.js`));
  const axe = readFileSync(`${modules}/axe-core/axe.min.js`, 'utf8');
  const browser = await playwright.chromium.launch({ executablePath, args: ['--no-sandbox'] });
  let faults = 0;
  const fault = (...words) => { faults += 1; console.error('FAULT:', ...words); };

  // Opens a page in a context of its own, for as long as something is done with it.
  const opened = async (url, options, done) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    try {
      await page.goto(url);
      return await done(page, context);
    } finally {
      await context.close();
    }
  };

  // Each view of a page. `seen` gets the page before axe is let in, and the view; returned is what it gave, with how much axe found.
  const views = async (name, path, seen) => {
    const url = pathToFileURL(path).href;
    const all = [];
    for (const width of [1280, 390]) {
      for (const colorScheme of ['light', 'dark']) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const page = await context.newPage();
        page.on('console', (message) => { if (message.type() === 'error') fault(name, width, colorScheme, message.text()); });
        page.on('pageerror', (error) => fault(name, width, colorScheme, error.message));
        page.on('request', (request) => { if (request.url() !== url) fault(name, 'asks for', request.url()); });
        await page.goto(url);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (sideways > 0) fault(name, width, colorScheme, `${sideways} px sideways`);
        const told = await seen(page, { width, colorScheme });
        // The page forbids foreign scripts; axe is let in beside its policy, after what the policy itself stops was counted.
        const session = await context.newCDPSession(page);
        await session.send('Page.setBypassCSP', { enabled: true });
        await page.reload();
        await session.send('Runtime.evaluate', { expression: axe });
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        for (const { id, nodes } of violations) fault(name, width, colorScheme, id, nodes.length, nodes[0].html.slice(0, 200));
        all.push({ told, violations: violations.length });
        await context.close();
      }
    }
    return all;
  };

  const end = async () => {
    await browser.close();
    process.exit(faults === 0 ? 0 : 1);
  };
  return { fault, opened, views, end };
};

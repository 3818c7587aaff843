// node check.mjs ADDRESS…: lets Lighthouse look at pages, in one browser, as a desktop's without any throttling: what it says must not depend on how busy the machine is. Prints a line of JSON for
// each page: scores of 0 to 100, what is below the mark, the browser's complaints, and what was fetched, in bytes before
// compression.
import lighthouse, { desktopConfig } from "lighthouse";
import { launch } from "chrome-launcher";

const browser = await launch({
  chromePath: process.env.CHROMIUM,
  logLevel: "silent",
  chromeFlags: [
    "--headless",
    // As root, as in containers, Chromium's own sandbox does not start; the pages are ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  for (const address of process.argv.slice(2)) {
    const { lhr } = await lighthouse(
      address,
      { port: browser.port, logLevel: "silent", output: "json" },
      {
        ...desktopConfig,
        settings: {
          ...desktopConfig.settings,
          onlyCategories: ["accessibility", "best-practices"],
          onlyAudits: ["network-requests"],
          throttlingMethod: "provided",
          disableFullPageScreenshot: true,
          disableStorageReset: true,
          maxWaitForLoad: 30_000,
        },
      },
    );
    const all = lhr.audits["network-requests"].details?.items ?? [];
    const own = new URL(address).host;
    // Of a film, the player fetches as much as there is time for.
    const requests = all.filter((request) => !new URL(request.url).pathname.startsWith("/streams/"));
    console.log(
      JSON.stringify({
        address,
        error: lhr.runtimeError?.message,
        scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)])),
        below: ["accessibility", "best-practices"].flatMap((id) =>
          lhr.categories[id].auditRefs
            .map((ref) => lhr.audits[ref.id])
            .filter((audit) => audit.score !== null && audit.score < 1)
            .map((audit) => `${audit.id}: ${audit.title} ${JSON.stringify(audit.details?.items ?? "").slice(0, 400)}`),
        ),
        complaints: (lhr.audits["errors-in-console"].details?.items ?? []).map((item) => item.description),
        requests: requests.length,
        bytes: requests.reduce((sum, request) => sum + request.resourceSize, 0),
        elsewhere: all.map((request) => request.url).filter((url) => url.startsWith("http") && new URL(url).host !== own),
        milliseconds: Math.round(lhr.timing.total),
      }),
    );
  }
} finally {
  browser.kill();
}

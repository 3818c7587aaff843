// Uploads of the browser, by the tus protocol. They belong to the document, not to the page that shows them: they go on while other pages are looked at, and while the server is restarted.
const AtOnce = 2;
const Endpoint = "/uploads";
/** @type {Set<object>} */
const items = new Set();
let host = null;
let page = null;
let loading = null;

function load(address) {
  loading ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done();
    script.onerror = () => {
      loading = null;
      fail(new Error("The browser's part of uploads is not there: the server was built without npm."));
    };
    document.head.append(script);
  });
  return loading;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const units = ["B", "kB", "MB", "GB", "TB"];
function bytes(count) {
  let unit = 0;
  while (count >= 999.5 && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return `${count.toFixed(unit === 0 || count >= 99.5 ? 0 : 1)} ${units[unit]}`;
}
function time(seconds) {
  return seconds < 1 ? "less than a second" : seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
/** The server's own sentence, where there is one. */
function reasonOf(error) {
  const body = error?.originalResponse?.getBody?.();
  try {
    return JSON.parse(body).detail ?? "The server refused it.";
  } catch {
    return error?.originalResponse ? `The server answered ${error.originalResponse.getStatus()}.` : error?.originalRequest ? "The server does not answer." : `${error?.message ?? error}`;
  }
}
const fingerprintOf = (file, pipeline) => ["laddermill", pipeline, file.name, file.size, file.lastModified].join("~");

function start(item) {
  const upload = new tus.Upload(item.file, {
    endpoint: Endpoint,
    metadata: { filename: item.file.name, pipeline: item.pipeline, ...(item.replaces ? { replace: "true" } : {}) },
    fingerprint: async () => fingerprintOf(item.file, item.pipeline),
    removeFingerprintOnSuccess: true,
    // Long enough for a server that is being updated.
    retryDelays: [500, 1000, 2000, ...Array(200).fill(3000)],
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const isWaiting = status === 0 || status === 423 || status === 409 || (status >= 500 && status !== 507);
      if (isWaiting) {
        change(item, "waiting", status === 0 ? "The server does not answer; it goes on by itself." : reasonOf(error));
      }
      return isWaiting;
    },
    onProgress: (sent, all) => progress(item, sent, all),
    onError: (error) => {
      change(item, "failed", reasonOf(error));
      next();
    },
    onSuccess: () => {
      item.sent = item.size;
      item.url = upload.url;
      change(item, "done");
      remember();
      next();
      follow(item);
    },
  });
  item.upload = upload;
  item.samples = [];
  change(item, "running");
  upload.findPreviousUploads().then((earlier) => {
    if (item.state !== "running") {
      return;
    }
    if (earlier.length > 0) {
      upload.resumeFromPreviousUpload(earlier[0]);
      forgetInterrupted(earlier[0].uploadUrl);
    }
    upload.start();
  });
}

function progress(item, sent, all) {
  const now = performance.now();
  if (item.state === "waiting") {
    change(item, "running");
    item.samples = [];
  }
  item.sent = sent;
  item.samples.push([now, sent]);
  while (item.samples.length > 2 && now - item.samples[0][0] > 5000) {
    item.samples.shift();
  }
  const [first, from] = item.samples[0];
  const speed = now - first > 300 ? ((sent - from) * 1000) / (now - first) : 0;
  item.words = speed > 0 ? `${bytes(sent)} of ${bytes(all)} at ${bytes(speed)}/s, ${time((all - sent) / speed)} left` : `${bytes(sent)} of ${bytes(all)}`;
  if (now - (item.painted ?? 0) > 200) {
    item.painted = now;
    paint(item);
  }
}

/** Waits for the job that the film's arrival starts. */
async function follow(item) {
  for (;;) {
    try {
      const answer = await fetch(item.url, { cache: "no-store" });
      const view = answer.ok ? await answer.json() : null;
      if (answer.status === 404) {
        return;
      }
      if (view) {
        item.name = view.name;
        item.job = view.job;
        paint(item);
      }
      if (item.job) {
        return;
      }
    } catch {
      // Away for a moment.
    }
    await pause(500);
  }
}

function next() {
  // Files may be chosen before the client has come.
  if (!window.tus) {
    return;
  }
  const isBusy = (each) => each.state === "running" || each.state === "waiting";
  for (const item of items) {
    if ([...items].filter(isBusy).length >= AtOnce) {
      break;
    }
    if (item.state === "queued") {
      start(item);
    }
  }
}

function change(item, state, words = "") {
  item.state = state;
  item.words = words;
  paint(item);
}

const acts = {
  pause: ["Pause", async (item) => {
    change(item, "paused");
    await item.upload.abort();
    next();
  }],
  resume: ["Resume", (item) => {
    item.state = "queued";
    next();
    paint(item);
  }],
  cancel: ["Cancel", async (item) => {
    const wasBegun = item.upload?.url;
    item.state = "cancelled";
    items.delete(item);
    item.element?.remove();
    await item.upload?.abort();
    if (wasBegun) {
      await discard(wasBegun);
    }
    next();
  }],
  discard: ["Discard", async (item) => {
    items.delete(item);
    item.element?.remove();
    await discard(item.url);
  }],
  again: ["Try again", (item) => acts.resume[1](item)],
  clear: ["Remove", (item) => {
    items.delete(item);
    item.element?.remove();
    remember();
  }],
};
const offered = {
  queued: ["cancel"],
  running: ["pause", "cancel"],
  waiting: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  failed: ["again", "cancel"],
  interrupted: ["discard"],
  done: ["clear"],
};
const told = {
  queued: "Waits for its turn",
  running: "",
  waiting: "Interrupted",
  paused: "Paused",
  failed: "Failed",
  interrupted: "Interrupted: choose the same file again to go on",
  done: "Uploaded",
};

async function discard(url) {
  const storage = tus.defaultOptions.urlStorage;
  for (const each of await storage.findAllUploads()) {
    if (each.uploadUrl === url) {
      await storage.removeUpload(each.urlStorageKey);
    }
  }
  await fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => {});
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function paint(item) {
  if (!host || !items.has(item)) {
    return;
  }
  if (!item.element) {
    item.bar = make("progress", { max: "1", "aria-label": `How much of ${item.name} is uploaded` });
    item.title = make("strong", { class: "breaks" });
    item.status = make("span", { class: "small", role: "status" });
    item.numbers = make("span", { class: "quiet small number" });
    item.buttons = make("span", { class: "actions" });
    item.element = make("li", { class: "upload card" }, make("div", { class: "head" }, make("div", {}, item.title, item.status), item.buttons), item.bar, item.numbers);
  }
  if (item.element.parentElement !== host) {
    host.append(item.element);
  }
  item.element.dataset.state = item.state;
  item.title.textContent = item.name;
  item.bar.value = item.size > 0 ? (item.sent ?? 0) / item.size : 0;
  const isMoving = item.state === "running";
  const status = [told[item.state], isMoving ? "" : item.words].filter(Boolean).join(". ");
  if (item.status.textContent !== status) {
    item.status.textContent = status;
  }
  item.numbers.textContent = isMoving ? item.words : `${bytes(item.sent ?? 0)} of ${bytes(item.size)}`;
  const signature = `${item.state} ${item.job ?? ""}`;
  if (item.signature !== signature) {
    item.signature = signature;
    const hadFocus = item.buttons.contains(document.activeElement);
    item.buttons.replaceChildren(
      ...(item.job ? [make("a", { class: "button main", href: `/console/jobs/${item.job}` }, "See its job")] : []),
      ...offered[item.state].map((name) => {
        const [label, act] = acts[name];
        const button = make("button", { type: "button", class: "button", "aria-label": `${label}: ${item.name}` }, label);
        button.addEventListener("click", () => act(item));
        return button;
      }),
    );
    if (hadFocus) {
      item.buttons.querySelector("button, a")?.focus();
    }
  }
}

function add(files) {
  const pipeline = page.querySelector("[name=pipeline]").value;
  const replaces = page.querySelector("[name=replace]").checked;
  for (const file of files) {
    const item = { file, name: file.name, size: file.size, sent: 0, pipeline, replaces, state: "queued", words: "" };
    items.add(item);
    paint(item);
  }
  next();
}

function forgetInterrupted(url) {
  for (const item of items) {
    if (item.state === "interrupted" && item.url === url) {
      items.delete(item);
      item.element?.remove();
    }
  }
}

/** What an earlier visit did not finish: the browser remembers where, but not the file. */
async function showInterrupted() {
  for (const each of await tus.defaultOptions.urlStorage.findAllUploads()) {
    const isKnown = [...items].some((item) => item.url === each.uploadUrl || item.upload?.url === each.uploadUrl);
    if (isKnown) {
      continue;
    }
    const answer = await fetch(each.uploadUrl, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 404) {
      await tus.defaultOptions.urlStorage.removeUpload(each.urlStorageKey);
    } else if (answer?.ok) {
      const view = await answer.json();
      const item = { name: view.name, size: view.size, sent: view.offset, url: each.uploadUrl, state: "interrupted", words: "" };
      items.add(item);
      paint(item);
    }
  }
}

// What was uploaded in this window is shown after a reload too.
const Finished = "laddermill-uploads";
function remember() {
  sessionStorage.setItem(Finished, JSON.stringify([...items].filter((each) => each.state === "done").map(({ name, size, url }) => ({ name, size, url }))));
}
function showFinished() {
  for (const each of JSON.parse(sessionStorage.getItem(Finished) ?? "[]")) {
    if (![...items].some((item) => item.url === each.url)) {
      const item = { ...each, sent: each.size, state: "done", words: "" };
      items.add(item);
      paint(item);
      follow(item);
    }
  }
}

const isUnfinished = (item) => ["queued", "running", "waiting"].includes(item.state);

/** Shows the uploads on a page, and takes files from it. */
export async function attach(root, address) {
  page = root;
  host = root.querySelector(".uploads");
  const drop = root.querySelector(".drop");
  const input = root.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.remove("over");
    });
  }
  await load(address);
  // Not sooner: what is loaded takes the place of all that is there.
  drop.addEventListener("drop", (event) => add(event.dataTransfer.files));
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  items.forEach((item) => {
    paint(item);
  });
  showFinished();
  next();
  await showInterrupted();
  input.disabled = false;
}

/** The page is left; uploads go on. */
export function detach() {
  host = null;
}

/** Whether leaving the document would interrupt something. */
window.laddermill.isBusy = () => [...items].some(isUnfinished);
addEventListener("beforeunload", (event) => {
  if (window.laddermill.isBusy()) {
    event.preventDefault();
  }
});

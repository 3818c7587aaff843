// What the pages need of the browser that components cannot do from the server.
(() => {
  "use strict";
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // The connection is away: asks until the server answers, then goes on where the page was. Its state is in the address, so that a new server shows the same.
  const dialog = document.getElementById("components-reconnect-modal");
  let isAsking = false;
  // Uploads go on by themselves and would be lost with the document: the page waits for them.
  async function reload() {
    if (dialog.open) {
      dialog.close();
    }
    document.documentElement.dataset.stale = "true";
    while (window.laddermill.isBusy?.()) {
      await pause(500);
    }
    location.reload();
  }
  async function comeBack() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    for (;;) {
      await pause(1000);
      try {
        const answer = await fetch("/health/live", { cache: "no-store" });
        if (answer.ok && (!dialog.open || !(await Blazor.reconnect()))) {
          await reload();
        }
        if (!dialog.open) {
          break;
        }
      } catch {
        // Still away.
      }
    }
    isAsking = false;
  }
  dialog.addEventListener("components-reconnect-state-changed", (event) => {
    switch (event.detail.state) {
      case "show":
        if (!dialog.open) {
          dialog.showModal();
        }
        comeBack();
        break;
      case "hide":
        dialog.close();
        break;
      case "rejected":
      case "resume-failed":
        reload();
        break;
      default:
        comeBack();
    }
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  // Blazor would only scroll there.
  document.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest(".skip")) {
        event.preventDefault();
        event.stopPropagation();
        document.getElementById("content").focus();
      }
    },
    true,
  );

  // The menu of narrow screens closes when something in it is chosen.
  document.addEventListener("click", (event) => {
    const menu = event.target instanceof Element && event.target.closest("a") ? event.target.closest("[popover]") : null;
    menu?.hidePopover();
  });

  Object.assign(window.laddermill, {
    /** Whether it went well: over plain HTTP browsers only allow it on the machine itself. */
    copy: async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return false;
      }
    },
    /** Opens or closes a dialog of the page itself. */
    open: (element) => element.showModal(),
    close: (element) => element.close(),
    /** Keeps a log at its end, unless somebody has scrolled up to read. */
    follow: (element, isFirst) => {
      if (element && (isFirst || element.scrollHeight - element.scrollTop - element.clientHeight < 120)) {
        element.scrollTop = element.scrollHeight;
      }
    },
  });
})();

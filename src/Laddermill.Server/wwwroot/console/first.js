// Runs before anything is painted: tells the server in a cookie which colours and zone of time are wanted here. Where the page was made for others, it is asked for once more.
(() => {
  "use strict";
  const name = "laddermill-view";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    const found = document.cookie.split("; ").find((each) => each.startsWith(name + "="));
    return found ? found.slice(name.length + 1) : "";
  };
  const wanted = (choice) => {
    const known = ["system", "light", "dark"].includes(choice) ? choice : "system";
    const isDark = known === "dark" || (known === "system" && system.matches);
    return [known, isDark ? "dark" : "light", Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"].join("~");
  };
  const write = (choice) => {
    const view = wanted(choice);
    document.cookie = `${name}=${view}; Path=/; Max-Age=31536000; SameSite=Lax`;
    return view;
  };
  const show = (view) => {
    root.dataset.view = view;
    root.dataset.scheme = view.split("~")[1];
    document.querySelector("meta[name=color-scheme]").content = root.dataset.scheme;
    return view;
  };
  window.laddermill = {
    chooseView: (choice) => show(write(choice)),
    /** Tells the page when the system changes its colours; and the page is live from now on. */
    watchView: (page) => {
      root.dataset.live = "true";
      system.addEventListener("change", () => {
        if (stored().startsWith("system~")) {
          page.invokeMethodAsync("ViewChanged", show(write("system")));
        }
      });
    },
  };
  const view = write(stored().split("~")[0]);
  // Without cookies it would be asked for for ever.
  if ((view !== root.dataset.view || root.dataset.again) && stored() === view) {
    location.replace(location.href.split("#")[0]);
  }
})();

// Plays a film in the player that was built in, or in the browser's own where there is none.
(() => {
  "use strict";
  const players = new WeakMap();
  // By video: the address that was asked for last. Who chooses another while one is being loaded gets the other.
  const latest = new WeakMap();
  let library;

  /** Fetched when the first film is to be played, and not before. */
  function load(script, style) {
    library ??= new Promise((done) => {
      const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
      const code = Object.assign(document.createElement("script"), { src: script });
      code.onload = () => {
        shaka.polyfill.installAll();
        done(shaka.Player.isBrowserSupported());
      };
      code.onerror = () => done(false);
      document.head.append(sheet, code);
    });
    return library;
  }

  async function attach(frame, video) {
    const player = new shaka.Player();
    const overlay = new shaka.ui.Overlay(player, frame, video);
    overlay.configure({
      controlPanelElements: ["play_pause", "time_and_duration", "spacer", "mute", "volume", "captions", "language", "quality", "picture_in_picture", "fullscreen"],
      overflowMenuButtons: [],
      enableKeyboardPlaybackControls: true,
    });
    const said = frame.closest("[data-player]").querySelector("[data-playing]");
    const say = () => {
      const now = player.getVariantTracks().find((track) => track.active);
      said.textContent = now ? `Plays ${now.width ? `${now.width}×${now.height}` : "sound"}, ${(now.bandwidth / 1e6).toFixed(1)} Mbit/s` : "";
    };
    // Signs without words mean nothing to a screen reader.
    const name = () => {
      // This one is called what stands on it: the time.
      const time = frame.querySelector(".shaka-current-time[aria-label]");
      time?.setAttribute("aria-description", time.ariaLabel);
      time?.removeAttribute("aria-label");
      for (const button of frame.querySelectorAll("button:not([aria-label], .shaka-current-time)")) {
        if (!button.textContent.trim()) {
          button.setAttribute("aria-label", button.title || (button.className.includes("back") ? "Back" : "Play"));
        }
      }
    };
    name();
    for (const event of ["loaded", "trackschanged"]) {
      player.addEventListener(event, name);
    }
    for (const event of ["variantchanged", "adaptation", "loaded", "trackschanged"]) {
      player.addEventListener(event, say);
    }
    // Subtitles of HLS wait in the player for the first picture that comes after they were turned on. Where all have come already, the next ones come once more.
    let hasText = false;
    player.addEventListener("loading", () => (hasText = false));
    player.addEventListener("textchanged", () => {
      const now = player.getVariantTracks().find((track) => track.active);
      if (!hasText && now && player.getManifestType() === "HLS" && player.getTextTracks().some((track) => track.active)) {
        hasText = true;
        player.selectVariantTrack(now, true);
      }
    });
    players.set(video, { player, overlay, unpeek: peek(frame, player) });
    // Captions are the overlay's only for a player that was its own before it had a video.
    await player.attach(video);
    return player;
  }

  /**
   * Shows on the seek bar what is where one points: the smallest rendition of the same film in a second, small player, which is made when somebody points there first. It asks for
   * one segment at a time, without sound. Where a film has pictures for this of its own, the player shows those.
   */
  function peek(frame, player) {
    const small = Object.assign(document.createElement("video"), { muted: true, className: "peek" });
    small.setAttribute("aria-hidden", "true");
    small.tabIndex = -1;
    let second, loaded, wanted;
    // One step at a time: a seek into a seek that has not ended may never end. One that has not for long is given up.
    let busy = -Infinity;
    const show = () => {
      if (wanted === undefined || performance.now() - busy < 2000) {
        return;
      }
      const at = wanted;
      wanted = undefined;
      if (Math.abs(small.currentTime - at) > 0.04) {
        busy = performance.now();
        small.currentTime = at;
      }
    };
    for (const event of ["seeked", "loadeddata"]) {
      small.addEventListener(event, () => {
        busy = -Infinity;
        small.classList.add("ready");
        show();
      });
    }
    async function load(address, at) {
      loaded = address;
      busy = performance.now();
      small.classList.remove("ready");
      if (!second) {
        second = new shaka.Player();
        second.configure({
          abr: { enabled: false, useNetworkInformation: false, defaultBandwidthEstimate: 1 },
          manifest: { disableAudio: true, disableText: true },
          streaming: { bufferingGoal: 1, rebufferingGoal: 0.1 },
        });
        await second.attach(small);
      }
      await second.load(address, at);
    }
    const look = (event) => {
      const bar = event.target.closest?.("input.shaka-seek-bar");
      const address = frame.dataset.loaded;
      if (!bar || !address || player.getImageTracks().length || navigator.connection?.saveData) {
        return;
      }
      const place = bar.parentElement.querySelector(".shaka-player-ui-thumbnail-container");
      if (place && small.parentElement !== place) {
        place.prepend(small);
      }
      const { left, width } = bar.getBoundingClientRect();
      const { start, end } = player.seekRange();
      const share = event.type === "input" ? (bar.value - bar.min) / (bar.max - bar.min) : (event.clientX - left) / width;
      wanted = start + Math.min(Math.max(share, 0), 0.999) * (end - start);
      if (loaded !== address) {
        // Who cannot peek can still play.
        load(address, wanted).catch(() => small.remove());
      } else if (small.readyState > 0) {
        show();
      }
    };
    frame.addEventListener("pointermove", look);
    frame.addEventListener("input", look);
    return async () => {
      frame.removeEventListener("pointermove", look);
      frame.removeEventListener("input", look);
      await second?.destroy();
      small.remove();
    };
  }

  async function play(frame, video, address, script, style) {
    latest.set(video, address);
    const isLatest = () => latest.get(video) === address;
    if (frame.dataset.loaded === address) {
      return;
    }
    // From its end a film is played again; there is nothing to load there, and the player would wait for ever.
    const at = video.currentTime < video.duration - 1 ? video.currentTime : 0;
    if (!(await load(script, style))) {
      if (isLatest()) {
        video.controls = true;
        video.src = address;
      }
      return;
    }
    const player = players.get(video)?.player ?? (await attach(frame, video));
    if (!isLatest()) {
      return;
    }
    delete frame.dataset.loaded;
    try {
      await player.load(address, at || null);
      if (isLatest()) {
        frame.dataset.loaded = address;
      }
    } catch (error) {
      if (isLatest()) {
        frame.closest("[data-player]").querySelector("[data-playing]").textContent = `This film does not play (${error.code ?? error}).`;
      }
    }
  }

  async function stop(video) {
    const known = video && players.get(video);
    if (known) {
      latest.delete(video);
      players.delete(video);
      await known.unpeek();
      await known.overlay.destroy();
    }
  }

  Object.assign(window.laddermill, { play, stop });
})();

// What the tests see of a player: window.viewing, driven step by step. Steps wait for the video's own events, never for the clock; what
// does not come within LIMIT milliseconds is an error that says what was waited for and how things stand.
import { open } from './open.mjs';

const LIMIT = 100_000;
// The burnt-in number: BITS squares from the left, lowest bit first, white for 1; beneath each its opposite. Each square is 1/16 of the
// picture's width.
const BITS = 12;
const SQUARES = 16;

const video = document.querySelector('video');
const strip = new OffscreenCanvas(SQUARES * 8, 16).getContext('2d', { willReadFrequently: true });
const errors = [];
let player;
let listener;
let waitingFor;

const state = () =>
  JSON.stringify({
    time: video.currentTime,
    number: video.videoWidth > 0 ? readNumber() : null,
    height: video.videoHeight,
    paused: video.paused,
    ready: video.readyState,
    buffered: ranges(),
    errors,
  });

const ranges = () => Array.from(video.buffered, (_, i) => [video.buffered.start(i), video.buffered.end(i)]);

// Resolves when the condition holds after one of the events (or at once).
async function until(what, events, condition) {
  waitingFor = what;
  await new Promise((resolve, reject) => {
    const look = () => {
      const isDone = condition();
      if (isDone || video.error) {
        events.forEach(name => video.removeEventListener(name, look));
        isDone ? resolve() : reject(new Error(`${what}: ${video.error.message} ${state()}`));
      }
    };
    events.forEach(name => video.addEventListener(name, look));
    look();
  });
}

const nextEvent = name => new Promise(resolve => video.addEventListener(name, resolve, { once: true }));

// The number burnt into the picture that is shown; null when the squares contradict each other.
function readNumber() {
  const square = video.videoWidth / SQUARES;
  strip.drawImage(video, 0, 0, video.videoWidth, square * 2, 0, 0, SQUARES * 8, 16);
  const { data, width } = strip.getImageData(0, 0, SQUARES * 8, 16);
  const isWhite = (column, row) => data[((row * 8 + 4) * width + column * 8 + 4) * 4] > 127;
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    if (isWhite(bit, 0) === isWhite(bit, 1)) {
      return null;
    }
    number += isWhite(bit, 0) ? 2 ** bit : 0;
  }
  return number;
}

// Calls look(number, time of the picture, its lines) with each picture that is shown until the returned function is called.
function watch(look) {
  let isWatching = true;
  const next = (_, { mediaTime, height }) => {
    if (isWatching) {
      look(readNumber(), mediaTime, height);
      video.requestVideoFrameCallback(next);
    }
  };
  video.requestVideoFrameCallback(next);
  return () => (isWatching = false);
}

const shownTracks = () => Array.from(video.textTracks).filter(track => track.mode === 'showing');

// What the browser shows of the tracks of text that are turned on, without its tags.
const activeCues = () =>
  shownTracks()
    .flatMap(track => Array.from(track.activeCues))
    .map(cue => ({ start: cue.startTime, end: cue.endTime, text: cue.getCueAsHTML().textContent }));

// Takes the sound from the loudspeaker; gives a function that says the loudest frequency, in hertz.
function listen() {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
  context.createMediaElementSource(video).connect(analyser);
  const levels = new Float32Array(analyser.frequencyBinCount);
  return () => {
    analyser.getFloatFrequencyData(levels);
    return (levels.indexOf(Math.max(...levels)) * context.sampleRate) / analyser.fftSize;
  };
}

const facts = () => ({
  duration: video.duration,
  width: video.videoWidth,
  height: video.videoHeight,
  audioBytes: video.webkitAudioDecodedByteCount,
  videoBytes: video.webkitVideoDecodedByteCount,
  buffered: ranges(),
  errors,
});

const steps = {
  async open(name, url, bufferSeconds) {
    waitingFor = 'the player to open';
    player = await open(name, video, url, errors, bufferSeconds);
    await until('enough to play', ['canplay', 'loadeddata'], () => video.readyState >= 3);
    return { ...facts(), heights: player.heights(), languages: player.languages(), texts: player.texts() };
  },

  // Plays on to the end; says which pictures were seen and whether what was buffered ever had a gap.
  async playToEnd(rate) {
    const seen = [];
    let mostRanges = 0;
    const count = () => (mostRanges = Math.max(mostRanges, video.buffered.length));
    const stop = watch((...picture) => seen.push(picture));
    ['progress', 'timeupdate'].forEach(name => video.addEventListener(name, count));
    video.playbackRate = rate;
    await video.play();
    await until('the end', ['ended', 'pause'], () => {
      // dash.js 5 takes a film that is played fast for ended half a second too early now and then, stops it, and seeks to just before its end: a picture
      // may be shown again.
      if (video.paused && !video.ended) {
        stop();
        video.play();
      }
      return video.ended;
    });
    stop();
    ['progress', 'timeupdate'].forEach(name => video.removeEventListener(name, count));
    return { ...facts(), seen, mostRanges, time: video.currentTime };
  },

  // Stands still at this time; returns when the picture with this number is shown.
  async seek(seconds, number) {
    video.pause();
    const sought = nextEvent('seeked');
    video.currentTime = seconds;
    waitingFor = `the picture ${number} at ${seconds} s`;
    await sought;
    // The picture from before the seek may still be on the screen for a moment. Seldom, on a busy machine and after a buffer was emptied for a switch,
    // Chromium says that it has sought and does not paint: it is told again.
    for (let refreshes = 1; readNumber() !== number; refreshes++) {
      if (refreshes % 200 === 0) {
        video.currentTime = seconds;
      }
      await new Promise(requestAnimationFrame);
    }
  },

  // Plays on with this rendition alone; returns when it is seen.
  async force(height) {
    video.playbackRate = 1;
    await video.play();
    waitingFor = `the player to take ${height} lines`;
    await player.force(height);
    await until(`${height} lines`, ['resize', 'timeupdate'], () => video.videoHeight === height);
    return facts();
  },

  // From now on each segment that is loaded is of another rendition than the one before it.
  async alternate(heights) {
    player.alternate(heights);
    return facts();
  },

  // Plays on with the sound of this language; returns when its tone, in hertz, is the loudest that is heard.
  async speak(language, tone) {
    waitingFor = `the player to speak ${language}`;
    listener ??= listen();
    video.muted = false;
    await player.speak(language);
    video.playbackRate = 1;
    await video.play();
    await until(`a tone of ${tone} Hz`, ['timeupdate'], () => Math.abs(listener() - tone) < 50);
    return { ...facts(), time: video.currentTime };
  },

  // Turns on the subtitles of this language, plays until the first are there, and then from the start to the end of what they say; returns each text
  // that was shown. Shaka Player 5.2.12 takes in HLS texts with the next video segment that comes after they were turned on.
  async readTexts(language, last) {
    waitingFor = `the player to show ${language}`;
    await player.show(language);
    video.playbackRate = 1;
    await video.play();
    await until(`a text of ${language}`, ['timeupdate'], () => shownTracks().some(track => track.cues.length > 0));
    video.currentTime = 0;
    const shown = new Map();
    await until(`the text ${last}`, ['timeupdate'], () => {
      activeCues().forEach(cue => shown.set(JSON.stringify(cue), cue));
      return [...shown.values()].some(({ text }) => text === last);
    });
    video.pause();
    return { ...facts(), shown: [...shown.values()] };
  },

  // Plays at its own choice until the picture has more lines than this, or fewer.
  async playUntil(isMore, height) {
    player.auto();
    video.playbackRate = 1;
    await video.play();
    await until(`${isMore ? 'more' : 'fewer'} than ${height} lines`, ['resize', 'timeupdate'], () =>
      isMore ? video.videoHeight > height : video.videoHeight < height,
    );
    return { ...facts(), time: video.currentTime };
  },
};

const limited =
  step =>
  (...rest) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Waited in vain for this: ${waitingFor}. ${state()}`)), LIMIT);
      step(...rest)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });

window.viewing = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, limited(step)]));

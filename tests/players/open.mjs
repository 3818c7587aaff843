// One way to drive each player: open(video, url, errors, bufferSeconds) gives
//   force(height)  shows this rendition from now on, whatever the network says
//   auto()         lets the player choose again
//   alternate(heights)  takes each next segment from the next of these renditions, and keeps what is loaded
//   heights()      the renditions that the player found, in lines, ascending
//   languages()    those of its sound; speak(language) switches to one
//   texts()        those of its subtitles; show(language) turns one on
// Everything that a player calls an error is put into errors, also what it recovers from.
const script = src =>
  new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = src;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${src} could not be loaded.`));
    document.head.append(element);
  });

const languageOf = track => track.lang ?? track.language;
const of = (tracks, language) => tracks.find(track => languageOf(track) === language);
// A function that takes the next of these, and has taken the first already.
const turns = (heights, take) => {
  let next = 0;
  const turn = () => take(heights[next++ % heights.length]);
  turn();
  return turn;
};
const ascending = heights => [...new Set(heights)].sort((a, b) => a - b);

async function hlsJs(video, url, errors, bufferSeconds) {
  await script('/node_modules/hls.js/dist/hls.min.js');
  const { Hls } = window;
  const hls = new Hls({
    maxBufferLength: bufferSeconds,
    maxMaxBufferLength: bufferSeconds,
    backBufferLength: Infinity,
  });
  const indexOf = height => hls.levels.findIndex(level => level.height === height);
  // Running dry for a moment, and giving up a download of one's own accord, are no errors of what is played.
  const harmless = [Hls.ErrorDetails.BUFFER_STALLED_ERROR, Hls.ErrorDetails.INTERNAL_ABORTED];
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (data.fatal || !harmless.includes(data.details)) {
      errors.push(`${data.type} ${data.details} ${data.error?.message ?? ''}`);
    }
  });
  const parsed = new Promise(resolve => hls.once(Hls.Events.MANIFEST_PARSED, resolve));
  hls.loadSource(url);
  hls.attachMedia(video);
  await parsed;
  return {
    force: height =>
      new Promise(resolve => {
        const level = indexOf(height);
        const look = (_, { frag }) => {
          if (frag.type === 'main' && frag.level === level) {
            hls.off(Hls.Events.FRAG_BUFFERED, look);
            // Told to switch while it loads, hls.js 1.7.4 may declare the end of the film while its buffer is empty. The browser then shows no
            // further picture until it seeks.
            video.currentTime = video.currentTime;
            resolve();
          }
        };
        hls.on(Hls.Events.FRAG_BUFFERED, look);
        hls.currentLevel = level;
      }),
    auto: () => (hls.nextLevel = -1),
    alternate: heights => {
      const turn = turns(heights, height => (hls.loadLevel = indexOf(height)));
      hls.on(Hls.Events.FRAG_BUFFERED, (_, { frag }) => frag.type === 'main' && turn());
    },
    heights: () => ascending(hls.levels.map(level => level.height).filter(height => height > 0)),
    languages: () => hls.audioTracks.map(languageOf),
    speak: language => (hls.audioTrack = hls.audioTracks.indexOf(of(hls.audioTracks, language))),
    texts: () => hls.subtitleTracks.map(languageOf),
    show: language => {
      hls.subtitleTrack = hls.subtitleTracks.indexOf(of(hls.subtitleTracks, language));
      hls.subtitleDisplay = true;
    },
  };
}

async function shaka(video, url, errors, bufferSeconds) {
  await script('/node_modules/shaka-player/dist/shaka-player.compiled.js');
  const player = new window.shaka.Player();
  player.addEventListener('error', ({ detail }) => errors.push(`shaka ${detail.code} ${detail.message}`));
  player.configure({
    streaming: {
      bufferingGoal: bufferSeconds,
      bufferBehind: 3600,
      // With prefetching (one segment by default), Shaka Player 5.2.12 now and then takes up a request that a seek or a switch has aborted, again and
      // again: nothing is loaded any more.
      segmentPrefetchLimit: 0,
    },
  });
  await player.attach(video);
  await player.load(url);
  return {
    force: height => {
      player.configure({ abr: { enabled: false } });
      player.selectVariantTrack(
        player.getVariantTracks().find(track => track.height === height),
        true,
      );
    },
    auto: () => player.configure({ abr: { enabled: true } }),
    alternate: heights => {
      player.configure({ abr: { enabled: false } });
      const turn = turns(heights, height =>
        player.selectVariantTrack(
          player.getVariantTracks().find(track => track.height === height),
          false,
        ),
      );
      player.addEventListener('segmentappended', ({ contentType }) => contentType === 'video' && turn());
    },
    heights: () =>
      ascending(
        player
          .getVariantTracks()
          .map(track => track.height)
          .filter(height => height > 0),
      ),
    languages: () => player.getAudioTracks().map(languageOf),
    speak: language => player.selectAudioTrack(of(player.getAudioTracks(), language)),
    texts: () => player.getTextTracks().map(languageOf),
    show: language => player.selectTextTrack(of(player.getTextTracks(), language)),
  };
}

async function dashJs(video, url, errors, bufferSeconds) {
  await script('/node_modules/dashjs/dist/modern/umd/dash.all.min.js');
  const { dashjs } = window;
  const player = dashjs.MediaPlayer().create();
  const choosing = isOn => player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: isOn } } } });
  const found = () => player.getRepresentationsByType('video');
  player.updateSettings({
    debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE },
    streaming: {
      buffer: {
        bufferTimeDefault: bufferSeconds,
        bufferTimeAtTopQuality: bufferSeconds,
        bufferTimeAtTopQualityLongForm: bufferSeconds,
        bufferToKeep: 3600,
        fastSwitchEnabled: true,
      },
    },
  });
  const failed = ({ error }) => errors.push(`dash.js ${error?.code ?? ''} ${error?.message ?? error}`);
  player.on(dashjs.MediaPlayer.events.ERROR, failed);
  player.on(dashjs.MediaPlayer.events.PLAYBACK_ERROR, failed);
  const ready = new Promise(resolve => player.on(dashjs.MediaPlayer.events.STREAM_INITIALIZED, resolve));
  player.initialize(video, url, false);
  await ready;
  return {
    force: height => {
      choosing(false);
      player.setRepresentationForTypeById('video', found().find(one => one.height === height).id, true);
    },
    auto: () => choosing(true),
    alternate: heights => {
      choosing(false);
      player.updateSettings({ streaming: { buffer: { fastSwitchEnabled: false } } });
      const turn = turns(heights, height =>
        player.setRepresentationForTypeById('video', found().find(one => one.height === height).id, false),
      );
      player.on(
        dashjs.MediaPlayer.events.FRAGMENT_LOADING_COMPLETED,
        ({ mediaType, request }) => mediaType === 'video' && request?.type === 'MediaSegment' && turn(),
      );
    },
    heights: () => ascending(found().map(one => one.height)),
    languages: () => player.getTracksFor('audio').map(languageOf),
    speak: language => player.setCurrentTrack(of(player.getTracksFor('audio'), language)),
    texts: () => player.getTracksFor('text').map(languageOf),
    show: language => {
      const tracks = player.getTracksFor('text');
      player.setTextTrack(tracks.indexOf(of(tracks, language)));
    },
  };
}

const players = { 'hls.js': hlsJs, shaka, 'dash.js': dashJs };

export const open = (player, ...rest) => players[player](...rest);

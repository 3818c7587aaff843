// Reads an output with m3u8-parser, mpd-parser and mp4box and prints every value that they give as one flat JSON object.
// Usage: node read.mjs FOLDER
import { existsSync, readFileSync } from 'node:fs';
import { posix, join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { parse as parseManifest } from 'mpd-parser';
import * as mp4box from 'mp4box';

const folder = process.argv[2];
const address = 'https://films.example/';
const values = {};
// Init segment of each segment, by path.
const inits = new Map();

const read = path => readFileSync(join(folder, path));
const put = (key, value) => {
  if (value !== undefined && value !== null) {
    values[key] = value;
  }
};
const beside = (file, uri) => posix.join(posix.dirname(file), uri);

function readPlaylist(path) {
  const parser = new Parser();
  parser.push(read(path).toString('utf8'));
  parser.end();
  return parser.manifest;
}

function putVariant(key, { attributes, uri }) {
  put(`${key}.uri`, uri);
  put(`${key}.bandwidth`, attributes.BANDWIDTH);
  put(`${key}.average`, Number(attributes['AVERAGE-BANDWIDTH']));
  put(`${key}.codecs`, attributes.CODECS);
  put(`${key}.width`, attributes.RESOLUTION?.width);
  put(`${key}.height`, attributes.RESOLUTION?.height);
  put(`${key}.frameRate`, attributes['FRAME-RATE']);
  put(`${key}.audio`, attributes.AUDIO);
  put(`${key}.subtitles`, attributes.SUBTITLES);
  put(`${key}.captions`, attributes['CLOSED-CAPTIONS']);
}

function putMediaPlaylist(path) {
  const playlist = readPlaylist(path);
  put(`${path}.version`, playlist.version);
  put(`${path}.target`, playlist.targetDuration);
  put(`${path}.type`, playlist.playlistType);
  put(`${path}.isEnded`, playlist.endList === true);
  put(`${path}.isIFramesOnly`, playlist.iFramesOnly === true);
  playlist.segments.forEach((segment, index) => {
    const key = `${path}[${index}]`;
    put(`${key}.file`, beside(path, segment.uri));
    put(`${key}.duration`, segment.duration);
    put(`${key}.map`, segment.map && beside(path, segment.map.uri));
    put(`${key}.offset`, segment.byterange?.offset);
    put(`${key}.length`, segment.byterange?.length);
    // Transport streams and text have none.
    if (segment.map) {
      inits.set(beside(path, segment.uri), beside(path, segment.map.uri));
    }
  });
}

function putGroups(kind, groups, paths) {
  for (const [group, members] of Object.entries(groups)) {
    for (const [name, member] of Object.entries(members)) {
      const key = `${kind} ${group} ${name}`;
      put(`${key}.default`, member.default);
      put(`${key}.autoselect`, member.autoselect);
      put(`${key}.language`, member.language);
      put(`${key}.uri`, member.uri);
      if (member.uri) {
        paths.add(member.uri);
      }
    }
  }
}

function putHls(file) {
  const master = readPlaylist(file);
  put(`${file}.version`, master.version);
  put(`${file}.isIndependent`, master.independentSegments === true);
  const paths = new Set();
  master.playlists.forEach((variant, index) => {
    putVariant(`${file} variant[${index}]`, variant);
    paths.add(variant.uri);
  });
  (master.iFramePlaylists ?? []).forEach((variant, index) => {
    putVariant(`${file} iframes[${index}]`, variant);
    paths.add(variant.uri);
  });
  putGroups(`${file} audio`, master.mediaGroups.AUDIO, paths);
  putGroups(`${file} subtitles`, master.mediaGroups.SUBTITLES, paths);
  paths.forEach(putMediaPlaylist);
}

function putRepresentation({ attributes, segments }) {
  const key = `dash ${attributes.NAME}`;
  put(`${key}.bandwidth`, attributes.BANDWIDTH);
  put(`${key}.codecs`, attributes.CODECS);
  put(`${key}.width`, attributes.RESOLUTION?.width);
  put(`${key}.height`, attributes.RESOLUTION?.height);
  put(`${key}.frameRate`, attributes['FRAME-RATE']);
  segments.forEach((segment, index) => {
    put(`${key}[${index}].file`, segment.uri);
    put(`${key}[${index}].map`, segment.map.uri);
    put(`${key}[${index}].duration`, segment.duration);
    put(`${key}[${index}].start`, segment.presentationTime);
  });
}

function putDash() {
  const manifest = parseManifest(read('dash.mpd').toString('utf8'), {
    manifestUri: `${address}dash.mpd`,
  });
  put('dash.duration', manifest.duration);
  // Without video, mpd-parser puts the sound in both places.
  manifest.playlists.filter(each => each.attributes.RESOLUTION).forEach(putRepresentation);
  for (const member of Object.values(manifest.mediaGroups.AUDIO.audio ?? {})) {
    member.playlists.forEach(playlist => {
      put(`dash ${playlist.attributes.NAME}.language`, member.language);
      putRepresentation(playlist);
    });
  }
  for (const member of Object.values(manifest.mediaGroups.SUBTITLES.subs ?? {})) {
    member.playlists.forEach(({ attributes, segments }) => {
      put(`dash ${attributes.NAME}.language`, member.language);
      put(`dash ${attributes.NAME}.bandwidth`, attributes.BANDWIDTH);
      put(`dash ${attributes.NAME}.file`, segments[0].resolvedUri.slice(address.length));
    });
  }
}

function append(file, path, start) {
  const bytes = read(path);
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  copy.fileStart = start;
  file.appendBuffer(copy);
  return start + bytes.length;
}

function putInit(path) {
  const file = mp4box.createFile();
  file.onReady = info => {
    const [track] = info.tracks;
    put(`${path}.brands`, info.brands.join(' '));
    put(`${path}.tracks`, info.tracks.length);
    put(`${path}.id`, track.id);
    put(`${path}.timescale`, track.timescale);
    put(`${path}.codec`, track.codec);
    put(`${path}.width`, track.video?.width);
    put(`${path}.height`, track.video?.height);
    put(`${path}.rate`, track.audio?.sample_rate);
    put(`${path}.channels`, track.audio?.channel_count);
    put(`${path}.edits`, (track.edits ?? []).length);
  };
  append(file, path, 0);
}

function putSegment(path, init) {
  const file = mp4box.createFile();
  const start = append(file, init, 0);
  const end = append(file, path, start);
  file.flush();
  const styp = file.boxes.find(box => box.type === 'styp');
  put(`${path}.brands`, styp && [styp.major_brand, ...styp.compatible_brands].join(' '));
  const mdats = file.boxes.filter(box => box.type === 'mdat');
  const samples = file.getTrackSamplesInfo(file.moov.traks[0].tkhd.track_id);
  file.moofs.forEach((moof, index) => {
    const key = `${path}[${index}]`;
    const [traf] = moof.trafs;
    const own = samples.filter(sample => sample.moof_number === index + 1);
    const sum = values => values.reduce((total, value) => total + value, 0);
    put(`${key}.offset`, moof.start - start);
    put(`${key}.bytes`, moof.size + mdats[index].size);
    put(`${key}.sequence`, moof.mfhd.sequence_number);
    put(`${key}.track`, traf.tfhd.track_id);
    put(`${key}.trafs`, moof.trafs.length);
    put(`${key}.start`, traf.tfdt.baseMediaDecodeTime);
    put(`${key}.samples`, own.length);
    put(`${key}.duration`, sum(own.map(sample => sample.duration)));
    put(`${key}.shownFrom`, Math.min(...own.map(sample => sample.cts)));
    put(`${key}.shownUntil`, Math.max(...own.map(sample => sample.cts + sample.duration)));
    put(`${key}.firstEnd`, own[0].offset + own[0].size - start);
    put(`${key}.isSync`, own[0].is_sync);
  });
  put(`${path}.length`, end - start);
}

putHls('master.m3u8');
if (existsSync(join(folder, 'master-ts.m3u8'))) {
  putHls('master-ts.m3u8');
}
putDash();
new Set(inits.values()).forEach(putInit);
inits.forEach((init, path) => putSegment(path, init));
console.log(JSON.stringify(values));

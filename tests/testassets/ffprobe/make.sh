#!/bin/sh
# Writes what ffprobe 5.1 says about small clips of our own, one folder for each case, with the questions that Media/Probe.cs asks.
# Run it in this folder after changing a case; look at what changed, then at what FfprobeGoldenTests expects of it.
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

make() { ffmpeg -hide_banner -v error -nostdin "$@"; }
picture() { echo "-f lavfi -i testsrc2=size=$1:rate=$2:duration=2"; }
x264="-c:v libx264 -preset ultrafast -pix_fmt yuv420p"

# save CASE FILE [frames]: the third word asks for the first frames too.
save() {
    mkdir -p "$1"
    (
        cd "$work"
        ffprobe -v error -show_error -show_format -show_streams -print_format json "file:$2"
    ) >"$1/ffprobe.json"
    if [ $# -gt 2 ]; then
        (
            cd "$work"
            ffprobe -v error -select_streams v:0 -read_intervals '%+#2' -show_packets -show_frames -print_format json "file:$2"
        ) >"$1/frames.json"
    fi
}

make $(picture 320x180 30000/1001) -f lavfi -i sine=duration=2 $x264 -c:a aac -ac 2 "$work/plain.mp4"
save plain plain.mp4

make -i "$work/plain.mp4" -c copy -metadata:s:v rotate=270 "$work/portrait.mov"
save portrait portrait.mov

make $(picture 720x576 25) -f lavfi -i sine=duration=2 -map 0 -map 1 -map 1 \
    -vf setsar=16/15,fieldorder=tff,setfield=tff -c:v mpeg2video -flags +ilme+ildct -top 1 -c:a mp2 -b:a 192k \
    -metadata:s:a:0 language=fre -metadata:s:a:1 language=qad -disposition:a:1 visual_impaired+descriptions "$work/tape.ts"
save broadcast tape.ts

printf '1\n00:00:00,500 --> 00:00:01,500\nHello\n' >"$work/a.srt"
make $(picture 320x180 25) -f lavfi -i sine=duration=2 -f lavfi -i sine=duration=1 -i "$work/a.srt" \
    -map 0 -map 1 -map 2 -map 3 -map 3 $x264 -c:a:0 libopus -c:a:1 flac -c:s:0 srt -c:s:1 ass -attach "$work/a.srt" \
    -metadata:s:t mimetype=text/plain -metadata:s:a:0 language=eng -metadata:s:a:0 title=Original -disposition:a:0 default \
    -metadata:s:a:1 language=ger -metadata:s:a:1 title="Director's comments" -disposition:a:1 comment \
    -metadata:s:s:0 language=ger -disposition:s:0 forced -metadata:s:s:1 language=und -disposition:s:1 hearing_impaired \
    "$work/tracks.mkv"
save tracks tracks.mkv

make $(picture 64x64 25) -frames:v 1 "$work/cover.jpg"
make -f lavfi -i sine=duration=2 -i "$work/cover.jpg" -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic "$work/song.m4a"
save cover song.m4a

make $(picture 128x72 25) -pix_fmt yuv420p10le -c:v libx265 -color_range tv -x265-params \
    "log-level=none:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)" \
    -tag:v hvc1 "$work/hdr.mp4"
save hdr10 hdr.mp4 frames

make -f lavfi -i "testsrc2=size=320x180:rate=60:duration=3,select='lt(t,1)+not(mod(n,7))'" -fps_mode vfr $x264 "$work/screen.mp4"
save screen screen.mp4

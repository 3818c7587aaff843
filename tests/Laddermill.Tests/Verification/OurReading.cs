using System.Globalization;
using Laddermill.Media;
using Laddermill.Verification;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Tests.Verification;

/// <summary>Every value of an output that <c>tests/crosscheck/read.mjs</c> prints, as our own reader has it.</summary>
internal sealed class OurReading
{
    private readonly SortedDictionary<string, string> values = new(StringComparer.Ordinal);

    public static async Task<SortedDictionary<string, string>> OfAsync(IOutputReader reader)
    {
        var loader = new OutputLoader(reader);
        await loader.LoadAsync(true, true, TestContext.Current.CancellationToken);
        var output = loader.Build();
        var reading = new OurReading();
        foreach (var protocol in new[] { output, output.Transport }.OfType<Output>())
        {
            reading.AddMaster(protocol.Multivariant!);
            foreach (var playlist in protocol.MediaPlaylists)
            {
                reading.AddPlaylist(playlist);
            }
        }
        reading.AddManifest(output);
        foreach (var file in output.Files.Values)
        {
            reading.AddFile(file);
        }
        return reading.values;
    }

    /// <summary>Numbers as JavaScript would print them after rounding to the microsecond.</summary>
    public static string Number(double value) =>
        Math.Round(value, 6).ToString(CultureInfo.InvariantCulture);

    private void Add(string key, string? value)
    {
        if (value is not null)
        {
            values[key] = value;
        }
    }

    private void Add(string key, double? value) =>
        Add(key, value is { } number ? Number(number) : null);

    private void Add(string key, bool value) => Add(key, value ? "true" : "false");

    private void AddMaster(MultivariantPlaylist master)
    {
        var file = master.Path;
        AddVersion(file, master);
        Add($"{file}.isIndependent", master.HasTag("EXT-X-INDEPENDENT-SEGMENTS"));
        for (var index = 0; index < master.Variants.Length; index++)
        {
            AddVariant(
                $"{file} variant[{index}]",
                master.Variants[index].Attributes,
                master.Variants[index].Uri
            );
        }
        for (var index = 0; index < master.IFrames.Length; index++)
        {
            AddVariant(
                $"{file} iframes[{index}]",
                master.IFrames[index],
                master.IFrames[index]["URI"]
            );
        }
        foreach (var media in master.Media.Where(each => each["TYPE"] is "AUDIO" or "SUBTITLES"))
        {
            var kind = media["TYPE"] == "AUDIO" ? "audio" : "subtitles";
            var key = $"{file} {kind} {media["GROUP-ID"]} {media["NAME"]}";
            Add($"{key}.default", media.IsYes("DEFAULT"));
            Add($"{key}.autoselect", media.IsYes("AUTOSELECT"));
            Add($"{key}.language", media["LANGUAGE"]);
            Add($"{key}.uri", media["URI"]);
        }
    }

    private void AddVersion(string key, Playlist playlist) =>
        Add($"{key}.version", playlist.ValuesOf("EXT-X-VERSION").FirstOrDefault());

    private void AddVariant(string key, AttributeList attributes, string? uri)
    {
        var size = attributes["RESOLUTION"]?.Split('x');
        Add($"{key}.uri", uri);
        Add($"{key}.bandwidth", attributes.Whole("BANDWIDTH"));
        Add($"{key}.average", attributes.Whole("AVERAGE-BANDWIDTH"));
        Add($"{key}.codecs", attributes["CODECS"]);
        Add($"{key}.width", size?[0]);
        Add($"{key}.height", size?[1]);
        Add($"{key}.frameRate", (double?)attributes.Fraction("FRAME-RATE"));
        Add($"{key}.audio", attributes["AUDIO"]);
        Add($"{key}.subtitles", attributes["SUBTITLES"]);
        Add($"{key}.captions", attributes["CLOSED-CAPTIONS"]);
    }

    private void AddPlaylist(MediaPlaylist playlist)
    {
        var path = playlist.Path;
        AddVersion(path, playlist);
        Add($"{path}.target", playlist.TargetDuration);
        Add($"{path}.type", playlist.ValuesOf("EXT-X-PLAYLIST-TYPE").FirstOrDefault());
        Add($"{path}.isEnded", playlist.HasTag("EXT-X-ENDLIST"));
        Add($"{path}.isIFramesOnly", playlist.IsIFramesOnly);
        for (var index = 0; index < playlist.Segments.Length; index++)
        {
            var (segment, key) = (playlist.Segments[index], $"{path}[{index}]");
            Add($"{key}.file", segment.Target);
            Add($"{key}.duration", (double)segment.Duration);
            Add($"{key}.map", References.InitOf(playlist));
            Add($"{key}.offset", segment.Range?.Offset);
            Add($"{key}.length", segment.Range?.Length);
        }
    }

    private void AddManifest(Output output)
    {
        Add("dash.duration", output.Manifest!.Duration);
        foreach (var representation in output.Manifest.Representations)
        {
            var key = $"dash {representation.Id}";
            Add($"{key}.bandwidth", representation["bandwidth"]);
            Add($"{key}.language", representation["lang"]);
            if (representation.Template is not { } template)
            {
                Add($"{key}.file", representation.Elements("BaseURL").Single().Value);
                continue;
            }
            Add($"{key}.codecs", representation["codecs"]);
            Add($"{key}.width", representation["width"]);
            Add($"{key}.height", representation["height"]);
            Add($"{key}.frameRate", Rational.Parse(representation["frameRate"])?.ToDouble());
            var timescale = (double)template.Timescale;
            for (var index = 0; index < representation.Segments.Length; index++)
            {
                var entry = representation.Segments[index];
                Add($"{key}[{index}].file", entry.Target);
                Add($"{key}[{index}].map", representation.InitTarget);
                Add($"{key}[{index}].duration", entry.Duration / timescale);
                Add($"{key}[{index}].start", entry.Start / timescale);
            }
        }
    }

    private void AddFile(FileFacts file)
    {
        if (file is InitFacts init)
        {
            Add($"{init.Path}.brands", string.Join(' ', init.Brands));
            Add($"{init.Path}.tracks", init.Tracks.Length);
            Add($"{init.Path}.id", init.Track!.Id);
            Add($"{init.Path}.timescale", init.Track.Timescale);
            Add($"{init.Path}.codec", init.Track.Codec);
            Add($"{init.Path}.width", init.Track.Video?.Width);
            Add($"{init.Path}.height", init.Track.Video?.Height);
            Add($"{init.Path}.rate", init.Track.Audio?.SampleRate);
            Add($"{init.Path}.channels", init.Track.Audio?.Channels);
            Add($"{init.Path}.edits", init.Track.Edits.Length);
        }
        else if (file is SegmentFacts segment)
        {
            Add($"{segment.Path}.brands", string.Join(' ', segment.Brands));
            Add($"{segment.Path}.length", segment.Bytes);
            for (var index = 0; index < segment.Fragments.Length; index++)
            {
                AddFragment($"{segment.Path}[{index}]", segment.Fragments[index]);
            }
        }
    }

    private void AddFragment(string key, FragmentFacts fragment)
    {
        Add($"{key}.offset", fragment.Offset);
        Add($"{key}.bytes", fragment.Bytes);
        Add($"{key}.sequence", fragment.Sequence);
        Add($"{key}.track", fragment.TrackId);
        Add($"{key}.trafs", fragment.TrackFragments);
        Add($"{key}.start", fragment.Start);
        Add($"{key}.samples", fragment.Samples);
        Add($"{key}.duration", fragment.Duration);
        Add($"{key}.shownFrom", fragment.PresentationStart);
        Add($"{key}.shownUntil", fragment.PresentationEnd);
        Add($"{key}.firstEnd", fragment.FirstSampleEnd);
        Add($"{key}.isSync", fragment.IsFlaggedSync);
    }
}

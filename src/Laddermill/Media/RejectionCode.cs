using System.Collections.Immutable;

namespace Laddermill.Media;

/// <summary>
/// Why a source is rejected, as a word that programs may rely on. The set is closed: every code is here, with what it means and what to do about
/// it; <c>docs/inputs.md</c> is written from it, and <c>RejectionCodeTests</c> makes each occur on a real input.
/// </summary>
public sealed class RejectionCode
{
    // Before the codes, since each enters itself.
    private static readonly List<RejectionCode> Known = [];

    public static readonly RejectionCode Empty = new(
        "empty",
        "The source has no bytes at all.",
        "Upload it again."
    );

    public static readonly RejectionCode NotMedia = new(
        "not-media",
        "It is no media file: a document, an archive, a program, or a media file whose beginning or index is missing or destroyed.",
        "Look whether the right file was uploaded, and whether it plays; upload it again."
    );

    public static readonly RejectionCode NoMediaStreams = new(
        "no-media-streams",
        "It is a media file, but with neither a moving picture nor sound: subtitles alone, a cover, an empty recording.",
        "Upload a file with a picture or sound."
    );

    public static readonly RejectionCode HostilePlaylist = new(
        "hostile-playlist",
        "It is a text that may name other files or addresses (a playlist, a script, a session description, XML), whatever its name says.",
        "Upload the media itself, not the list that names it."
    );

    public static readonly RejectionCode UnsupportedContainer = new(
        "unsupported-container",
        "ffmpeg knows the format, but it is not among those that are accepted.",
        "Remux it to MP4 or Matroska (`ffmpeg -i FILE -c copy out.mkv`)."
    );

    public static readonly RejectionCode UnsupportedCodec = new(
        "unsupported-codec",
        "Picture or sound are coded in a way that this ffmpeg cannot decode.",
        "Convert it to H.264 and AAC with the program that it comes from."
    );

    public static readonly RejectionCode UnsupportedDolbyVision = new(
        "unsupported-dolby-vision",
        "Dolby Vision without a base layer that others can show (profile 5, or 10 with compatibility 0).",
        "Export it as profile 8 or as HDR10."
    );

    public static readonly RejectionCode Encrypted = new(
        "encrypted",
        "It is encrypted, and nobody here has the key.",
        "Upload an unprotected copy."
    );

    public static readonly RejectionCode UnknownDuration = new(
        "unknown-duration",
        "Neither the container nor its packets tell how long it is.",
        "Remux it, for example to Matroska."
    );

    public static readonly RejectionCode Truncated = new(
        "truncated",
        "Less of it can be decoded than the profile's `source.leastDecoded` asks for (by default 95 % of what it promises): it breaks off, or is damaged.",
        "Upload it again; or lower `source.leastDecoded` to publish what there is."
    );

    public static readonly RejectionCode Undecodable = new(
        "undecodable",
        "Nothing of its picture or sound can be decoded, although it looks like a media file.",
        "Look whether it plays; upload it again, or convert it with the program that it comes from."
    );

    public static readonly RejectionCode LimitSize = new(
        "limit-size",
        "It has more bytes than the operator's limit `bytes`.",
        "Upload a smaller file, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitDuration = new(
        "limit-duration",
        "It lasts longer than the operator's limit `seconds`.",
        "Cut it, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitPixels = new(
        "limit-pixels",
        "Its picture has more pixels than the operator's limit `pixels`.",
        "Scale it down, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitFrameRate = new(
        "limit-frame-rate",
        "It has more frames a second than the operator's limit `frameRate`.",
        "Export it at 60 frames/s or fewer, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitFrames = new(
        "limit-frames",
        "It has more frames than the operator's limit `frames`.",
        "Cut it, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitStreams = new(
        "limit-streams",
        "It has more streams than the operator's limit `streams`.",
        "Leave out the tracks that nobody needs."
    );

    public static readonly RejectionCode LimitMetadata = new(
        "limit-metadata",
        "Its descriptions, tags and chapters are longer than 8 MiB.",
        "Remux it without them (`ffmpeg -i FILE -c copy -map_metadata -1 -map_chapters -1 out.mkv`)."
    );

    public static readonly RejectionCode LimitProbeTime = new(
        "limit-probe-time",
        "Finding out what it is took longer than the operator's limits `probeSeconds` and `scanSeconds` allow.",
        "Remux it, for example to Matroska; or ask for a higher limit where storage is slow."
    );

    public static readonly RejectionCode SourceChanged = new(
        "source-changed",
        "It was replaced or removed in its bucket while it was being read.",
        "Nothing: the new upload is a job of its own."
    );

    public static readonly RejectionCode NameTooLong = new(
        "name-too-long",
        "With its key, the keys of what is made of it would be longer than the 1024 bytes that stores take.",
        "Upload it under a shorter key, or publish under a shorter prefix."
    );

    public static readonly RejectionCode LimitTime = new(
        "limit-time",
        "Decoding and encoding it took more than the operator's limits on processor time and time allow for a film of its length.",
        "Export it anew, smaller or simpler; or ask for a higher limit."
    );

    public static readonly RejectionCode LimitMemory = new(
        "limit-memory",
        "Decoding and encoding it took more than the operator's limit `memory`, which is less on a machine that has little.",
        "Scale it down, or ask for a higher limit."
    );

    public static readonly RejectionCode LimitOutput = new(
        "limit-output",
        "What is made of it has more bytes than the operator's limits on output allow for a film of its length.",
        "Ask for a higher limit, or for a profile with a lower rate."
    );

    public static readonly RejectionCode LimitCost = new(
        "limit-cost",
        "By the estimate, transcoding it would cost more than the profile's `maxCost`.",
        "Ask for a higher `maxCost`, or for a profile that takes less."
    );

    private RejectionCode(string word, string meaning, string advice)
    {
        (Word, Meaning, Advice) = (word, meaning, advice);
        Known.Add(this);
    }

    /// <summary>Every code there is.</summary>
    public static ImmutableArray<RejectionCode> All { get; } = [.. Known];

    /// <summary>Such as <c>not-media</c>. Never changes once it has been published.</summary>
    public string Word { get; }

    /// <summary>When it is given; one sentence.</summary>
    public string Meaning { get; }

    /// <summary>What whoever uploaded the source can do.</summary>
    public string Advice { get; }

    /// <summary>Null when there is no such code: a note of another version of Laddermill may have one.</summary>
    public static RejectionCode? Find(string word) => All.FirstOrDefault(code => code.Word == word);

    public override string ToString() => Word;
}

using System.Collections.Immutable;
using System.Net.Sockets;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>
/// Where ffmpeg and ffprobe read a source, and how little they may do for it. A file named <c>.mp4</c> can be a playlist that names other
/// files or hosts: only these protocols, and only demuxers that read nothing but the one input, are allowed.
/// </summary>
/// <param name="Address">As ffmpeg takes it after <c>-i</c>: always with its protocol, so that no name is read as something else.</param>
/// <param name="Protocols">ffmpeg's protocols that the address needs, and no more.</param>
/// <param name="Name">What people call the source, for messages.</param>
public sealed record MediaInput(string Address, ImmutableArray<string> Protocols, string Name)
{
    /// <summary>
    /// The demuxers of ffmpeg that may open a source. Not among them, and never to be: those that open further inputs (hls, dash, concat,
    /// sdp, imf, image2) and single pictures (png_pipe, webp_pipe).
    /// </summary>
    public static readonly ImmutableArray<string> Demuxers =
    [
        .. "mov matroska mpegts mpeg mpegvideo m4v avi flv mxf ogg asf rm dv".Split(' '),
        .. "h264 hevc obu av1 ivf gif apng".Split(' '),
        .. "wav w64 aiff caf mp3 aac flac ac3 eac3 amr wv".Split(' '),
    ];

    /// <summary>What is known of the source before a tool looks at it; null for a file, which is asked itself.</summary>
    public SourceHead? Head { get; init; }

    /// <summary>Who answers at the address; null for a file.</summary>
    public LoopbackGateway? Gateway { get; private init; }

    /// <summary>Reads pieces of it without a tool; null for a file, which is opened instead.</summary>
    public ReadAt? ReadAt { get; init; }

    /// <summary>Subtitles in files beside it.</summary>
    public ImmutableArray<SidecarText> Sidecars { get; init; } = [];

    /// <summary>
    /// Extensions of which ffmpeg makes nothing but a hint. Others can make it read a name as a pattern: <c>a%03d.png</c> and <c>what?.gif</c> would be
    /// series of pictures, whatever the file holds (libavformat/img2dec.c).
    /// </summary>
    private static readonly string[] HarmlessExtensions =
    [
        .. "mp4 m4v mov qt 3gp 3g2 mj2 mkv webm mk3d ts m2ts mts m2t mpg mpeg vob".Split(' '),
        .. "avi flv f4v mxf ogg ogv ogm asf wmv rm rmvb dv h264 264 h265 265 hevc obu ivf".Split(
            ' '
        ),
        .. "wav w64 aif aiff aifc caf mp3 mp2 aac m4a m4b flac ac3 ec3 eac3 amr wv oga opus wma mka".Split(
            ' '
        ),
    ];

    /// <summary>Whether a file of this name can be read in place: to ffmpeg it is a name, and no pattern. Whatever else it holds, a gateway has no names.</summary>
    public static bool IsPlainName(string name)
    {
        var extension = Path.GetExtension(name).TrimStart('.').ToLowerInvariant();
        return extension.Length == 0 || HarmlessExtensions.Contains(extension);
    }

    /// <summary>A file of this machine, read in place.</summary>
    public static MediaInput FromFile(string path) =>
        new("file:" + Path.GetFullPath(path), ["file"], Path.GetFileName(path));

    /// <summary>An address of our own loopback gateway; nobody else's address is ever handed to ffmpeg.</summary>
    /// <param name="serveAsync">See <see cref="LoopbackGateway"/>.</param>
    public static MediaInput FromGateway(
        Uri address,
        string name,
        Func<Socket, CancellationToken, Task> serveAsync
    ) =>
        address.Scheme == Uri.UriSchemeHttp && address.IsLoopback
            ? new(address.AbsoluteUri, ["http", "tcp"], name)
            {
                Gateway = new LoopbackGateway(address.Port, serveAsync),
            }
            : throw new ArgumentException(
                $"'{address}' is no http address of this machine.",
                nameof(address)
            );

    /// <summary>The full path of a file of this machine; null for anything else.</summary>
    public string? LocalPath => Protocols.Contains("file") ? Address["file:".Length..] : null;

    /// <summary>What whoever runs us allows a source to ask for.</summary>
    public SourceLimits Limits { get; init; } = SourceLimits.Default;

    /// <summary>
    /// What a tool that reads this source may reach: the source, and no more. It may use what the longest film is allowed: where the part that
    /// is read is known, say it.
    /// </summary>
    /// <param name="folders">Where our sockets for its outputs are.</param>
    public Confinement Confine(params ImmutableArray<string> folders) =>
        Confine(Limits.Seconds, folders);

    /// <inheritdoc cref="Confine(ImmutableArray{string})"/>
    /// <param name="film">Seconds of the film that it reads.</param>
    public Confinement Confine(double film, params ImmutableArray<string> folders) =>
        new(Protocols.Contains("file") ? [Address["file:".Length..]] : [], folders, Gateway)
        {
            Limits = Limits.ForRun(film),
        };

    /// <summary>The input options of ffmpeg and ffprobe alike, to be put right before <c>-i</c> and the address.</summary>
    public ImmutableArray<string> Options =>
        [
            "-protocol_whitelist",
            string.Join(',', Protocols),
            "-format_whitelist",
            string.Join(',', Demuxers),
            "-max_streams",
            $"{Limits.Streams}",
            // Enough to find late streams of broadcasts; bounded for those that never come.
            "-probesize",
            "50M",
            "-analyzeduration",
            "20M",
        ];
}

/// <param name="Size">Bytes of the whole source.</param>
/// <param name="Bytes">Its first bytes, as many as <see cref="ContentSniffer"/> looks at where there are so many.</param>
public sealed record SourceHead(long Size, ReadOnlyMemory<byte> Bytes);

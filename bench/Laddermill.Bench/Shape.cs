namespace Laddermill.Bench;

/// <summary>One way of making the ladder: a script <c>SCRIPT SOURCE DESTINATION</c> of <c>bench/shapes</c>, and where its output lies.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Script">The script's name.</param>
/// <param name="Rungs">Patterns of the files that play each rung, in the order of <see cref="RungNames"/>, below the destination.</param>
/// <param name="Playable">Pattern of the file whose appearance lets players start; null: when the script ends.</param>
internal sealed record Shape(
    string Name,
    string Script,
    IReadOnlyList<string> Rungs,
    string? Playable = null
)
{
    /// <summary>Lines of each rung.</summary>
    public static readonly IReadOnlyList<string> RungNames = ["1080p", "720p", "360p"];

    /// <summary>Whether it is Laddermill's own, with a profile that one can choose; not one that is tried out.</summary>
    public bool IsOurs => Script == "laddermill" && Known.Contains(this);

    /// <summary>Variables that its script reads.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>();

    /// <summary>All that are known, ourselves first: what the others are compared with.</summary>
    public static IReadOnlyList<Shape> All { get; } =
    [
        Laddermill("laddermill", "default"),
        Laddermill(
            "laddermill, all encoded",
            Path.GetFullPath(Path.Combine("bench", "shapes", "encode-all.json"))
        ),
        new("replaced script", "replaced-script", ["1080p.m3u8", "720p.m3u8", "360p.m3u8"]),
        new(
            "replaced script, as it was",
            "replaced-script-as-it-was",
            ["1080p.m3u8", "720p.m3u8", "360p.m3u8"]
        ),
        new("svt encore", "svt-encore", ["media_0.m3u8", "media_1.m3u8", "media_2.m3u8"]),
        new("peertube", "peertube", ["1080.m3u8", "720.m3u8", "360.m3u8"], "1080.m3u8"),
        new("shaka streamer", "shaka-streamer", ["1080.m3u8", "720.m3u8", "360.m3u8"]),
    ];

    /// <summary>And those that are run when they are named: a ladder is fitted to films of a minute or more only.</summary>
    public static IReadOnlyList<Shape> Known { get; } =
    [
        .. All,
        Laddermill(
            "laddermill, per title",
            Path.GetFullPath(Path.Combine("bench", "shapes", "per-title.json"))
        ),
    ];

    /// <summary>Our own command line with one profile.</summary>
    /// <param name="profile">Its name, or a file.</param>
    public static Shape Laddermill(string name, string profile) =>
        new(
            name,
            "laddermill",
            [
                "*/*/video-1080p/playlist.m3u8",
                "*/*/video-720p/playlist.m3u8",
                "*/*/video-360p/playlist.m3u8",
            ],
            "*/master.m3u8"
        )
        {
            Environment = new Dictionary<string, string> { ["PROFILE"] = profile },
        };

    /// <returns>The files that match a pattern in which <c>*</c> stands for one folder.</returns>
    public static IEnumerable<string> Find(string folder, string pattern) =>
        !Directory.Exists(folder) ? []
        : pattern.Split('/', 2) is [var first, var rest]
            ? Directory.EnumerateDirectories(folder, first).SelectMany(next => Find(next, rest))
        : Directory.EnumerateFiles(folder, pattern);
}

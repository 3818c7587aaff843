namespace Laddermill.Tests.Verification;

/// <summary>Outputs that several tests look at; each is made once.</summary>
internal static class Outputs
{
    private static readonly Once GoodOnce = new(new());

    private static readonly Once OffGridOnce = new(new() { SecondBoundaries = [0, 4, 10, 14] });

    private static readonly Once FastOnce = new(new() { FrameRate = 100 });

    private static readonly Once InterlacedOnce = new(new() { Encoder = OutputRecipe.H264Fields });

    private static readonly Once HdrOnce = new(
        new()
        {
            Colours =
                "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv",
        }
    );

    private static readonly Once SurroundOnce = new(new() { Channels = 6 });

    private static readonly Once CinemaOnce = new(
        new()
        {
            Sounds =
            [
                new("audio-eng-2ch", "en", "English", 64_000),
                new("audio-fra-2ch", "fr", "Français", 64_000),
                new("audio-eng-6ch", "en", "English", 192_000, Channels: 6),
            ],
        }
    );

    private static readonly Once HevcOnce = new(
        new() { FrameRate = 10, Encoder = OutputRecipe.Hevc }
    );

    private static readonly Once Av1Once = new(
        new() { FrameRate = 10, Encoder = OutputRecipe.Av1 }
    );

    private static readonly Once SubtitledOnce = new(new() { FrameRate = 10, HasSubtitles = true });

    private static readonly Once RadioOnce = new(
        new()
        {
            HasVideo = false,
            Sounds =
            [
                new("audio-eng-2ch", "en", "English", 64_000),
                new("audio-fra-2ch", "fr", "Français", 160_000),
            ],
        }
    );

    private static readonly Once TransportOnce = new(
        new()
        {
            HasTransport = true,
            Sounds =
            [
                new("audio-eng-2ch", "en", "English", 64_000),
                new("audio-fra-2ch", "fr", "Français", 160_000),
            ],
        }
    );

    private static readonly Once TransportRadioOnce = new(
        new() { HasTransport = true, HasVideo = false }
    );

    /// <summary>With transport streams, and sound in two languages.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Transport => TransportOnce.Value;

    /// <summary>With a transport stream of sound alone.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> TransportRadio =>
        TransportRadioOnce.Value;

    /// <summary>One that keeps every gate rule.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Good => GoodOnce.Value;

    /// <summary>The second rendition's segments begin elsewhere.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> OffGrid => OffGridOnce.Value;

    /// <summary>100 frames a second.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Fast => FastOnce.Value;

    public static Task<IReadOnlyDictionary<string, byte[]>> Interlaced => InterlacedOnce.Value;

    /// <summary>Marked as PQ; the playlists do not say so.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Hdr => HdrOnce.Value;

    /// <summary>Only 5.1 sound.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Surround => SurroundOnce.Value;

    /// <summary>Two languages in stereo, and one of them in 5.1 too.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Cinema => CinemaOnce.Value;

    /// <summary>Main 10.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Hevc => HevcOnce.Value;

    public static Task<IReadOnlyDictionary<string, byte[]>> Av1 => Av1Once.Value;

    /// <summary>No video, and sound of different rates in two languages.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Radio => RadioOnce.Value;

    /// <summary>With subtitles.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Subtitled => SubtitledOnce.Value;

    /// <param name="name">Of a property of this class: for theories.</param>
    public static Task<IReadOnlyDictionary<string, byte[]>> Of(string name) =>
        (Task<IReadOnlyDictionary<string, byte[]>>)
            typeof(Outputs).GetProperty(name)!.GetValue(null)!;

    private sealed class Once(OutputRecipe recipe)
        : Lazy<Task<IReadOnlyDictionary<string, byte[]>>>(recipe.MakeAsync);
}

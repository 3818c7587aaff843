using System.Collections.Immutable;

namespace Laddermill.Media.Movies;

/// <summary>
/// The frames of one video track from the tables of an MP4 or MOV file (ISO/IEC 14496-12 §8.6, §8.7): times, sizes and places, without a byte of the frames
/// themselves. What does not add up is told as a reason; nothing is guessed.
/// </summary>
/// <param name="Video">The frames; its trouble says why they are of no use.</param>
/// <param name="Keys">Where each key frame lies, in order.</param>
/// <param name="LengthBytes">Bytes of the length in front of each NAL unit.</param>
internal sealed record MovieTrack(CodedVideo Video, ImmutableArray<KeyPlace> Keys, int LengthBytes)
{
    public const string InFragments = "its frames are listed in fragments";

    private const string Broken = "its tables of frames do not add up";

    /// <param name="movie">The contents of the moov box.</param>
    /// <param name="index">Which of its tracks, from 0.</param>
    /// <param name="most">More frames than these are not read.</param>
    public static MovieTrack Read(ReadOnlySpan<byte> movie, int index, long most)
    {
        var timescale = Timescale(MovieBox.Find(movie, "mvhd"u8));
        var boxes = movie;
        var track = default(ReadOnlySpan<byte>);
        while (MovieBox.TryTake(ref boxes, out var type, out var contents))
        {
            if (type.SequenceEqual("trak"u8) && index-- == 0)
            {
                track = contents;
                break;
            }
        }
        var media = MovieBox.Find(track, "mdia"u8);
        var table = MovieBox.Find(MovieBox.Find(media, "minf"u8), "stbl"u8);
        var ticks = Timescale(MovieBox.Find(media, "mdhd"u8));
        if (table.IsEmpty || ticks <= 0 || timescale <= 0)
        {
            return Of("its head has no table of this track");
        }
        var descriptions = MovieBox.Find(table, "stsd"u8);
        if (MovieBox.UInt32(descriptions, 4) != 1)
        {
            return Of("its coding is described more than once, so that it changes in mid-film");
        }
        var shift = EditList.Read(MovieBox.Find(track, "edts"u8, "elst"u8), timescale, ticks);
        if (shift.Trouble is { } trouble)
        {
            return Of(trouble);
        }
        var samples = SampleTables.Read(table, most);
        if (samples is null)
        {
            return Of(Broken);
        }
        if (samples.Times.Length == 0)
        {
            return Of(InFragments);
        }
        return Join(samples, shift, ticks, LengthOf(descriptions));
    }

    private static MovieTrack Join(SampleTables samples, EditList edit, long ticks, int length)
    {
        var frames = ImmutableArray.CreateBuilder<CodedFrame>(samples.Times.Length);
        var keys = ImmutableArray.CreateBuilder<KeyPlace>();
        for (var i = 0; i < samples.Times.Length; i++)
        {
            var isKey = samples.IsKey(i);
            if (!edit.Shows(samples.Times[i]))
            {
                return Of("its edit list leaves some frames out");
            }
            frames.Add(new CodedFrame(samples.Times[i] + edit.Shift, samples.Sizes[i], isKey));
            if (isKey)
            {
                keys.Add(new KeyPlace(i, samples.Places[i], samples.Sizes[i]));
            }
        }
        return new MovieTrack(
            new CodedVideo(new Rational(1, ticks), frames.MoveToImmutable()),
            keys.ToImmutable(),
            length
        );
    }

    private static MovieTrack Of(string trouble) => new(CodedVideo.Unknown(trouble), [], 4);

    /// <summary>Of mvhd and mdhd alike; 0 when there is none.</summary>
    private static long Timescale(ReadOnlySpan<byte> header) =>
        header.IsEmpty ? 0 : MovieBox.UInt32(header, header[0] == 1 ? 20 : 12);

    /// <summary>From the avcC or hvcC box of the one sample entry (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1), which stands behind 78 bytes of its fields.</summary>
    private static int LengthOf(ReadOnlySpan<byte> descriptions)
    {
        const int Fields = 78;
        var entries = descriptions.Length > 8 ? descriptions[8..] : default;
        if (!MovieBox.TryTake(ref entries, out _, out var entry) || entry.Length <= Fields)
        {
            return 4;
        }
        var avc = MovieBox.Find(entry[Fields..], "avcC"u8);
        var hevc = MovieBox.Find(entry[Fields..], "hvcC"u8);
        return avc.Length > 4 ? (avc[4] & 3) + 1
            : hevc.Length > 21 ? (hevc[21] & 3) + 1
            : 4;
    }
}

/// <param name="Frame">Its number in order of decoding.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
internal readonly record struct KeyPlace(int Frame, long Offset, int Bytes);

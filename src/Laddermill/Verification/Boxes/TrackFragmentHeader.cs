namespace Laddermill.Verification.Boxes;

/// <summary>What <c>tfhd</c> and <c>tfdt</c> say for all samples of a track fragment (ISO/IEC 14496-12 §8.8.7, §8.8.12).</summary>
/// <param name="DataOffset">What the runs' data offsets count from, in bytes from the start of the file.</param>
/// <param name="IsShort">Whether a box was missing or cut short.</param>
internal readonly record struct TrackFragmentHeader(
    uint TrackId,
    long Start,
    SampleDefaults Defaults,
    long DataOffset,
    bool IsShort
)
{
    public static TrackFragmentHeader Read(
        ReadOnlySpan<byte> traf,
        SampleDefaults defaults,
        long moofOffset
    )
    {
        var reader = new ByteReader(BoxWalk.Find(traf, "tfhd"u8));
        var flags = reader.U32() & 0xFFFFFF;
        var trackId = reader.U32();
        var origin = (flags & 0x1) != 0 ? reader.I64() : moofOffset;
        reader.Skip((flags & 0x2) != 0 ? 4 : 0);
        var own = new SampleDefaults(
            (flags & 0x8) != 0 ? reader.U32() : defaults.Duration,
            (flags & 0x10) != 0 ? reader.U32() : defaults.Size,
            (flags & 0x20) != 0 ? reader.U32() : defaults.Flags
        );
        var time = new ByteReader(BoxWalk.Find(traf, "tfdt"u8));
        var start = time.Wide((int)(time.U32() >> 24));
        return new(trackId, start, own, origin, reader.IsShort || time.IsShort);
    }
}

namespace Laddermill.Packaging;

/// <summary>
/// HEVC: slices of the base layer, the notes (SEI) that tell of high dynamic range, and captions where they are wanted. Parameters are left out, since the init segment has
/// them, as <c>hvc1</c> promises (ISO/IEC 14496-15 §8.4.1); so are delimiters, filler, layers of other views, and what Dolby Vision adds.
/// </summary>
internal sealed class HevcUnits : CopiedUnits
{
    private readonly HevcConfiguration configuration;
    private readonly bool keepsCaptions;

    public HevcUnits(HevcConfiguration configuration, bool keepsCaptions)
    {
        Refuse(configuration.Problem);
        (this.configuration, this.keepsCaptions) = (configuration, keepsCaptions);
    }

    /// <summary>NAL unit types, ITU-T H.265 Table 7-1.</summary>
    private enum Unit
    {
        LastTrailing = 5,
        LastLeading = 9,
        FirstBroken = 16,
        BrokenWithoutLeading = 18,
        InstantWithLeading = 19,
        Instant = 20,
        CleanRandomAccess = 21,
        VideoParameters = 32,
        PictureParameters = 34,
        NotesBefore = HevcNotes.Before,
        NotesBehind = HevcNotes.Behind,
    }

    public override int LengthBytes => configuration.LengthBytes;

    public override UnitUse UseOf(ReadOnlySpan<byte> unit)
    {
        if (!HevcConfiguration.IsOfBaseLayer(unit))
        {
            return UnitUse.LeftOut;
        }
        switch ((Unit)(unit[0] >> 1 & 0x3f))
        {
            case <= Unit.LastTrailing:
                return UnitUse.Picture;
            case <= Unit.LastLeading:
                return UnitUse.Leading;
            case Unit.BrokenWithoutLeading or Unit.Instant:
                return UnitUse.Reset;
            case >= Unit.FirstBroken and <= Unit.CleanRandomAccess:
                return UnitUse.Entry;
            case >= Unit.VideoParameters
            and <= Unit.PictureParameters when !configuration.Has(unit):
                throw new NotCopyableException("its parameters change in mid-film");
            case Unit.NotesBefore or Unit.NotesBehind when HevcNotes.AreNeeded(unit, keepsCaptions):
                return UnitUse.Kept;
            default:
                return UnitUse.LeftOut;
        }
    }
}

using Laddermill.Packaging.Transport;

namespace Laddermill.Packaging;

/// <summary>
/// H.264: slices, and notes (SEI) where they are wanted. Parameters are left out, since the init segment has them and players look for them nowhere else; so are
/// delimiters, filler, and units for decoders of other kinds.
/// </summary>
internal sealed class AvcUnits : CopiedUnits
{
    private readonly AvcConfiguration configuration;
    private readonly bool keepsNotes;

    /// <param name="keepsNotes">Captions are in them; what else is, viewers never miss.</param>
    public AvcUnits(AvcConfiguration configuration, bool keepsNotes)
    {
        Refuse(configuration.Problem);
        (this.configuration, this.keepsNotes) = (configuration, keepsNotes);
    }

    /// <summary>NAL unit types, ITU-T H.264 Table 7-1.</summary>
    private enum Unit
    {
        Slice = 1,
        PartitionA = 2,
        PartitionC = 4,
        IdrSlice = 5,
        Notes = 6,
        SequenceParameters = 7,
        PictureParameters = 8,
    }

    public override int LengthBytes => configuration.LengthBytes;

    public override UnitUse UseOf(ReadOnlySpan<byte> unit)
    {
        switch ((Unit)(unit[0] & 0x1f))
        {
            case Unit.Slice:
                return UnitUse.Picture;
            case Unit.IdrSlice:
                return UnitUse.Reset;
            case >= Unit.PartitionA and <= Unit.PartitionC:
                throw new NotCopyableException("its pictures are coded in partitions");
            case Unit.SequenceParameters or Unit.PictureParameters when !configuration.Has(unit):
                throw new NotCopyableException("its parameters change in mid-film");
            case Unit.Notes when keepsNotes:
                return UnitUse.Kept;
            default:
                return UnitUse.LeftOut;
        }
    }
}

namespace Laddermill.Packaging;

/// <summary>Which notes (supplemental enhancement information) of HEVC viewers would miss: ITU-T H.265 Annex D.</summary>
internal static class HevcNotes
{
    /// <summary>Types of the units that hold them (ITU-T H.265 Table 7-1): in front of a picture, and behind it.</summary>
    public const int Before = 39;

    /// <inheritdoc cref="Before"/>
    public const int Behind = 40;

    private const int Registered = 4;
    private const int MasteringDisplay = 137;
    private const int LightLevel = 144;
    private const int OtherTransfer = 147;

    /// <summary>ITU-T T.35: country (USA), provider (ATSC): captions.</summary>
    private static ReadOnlySpan<byte> Captions => [0xB5, 0x00, 0x31];

    /// <summary>Country, provider, application 4 of SMPTE ST 2094-40: HDR10+.</summary>
    private static ReadOnlySpan<byte> Dynamic => [0xB5, 0x00, 0x3C];

    /// <param name="unit">A NAL unit with its two bytes of header.</param>
    public static bool AreNeeded(ReadOnlySpan<byte> unit, bool keepsCaptions)
    {
        var bytes = unit.Length > 2 ? NalUnits.Unescaped(unit[2..]).AsSpan() : default;
        // Each message has type and size in front, and the unit ends with a stop bit.
        while (
            bytes.Length > 2
            && TakeNumber(ref bytes, out var type)
            && TakeNumber(ref bytes, out var size)
        )
        {
            var message = bytes[..Math.Min(size, bytes.Length)];
            switch (type)
            {
                case MasteringDisplay or LightLevel or OtherTransfer:
                case Registered when message.StartsWith(Dynamic):
                case Registered when keepsCaptions && message.StartsWith(Captions):
                    return true;
            }
            bytes = bytes[message.Length..];
        }
        return false;
    }

    /// <summary>A number as §7.3.5 has it: bytes of 255, and one below that ends it.</summary>
    private static bool TakeNumber(ref Span<byte> bytes, out int number)
    {
        number = 0;
        while (!bytes.IsEmpty)
        {
            var part = bytes[0];
            bytes = bytes[1..];
            number += part;
            if (part != 255)
            {
                return true;
            }
        }
        return false;
    }
}

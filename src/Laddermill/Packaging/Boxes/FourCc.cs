namespace Laddermill.Packaging.Boxes;

/// <summary>Box types, brands and handlers as the big-endian number of their four letters (ISO/IEC 14496-12).</summary>
internal static class FourCc
{
    public const uint Ftyp = 0x66747970;
    public const uint Styp = 0x73747970;
    public const uint Moov = 0x6d6f6f76;
    public const uint Trak = 0x7472616b;
    public const uint Tkhd = 0x746b6864;
    public const uint Mdia = 0x6d646961;
    public const uint Mdhd = 0x6d646864;
    public const uint Hdlr = 0x68646c72;
    public const uint Minf = 0x6d696e66;
    public const uint Stbl = 0x7374626c;
    public const uint Stsd = 0x73747364;
    public const uint Mvex = 0x6d766578;
    public const uint Trex = 0x74726578;
    public const uint Edts = 0x65647473;
    public const uint Elst = 0x656c7374;
    public const uint Udta = 0x75647461;
    public const uint Meta = 0x6d657461;
    public const uint Moof = 0x6d6f6f66;
    public const uint Mfhd = 0x6d666864;
    public const uint Traf = 0x74726166;
    public const uint Tfhd = 0x74666864;
    public const uint Tfdt = 0x74666474;
    public const uint Trun = 0x7472756e;
    public const uint Mdat = 0x6d646174;

    public const uint Video = 0x76696465;
    public const uint Sound = 0x736f756e;

    /// <summary>The number of four ASCII letters.</summary>
    public static uint Of(string letters) =>
        ((uint)letters[0] << 24) | ((uint)letters[1] << 16) | ((uint)letters[2] << 8) | letters[3];

    /// <summary>The four letters, for messages; bytes that are not printable ASCII become <c>?</c>.</summary>
    public static string Text(uint type) =>
        string.Create(
            4,
            type,
            static (letters, value) =>
            {
                for (var i = 0; i < 4; i++)
                {
                    var letter = (char)((value >> (24 - 8 * i)) & 0xff);
                    letters[i] = letter is >= ' ' and <= '~' ? letter : '?';
                }
            }
        );
}

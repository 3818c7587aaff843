namespace Laddermill.Packaging;

/// <summary>One coded frame (or one packet of audio) inside a <see cref="Fragment"/>.</summary>
/// <param name="DecodeTime">Ticks of the track's timescale.</param>
/// <param name="Duration">Ticks.</param>
/// <param name="CompositionOffset">Presentation time less decode time, in ticks; may be negative.</param>
/// <param name="IsSync">Decoding can start here.</param>
/// <param name="Offset">Bytes from the start of the fragment's moof.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct Sample(
    long DecodeTime,
    long Duration,
    long CompositionOffset,
    bool IsSync,
    int Offset,
    int Size
);

/// <summary>What samples are when their fragment does not say otherwise (the <c>trex</c> box of the init segment).</summary>
public readonly record struct SampleDefaults(uint Duration, uint Size, uint Flags);

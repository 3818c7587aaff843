using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Transport;

/// <summary>What a segment of a transport stream holds (ISO/IEC 13818-1). Times are in ticks of 90 kHz.</summary>
/// <param name="Problem">The first thing that is wrong with packets, tables or PES headers; null when nothing is.</param>
/// <param name="StartsWithTables">Whether its first packets are a PAT and the PMT that it names.</param>
/// <param name="StreamTypes">Of the PMT, in its order.</param>
public sealed record TransportFacts(
    string Path,
    long Bytes,
    string? Problem,
    bool StartsWithTables,
    ImmutableArray<int> StreamTypes,
    ImmutableArray<CounterFacts> Counters,
    ClockFacts? Clock,
    TransportVideo? Video,
    TransportAudio? Audio
) : FileFacts(Path, Bytes)
{
    /// <summary>When the first picture is shown, or the first sound heard where there are no pictures.</summary>
    public long? Start => Video?.FirstShown ?? Audio?.FirstShown;
}

/// <param name="First">Counter of the first packet with payload.</param>
/// <param name="Last">Counter of the last packet.</param>
/// <param name="Breaks">Packets whose counter does not go on from the one before.</param>
public sealed record CounterFacts(int Pid, int First, int Last, int Breaks);

/// <summary>Program clock references, in ticks of 27 MHz.</summary>
/// <param name="Shortest">From one to the next; not above 0 when they do not ascend.</param>
public sealed record ClockFacts(long First, long Last, long Shortest, long Longest);

/// <param name="Codec">RFC 6381 string, from the sequence parameter set; null without one.</param>
/// <param name="ShortestStep">From one decoding time to the next; 0 with a single picture.</param>
/// <param name="LastShown">The latest time at which a picture is shown.</param>
/// <param name="IsShownInTime">No picture is shown before it is decoded.</param>
/// <param name="StartsAlone">The first picture is a delimiter, its parameter sets and an IDR picture.</param>
/// <param name="Undelimited">Pictures without an access unit delimiter in front.</param>
public sealed record TransportVideo(
    string? Codec,
    PictureFacts? Picture,
    int Pictures,
    long FirstDecoded,
    long LastDecoded,
    long ShortestStep,
    long LongestStep,
    long FirstShown,
    long LastShown,
    bool IsShownInTime,
    bool StartsAlone,
    int Undelimited,
    ImmutableArray<TransportKey> Keys
);

/// <summary>An IDR picture by the bytes that show it.</summary>
/// <param name="Tables">Where the PAT starts that, with its PMT, stands right in front; -1 without.</param>
/// <param name="End">Behind its last packet.</param>
public readonly record struct TransportKey(long Tables, long End);

/// <param name="Codec">RFC 6381 string, from the ADTS headers.</param>
/// <param name="WidestDrift">The farthest that a PES packet's time is from where the frames before it end.</param>
/// <param name="End">Where the last frame ends.</param>
public sealed record TransportAudio(
    string Codec,
    AudioConfig Config,
    int Frames,
    long FirstShown,
    double WidestDrift,
    double End
);

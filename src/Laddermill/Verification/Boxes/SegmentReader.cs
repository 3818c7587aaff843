using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;

namespace Laddermill.Verification.Boxes;

/// <summary>
/// Reads a CMAF media segment: <c>styp</c>, <c>sidx</c>, then moof and mdat in turn (ISO/IEC 23000-19 §7.3.2). Looks at each sample's row in
/// <c>trun</c> and at the first sample's bytes, and decodes nothing.
/// </summary>
internal static class SegmentReader
{
    private const uint IsNotSync = 0x10000;

    public static SegmentFacts Read(string path, ReadOnlySpan<byte> bytes, TrackFacts track)
    {
        var brands = ImmutableArray<string>.Empty;
        var indexed = ImmutableArray<long>.Empty;
        var fragments = ImmutableArray.CreateBuilder<FragmentFacts>();
        string? problem = null;
        var moof = (Offset: -1, Body: 0, End: 0);
        var walk = new BoxWalk(bytes);
        while (problem is null && walk.Next())
        {
            if (moof.Offset >= 0 && !walk.Is("mdat"u8))
            {
                problem = $"a moof is followed by '{walk.Type}', not by its mdat";
            }
            else if (walk.Is("moof"u8))
            {
                moof = (walk.Offset, walk.Offset + walk.HeaderLength, walk.Offset + walk.Length);
            }
            else if (walk.Is("mdat"u8))
            {
                problem = moof.Offset < 0 ? "an mdat has no moof in front" : null;
                var fragment = problem is null
                    ? ReadFragment(bytes, moof, walk, track, out problem)
                    : null;
                if (fragment is not null)
                {
                    fragments.Add(fragment);
                }
                moof = (-1, 0, 0);
            }
            else if (fragments.Count == 0 && walk.Is("styp"u8))
            {
                brands = InitReader.ReadBrands(walk.Body);
            }
            else if (fragments.Count == 0 && walk.Is("sidx"u8))
            {
                indexed = ReadIndex(walk.Body);
            }
            else if (!walk.Is("prft"u8) && !walk.Is("emsg"u8) && !walk.Is("free"u8))
            {
                problem = $"box '{walk.Type}' at byte {walk.Offset} has no place in a segment";
            }
        }
        problem ??=
            walk.IsBroken ? $"the box at byte {walk.Offset} does not fit into the file"
            : moof.Offset >= 0 ? "the last moof has no mdat"
            : fragments.Count == 0 ? "there is no fragment in it"
            : null;
        return new(path, bytes.Length, brands, indexed, fragments.DrainToImmutable(), problem);
    }

    private static FragmentFacts? ReadFragment(
        ReadOnlySpan<byte> bytes,
        (int Offset, int Body, int End) moof,
        BoxWalk mdat,
        TrackFacts track,
        out string? problem
    )
    {
        uint sequence = 0;
        var trackFragments = 0;
        ReadOnlySpan<byte> traf = [];
        var walk = new BoxWalk(bytes[moof.Body..moof.End]);
        while (walk.Next())
        {
            if (walk.Is("mfhd"u8))
            {
                sequence = new ByteReader(walk.Body[Math.Min(4, walk.Body.Length)..]).U32();
            }
            else if (walk.Is("traf"u8))
            {
                traf = trackFragments++ == 0 ? walk.Body : traf;
            }
        }
        var header = TrackFragmentHeader.Read(traf, track.Defaults, moof.Offset);
        var run = new TrackRun(header.Defaults, header.Start, header.DataOffset);
        var isWhole =
            !walk.IsBroken && !header.IsShort && AddRuns(ref run, traf, header.DataOffset);
        problem =
            !isWhole || run.Samples == 0
                ? $"the moof at byte {moof.Offset} is cut short or holds no samples"
                : null;
        if (problem is not null)
        {
            return null;
        }
        var (bodyStart, end) = (mdat.Offset + mdat.HeaderLength, mdat.Offset + mdat.Length);
        var firstEnd = run.DataStart + run.FirstSampleBytes;
        var isInside = run.DataStart >= bodyStart && firstEnd <= end;
        var first = isInside ? bytes[(int)run.DataStart..(int)firstEnd] : [];
        return new(
            moof.Offset,
            end - moof.Offset,
            sequence,
            header.TrackId,
            trackFragments,
            header.Start,
            run.Duration,
            run.Samples,
            run.PresentationStart,
            run.PresentationEnd,
            run.ShortestSample,
            run.LongestSample,
            firstEnd,
            IsFlaggedSync: (run.FirstSampleFlags & IsNotSync) == 0,
            IsKeyFrame: isInside && KeyFrame.IsOne(first, bytes[(int)firstEnd..end], track),
            IsInstant: isInside && KeyFrame.IsInstant(first, track),
            FillsData: run.IsContiguous && run.DataStart == bodyStart && run.DataEnd == end,
            run.HasSignedOffsets,
            HasCaptions: isInside && CaptionData.IsIn(bytes[(int)run.DataStart..end], track),
            HasParameterSets: isInside && ParameterSets.AreIn(bytes[(int)run.DataStart..end], track)
        );
    }

    private static bool AddRuns(ref TrackRun run, ReadOnlySpan<byte> traf, long origin)
    {
        var isWhole = true;
        var walk = new BoxWalk(traf);
        while (walk.Next())
        {
            if (walk.Is("trun"u8))
            {
                isWhole &= run.Add(walk.Body, origin);
            }
        }
        return isWhole && !walk.IsBroken;
    }

    private static ImmutableArray<long> ReadIndex(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var version = (int)(reader.U32() >> 24);
        reader.Skip(8);
        reader.Wide(version);
        reader.Wide(version);
        reader.Skip(2);
        var count = reader.U16();
        var sizes = ImmutableArray.CreateBuilder<long>();
        for (var index = 0; index < count && !reader.IsShort; index++)
        {
            sizes.Add(reader.U32() & 0x7FFFFFFF);
            reader.Skip(8);
        }
        return sizes.DrainToImmutable();
    }
}

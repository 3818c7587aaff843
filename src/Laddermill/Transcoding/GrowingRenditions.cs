using System.Collections.Immutable;
using Laddermill.Ladders;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>What is stored of each rendition, and how much of it may be listed. Safe for several encoders at once.</summary>
internal sealed class GrowingRenditions(Plan plan)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Growing> renditions = new[]
    {
        plan.Video?.Renditions.Select(each => each.Name) ?? [],
        plan.Audio.Select(each => each.Name),
    }
        .SelectMany(names => names)
        .ToDictionary(name => name, _ => new Growing(), StringComparer.Ordinal);

    /// <summary>An init segment is stored.</summary>
    public void Begin(string rendition, InitFacts init) =>
        Change(rendition, growing => growing.Init = init);

    /// <summary>A segment is stored.</summary>
    public void Add(string rendition, PackagedSegment segment) =>
        Change(rendition, growing => growing.Segments[segment.Index] = segment);

    /// <summary>An encoder has delivered pictures of the film from one time to another, in ticks of the grid.</summary>
    public void Reach(string rendition, long start, long end)
    {
        // A source that ends too early ends its film behind at most half a GOP of pictures; then the segment before gives some away.
        var half = (long)plan.Video!.GopFrames * plan.Grid.UnitTicks / 2;
        var segment = plan.Grid.Boundaries.BinarySearch(start);
        if (segment >= 0 && end - start > half)
        {
            Change(rendition, growing => growing.Begun.Add(segment));
        }
    }

    /// <summary>
    /// How many segments of every rendition are there and will stay as they are: pictures only once more of them have come, and sound no further than the
    /// pictures, for a source may turn out to be shorter than it claims.
    /// </summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return
                    renditions.Values.Min(growing => growing.Count) is var count
                    && plan.Video is { } video
                    && count > 0
                    && count < plan.Grid.SegmentCount
                    && !video.Renditions.All(each => renditions[each.Name].HasBegun(count))
                    ? count - 1
                    : count;
            }
        }
    }

    /// <summary>The first segments of a rendition, and its init segment.</summary>
    public (InitFacts Init, ImmutableArray<PackagedSegment> Segments) First(string name, int count)
    {
        lock (gate)
        {
            var growing = renditions[name];
            return (
                growing.Init!,
                [.. Enumerable.Range(0, count).Select(index => growing.Segments[index])]
            );
        }
    }

    private void Change(string rendition, Action<Growing> change)
    {
        lock (gate)
        {
            // Transport streams are not shown before they are complete.
            if (renditions.TryGetValue(rendition, out var growing))
            {
                change(growing);
            }
        }
    }

    private sealed class Growing
    {
        private int contiguous;

        public InitFacts? Init { get; set; }

        public Dictionary<int, PackagedSegment> Segments { get; } = [];

        public HashSet<int> Begun { get; } = [];

        public int Count
        {
            get
            {
                while (Segments.ContainsKey(contiguous))
                {
                    contiguous++;
                }
                return Init is null ? 0 : contiguous;
            }
        }

        public bool HasBegun(int segment) =>
            Begun.Contains(segment) || Segments.ContainsKey(segment);
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Tests.Processes;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Media;

/// <summary>Small files whose tables promise endless work: they end in bounded time, by a limit.</summary>
public sealed class HeavyTableTests(TestMedia media)
{
    private const int Limit = 120_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Thousands_of_tracks_are_refused()
    {
        var film = await FilmAsync();
        var (track, size) = Find(film, "trak");

        var many = Enumerable.Repeat(film[track..(track + size)], 5000).SelectMany(copy => copy);
        var path = await WriteAsync(Replace(film, (track, size), [.. many], "moov"));

        var end = await RunAsync(path, "{}");
        Assert.Equal("limit-streams", (string?)end["code"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_film_whose_edits_show_it_over_and_over_ends_at_its_limit()
    {
        var film = await FilmAsync();

        var edits = Edits(200_000);
        var path = await WriteAsync(Replace(film, Find(film, "edts"), edits, "moov", "trak"));

        var end = await RunAsync(path, """{"processorSeconds":1,"processorPerSecond":0.1}""");
        Assert.Equal("limit-time", (string?)end["code"]);
    }

    /// <summary>Four seconds, with the index behind the media, so that no offset into the media moves.</summary>
    private async Task<byte[]> FilmAsync() =>
        await File.ReadAllBytesAsync(
            await media.ClipAsync(
                "four-seconds.mp4",
                [
                    .. "-f lavfi -i testsrc2=size=128x72:rate=25:duration=4 -c:v libx264 -g 10".Split(
                        ' '
                    ),
                ]
            ),
            Cancellation
        );

    private async Task<string> WriteAsync(byte[] film)
    {
        var path = Path.Combine(media.NewFolder(), "film.mp4");
        await File.WriteAllBytesAsync(path, film, Cancellation);
        return path;
    }

    /// <summary>A process of its own, since limits come from the environment.</summary>
    /// <returns>The last line of its stdout.</returns>
    private async Task<JsonNode> RunAsync(string source, string limits)
    {
        var folder = media.NewFolder();
        var file = Path.Combine(folder, "limits.json");
        await File.WriteAllTextAsync(file, limits, Cancellation);
        await using var worker = ToolProcess.Start(
            OurProgram.Command(
                ["work", "-"],
                ToolEnvironment.Inherited.With(SourceLimits.Variable, file)
            ) with
            {
                Input = [Encoding.UTF8.GetBytes(Worker.Document(source, folder))],
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(worker.StandardOutput);
        var lines = (await reader.ReadToEndAsync(Cancellation)).TrimEnd().Split('\n');
        return JsonNode.Parse(lines[^1])!["result"]!;
    }

    /// <summary>The first box of this type: where it begins, and its bytes.</summary>
    private static (int Start, int Size) Find(byte[] film, string type)
    {
        var start = film.AsSpan().IndexOf(Encoding.ASCII.GetBytes(type)) - 4;
        return (start, BinaryPrimitives.ReadInt32BigEndian(film.AsSpan(start)));
    }

    /// <summary>Puts other boxes into the place of one, in these boxes around it.</summary>
    private static byte[] Replace(
        byte[] film,
        (int Start, int Size) old,
        byte[] boxes,
        params string[] around
    )
    {
        byte[] changed = [.. film[..old.Start], .. boxes, .. film[(old.Start + old.Size)..]];
        foreach (var type in around)
        {
            var (start, size) = Find(film, type);
            BinaryPrimitives.WriteInt32BigEndian(
                changed.AsSpan(start),
                size + boxes.Length - old.Size
            );
        }
        return changed;
    }

    /// <summary>An edit list (ISO/IEC 14496-12 §8.6.6) that jumps about in the film, 40 ms at a time.</summary>
    private static byte[] Edits(int count)
    {
        var box = new byte[24 + (count * 12)];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.ASCII.GetBytes("edts", box.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(box.AsSpan(8), box.Length - 8);
        Encoding.ASCII.GetBytes("elst", box.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(box.AsSpan(20), count);
        for (var edit = 0; edit < count; edit++)
        {
            var entry = box.AsSpan(24 + (edit * 12));
            BinaryPrimitives.WriteInt32BigEndian(entry, 40);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], edit * 37 % 400 * 51);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], 0x10000);
        }
        return box;
    }
}

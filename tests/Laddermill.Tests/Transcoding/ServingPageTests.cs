using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>docs/serving.md says what a job stores with each object.</summary>
public sealed partial class ServingPageTests(TestMedia media)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task The_page_says_what_is_stored_with_each_object()
    {
        var root = media.NewFolder();
        var puts = new ConcurrentDictionary<string, PutOptions>(StringComparer.Ordinal);
        var store = new WatchedStore(
            new FileSystemObjectStore(root),
            (key, options, _) =>
            {
                puts[key] = options;
                return Task.CompletedTask;
            }
        );
        var request = await JobRequest.OpenAsync(
            new JobDocument
            {
                Source = await SubtitledAsync(),
                Destination = "s3://streams",
                Profile = JsonNode.Parse(Published.SmallProfile),
                Segments = "ts",
            },
            root,
            TimeProvider.System,
            Cancellation,
            location =>
                location.Bucket == "streams"
                    ? store
                    : ObjectStores.Open(location, TimeProvider.System)
        );
        await new TranscodeJob(TimeProvider.System).RunAsync(request, null, Cancellation);

        var rows = Rows();
        var used = new HashSet<Row>();
        Assert.NotEmpty(puts);
        Assert.All(
            puts,
            put =>
            {
                var row = Assert.Single(rows, row => row.Matches(put.Key));
                Assert.Equal(new PutOptions(row.ContentType, row.CacheControl), put.Value);
                used.Add(row);
            }
        );
        Assert.Equal(rows, rows.Where(used.Contains));
    }

    private async Task<string> SubtitledAsync()
    {
        var text = Path.Join(media.NewFolder(), "text.srt");
        await File.WriteAllTextAsync(
            text,
            "1\n00:00:00,500 --> 00:00:02,000\nWell?\n",
            Cancellation
        );
        var clip = await media.VideoAsync(seconds: 3);
        return await media.ClipAsync(
            "film.mkv",
            ["-i", clip, "-i", text, "-c", "copy", "-metadata:s:s:0", "language=eng"]
        );
    }

    private static List<Row> Rows()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "serving.md"));
        var table = Table().Match(page).Groups[1].Value;
        return
        [
            .. Line()
                .Matches(table)
                .Select(line => new Row(
                    [
                        .. Quoted()
                            .Matches(line.Groups[1].Value)
                            .Select(name => name.Groups[1].Value),
                    ],
                    line.Groups[2].Value,
                    line.Groups[3].Value
                )),
        ];
    }

    /// <param name="Names">Ends of keys, in which <c>*</c> stands for anything within a part.</param>
    private sealed record Row(List<string> Names, string ContentType, string CacheControl)
    {
        public bool Matches(string key) =>
            Names.Exists(name =>
                Regex.IsMatch(
                    key,
                    "(^|/)"
                        + Regex.Escape(name).Replace("\\*", "[^/]*", StringComparison.Ordinal)
                        + "$"
                )
            );
    }

    [GeneratedRegex("<!-- metadata: [^>]*-->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| (`[^|]+) \| `([^|`]+)` \| `([^|`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}

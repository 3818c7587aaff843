using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Server.Configuration;
using Laddermill.Tests;

namespace Laddermill.Server.Tests.Configuration;

/// <summary>Holds deploy/laddermill.sample.json, which people read as the reference, to what the server does.</summary>
public sealed partial class SampleTests
{
    private static readonly JsonDocumentOptions ForPeople = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private static string Sample =>
        File.ReadAllText(Repository.PathTo("deploy", "laddermill.sample.json"));

    /// <summary>With the examples that are commented out.</summary>
    private static string Whole =>
        Example().Replace(Sample, block => Mark().Replace(block.Value, "$1"));

    [Fact]
    public void The_sample_is_a_configuration_as_it_stands()
    {
        var setup = ServerOptionsReader.Read(Sample, "/etc/laddermill", _ => null);

        Assert.Equal("films", Assert.Single(setup.Pipelines).Name);
        Assert.Empty(setup.Events);
        Assert.Empty(setup.Webhooks);
    }

    [Fact]
    public void The_examples_in_it_are_right_too()
    {
        var setup = ServerOptionsReader.Read(
            Whole,
            "/etc/laddermill",
            name =>
                name is "LADDERMILL_EVENTS_UPLOADS" ? "0123456789abcdef0123456789abcdef"
                : name is "LADDERMILL_WEBHOOK_SHOP"
                    ? "whsec_bGFkZGVybWlsbCBsYWRkZXJtaWxsIGxhZGRlcm1pbGw="
                : null
        );

        Assert.Equal("uploads", Assert.Single(setup.Events).Name);
        Assert.Equal("shop", Assert.Single(setup.Webhooks).Name);
    }

    [Fact]
    public void Every_option_is_in_it_with_its_default()
    {
        var options = new ServerOptions
        {
            Pipelines =
            [
                new()
                {
                    Name = "films",
                    Source = "inbox",
                    Destination = "outbox",
                },
            ],
            Events = [new() { Name = "uploads" }],
            Webhooks = [new() { Name = "shop", Url = "https://shop.example.org/hooks/laddermill" }],
        };
        var defaults = JsonSerializer.SerializeToNode(
            options,
            ServerOptionsJson.Default.ServerOptions
        );

        var sample = JsonNode.Parse(Whole, null, ForPeople);

        Assert.Equal(Sorted(defaults), Sorted(sample));
    }

    [Fact]
    public void The_configuration_of_the_compose_file_is_right()
    {
        var secret = Path.GetTempFileName();
        try
        {
            File.WriteAllText(secret, "Host=ledger;Username=laddermill;Password=secret");
            var text = File.ReadAllText(Repository.PathTo("deploy", "compose.laddermill.json"))
                .Replace("/run/secrets/ledger", secret, StringComparison.Ordinal);

            var setup = ServerOptionsReader.Read(text, "/etc/laddermill", _ => null);

            Assert.True(setup.IsPostgres);
            Assert.True(setup.NeedsKeys);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    /// <summary>One line for each value, with its path.</summary>
    private static List<string> Sorted(JsonNode? node)
    {
        var lines = Lines(node).ToList();
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static IEnumerable<string> Lines(JsonNode? node, string path = "$") =>
        node switch
        {
            JsonObject { Count: > 0 } inner => inner.SelectMany(each =>
                Lines(each.Value, $"{path}.{each.Key}")
            ),
            JsonArray { Count: > 0 } list => list.SelectMany(
                (each, index) => Lines(each, $"{path}[{index}]")
            ),
            _ => [$"{path} = {node?.ToJsonString() ?? "null"}"],
        };

    [GeneratedRegex(@"^ *// \{\n( *// .*\n)*? *// \}", RegexOptions.Multiline)]
    private static partial Regex Example();

    [GeneratedRegex("^( *)// ", RegexOptions.Multiline)]
    private static partial Regex Mark();
}

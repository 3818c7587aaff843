using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Laddermill.Server.Api.Description;

/// <summary>Examples of requests and of what they are answered, for the OpenAPI document; a test holds the answers to their schemas.</summary>
internal static class Examples
{
    private const string Job = """
        {
          "id": "mf4k2c7ahq3z6tnv5wjx2yplbe", "state": "running", "pipeline": "films", "source": "file:///srv/inbox/sintel.mp4", "size": 5012345,
          "name": "sintel.mp4", "destination": "file:///srv/streams", "priority": 0, "created": "2026-01-31T12:00:00+00:00",
          "started": "2026-01-31T12:00:01+00:00", "attempts": 1, "failures": 0, "cancelRequested": false, "progress": { "phase": "encode", "percent": 40 },
          "links": { "report": "/streams/films/sintel.mp4/job.json" }
        }
        """;

    private const string Problem = """
        { "type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "title": "No such job", "status": 404, "detail": "There is no job 'x'." }
        """;

    private static readonly Dictionary<string, string> Requests = new()
    {
        ["createJob"] = """{ "source": "sintel.mp4", "pipeline": "films", "priority": 10 }""",
        ["makePlan"] = """{ "source": "sintel.mp4", "pipeline": "films" }""",
        ["createKey"] = """{ "name": "the editors' upload tool", "scope": "submit" }""",
    };

    private static readonly Dictionary<(string, string), string> Responses = new()
    {
        [("listJobs", "200")] = $$"""{ "items": [{{Job}}] }""",
        [("getJob", "200")] = Job,
        [("getJob", "404")] = Problem,
        [("createJob", "201")] = Job,
        [("cancelJob", "202")] = Job,
        [("retryJob", "202")] = Job,
        [("listProfiles", "200")] = """["default", "constant", "per-title"]""",
        [("createKey", "201")] = """
            { "id": "k3vq7mzt2a", "name": "the editors' upload tool", "scope": "submit", "created": "2026-01-31T12:00:00+00:00", "key": "lm_…" }
            """,
    };

    public static void Add(OpenApiOperation operation)
    {
        var id = operation.OperationId ?? "";
        if (Requests.TryGetValue(id, out var request))
        {
            Set(operation.RequestBody?.Content, request);
        }
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (Responses.TryGetValue((id, status), out var example))
            {
                Set(response.Content, example);
            }
        }
    }

    private static void Set(IDictionary<string, OpenApiMediaType>? content, string example)
    {
        foreach (var media in content?.Values ?? [])
        {
            media.Example = JsonNode.Parse(example);
        }
    }
}

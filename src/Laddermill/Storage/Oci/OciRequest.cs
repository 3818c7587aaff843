namespace Laddermill.Storage.Oci;

/// <summary>A request as a value: it is built and signed anew for each try.</summary>
/// <param name="Target">Path and query, encoded.</param>
internal sealed record OciRequest(HttpMethod Method, string Target)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether the body's hash is signed; the service takes objects and parts without.</summary>
    public bool SignsBody { get; init; } = true;

    /// <summary>Whether the answer's body is left to the caller, who reads it from the connection.</summary>
    public bool Streams { get; init; }

    /// <summary>How long one try may take until its answer begins: 30 s, and what the body takes at 2 Mbit/s.</summary>
    public TimeSpan Patience =>
        TimeSpan.FromSeconds(30) + TimeSpan.FromSeconds((Body?.Length ?? 0) / 250_000.0);

    /// <summary>Signs for now, and makes what is sent.</summary>
    public HttpRequestMessage Build(Uri endpoint, OciKey key, DateTimeOffset now)
    {
        var uri = new Uri(
            endpoint.GetLeftPart(UriPartial.Authority) + Target,
            // An object may be called '..'.
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        var signed = new List<(string Name, string Value)>
        {
            ("date", now.ToString("r", null)),
            (RequestSigner.Target, RequestSigner.TargetOf(Method, uri)),
            ("host", uri.Authority),
        };
        var message = new HttpRequestMessage(Method, uri);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            signed.Add(("content-length", $"{body.Length}"));
            signed.Add(("content-type", ContentType));
            message.Content.Headers.ContentLength = body.Length;
            message.Content.Headers.TryAddWithoutValidation("content-type", ContentType);
            if (SignsBody)
                signed.Add(("x-content-sha256", RequestSigner.HashOf(body.Span)));
        }
        foreach (var (name, value) in signed)
        {
            if (name is "date" or "x-content-sha256")
                message.Headers.TryAddWithoutValidation(name, value);
        }
        // The service's tags have no quotes, which the typed headers refuse.
        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation(
            "authorization",
            RequestSigner.Authorize(key, signed)
        );
        return message;
    }
}

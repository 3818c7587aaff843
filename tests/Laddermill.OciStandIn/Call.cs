using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Laddermill.OciStandIn;

/// <summary>One request and its answer. Every answer passes here, so that a fault can strike it.</summary>
internal sealed class Call(HttpContext context, Fault fault)
{
    private const int JsonLimit = 8 << 20;
    private byte[]? bytes;

    public HttpContext Context => context;

    public Fault Fault => fault;

    public string Method => context.Request.Method;

    /// <summary>As sent, undecoded: what the signature covers.</summary>
    public string RawTarget { get; } =
        context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";

    public RequestTarget Target => field ??= RequestTarget.Parse(RawTarget);

    public CancellationToken Aborted => context.RequestAborted;

    public string? Header(string name) =>
        context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>The body of a request that carries JSON: read once, kept.</summary>
    public async Task<byte[]> BytesAsync()
    {
        if (bytes is not null)
            return bytes;
        if (context.Request.ContentLength > JsonLimit)
            throw new Refusal(413, "RequestEntityTooLarge", "The body is too large.");
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, Aborted);
        return bytes = memory.ToArray();
    }

    public async Task<T> JsonAsync<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(await BytesAsync(), type)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new Refusal(400, "CannotParseRequest", $"The body cannot be parsed: {e.Message}");
        }
    }

    public Task AnswerAsync(int status, params ReadOnlySpan<(string Name, string? Value)> headers)
    {
        SetHead(status, headers);
        if (status is not (204 or 304) && Method != HttpMethods.Head)
            context.Response.ContentLength = 0;
        return Loses() ? Task.CompletedTask : context.Response.StartAsync(Aborted);
    }

    public Task AnswerJsonAsync<T>(
        T value,
        JsonTypeInfo<T> type,
        int status = 200,
        params ReadOnlySpan<(string Name, string? Value)> headers
    )
    {
        SetHead(status, headers);
        context.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return SendAsync(new MemoryStream(body), body.Length);
    }

    /// <summary>Answers with <paramref name="length"/> bytes, or with the headers alone when it was a HEAD.</summary>
    public Task AnswerBodyAsync(
        int status,
        Stream body,
        long length,
        params ReadOnlySpan<(string Name, string? Value)> headers
    )
    {
        SetHead(status, headers);
        return SendAsync(body, length);
    }

    private void SetHead(int status, ReadOnlySpan<(string Name, string? Value)> headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                context.Response.Headers[name] = value;
        }
    }

    private async Task SendAsync(Stream body, long length)
    {
        await using var _ = body;
        if (Loses())
            return;
        context.Response.ContentLength = length;
        if (Method == HttpMethods.Head)
            return;
        var left = fault == Fault.Reset ? length / 2 : length;
        var buffer = new byte[64 << 10];
        while (left > 0)
        {
            var got = await body.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)),
                Aborted
            );
            if (got == 0)
                break;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, got), Aborted);
            left -= got;
        }
        if (fault == Fault.Reset)
        {
            await context.Response.Body.FlushAsync(Aborted);
            context.Abort();
        }
    }

    private bool Loses()
    {
        if (fault == Fault.LostAnswer)
            context.Abort();
        return fault == Fault.LostAnswer;
    }
}

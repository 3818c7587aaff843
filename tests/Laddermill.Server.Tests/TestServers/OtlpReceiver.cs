using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>
/// Takes what OpenTelemetry sends, over gRPC or HTTP, and reads its spans
/// (https://github.com/open-telemetry/opentelemetry-proto, trace/v1/trace.proto).
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedSpan> spans = new();
    private readonly ConcurrentQueue<string> paths = new();

    private OtlpReceiver(WebApplication app)
    {
        this.app = app;
        app.Run(TakeAsync);
    }

    public string Address =>
        app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();

    public IReadOnlyList<ReceivedSpan> Spans => [.. spans];

    /// <summary>What was called.</summary>
    public IReadOnlyList<string> Paths => [.. paths];

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1
            )
        );
        var receiver = new OtlpReceiver(builder.Build());
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var message = body.ToArray();
        paths.Enqueue(http.Request.Path);
        if (
            http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal)
            == true
        )
        {
            http.Response.ContentType = "application/grpc";
            http.Response.AppendTrailer("grpc-status", "0");
            // Not compressed, and four bytes of length: of the request, and of the empty answer.
            await http.Response.Body.WriteAsync(new byte[5]);
            message = message[5..];
        }
        if (http.Request.Path.Value!.Contains("trace", StringComparison.OrdinalIgnoreCase))
        {
            Read(message);
        }
    }

    private void Read(byte[] request)
    {
        foreach (var resource in Field.All(request, 1))
        {
            foreach (var scope in Field.All(resource.Bytes, 2))
            {
                foreach (var span in Field.All(scope.Bytes, 2))
                {
                    spans.Enqueue(SpanOf(span.Bytes));
                }
            }
        }
    }

    private static ReceivedSpan SpanOf(byte[] span) =>
        new(
            Convert.ToHexStringLower(Field.All(span, 1).Single().Bytes),
            Convert.ToHexStringLower(Field.All(span, 2).Single().Bytes),
            Convert.ToHexStringLower(Field.All(span, 4).SingleOrDefault()?.Bytes ?? []),
            Field.All(span, 5).Single().Text,
            Instant(Field.All(span, 7).Single()),
            Instant(Field.All(span, 8).Single()),
            Field
                .All(span, 9)
                .ToImmutableDictionary(
                    pair => Field.All(pair.Bytes, 1).Single().Text,
                    pair => Value(Field.All(pair.Bytes, 2).Single().Bytes)
                ),
            Field
                .All(span, 15)
                .SelectMany(status => Field.All(status.Bytes, 3))
                .Any(code => code.Number64 == 2)
        );

    private static string Value(byte[] any) =>
        Field.All(any, 1).SingleOrDefault()?.Text
        ?? Field.All(any, 3).SingleOrDefault()?.Number64.ToString(null, null)
        ?? "";

    private static DateTimeOffset Instant(Field nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds.Number64 / 100));

    /// <summary>One field of a message in protobuf's wire format (https://protobuf.dev/programming-guides/encoding/).</summary>
    private sealed record Field(int Number, ulong Number64, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public static IEnumerable<Field> All(byte[] message, int number)
        {
            var at = 0;
            while (at < message.Length)
            {
                var tag = Varint(message, ref at);
                ulong value = 0;
                byte[] bytes = [];
                switch (tag & 7)
                {
                    case 0:
                        value = Varint(message, ref at);
                        break;
                    case 1:
                        value = BitConverter.ToUInt64(message, at);
                        at += 8;
                        break;
                    case 2:
                        var length = (int)Varint(message, ref at);
                        bytes = message[at..(at + length)];
                        at += length;
                        break;
                    case 5:
                        value = BitConverter.ToUInt32(message, at);
                        at += 4;
                        break;
                    default:
                        throw new InvalidDataException($"The wire type {tag & 7} is none.");
                }
                if ((int)(tag >> 3) == number)
                {
                    yield return new Field(number, value, bytes);
                }
            }
        }

        private static ulong Varint(byte[] message, ref int at)
        {
            var (value, shift) = (0UL, 0);
            while (true)
            {
                var next = message[at++];
                value |= (ulong)(next & 127) << shift;
                if (next < 128)
                {
                    return value;
                }
                shift += 7;
            }
        }
    }
}

/// <param name="Parent">Empty for the first span of a trace.</param>
internal sealed record ReceivedSpan(
    string Trace,
    string Id,
    string Parent,
    string Name,
    DateTimeOffset Start,
    DateTimeOffset End,
    ImmutableDictionary<string, string> Tags,
    bool IsError
);

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Laddermill.Storage.Oci;

namespace Laddermill.Tests.Storage.Oci;

/// <summary>Signatures that the official SDK made (<c>oci-signing-vectors.json</c>), and two in the order of headers that ours have.</summary>
public sealed class RequestSignerTests
{
    private static readonly JsonElement Vectors = JsonDocument
        .Parse(
            File.ReadAllBytes(Repository.PathTo("tests", "testassets", "oci-signing-vectors.json"))
        )
        .RootElement;

    public static TheoryData<string> Names =>
        [
            .. Vectors
                .GetProperty("vectors")
                .EnumerateArray()
                .Select(v => v.GetProperty("name").GetString()!),
        ];

    [Fact]
    public void There_are_eight_vectors() => Assert.Equal(8, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_is_the_same_byte_for_byte(string name)
    {
        var vector = Vector(name);
        var request = vector.GetProperty("request");
        var method = new HttpMethod(Text(request, "method"));
        var uri = new Uri(Text(request, "uri"));
        var sent = request.TryGetProperty("headers", out var all)
            ? all
            : vector.GetProperty("headersAfter");
        var body = BodyOf(request, name);
        string Value(string header) =>
            header.ToLowerInvariant() switch
            {
                RequestSigner.Target => RequestSigner.TargetOf(method, uri),
                "host" => uri.Authority,
                "content-length" => $"{body.Length}",
                "x-content-sha256" => RequestSigner.HashOf(body),
                var other => Text(sent, other),
            };
        var headers = Text(vector, "signedHeadersParam")
            .Split(' ')
            .Select(header => (header, Value(header)))
            .ToList();
        Assert.Equal(Text(vector, "signingString"), RequestSigner.SigningString(headers));
        var authorization = RequestSigner.Authorize(Key(vector), headers);
        if (!vector.TryGetProperty("derived", out _))
            Assert.Equal(Text(vector, "authorization"), authorization);
        Assert.EndsWith(
            $",signature=\"{Text(vector, "signature")}\"",
            authorization,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("derived-go-order-get")]
    [InlineData("derived-go-order-post")]
    public void What_is_sent_carries_that_signature(string name)
    {
        var vector = Vector(name);
        var request = vector.GetProperty("request");
        var uri = new Uri(Text(request, "uri"));
        var body = BodyOf(request, name);
        var ours = new OciRequest(new HttpMethod(Text(request, "method")), uri.PathAndQuery)
        {
            Body = body.Length == 0 ? default(ReadOnlyMemory<byte>?) : body,
        };
        var now = DateTimeOffset.ParseExact(
            Text(request.GetProperty("headers"), "date"),
            "r",
            CultureInfo.InvariantCulture
        );
        using var message = ours.Build(
            new Uri(uri.GetLeftPart(UriPartial.Authority)),
            Key(vector),
            now
        );
        var authorization = message.Headers.NonValidated["authorization"].ToString();
        Assert.Contains(
            $"headers=\"{Text(vector, "signedHeadersParam")}\"",
            authorization,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            $"signature=\"{Text(vector, "signature")}\"",
            authorization,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b//c d+e%20?#é🎬\\'()!*")]
    public void A_name_stands_in_the_target_as_it_is_signed(string name)
    {
        var target = "/n/ns/b/films" + OciBucket.Object(name);
        using var message = new OciRequest(HttpMethod.Get, target).Build(
            new Uri("http://127.0.0.1:12012/"),
            Key(Vector("get-list-objects")),
            default
        );
        Assert.Equal(target, message.RequestUri!.PathAndQuery);
        Assert.DoesNotContain('/', target[("/n/ns/b/films/o/".Length)..]);
    }

    private static JsonElement Vector(string name) =>
        Vectors
            .GetProperty("vectors")
            .EnumerateArray()
            .Single(v => v.GetProperty("name").GetString() == name);

    // The derived POST is that of the first one, whose text it does not repeat.
    private static byte[] BodyOf(JsonElement request, string name)
    {
        if (name == "derived-go-order-post")
            request = Vector("post-create-container-instance").GetProperty("request");
        return
            request.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(body.GetString()!)
            : [];
    }

    private static OciKey Key(JsonElement vector)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(
            Convert.FromBase64String(Text(Vectors, "privateKeyPkcs8Der")),
            out _
        );
        return new OciKey(Text(vector, "keyId"), rsa);
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString()!;
}

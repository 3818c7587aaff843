using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Laddermill.Events;
using Laddermill.Server.Configuration;
using Laddermill.Server.Intake;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Telemetry;

namespace Laddermill.Server.Events;

/// <summary>Lets in events of known senders: reads them, proves what can be proven, and writes down what may start jobs.</summary>
public sealed partial class EventDoor(
    ServerSetup setup,
    PipelineSet pipelines,
    IntakeLoop intake,
    ProviderCalls provider,
    Instruments instruments,
    TimeProvider time,
    ILogger<EventDoor> log
)
{
    /// <summary>Null when the name and the secret do not belong together.</summary>
    public EventSource? Find(string name, string secret)
    {
        var source = setup.Events.FirstOrDefault(each => each.Name == name);
        // Compared in constant time, and whether there is such a name or not.
        var isRight = CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(source?.Secret ?? "")),
            SHA256.HashData(Encoding.UTF8.GetBytes(secret))
        );
        return isRight ? source : null;
    }

    /// <summary>Returns once everything in the event that may start a job is durable.</summary>
    /// <exception cref="EventException">It is no event, or not from whom it says.</exception>
    /// <exception cref="HttpRequestException">The sender's own hosts, which must be asked, do not answer.</exception>
    public async Task<EventAnswer> ReceiveAsync(
        EventSource source,
        string? contentType,
        Func<string, string?> header,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation
    )
    {
        var reading = EventReader.Read(contentType, header, body);
        if (reading.Sns is { } message)
        {
            await ProveAsync(source, message, cancellation);
        }
        if (reading.Confirmation is { } address)
        {
            await provider.ConfirmAsync(address, cancellation);
            Confirmed(source.Name, address.Host);
            return new EventAnswer(0, ["the subscription is confirmed"]);
        }
        var news = new List<Announcement>();
        var ignored = reading.Ignored.ToBuilder();
        foreach (var created in reading.Created)
        {
            Sort(source, created, news, ignored);
        }
        await intake.AnnounceAsync(news, cancellation);
        foreach (var created in reading.Created)
        {
            instruments.EventRecorded(source.Name, created.Time);
        }
        Received(source.Name, reading.Sender, news.Count, ignored.Count);
        return new EventAnswer(news.Count, ignored.ToImmutable());
    }

    private void Sort(
        EventSource source,
        ObjectCreated created,
        List<Announcement> news,
        ImmutableArray<string>.Builder ignored
    )
    {
        if (created.IsArchived)
        {
            ignored.Add($"the object '{created.Key}' is archived");
            return;
        }
        var may = pipelines
            .For(created)
            .Where(each => source.Pipelines.IsEmpty || source.Pipelines.Contains(each.Name))
            .ToList();
        if (may.Count == 0)
        {
            ignored.Add($"no pipeline of this sender reads the bucket '{created.Bucket}'");
        }
        foreach (var pipeline in may)
        {
            var objection = FilmsBeside.IsText(created.Key)
                ? null
                : pipeline.Objection(created.Key);
            var other =
                created.OtherKey is { } otherwise && pipeline.Objection(otherwise) is null
                    ? otherwise
                    : null;
            if (objection is not null && other is null)
            {
                ignored.Add($"the object '{created.Key}' {objection}");
                continue;
            }
            news.Add(new Announcement(pipeline.Name, created.Key, other, Activity.Current?.Id));
        }
    }

    private async Task ProveAsync(
        EventSource source,
        SnsMessage message,
        CancellationToken cancellation
    )
    {
        if (!source.Topics.IsEmpty && !source.Topics.Contains(message.TopicArn))
        {
            throw new EventException(
                $"The topic {message.TopicArn} is none of those that events \"{source.Name}\" takes messages of."
            );
        }
        var certificate = await provider.CertificateAsync(message.CertificateAddress, cancellation);
        if (!message.IsSignedBy(certificate, time.GetUtcNow()))
        {
            throw new EventException("The signature of the message of SNS is not right.");
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Events {Source}: the subscription at {Host} is confirmed"
    )]
    private partial void Confirmed(string source, string host);

    [LoggerMessage(
        LogLevel.Debug,
        "Events {Source} ({Sender}): {Accepted} objects, {Ignored} ignored"
    )]
    private partial void Received(string source, string sender, int accepted, int ignored);
}

/// <summary>The little that must be asked of senders' own hosts; addresses were checked before to be theirs.</summary>
public sealed class ProviderCalls(HttpClient client)
{
    private const int MostBytes = 64 << 10;

    private readonly ConcurrentDictionary<string, X509Certificate2> certificates = new();

    /// <summary>Follows no redirects: the address was checked, and no other.</summary>
    public static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = MostBytes,
        };

    /// <exception cref="HttpRequestException">The host does not answer, or not well.</exception>
    public async Task ConfirmAsync(Uri address, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(address, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <exception cref="HttpRequestException">The host does not answer, or not well.</exception>
    /// <exception cref="EventException">What lies there is no certificate.</exception>
    public async Task<X509Certificate2> CertificateAsync(
        Uri address,
        CancellationToken cancellation
    )
    {
        if (certificates.TryGetValue(address.AbsoluteUri, out var known))
        {
            return known;
        }
        var text = await client.GetStringAsync(address, cancellation);
        try
        {
            // Senders' hosts have a handful; strangers cannot make it grow.
            return certificates.GetOrAdd(
                address.AbsoluteUri,
                _ => X509Certificate2.CreateFromPem(text)
            );
        }
        catch (CryptographicException wrong)
        {
            throw new EventException($"There is no certificate at {address}.", wrong);
        }
    }
}

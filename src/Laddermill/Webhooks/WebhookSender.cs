using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Laddermill.Webhooks;

/// <summary>Posts messages to the endpoints of the configuration, one attempt at a time. Redirects are not followed, and answers are hardly read.</summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>For one attempt, from connecting to the answer's end.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of an answer that are read for the reason of a failure.</summary>
    private const int AnswerBytes = 1024;

    private static readonly ProductInfoHeaderValue Product = new(
        "Laddermill",
        typeof(WebhookSender).Assembly.GetName().Version?.ToString(3)
    );

    private readonly TimeProvider time;
    private readonly HttpClient http;

    public WebhookSender(TimeProvider time)
    {
        this.time = time;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                MaxResponseHeadersLength = 16,
                // A receiver's address may move.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <exception cref="OperationCanceledException">The caller cancels; whether the message arrived is not known.</exception>
    public async Task<WebhookResult> SendAsync(
        WebhookMessage message,
        WebhookEndpoint endpoint,
        CancellationToken cancellation
    )
    {
        using var patience = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation,
            patience.Token
        );
        try
        {
            using var request = Request(message, endpoint, time.GetUtcNow());
            using var answer = await http.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    either.Token
                )
                .ConfigureAwait(false);
            return answer.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices =>
                    new WebhookResult.Delivered((int)answer.StatusCode),
                HttpStatusCode.Gone => new WebhookResult.Gone(),
                _ => await RefusedAsync(endpoint, answer, either.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WebhookResult.Retry(
                null,
                $"{endpoint.Address.Host} did not answer within {Timeout.TotalSeconds:0} seconds.",
                null
            );
        }
        // IOException: the connection broke in the middle of the answer.
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new WebhookResult.Retry(
                null,
                $"{endpoint.Address.Host} cannot be reached: {broken.Message}",
                null
            );
        }
    }

    public void Dispose() => http.Dispose();

    private static HttpRequestMessage Request(
        WebhookMessage message,
        WebhookEndpoint endpoint,
        DateTimeOffset now
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address)
        {
            Content = new ReadOnlyMemoryContent(message.Body.AsMemory()),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(Product);
        request.Headers.Add(WebhookSignature.IdHeader, message.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.Timestamp(now));
        request.Headers.Add(
            WebhookSignature.SignatureHeader,
            WebhookSignature.Sign(message.Id, now, message.Body.AsSpan(), endpoint.Secrets)
        );
        return request;
    }

    private async Task<WebhookResult> RefusedAsync(
        WebhookEndpoint endpoint,
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        var status = (int)answer.StatusCode;
        var said = await BeginningAsync(answer, cancellation).ConfigureAwait(false);
        var advice = status is >= 300 and < 400
            ? "; redirects are not followed, so configure the address that it has moved to"
            : "";
        return new WebhookResult.Retry(
            status,
            $"{endpoint.Address.Host} answered {status}{advice}{(said.Length == 0 ? "." : $": {said}")}",
            answer.Headers.RetryAfter switch
            {
                { Delta: { } pause } => pause,
                { Date: { } date }
                    when date - time.GetUtcNow() is var pause && pause > TimeSpan.Zero => pause,
                _ => null,
            }
        );
    }

    /// <summary>As much of an answer as helps to find the error, on one line.</summary>
    private static async Task<string> BeginningAsync(
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        var bytes = new byte[AnswerBytes];
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var length = await stream
            .ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation)
            .ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }
}

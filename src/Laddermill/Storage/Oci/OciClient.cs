using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Laddermill.Storage.Oci;

/// <summary>
/// Sends signed requests to a service of Oracle Cloud and tries again what may go right another time: overload, network, a lost answer. Waits grow
/// from a quarter of a second to 20, with jitter, eight times at most; a longer wait that the service asks for is honoured up to a minute. Every try is
/// signed anew.
/// </summary>
internal sealed class OciClient : IDisposable
{
    private const int ErrorLimit = 64 << 10;
    private const int BucketNotFoundRetries = 5;
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(1);

    private readonly OciOptions options;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly ResiliencePipeline retry;

    public OciClient(OciOptions options, TimeProvider time, int retries = 8)
    {
        this.options = options;
        this.time = time;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                // A redirected request would need another signature.
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        retry = retries == 0 ? ResiliencePipeline.Empty : Pipeline(retries);
    }

    /// <summary>The tenancy's own namespace, once somebody looked it up.</summary>
    public string? Namespace { get; set; }

    /// <summary>The service's answer, of status 2xx.</summary>
    /// <exception cref="OciRefusal">The service refused, for good or too often.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        OciRequest request,
        CancellationToken cancellation
    ) =>
        await retry
            .ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return await TryAsync(request, renew: false, token).ConfigureAwait(false);
                    }
                    catch (OciRefusal refusal) when (refusal.Status == HttpStatusCode.Unauthorized)
                    {
                        // The files of the credentials may have been replaced since they were read.
                        return await TryAsync(request, renew: true, token).ConfigureAwait(false);
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);

    public void Dispose() => http.Dispose();

    private ResiliencePipeline Pipeline(int retries) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = retries,
                    Delay = TimeSpan.FromMilliseconds(250),
                    MaxDelay = TimeSpan.FromSeconds(20),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            MayPass(failed.Outcome.Exception, failed.AttemptNumber)
                        ),
                    DelayGenerator = failed =>
                        ValueTask.FromResult(AskedDelay(failed.Outcome.Exception)),
                }
            )
            .Build();

    private static bool MayPass(Exception? failure, int attempt) =>
        failure switch
        {
            OciRefusal { IsOutOfHosts: true } => false,
            OciRefusal { IsBucketNotFound: true } => attempt < BucketNotFoundRetries,
            OciRefusal refusal => refusal.IsTransient,
            HttpRequestException or IOException or TimeoutException => true,
            _ => false,
        };

    private static TimeSpan? AskedDelay(Exception? failure) =>
        failure is OciRefusal { RetryAfter: { } asked } && asked > TimeSpan.Zero
            ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestAsked.Ticks))
            : null;

    private async Task<HttpResponseMessage> TryAsync(
        OciRequest request,
        bool renew,
        CancellationToken cancellation
    )
    {
        using var message = request.Build(
            options.Endpoint,
            options.Credentials.Get(renew),
            time.GetUtcNow()
        );
        using var patience = new CancellationTokenSource(request.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token,
            cancellation
        );
        HttpResponseMessage? answer = null;
        try
        {
            answer = await http.SendAsync(
                    message,
                    HttpCompletionOption.ResponseHeadersRead,
                    either.Token
                )
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw await RefusalAsync(answer, either.Token).ConfigureAwait(false);
            if (!request.Streams)
                await answer.Content.LoadIntoBufferAsync(either.Token).ConfigureAwait(false);
            var whole = answer;
            answer = null;
            return whole;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"the server did not answer in {request.Patience.TotalSeconds:0} s",
                e.InnerException
            );
        }
        finally
        {
            answer?.Dispose();
        }
    }

    private async Task<OciRefusal> RefusalAsync(
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        var (code, message) = ("", answer.ReasonPhrase ?? "no reason is given");
        try
        {
            await answer
                .Content.LoadIntoBufferAsync(ErrorLimit, cancellation)
                .ConfigureAwait(false);
            var body = await answer
                .Content.ReadAsByteArrayAsync(cancellation)
                .ConfigureAwait(false);
            if (body.Length > 0)
            {
                var error = JsonSerializer.Deserialize(body, OciJson.Default.OciError);
                (code, message) = (error?.Code ?? code, error?.Message ?? message);
            }
        }
        // A proxy's page, or what is too long: the status must do.
        catch (JsonException) { }
        catch (HttpRequestException e)
            when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded) { }
        // An answer that breaks off is asked for again, unless its status says enough: only the body tells a missing object from a missing right.
        catch (Exception e)
            when (e is HttpRequestException or IOException && (int)answer.StatusCode >= 500) { }
        return new OciRefusal(
            answer.StatusCode,
            code,
            message,
            Header(answer, "opc-request-id"),
            Asked(answer)
        );
    }

    private TimeSpan? Asked(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };

    /// <summary>A header as it was sent; the typed ones refuse the service's tags.</summary>
    public static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}

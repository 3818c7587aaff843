using System.Text.Json;
using Laddermill.Dispatching;
using Laddermill.Engines;
using Laddermill.Events;
using Laddermill.Storage;
using Laddermill.Storage.Oci;

namespace Laddermill.Function;

/// <summary>What is behind the platform's socket.</summary>
internal interface IFunction
{
    /// <param name="deadline">When the platform's patience ends; null when it does not tell.</param>
    /// <returns>JSON.</returns>
    Task<byte[]> CallAsync(
        ReadOnlyMemory<byte> body,
        DateTimeOffset? deadline,
        CancellationToken cancellation
    );
}

/// <summary>
/// An event of Object Storage starts a container instance; an empty body, or <c>{"entry":"sweep"}</c>, is a sweep. Whatever happens is told in the answer:
/// its <c>message</c> is <c>SUCCESS</c> or <c>FAILED: …</c>.
/// </summary>
internal sealed class TranscodeFunction(Func<string, string?> variable, TimeProvider time)
    : IFunction
{
    /// <summary>What a sweep leaves to end what it has begun.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(15);

    /// <summary>The shortest time that functions are given.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    private Dispatcher? dispatcher;

    /// <summary>Says at start what every call will say: that the configuration is wrong.</summary>
    public void ReportProblems(TextWriter error)
    {
        try
        {
            _ = DispatchOptionsReader.Read(variable);
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                error.WriteLine($"laddermill function: {problem}");
            }
            error.Flush();
        }
    }

    public async Task<byte[]> CallAsync(
        ReadOnlyMemory<byte> body,
        DateTimeOffset? deadline,
        CancellationToken cancellation
    )
    {
        try
        {
            dispatcher ??= Dispatcher.Open(
                DispatchOptionsReader.Read(variable),
                OciOptions.From(variable, time),
                time
            );
            if (IsSweep(body))
            {
                var until = (deadline ?? time.GetUtcNow() + Shortest) - Ending;
                var swept = await new Sweep(dispatcher).RunAsync(until, cancellation);
                return swept.ToJson();
            }
            var answer = await dispatcher.DispatchAsync(body, cancellation);
            return answer.ToJson();
        }
        catch (Exception failure)
            when (failure
                    is ConfigurationException
                        or AddressException
                        or StoreException
                        or EngineException
                        or EventException
            )
        {
            return DispatchAnswer.Failed(failure.Message).ToJson();
        }
    }

    private static bool IsSweep(ReadOnlyMemory<byte> body)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return true;
        }
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("entry", out var entry)
                && entry.ValueEquals("sweep");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whoever reads the event says what is wrong with it.
            return false;
        }
    }
}

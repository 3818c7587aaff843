using System.Collections.Concurrent;
using System.Globalization;

namespace Laddermill.OciStandIn;

/// <summary>What can go wrong with one request.</summary>
public enum Fault
{
    None,

    /// <summary>500 InternalServerError; nothing was done.</summary>
    Error500,

    /// <summary>503 ServiceUnavailable; nothing was done.</summary>
    Error503,

    /// <summary>429 TooManyRequests with Retry-After; nothing was done.</summary>
    Error429,

    /// <summary>404 BucketNotFound for a bucket that is there; seen in real tenancies.</summary>
    BucketNotFound,

    /// <summary>The connection is reset in the middle of the request's body, or of the answer's.</summary>
    Reset,

    /// <summary>Done, but the connection is reset before the answer.</summary>
    LostAnswer,

    /// <summary>Done and answered, late.</summary>
    Slow,
}

/// <summary>Faults for the requests to come: at given rates, or for the next ones by name. Thread-safe.</summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly Random chance = new(1);
    private readonly List<(Fault Fault, Func<string, bool> Strikes)> next = [];

    /// <summary>Share of all requests that each fault strikes, 0 to 1.</summary>
    public ConcurrentDictionary<Fault, double> Rates { get; } = new();

    /// <summary>How often each struck.</summary>
    public ConcurrentDictionary<Fault, int> Struck { get; } = new();

    public TimeSpan Slowness { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whole seconds, sent with 429.</summary>
    public int RetryAfter { get; set; }

    /// <summary>Lets the next <paramref name="times"/> requests fail that <paramref name="which"/> picks by method and raw target, <c>PUT /n/…</c>.</summary>
    public void Next(Fault fault, int times = 1, Func<string, bool>? which = null)
    {
        lock (gate)
            next.AddRange(Enumerable.Repeat((fault, which ?? (_ => true)), times));
    }

    /// <summary>Reads <c>Error500=0.05,Reset=0.1</c>.</summary>
    /// <exception cref="FormatException">It is nothing like that.</exception>
    public void Set(string rates)
    {
        foreach (var part in rates.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                part.Split('=') is not [var name, var rate]
                || !Enum.TryParse<Fault>(name, ignoreCase: true, out var fault)
                || !double.TryParse(rate, CultureInfo.InvariantCulture, out var share)
                || share is not (>= 0 and <= 1)
            )
                throw new FormatException(
                    $"'{part}' is no fault with a rate from 0 to 1; write it like Error500=0.05. Faults are {string.Join(", ", Enum.GetNames<Fault>()[1..])}."
                );
            Rates[fault] = share;
        }
    }

    internal Fault Draw(string request)
    {
        var fault = DrawOne(request);
        if (fault != Fault.None)
            Struck.AddOrUpdate(fault, 1, (_, count) => count + 1);
        return fault;
    }

    private Fault DrawOne(string request)
    {
        lock (gate)
        {
            var index = next.FindIndex(f => f.Strikes(request));
            if (index >= 0)
            {
                var fault = next[index].Fault;
                next.RemoveAt(index);
                return fault;
            }
            var left = chance.NextDouble();
            foreach (var (fault, rate) in Rates.OrderBy(r => r.Key))
            {
                left -= rate;
                if (left < 0)
                    return fault;
            }
            return Fault.None;
        }
    }
}

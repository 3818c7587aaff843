using System.Collections.Immutable;

namespace Laddermill.Webhooks;

/// <summary>When a message that was not taken is sent again: the schedule of Standard Webhooks, ten attempts in three days.</summary>
public static class WebhookSchedule
{
    /// <summary>By how much a pause may be longer, so that messages which failed together do not come back together.</summary>
    private const double Jitter = 0.2;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>What follows the first, second … failure.</summary>
    private static readonly ImmutableArray<TimeSpan> Pauses =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        Longest,
    ];

    /// <summary>Attempts at one message.</summary>
    public static int Attempts => Pauses.Length + 1;

    /// <summary>How long to wait before the next attempt; null: it was the last.</summary>
    /// <param name="failures">Attempts that failed, at least 1.</param>
    /// <param name="asked">The pause that the receiver asks for; a shorter one than ours does not count, and more than a day is a day.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan? After(int failures, TimeSpan? asked, double chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        if (failures > Pauses.Length)
        {
            return null;
        }
        var pause = Pauses[failures - 1] * (1 + Jitter * chance);
        return asked is { } longer && longer > pause
            ? (longer < Longest ? longer : Longest)
            : pause;
    }
}

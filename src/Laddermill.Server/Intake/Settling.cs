using System.Collections.Concurrent;

namespace Laddermill.Server.Intake;

/// <summary>Tells files that are complete from those that are still being copied: a file is complete when it has kept its size and time of change for a while.</summary>
public sealed class Settling(TimeSpan pause, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Version, long Since)> watched = new(
        StringComparer.Ordinal
    );

    /// <summary>Whether a version was seen for long enough, by this and earlier calls.</summary>
    public bool IsSettled(string key, string version)
    {
        if (pause <= TimeSpan.Zero)
        {
            return true;
        }
        var now = time.GetTimestamp();
        var seen = watched.AddOrUpdate(
            key,
            _ => (version, now),
            (_, before) => before.Version == version ? before : (version, now)
        );
        return time.GetElapsedTime(seen.Since, now) >= pause;
    }

    /// <summary>Seen, and not settled yet; or not forgotten yet.</summary>
    public IReadOnlyCollection<string> Watched => [.. watched.Keys];

    /// <summary>It was announced, or is gone.</summary>
    public void Forget(string key) => watched.TryRemove(key, out _);
}

namespace Laddermill.Server.Configuration;

/// <summary>What may be uploaded through this server, into the sources of pipelines.</summary>
public sealed class UploadsOptions
{
    /// <summary>S3 takes no larger objects.</summary>
    private const long MostBytes = 5L << 40;

    /// <summary>Where uploads are remembered across restarts; empty: <c>uploads</c> beside SQLite's file, or beside the configuration with PostgreSQL.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Bytes of one upload; up to 5 TiB.</summary>
    public long MaxBytes { get; set; } = 256L << 30;

    /// <summary>Uploads that are under way at once; 0 (none are taken) to 10,000.</summary>
    public int MostOpen { get; set; } = 100;

    /// <summary>How long an upload stays to which nothing is added; 1 min to 30 days.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Bytes of a disk that uploads leave free.</summary>
    public long KeepFree { get; set; } = 1L << 30;

    /// <summary>What is wrong, each in one sentence.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxBytes is < 1 or > MostBytes)
        {
            yield return $"uploads.maxBytes is {MaxBytes}; it must be 1 to {MostBytes}.";
        }
        if (MostOpen is < 0 or > 10_000)
        {
            yield return $"uploads.mostOpen is {MostOpen}; it must be 0 to 10000.";
        }
        if (Keep < TimeSpan.FromMinutes(1) || Keep > TimeSpan.FromDays(30))
        {
            yield return $"uploads.keep is {Keep}; it must be 00:01:00 to 30.00:00:00.";
        }
        if (KeepFree < 0)
        {
            yield return $"uploads.keepFree is {KeepFree}; it must be 0 or more bytes.";
        }
    }
}

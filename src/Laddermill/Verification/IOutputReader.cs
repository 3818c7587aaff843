namespace Laddermill.Verification;

/// <summary>Reads the files of one published output.</summary>
public interface IOutputReader
{
    /// <summary>The output's address, for people.</summary>
    string Name { get; }

    /// <summary>A file's bytes, or null when there is no such file.</summary>
    /// <param name="path">From the folder that holds <c>master.m3u8</c>, with <c>/</c>; never leads outside.</param>
    Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation);
}

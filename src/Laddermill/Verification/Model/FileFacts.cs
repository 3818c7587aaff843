namespace Laddermill.Verification.Model;

/// <summary>What is known of one file of the output once its bytes were seen; the bytes themselves are not kept.</summary>
/// <param name="Path">From the folder that holds <c>master.m3u8</c>, with <c>/</c>.</param>
public abstract record FileFacts(string Path, long Bytes);

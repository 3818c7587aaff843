using System.Text;

namespace Laddermill.Function;

/// <summary>
/// The Unix socket that the platform names in <c>FN_LISTENER</c>. It calls as soon as a file of that name appears, so the server listens on another
/// name in the same folder, and the right one appears last, as a relative link to it (Fn's http-stream contract).
/// </summary>
internal sealed record FnSocket(string Path)
{
    /// <summary>What fits into a <c>sockaddr_un</c> with its final NUL.</summary>
    private const int MaxBytes = 107;

    private const UnixFileMode ForAll =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>Where the server listens.</summary>
    public string Listening =>
        System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(Path)!,
            "phony-" + System.IO.Path.GetFileName(Path)
        );

    /// <exception cref="FormatException">It is not <c>unix:</c> and an absolute path that fits.</exception>
    public static FnSocket Parse(string? listener)
    {
        const string scheme = "unix:";
        if (
            listener?.StartsWith(scheme, StringComparison.Ordinal) != true
            || !System.IO.Path.IsPathFullyQualified(listener[scheme.Length..])
            || listener.EndsWith('/')
        )
        {
            throw new FormatException(
                $"FN_LISTENER is {(listener is null ? "not set" : $"'{listener}'")}; it must be unix: and the path of a socket, as the Fn platform sets it."
            );
        }
        var socket = new FnSocket(listener[scheme.Length..]);
        return Encoding.UTF8.GetByteCount(socket.Listening) <= MaxBytes
            ? socket
            : throw new FormatException(
                $"The path in FN_LISTENER is too long: with 'phony-' before its name it must fit into {MaxBytes} bytes."
            );
    }

    /// <summary>Removes what an earlier run left.</summary>
    public void Clear()
    {
        // A link whose target is gone is deleted too.
        File.Delete(Path);
        File.Delete(Listening);
    }

    /// <summary>Lets the platform in: to be called when the server accepts.</summary>
    public void Announce()
    {
        File.SetUnixFileMode(Listening, ForAll);
        File.CreateSymbolicLink(Path, System.IO.Path.GetFileName(Listening));
    }
}

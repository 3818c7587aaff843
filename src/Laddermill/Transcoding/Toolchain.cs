using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Which programs make the bytes. Other versions make other bytes, so they are part of a revision's name.</summary>
/// <param name="Ffmpeg">The version that ffmpeg gives itself.</param>
/// <param name="Laddermill">Our own version.</param>
/// <param name="Encoders">Hash of what the encoders make of one test picture and a test tone.</param>
public sealed record Toolchain(string Ffmpeg, string Laddermill, string Encoders)
{
    public string Fingerprint => $"{Ffmpeg}\n{Laddermill}\n{Encoders}";

    public static string OwnVersion { get; } =
        typeof(Toolchain)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "0";

    /// <summary>
    /// Asks the tools themselves: shared libraries change under the same ffmpeg, and only what they make tells.
    /// </summary>
    public static async Task<Toolchain> IdentifyAsync(CancellationToken cancellation)
    {
        var version = RunAsync(
            ["-hide_banner", "-version"],
            "Asking ffmpeg for its version failed.",
            cancellation
        );
        var sample = RunAsync(
            [
                .. "-nostdin -hide_banner -loglevel error -f lavfi -i testsrc2=size=64x64:rate=25:duration=0.2".Split(
                    ' '
                ),
                .. "-f lavfi -i sine=duration=0.2 -c:v libx264 -threads 1 -c:a aac -fflags +bitexact -f matroska pipe:1".Split(
                    ' '
                ),
            ],
            "Trying ffmpeg's encoders failed: it must be built with libx264 and aac.",
            cancellation
        );
        var firstLine = Encoding
            .UTF8.GetString(await version)
            .Split('\n')[0]
            .Replace("ffmpeg version ", "", StringComparison.Ordinal);
        return new Toolchain(
            firstLine.Split(' ')[0],
            OwnVersion,
            Convert.ToHexStringLower(SHA256.HashData(await sample))[..16]
        );
    }

    private static async Task<byte[]> RunAsync(
        string[] arguments,
        string failure,
        CancellationToken cancellation
    )
    {
        var command = new ToolCommand("ffmpeg", [.. arguments])
        {
            Package = "ffmpeg",
            Confinement = Confinement.Pipes,
        };
        await using var process = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var output = new MemoryStream();
        await process.StandardOutput.CopyToAsync(output, cancellation);
        await process.EnsureSuccessAsync(failure);
        return output.ToArray();
    }
}

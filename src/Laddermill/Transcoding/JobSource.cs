using System.Globalization;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>The source of one job: which version of which object it is, and how ffmpeg reaches it.</summary>
/// <param name="Address">For people: as it was given, without secrets.</param>
/// <param name="Name">The object's folder under the destination, unless the job names another.</param>
internal sealed record JobSource(
    string Address,
    string Name,
    long Size,
    SourceIdentity Identity,
    MediaInput Input
)
{
    /// <summary>A local file is read in place.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="RejectedException">It is empty.</exception>
    public static JobSource OpenLocal(ObjectLocation location)
    {
        var file = new FileInfo(location.LocalPath);
        if (!file.Exists)
        {
            throw new FileNotFoundException(
                Directory.Exists(file.FullName)
                    ? $"The source {file.FullName} is a folder; name one file in it."
                    : $"The source {file.FullName} does not exist; check the path."
            );
        }
        if (file.Length == 0)
        {
            throw new RejectedException(
                RejectionCode.Empty,
                $"The source {file.FullName} is empty (0 bytes); upload it again."
            );
        }
        var nanoseconds = (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
        var version = string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{nanoseconds}");
        return new JobSource(
            file.FullName,
            file.Name,
            file.Length,
            new SourceIdentity("file", "", "", file.FullName, version),
            MediaInput.FromFile(file.FullName)
        );
    }
}

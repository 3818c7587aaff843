using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Uploads;

/// <summary>How much may come: a limit for each upload, how many at once, and what the disk can hold beside what is promised already.</summary>
internal sealed class UploadRoom(UploadBook book, UploadsOptions options)
{
    /// <summary>Why there is no room for an upload; null when there is.</summary>
    /// <param name="needOf">The disk of an upload that is under way, and what it still needs of it.</param>
    public ProblemHttpResult? Objection(
        Upload upload,
        UploadTarget target,
        Func<Upload, (string Disk, long Bytes)> needOf
    )
    {
        if (upload.Size > options.MaxBytes)
        {
            return Problems.Of(
                StatusCodes.Status413PayloadTooLarge,
                "Too large",
                $"'{upload.Name}' has {upload.Size} bytes; uploads.maxBytes of the configuration allows {options.MaxBytes}."
            );
        }
        var open = book.All.Where(each => !each.IsWhole).ToList();
        if (open.Count >= options.MostOpen)
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "Too many uploads",
                $"{open.Count} uploads are under way, as many as uploads.mostOpen of the configuration allows; try again when some are done."
            );
        }
        Directory.CreateDirectory(target.Disk);
        var promised = open.Select(needOf)
            .Where(each => each.Disk == target.Disk)
            .Sum(each => each.Bytes);
        var free = new DriveInfo(target.Disk).AvailableFreeSpace - promised - options.KeepFree;
        var needed = target.NeedOf(upload);
        return needed <= free
            ? null
            : Problems.Of(
                StatusCodes.Status507InsufficientStorage,
                "No room",
                $"'{upload.Name}' needs {needed} bytes on a disk that has {Math.Max(0, free)} left for uploads; free some space, or wait until other uploads are done."
            );
    }
}

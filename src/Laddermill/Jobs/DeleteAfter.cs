using System.Text.Json;
using System.Text.RegularExpressions;

namespace Laddermill.Jobs;

/// <summary>
/// When a revision is to be removed, kept as <c>.laddermill/delete-after/REVISION.json</c> in the destination. Every revision has one but the one that is
/// published: a worker renews that of the revision it makes, so that it falls due when nobody works on it any more; one that was replaced gets one that
/// lets viewers end their film.
/// </summary>
/// <param name="Job">Whose revision it is; null when nobody knows.</param>
/// <param name="Folder">The object's folder under the destination root.</param>
/// <param name="Due">From then on whoever sees it removes the revision.</param>
public sealed partial record DeleteAfter(
    string? Job,
    string Folder,
    string Revision,
    DateTimeOffset Due
)
{
    public static string Prefix => $"{JobOutcome.StatePrefix}delete-after/";

    /// <summary>Until then somebody is known to work on it; null for one that is complete. Viewers are not left in front of a film that does not grow any more.</summary>
    public DateTimeOffset? WorkedOnUntil { get; init; }

    /// <summary>Somebody has begun to remove it: what is there is not whole any more.</summary>
    public bool IsBeingRemoved { get; init; }

    public static string KeyOf(string revision) => $"{Prefix}{revision}.json";

    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Default.DeleteAfter);

    /// <summary>Null when the bytes are no such record, or one that would lead elsewhere than to a revision: nothing is removed for it.</summary>
    public static DeleteAfter? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var record = JsonSerializer.Deserialize(json, JobJson.Default.DeleteAfter);
            return
                record is not null
                && RevisionName.IsMatch(record.Revision)
                && record.Folder.Length > 0
                ? record
                : null;
        }
        catch (JsonException)
        {
            // Written by nobody we know: better to keep what it speaks of.
            return null;
        }
    }

    [GeneratedRegex("^[a-z2-7]{8}\\z")]
    private static partial Regex RevisionName { get; }
}

using System.Collections.Immutable;
using Laddermill.Storage;

namespace Laddermill.Events;

/// <summary>Gathers what the records of one text came to.</summary>
internal sealed class EventRecords
{
    /// <summary>Records in one text, of any kind. Amazon's own limit of 64 KiB for a text is about a hundred.</summary>
    public const int Most = 1000;

    private readonly ImmutableArray<ObjectCreated>.Builder created =
        ImmutableArray.CreateBuilder<ObjectCreated>();

    private readonly ImmutableArray<string>.Builder ignored =
        ImmutableArray.CreateBuilder<string>();

    private string? sender;

    /// <summary>Tells who sent it; the outermost shape and the first record are asked first, and win.</summary>
    public void From(string word) => sender ??= word;

    public void Add(ObjectCreated one)
    {
        Count();
        if (KeyRules.Problem(one.Key) is { } problem)
        {
            ignored.Add($"the object '{Show(one.Key)}' {problem}");
            return;
        }
        created.Add(one);
    }

    /// <summary>Notes a record of a kind that starts nothing.</summary>
    public void IgnoreType(string type)
    {
        Count();
        ignored.Add($"events of type '{Show(type)}' start nothing");
    }

    public EventReading ToReading() =>
        new(sender ?? "unknown", created.ToImmutable(), ignored.ToImmutable());

    /// <summary>The beginning of a stranger's words.</summary>
    public static string Show(string text) =>
        KeyRules.Show(text.Length > 200 ? text[..200] + "…" : text);

    private void Count()
    {
        if (created.Count + ignored.Count == Most)
        {
            throw new EventException(
                $"The event holds more than {Most} records; send them in several requests."
            );
        }
    }
}

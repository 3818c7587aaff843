using System.Collections.Immutable;
using Laddermill.Engines;

namespace Laddermill.Tests.Engines;

/// <param name="FillAsync">Takes the room that there is.</param>
/// <param name="MakeRoomAsync">Gives it back.</param>
/// <param name="Owned">Ends with the test, in this order.</param>
internal sealed record EngineUnderTest(
    IEngine Engine,
    Func<Task> FillAsync,
    Func<Task> MakeRoomAsync,
    params IAsyncDisposable[] Owned
) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Owned)
        {
            await owned.DisposeAsync();
        }
    }
}

internal static class Variables
{
    public static ImmutableSortedDictionary<string, string> ToSorted(
        this Dictionary<string, string> variables
    ) => variables.ToImmutableSortedDictionary();
}

namespace Laddermill.Tests.Verification;

/// <summary>Outputs that several tests look at; each is made once.</summary>
internal static class Outputs
{
    private static readonly Lazy<Task<IReadOnlyDictionary<string, byte[]>>> GoodOnce = new(() =>
        new OutputRecipe().MakeAsync()
    );

    /// <summary>One that keeps every gate rule.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> Good => GoodOnce.Value;
}

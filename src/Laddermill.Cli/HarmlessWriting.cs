namespace Laddermill.Cli;

internal static class HarmlessWriting
{
    /// <summary>Writes lines for people, without what would steer their terminal.</summary>
    public static async Task WriteHarmlessAsync(this TextWriter writer, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(Words.Harmless(line));
        }
    }
}

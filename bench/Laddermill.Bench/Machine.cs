namespace Laddermill.Bench;

/// <summary>What was measured on, in a sentence.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync(CancellationToken cancellation)
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim();
        var ffmpeg = await Tool.ReadAsync(["ffmpeg", "-version"], cancellation);
        return $"{Environment.ProcessorCount} cores ({model ?? "of an unknown kind"}), {ffmpeg.Split(" Copyright")[0]}, .NET {Environment.Version}.";
    }
}

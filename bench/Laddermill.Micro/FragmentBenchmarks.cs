using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Laddermill.Packaging;

namespace Laddermill.Micro;

/// <summary>Reading what an encoder writes: ten GOPs of 60 frames, 640x360 at 1 Mbit/s, made by ffmpeg before.</summary>
public class FragmentBenchmarks
{
    private byte[] film = [];

    [GlobalSetup]
    public void Encode()
    {
        using var ffmpeg = Process.Start(
            new ProcessStartInfo(
                "ffmpeg",
                "-nostdin -v error -f lavfi -i testsrc2=size=640x360:rate=30 -frames:v 600 -c:v libx264 -preset ultrafast -b:v 1M -g 60 -sc_threshold 0 -movflags +cmaf -f mp4 -".Split(
                    ' '
                )
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        using var bytes = new MemoryStream();
        ffmpeg.StandardOutput.BaseStream.CopyTo(bytes);
        ffmpeg.WaitForExit();
        film = bytes.ToArray();
    }

    /// <returns>Frames.</returns>
    [Benchmark(Description = "read 10 fragments")]
    public async Task<int> ReadFragments()
    {
        var reader = new FragmentReader(new MemoryStream(film));
        await reader.ReadInitAsync(CancellationToken.None);
        var frames = 0;
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
        {
            using (fragment)
            {
                frames += fragment.SampleCount;
            }
        }
        return frames;
    }

    /// <returns>Bytes of all frames.</returns>
    [Benchmark(Description = "read 10 fragments, visit their 600 frames")]
    public async Task<long> VisitFrames()
    {
        var reader = new FragmentReader(new MemoryStream(film));
        await reader.ReadInitAsync(CancellationToken.None);
        var bytes = 0L;
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
        {
            using (fragment)
            {
                foreach (var frame in fragment)
                {
                    bytes += frame.Size;
                }
            }
        }
        return bytes;
    }
}

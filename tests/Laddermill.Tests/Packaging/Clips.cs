using System.Diagnostics;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

/// <summary>Small clips that the real ffmpeg encodes, and what it makes of our bytes.</summary>
internal static class Clips
{
    /// <summary>150 frames of 320x180 at 29.97 fps with B-frames: GOPs of 30 frames, 30000 ticks a second.</summary>
    public static Task<byte[]> Video { get; } = EncodeVideo(0, 150);

    /// <summary>5 s of stereo with one click, at sample 100,000 (so in packet 97).</summary>
    public static Task<byte[]> Audio { get; } =
        Run(
            [],
            "-f lavfi -i aevalsrc=exprs='eq(n\\,100000)|eq(n\\,100000)':s=48000:d=5 -c:a aac -b:a 128k "
                + "-movflags +cmaf+delay_moov+skip_trailer -use_editlist 1 -frag_duration 1000000 -f mp4 pipe:1"
        );

    public const int Click = 100_000;

    /// <summary>Some frames of an endless test picture, encoded as the plan's ranges are: from fresh encoder state, times from 0.</summary>
    public static Task<byte[]> EncodeVideo(int firstFrame, int frames) =>
        Run(
            [],
            $"-f lavfi -i testsrc2=s=320x180:r=30000/1001 -vf trim=start_frame={firstFrame},settb=1001/30000,setpts=N "
                + $"-frames:v {frames} -c:v libx264 -preset veryfast -threads 1 -g 30 -keyint_min 30 -sc_threshold 0 "
                + "-x264-params stitchable=1 -video_track_timescale 30000 -fps_mode passthrough -enc_time_base 1001/30000 "
                + "-pix_fmt yuv420p -movflags +cmaf+skip_trailer -f mp4 pipe:1"
        );

    /// <summary>What ffmpeg makes of files that it reads one behind the other from its stdin.</summary>
    public static Task<byte[]> Convert(string arguments, params ReadOnlyMemory<byte>[] file) =>
        Run(file, arguments);

    /// <summary>What ffmpeg writes to its stdout.</summary>
    public static Task<byte[]> Encode(string arguments) => Run([], arguments);

    /// <summary>The compatible brands, one behind the other.</summary>
    public static string BrandsOf(InitSegment init)
    {
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(init.Bytes.Span);
        return System.Text.Encoding.ASCII.GetString(init.Bytes.Span[16..length]);
    }

    /// <summary>How many pictures ffmpeg decodes from a file, with no error.</summary>
    public static async Task<int> CountFrames(params ReadOnlyMemory<byte>[] file)
    {
        return LinesOf(await Run(file, "-i pipe:0 -fps_mode passthrough -f framemd5 pipe:1"));
    }

    /// <summary>The lines of ffmpeg's framemd5 format: one for each frame.</summary>
    public static int LinesOf(byte[] hashes) =>
        System
            .Text.Encoding.ASCII.GetString(hashes)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Count(line => line[0] != '#');

    /// <summary>The first channel as ffmpeg decodes it.</summary>
    public static async Task<short[]> DecodeAudio(params ReadOnlyMemory<byte>[] file)
    {
        var bytes = await Run(file, "-i pipe:0 -af pan=mono|c0=c0 -f s16le pipe:1");
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes).ToArray();
    }

    public static async Task<(InitSegment Init, List<Fragment> Fragments)> Read(byte[] file)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var reader = new FragmentReader(new MemoryStream(file));
        var init = await reader.ReadInitAsync(cancellation);
        List<Fragment> fragments = [];
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            fragments.Add(fragment);
        }
        return (init, fragments);
    }

    /// <summary>Runs ffmpeg with words as a shell would split them, single quotes only; an error message fails the test.</summary>
    private static async Task<byte[]> Run(ReadOnlyMemory<byte>[] input, string arguments)
    {
        var start = new ProcessStartInfo("ffmpeg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The AV1 encoder talks whatever ffmpeg's own level is.
        start.Environment["SVT_LOG"] = "0";
        foreach (var word in $"-v error -xerror {arguments}".Split(' '))
        {
            start.ArgumentList.Add(word.Replace("'", ""));
        }
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        await using var killing = cancellation.Register(process.Kill);
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        foreach (var part in input)
        {
            await process.StandardInput.BaseStream.WriteAsync(part, cancellation);
        }
        process.StandardInput.Close();
        await reading;
        Assert.Equal("", await errors);
        return output.ToArray();
    }
}

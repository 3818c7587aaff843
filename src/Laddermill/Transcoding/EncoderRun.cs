using System.Runtime.ExceptionServices;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>One ffmpeg with several outputs, each read by us while it runs.</summary>
internal static class EncoderRun
{
    /// <summary>
    /// Starts ffmpeg and hands each output to <paramref name="read"/>, together; returns what the readers made once ffmpeg has ended well.
    /// </summary>
    /// <param name="what">One sentence for people, should it fail.</param>
    /// <param name="input">All that ffmpeg may read.</param>
    /// <param name="film">Seconds of the film that it reads.</param>
    /// <param name="arguments">Makes the argument list, given the addresses of the outputs.</param>
    /// <param name="read">Reads one output to its end; the stream is null when ffmpeg had nothing to write.</param>
    /// <param name="ended">Called when ffmpeg has ended well, with what it had to say.</param>
    /// <exception cref="ToolFailedException">ffmpeg failed.</exception>
    public static async Task<T[]> ReadAllAsync<T>(
        string what,
        MediaInput input,
        double film,
        int outputs,
        Func<IReadOnlyList<string>, IReadOnlyList<string>> arguments,
        Func<int, Stream?, CancellationToken, Task<T>> read,
        CancellationToken cancellation,
        Action<ToolExit>? ended = null
    )
    {
        using var sockets = new EncoderSockets(outputs);
        var command = new ToolCommand("ffmpeg", [.. arguments(sockets.Addresses)])
        {
            Package = "ffmpeg",
            Confinement = input.Confine(film, sockets.Folder),
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var encoder = ToolProcess.Start(command, cancellationToken: stop.Token);
        var readers = Enumerable.Range(0, outputs).Select(index => ReadAsync(index)).ToArray();
        try
        {
            var results = await Task.WhenAll(readers);
            var exit = await encoder.EnsureSuccessAsync(what);
            ended?.Invoke(exit);
            return results;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // A reader's own trouble (the store, the grid) counts first. A stream that broke off has its reason in ffmpeg, if ffmpeg failed.
            var failures = readers
                .Where(reader => reader.IsFaulted)
                .Select(reader => reader.Exception!.InnerException!)
                .ToList();
            if (failures.Find(failure => failure is not TruncatedMediaException) is { } own)
            {
                ExceptionDispatchInfo.Throw(own);
            }
            await encoder.EnsureSuccessAsync(what);
            throw;
        }

        async Task<T> ReadAsync(int index)
        {
            try
            {
                await using var stream = await sockets.AcceptAsync(index, encoder, stop.Token);
                return await read(index, stream, stop.Token);
            }
            catch (Exception exception) when (exception is not TruncatedMediaException)
            {
                // One output that cannot be taken ends the run: ffmpeg would wait for it for ever.
                await stop.CancelAsync();
                throw;
            }
        }
    }
}

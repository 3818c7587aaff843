using System.Runtime.ExceptionServices;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>One ffmpeg that encodes one rendition's sound, fed by us with samples and read by us while it runs.</summary>
internal static class SoundEncoderRun
{
    /// <param name="what">One sentence for people, should it fail.</param>
    /// <param name="loudness">As measured; null where it is left as it is.</param>
    /// <param name="feed">Writes all samples.</param>
    /// <param name="read">Reads what is encoded, to its end; the stream is null when ffmpeg had nothing to write.</param>
    /// <exception cref="ToolFailedException">ffmpeg failed.</exception>
    public static async Task<T> RunAsync<T>(
        string what,
        AudioRendition rendition,
        Loudness? loudness,
        Func<Stream, CancellationToken, Task> feed,
        Func<Stream?, CancellationToken, Task<T>> read,
        CancellationToken cancellation
    )
    {
        using var sockets = new EncoderSockets(2);
        var (input, output) = (sockets.Addresses[0], sockets.Addresses[1]);
        var command = new ToolCommand(
            "ffmpeg",
            [
                .. SoundArguments.ForEncoding(
                    rendition,
                    loudness?.Gain ?? 0,
                    loudness?.IsLimited ?? false,
                    input,
                    output
                ),
            ]
        )
        {
            Package = "ffmpeg",
            Confinement = new Confinement([], [sockets.Folder]),
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var encoder = ToolProcess.Start(command, cancellationToken: stop.Token);
        var feeding = FeedAsync();
        var reading = ReadAsync();
        try
        {
            await Task.WhenAll(feeding, reading);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Whoever stopped the run has the reason. An encoder that is gone is seen by its neighbours only as a broken pipe.
            var own = new[] { feeding, reading }
                .Where(task => task.IsFaulted)
                .Select(task => task.Exception!.InnerException!)
                .FirstOrDefault(_ => stop.IsCancellationRequested);
            if (own is not null)
            {
                ExceptionDispatchInfo.Throw(own);
            }
            await encoder.EnsureSuccessAsync(what);
            throw;
        }
        await encoder.EnsureSuccessAsync(what);
        return await reading;

        async Task FeedAsync()
        {
            try
            {
                await using var stream = await sockets.AcceptAsync(0, encoder, stop.Token);
                await feed(
                    stream ?? throw new IOException("ffmpeg ended before it read any sound."),
                    stop.Token
                );
            }
            catch (Exception exception) when (exception is not IOException)
            {
                await stop.CancelAsync();
                throw;
            }
        }

        async Task<T> ReadAsync()
        {
            try
            {
                await using var stream = await sockets.AcceptAsync(1, encoder, stop.Token);
                return await read(stream, stop.Token);
            }
            catch (Exception exception) when (exception is not TruncatedMediaException)
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }
}

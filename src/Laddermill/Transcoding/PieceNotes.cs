using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>What is noted down of finished pieces, so that no run does again what another has done.</summary>
internal sealed class PieceNotes(OutputFolder output, string job, string revision)
{
    /// <summary>
    /// Takes over a piece that is done, or makes it and notes it down. Of two workers that race both make the same frames; the note of the first one counts,
    /// and the second adopts what it says, if that is what lies there.
    /// </summary>
    /// <param name="fits">Whether what was noted is the piece that is wanted now.</param>
    /// <param name="adopt">Reads what lies there: false when it is not as it was noted.</param>
    public async Task<Piece> DoOnceAsync(
        string name,
        Func<Piece, bool> fits,
        Func<Piece, Task<bool>> adopt,
        Func<Task<Piece>> make,
        CancellationToken cancellation
    )
    {
        var key = output.Piece(job, revision, name);
        if (await ReadAsync(key, cancellation) is { } done && fits(done) && await adopt(done))
        {
            return done;
        }
        var piece = await make();
        if (await PutAsync(piece, PutCondition.Absent))
        {
            return piece;
        }
        var first = await ReadAsync(key, cancellation);
        if (first is not null && fits(first) && (first.IsSameAs(piece) || await adopt(first)))
        {
            return first;
        }
        // What is noted there is not what lies there, or is of another plan: now it is as we say.
        await PutAsync(piece, PutCondition.None);
        return piece;

        async Task<bool> PutAsync(Piece made, PutCondition condition) =>
            await output.Store.PutAsync(
                key,
                made.ToJson(),
                OutputFolder.Json,
                condition,
                cancellation
            )
                is not null;
    }

    private async Task<Piece?> ReadAsync(string key, CancellationToken cancellation) =>
        await output.Store.ReadSmallAsync(key, cancellation) is { } noted
            ? Piece.Parse(noted)
            : null;
}

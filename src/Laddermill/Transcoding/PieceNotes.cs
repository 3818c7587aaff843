namespace Laddermill.Transcoding;

/// <summary>What is noted down of finished pieces, so that no run does again what another has done.</summary>
internal sealed class PieceNotes(OutputFolder output, string job, string revision)
{
    /// <summary>Takes over a piece that is done, or makes it and notes it down. Two workers that race make the same bytes and the same note.</summary>
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
        var noted = await output.ReadSmallAsync(key, cancellation);
        if (noted is not null && Piece.Parse(noted) is { } done && fits(done) && await adopt(done))
        {
            return done;
        }
        var piece = await make();
        await output.Store.PutAsync(key, piece.ToJson(), OutputFolder.Json, default, cancellation);
        return piece;
    }
}

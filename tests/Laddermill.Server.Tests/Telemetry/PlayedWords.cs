namespace Laddermill.Server.Tests.Telemetry;

/// <summary>What a worker says, as real ones do.</summary>
internal static class PlayedWords
{
    /// <summary>A worker that probed for a tenth of a second and encoded ten seconds of film at twice its speed.</summary>
    /// <param name="start">When it began.</param>
    public static string Done(DateTimeOffset start) =>
        $$$"""
            {"progress":{"phase":"probe","duration":0,"elapsed":0,"renditions":[]}}
            {"progress":{"phase":"encode","duration":10,"elapsed":3,"speed":2.5,"renditions":[]}}
            {"progress":{"phase":"publish","duration":10,"elapsed":5.1,"renditions":[]}}
            {"result":{"state":"done","revision":"abcdefgh","renditions":[{"name":"video-180p","bytes":3000},{"name":"audio","bytes":500}],"phases":[{"name":"probe","start":"{{{start:O}}}","seconds":0.1},{"name":"encode","start":"{{{start.AddSeconds(
                0.1
            ):O}}}","seconds":4},{"name":"publish","start":"{{{start.AddSeconds(
                4.1
            ):O}}}","seconds":0.5}]}}
            """.ReplaceLineEndings(
            "\n"
        );
}

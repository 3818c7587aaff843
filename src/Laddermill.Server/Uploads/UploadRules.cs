using Laddermill.Server.Api;
using Laddermill.Server.Intake;
using Laddermill.Server.Pipelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Laddermill.Server.Uploads;

/// <summary>What may be uploaded, and what is said where something may not.</summary>
internal static class UploadRules
{
    private const int MostInName = 4096;

    /// <summary>The pipeline and the cleaned name of what is asked for, or why it is refused.</summary>
    public static (Pipeline?, string?, ProblemHttpResult?) Look(
        NewUpload asked,
        PipelineSet pipelines
    )
    {
        var pipeline =
            asked.Pipeline is not null ? pipelines.Find(asked.Pipeline)
            : pipelines.All is [var only] ? only
            : null;
        if (pipeline is null)
        {
            return Refused(
                "No such pipeline",
                asked.Pipeline is null
                    ? $"Say which pipeline the upload is for: {NamesOf(pipelines)}."
                    : $"There is no pipeline '{Problems.Short(asked.Pipeline)}'; there are: {NamesOf(pipelines)}."
            );
        }
        if (asked.Size <= 0)
        {
            return Refused("Nothing in it", "An empty file is no film.");
        }
        var name = asked.Name.Length > MostInName ? null : UploadNames.Clean(asked.Name);
        if (name is null)
        {
            return Refused(
                "No name",
                $"'{Problems.Short(asked.Name)}' leaves no name for the file; call it something like film.mp4."
            );
        }
        var objection = FilmsBeside.IsText(name)
            ? null
            : pipeline.Objection(pipeline.Source.Key + name);
        return objection is null
            ? (pipeline, name, null)
            : Refused(
                "Not a name for this pipeline",
                $"The pipeline {pipeline.Name} would do nothing with '{Problems.Short(name)}': it {objection}."
            );
    }

    public static ProblemHttpResult Gone() =>
        Problems.Of(
            StatusCodes.Status404NotFound,
            "No such upload",
            "There is no such upload (any more): it was given up, or abandoned for too long. Begin anew."
        );

    public static ProblemHttpResult InUse() =>
        Problems.Of(
            StatusCodes.Status423Locked,
            "In use",
            "Another request adds to this upload; try again soon."
        );

    public static ProblemHttpResult OtherOffset(long known) =>
        Problems.Of(
            StatusCodes.Status409Conflict,
            "Other offset",
            $"{known} bytes have come; go on from there."
        );

    public static ProblemHttpResult Taken(Upload upload) =>
        Problems.Of(
            StatusCodes.Status410Gone,
            "The name is taken",
            $"Somebody else put '{Problems.Short(upload.Name)}' there meanwhile; upload it anew, under another name or to replace it."
        );

    private static (Pipeline?, string?, ProblemHttpResult?) Refused(string title, string detail) =>
        (null, null, Problems.Unusable(title, detail));

    private static string NamesOf(PipelineSet pipelines) =>
        string.Join(", ", pipelines.All.Select(each => each.Name));
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Ladders;

namespace Laddermill.Server.Api;

/// <summary>A profile, resolved: every field has its value.</summary>
/// <param name="Name">By this jobs and pipelines name it.</param>
/// <param name="Profile">As in a profile's file; the fields are explained in docs/planning.md.</param>
/// <param name="Written">As it was saved, which may extend a built-in one; null for those that were not.</param>
public sealed record ProfileView(string Name, JsonObject Profile, JsonObject? Written = null)
{
    internal static ProfileView Of(Profile profile, JsonObject? written = null) =>
        new(profile.Name, JsonNode.Parse(Profiles.Canonical(profile))!.AsObject(), written);
}

/// <summary>One thing that is wrong with a profile.</summary>
/// <param name="Field">Where, such as <c>video.rungs[0].crf</c>; empty for the whole.</param>
/// <param name="Message">A sentence.</param>
public sealed partial record ProfileProblem(string Field, string Message)
{
    /// <param name="name">The profile's.</param>
    internal static IReadOnlyList<ProfileProblem> Of(string name, ProfileException wrong) =>
        [.. wrong.Problems.Select(each => Of(name, each))];

    private static ProfileProblem Of(string name, string sentence) =>
        sentence.StartsWith(name + ".", StringComparison.Ordinal)
        && Path().Match(sentence[(name.Length + 1)..]) is { Success: true } found
            ? new ProfileProblem(
                found.Groups[1].Value,
                Capital($"{LastOf(found.Groups[1].Value)} {found.Groups[2].Value}")
            )
            : new ProfileProblem("", sentence);

    private static string LastOf(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex(@"\A([\w.\[\]]+) (.+)\z", RegexOptions.Singleline)]
    private static partial Regex Path();
}

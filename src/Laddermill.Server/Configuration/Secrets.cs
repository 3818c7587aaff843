using System.Collections.Immutable;

namespace Laddermill.Server.Configuration;

/// <summary>Reads secrets from files, else from the environment; never from the configuration itself, which people show around.</summary>
/// <param name="folder">What relative paths start from.</param>
/// <param name="problems">Gets a sentence for each that is missing.</param>
internal sealed class Secrets(
    string folder,
    Func<string, string?> variable,
    ImmutableArray<string>.Builder problems
)
{
    /// <summary>A secret that need not be: empty when neither file nor environment is given.</summary>
    public string ReadIfAny(string of, string file, string environment) =>
        file.Length > 0 || variable(environment) is { Length: > 0 }
            ? Read(of, file, environment)
            : "";

    /// <summary>Empty when there is none, which is a problem.</summary>
    /// <param name="of">Whose it is, for messages.</param>
    /// <param name="file">Empty: the environment has it.</param>
    public string Read(string of, string file, string environment)
    {
        try
        {
            var secret =
                file.Length > 0
                    ? File.ReadAllText(Path.Combine(folder, file)).Trim()
                    : variable(environment)?.Trim();
            if (secret is { Length: > 0 })
            {
                return secret;
            }
            problems.Add(
                file.Length > 0
                    ? $"{of}: the secret's file {file} is empty."
                    : $"{of} has no secret: name its file, or set {environment} in the environment."
            );
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{of}: the secret's file cannot be read: {wrong.Message}");
        }
        return "";
    }
}

namespace Laddermill.Storage.Oci;

/// <summary>One profile of a config file as the OCI tools share it: <c>[NAME]</c>, <c>key=value</c>, <c>#</c> for comments. What it lacks comes from <c>[DEFAULT]</c>.</summary>
internal sealed class OciProfile
{
    private const string Default = "DEFAULT";

    private readonly string file;
    private readonly string name;
    private readonly string home;
    private readonly Dictionary<string, string> values;

    private OciProfile(string file, string name, string home, Dictionary<string, string> values) =>
        (this.file, this.name, this.home, this.values) = (file, name, home, values);

    public string? this[string key] =>
        values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    /// <exception cref="AddressException">There is no such profile, or a line is malformed.</exception>
    public static OciProfile Parse(string text, string file, string? name, string home)
    {
        var profiles = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal)
        {
            [Default] = [],
        };
        var current = profiles[Default];
        foreach (var (index, raw) in text.Split('\n').Index())
        {
            var line = raw.Trim().TrimStart('\uFEFF');
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            if (line is ['[', .. var section, ']'])
            {
                section = section.Trim();
                if (!profiles.TryGetValue(section, out current))
                    profiles[section] = current = [];
                continue;
            }
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            // The line itself may be a secret.
            if (equals < 1)
                throw new AddressException(
                    $"Line {index + 1} of '{file}' is neither [PROFILE] nor key=value."
                );
            current[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
        var chosen = name ?? Default;
        if (!profiles.TryGetValue(chosen, out var own))
            throw new AddressException(
                $"There is no profile [{chosen}] in '{file}'; it has {string.Join(", ", profiles.Keys.Select(p => $"[{p}]"))}."
            );
        var values = new Dictionary<string, string>(profiles[Default], StringComparer.Ordinal);
        foreach (var (key, value) in own)
            values[key] = value;
        return new OciProfile(file, chosen, home, values);
    }

    /// <exception cref="AddressException">It is missing.</exception>
    public string Required(string key) =>
        this[key]
        ?? throw new AddressException($"The profile [{name}] in '{file}' has no '{key}'; add it.");

    /// <summary>A path, in which <c>~</c> may stand for the home folder.</summary>
    public string Path(string key) =>
        Required(key) switch
        {
            ['~', '/', .. var rest] => System.IO.Path.Combine(home, rest),
            var path => path,
        };
}

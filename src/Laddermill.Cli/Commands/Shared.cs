using System.Collections.Immutable;
using System.CommandLine;
using Laddermill.Cli.Progress;
using Laddermill.Ladders;
using Laddermill.Pricing;
using Laddermill.Processes;
using Laddermill.Storage;

namespace Laddermill.Cli.Commands;

/// <summary>Arguments and options that mean the same in several commands.</summary>
internal static class Shared
{
    public static Argument<string> Source() =>
        new("SOURCE")
        {
            Description =
                "The video or sound: a path, file://…, s3://bucket/key or oci://bucket/key.",
        };

    public static Option<string> Profile() =>
        new("--profile")
        {
            HelpName = "NAME|FILE",
            Description =
                $"What to make: {string.Join(" or ", Profiles.Names)}, or a JSON file of yours (FILE#NAME when it holds several).",
            DefaultValueFactory = _ => "default",
        };

    private const string PricesVariable = "LADDERMILL_PRICES";

    /// <summary>Nothing given means the variable's, or none.</summary>
    public static Option<string?> PriceFile() =>
        new("--prices")
        {
            HelpName = "FILE",
            Description =
                $"What the machine costs, as JSON (docs/pricing.md); else the file that {PricesVariable} names.",
        };

    /// <returns>Null when nobody names a file.</returns>
    /// <exception cref="UsageException">There is no such file, or it holds no prices.</exception>
    public static async Task<Prices?> ReadPricesAsync(string? file, CancellationToken cancellation)
    {
        file ??= Environment.GetEnvironmentVariable(PricesVariable);
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }
        try
        {
            return Prices.Parse(await File.ReadAllTextAsync(file, cancellation), file);
        }
        catch (Exception wrong)
            when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                wrong is FormatException
                    ? wrong.Message
                    : $"The prices cannot be read: {wrong.Message}"
            );
        }
    }

    /// <summary>Nothing given means both.</summary>
    public static Option<ImmutableArray<string>?> Protocols() =>
        new("--protocol")
        {
            HelpName = "hls,dash",
            Description = "What to publish: hls, dash, or both, which is the default.",
            CustomParser = result =>
            {
                ImmutableArray<string> words =
                [
                    .. result.Tokens.SelectMany(token => token.Value.Split(',')).Distinct(),
                ];
                foreach (var word in words.Except(["hls", "dash"]))
                {
                    result.AddError($"--protocol takes hls, dash or hls,dash; not '{word}'.");
                }
                return words;
            },
        };

    /// <summary>Nothing given means what the profile says.</summary>
    public static Option<string?> Segments()
    {
        var option = new Option<string?>("--segments")
        {
            HelpName = "cmaf|ts",
            Description =
                "ts: HLS with MPEG-TS segments too, for old devices. cmaf: without. The default is what the profile says (cmaf in the built-in ones).",
        };
        option.AcceptOnlyFromAmong("cmaf", "ts");
        return option;
    }

    public static Option<ProgressMode> Progress()
    {
        var option = new Option<ProgressMode>("--progress")
        {
            HelpName = "auto|plain|json|none",
            Description =
                "How progress is shown. auto, the default: live in a terminal, plain elsewhere. plain: a line every few seconds. json: one object a line, on the output.",
        };
        option.AcceptOnlyFromAmong("auto", "plain", "json", "none");
        return option;
    }

    public static Option<string?> Sandbox()
    {
        var option = new Option<string?>("--sandbox")
        {
            HelpName = "auto|require|landlock|off",
            Description =
                $"How ffmpeg is shut in. auto, the default: by bubblewrap or else Landlock, where the system lets us. {Processes.Sandbox.Variable} in the environment says the same.",
        };
        option.AcceptOnlyFromAmong("auto", "require", "landlock", "off");
        return option;
    }

    /// <summary>Tells people once what ffmpeg is shut in by.</summary>
    /// <exception cref="SandboxException">One is required and cannot be had.</exception>
    public static void ChooseSandbox(string? word, TextWriter? error)
    {
        if (word is not null)
        {
            Processes.Sandbox.Choose(Processes.Sandbox.Parse(word));
        }
        // In a namespace of its own a tool cannot see us anyhow.
        if (Processes.Sandbox.Tier != "bubblewrap")
        {
            OwnProcess.Hide();
        }
        var why = Processes.Sandbox.Shortcoming is { } shortcoming ? $": {shortcoming}" : "";
        error?.WriteLine(Words.Harmless($"sandbox: {Processes.Sandbox.Tier}{why}"));
    }

    /// <summary>The server's configuration.</summary>
    public static Option<string> Config() =>
        new("--config")
        {
            HelpName = "FILE",
            Description = "The server's configuration; laddermill.json in this folder by itself.",
            DefaultValueFactory = _ => "laddermill.json",
        };

    public static Option<bool> Json(string description) =>
        new("--json") { Description = description };

    /// <exception cref="AddressException">The address is malformed.</exception>
    public static ObjectLocation Place(string source) =>
        ObjectLocation.ParseSource(source, Environment.CurrentDirectory);
}

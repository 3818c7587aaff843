using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>A job document, understood: addresses opened, the profile resolved, nothing left to be wrong but the source itself.</summary>
public sealed class JobRequest
{
    private JobRequest(
        JobSource source,
        OutputFolder output,
        string destinationAddress,
        Profile profile
    )
    {
        (Source, Output) = (source, output);
        (DestinationAddress, Profile) = (destinationAddress, profile);
    }

    internal JobSource Source { get; }

    /// <summary>The job's id: the same, whoever asks for it.</summary>
    public string Id => JobId.Compute(Source.Identity, DestinationAddress, Protocols, Profile);

    /// <summary>The source's address for people, without secrets.</summary>
    public string SourceAddress => Source.Address;

    /// <summary>Bytes of the source.</summary>
    public long SourceSize => Source.Size;

    public OutputFolder Output { get; }

    public string DestinationAddress { get; }

    public Profile Profile { get; }

    public required ImmutableArray<string> Protocols { get; init; }

    public required bool Force { get; init; }

    /// <summary>Whether viewers may begin before all is made.</summary>
    public bool IsProgressive => Profile.Segments.Progressive && Protocols.Contains("hls");

    /// <summary>What the machine costs; null when nobody says.</summary>
    public Prices? Prices { get; init; }

    /// <summary>How long the revision stays that this job replaces.</summary>
    public required TimeSpan Grace { get; init; }

    /// <param name="currentDirectory">Absolute folder that relative paths start from.</param>
    /// <param name="clock">For stores: when to try again.</param>
    /// <param name="stores">Opens the store of an address; null: as the environment says.</param>
    /// <exception cref="AddressException">An address is malformed.</exception>
    /// <exception cref="ProfileException">The profile cannot be used.</exception>
    /// <exception cref="ArgumentException">A protocol or form of segments is unknown, or they do not go together.</exception>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    /// <exception cref="RejectedException">The source is empty, or its name too long for what would be made of it.</exception>
    /// <exception cref="StoreException">A store refuses or cannot be reached.</exception>
    public static async Task<JobRequest> OpenAsync(
        JobDocument document,
        string currentDirectory,
        TimeProvider clock,
        CancellationToken cancellation,
        Func<ObjectLocation, IObjectStore>? stores = null
    )
    {
        stores ??= location => ObjectStores.Open(location, clock);
        var (protocols, profile) = JobTerms.Of(document);
        var destination = ObjectLocation.ParseDestination(document.Destination, currentDirectory);
        var location = ObjectLocation.ParseSource(document.Source, currentDirectory);
        var source = await JobSource.FindAsync(location, stores, clock, cancellation);
        var output = new OutputFolder(
            stores(destination),
            destination.Key,
            document.Name ?? source.Name
        );
        if (output.LongestKey is > KeyRules.MaxBytes and var bytes)
        {
            throw new RejectedException(
                RejectionCode.NameTooLong,
                $"The name of {source.Address} is too long: what is made of it would have names of up to {bytes} bytes, and stores take {KeyRules.MaxBytes}. Give it a shorter one."
            );
        }
        return new JobRequest(source, output, destination.ToString(), profile)
        {
            Protocols = protocols,
            Force = document.Force,
            Prices = PricesOf(document, profile),
            Grace = GraceOf(document.DeleteAfterHours),
        };
    }

    private static Prices? PricesOf(JobDocument document, Profile profile)
    {
        if (document.Prices?.Problems("prices.").FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem);
        }
        return profile.MaxCost > 0 && document.Prices is not { AreKnown: true }
            ? throw new ArgumentException(
                $"The profile {profile.Name} sets maxCost, and no prices are known to tell a job's cost by; give them (docs/pricing.md), or leave maxCost out."
            )
            : document.Prices;
    }

    private static TimeSpan GraceOf(double? hours) =>
        hours is null ? TimeSpan.FromHours(24)
        : hours is >= 0 and <= MostHours ? TimeSpan.FromHours(hours.Value)
        : throw new ArgumentException(
            FormattableString.Invariant(
                $"A replaced revision is to be deleted after {hours} hours; it must be 0 to {MostHours} (a year)."
            )
        );

    private const int MostHours = 8784;
}

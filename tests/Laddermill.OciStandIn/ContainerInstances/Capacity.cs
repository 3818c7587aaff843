namespace Laddermill.OciStandIn.ContainerInstances;

/// <summary>How a request for an instance can be refused, or go wrong after it was accepted.</summary>
public enum Shortage
{
    None,

    /// <summary>500 InternalError "Out of host capacity.", at once.</summary>
    OutOfHosts,

    /// <summary>400 LimitExceeded.</summary>
    Limit,

    /// <summary>400 QuotaExceeded.</summary>
    Quota,

    /// <summary>429 TooManyRequests.</summary>
    TooMany,

    /// <summary>Accepted, and then FAILED without having begun.</summary>
    FailsLater,
}

/// <summary>Which availability domains are short of what; changed while the stand-in runs.</summary>
public sealed class Capacity
{
    private readonly Dictionary<string, Shortage> shortages = new(StringComparer.Ordinal);

    /// <summary>How long an instance takes until its container runs.</summary>
    public TimeSpan Delay { get; set; }

    public Shortage this[string domain]
    {
        get
        {
            lock (shortages)
                return shortages.GetValueOrDefault(domain);
        }
        set
        {
            lock (shortages)
                shortages[domain] = value;
        }
    }

    internal void Check(string domain)
    {
        switch (this[domain])
        {
            case Shortage.OutOfHosts:
                throw new Refusal(500, "InternalError", "Out of host capacity.");
            case Shortage.Limit:
                throw new Refusal(
                    400,
                    "LimitExceeded",
                    "The following service limits were exceeded: standard-e4-core-count. Request a service limit increase from the service limits page in the console."
                );
            case Shortage.Quota:
                throw new Refusal(400, "QuotaExceeded", "The quota of the compartment is used up.");
            case Shortage.TooMany:
                throw new Refusal(429, "TooManyRequests", "Too many requests for the tenant.");
        }
    }
}

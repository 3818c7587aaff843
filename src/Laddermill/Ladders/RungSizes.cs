namespace Laddermill.Ladders;

/// <summary>A rung of the profile, fitted to one source.</summary>
internal sealed record FittedRung(
    Rung Rung,
    string Name,
    int Width,
    int Height,
    int MaxBitrate,
    string Reason
);

/// <summary>Which rungs a source gets, and in which sizes.</summary>
internal static class RungSizes
{
    /// <summary>A rung this close to the source's size keeps its name and cap though it is brought down a little.</summary>
    private const double NearlyTheSame = 0.95;

    /// <summary>The source must be larger than the best rung below by this factor to get one at its own size.</summary>
    private const double WorthARung = 1.15;

    /// <param name="width">The source's width as shown: upright, square pixels.</param>
    public static (IReadOnlyList<FittedRung> Fitted, IReadOnlyList<Decision> Decisions) Fit(
        IReadOnlyList<Rung> rungs,
        int width,
        int height
    )
    {
        var fitted = new List<FittedRung>();
        var decisions = new List<Decision>();
        Rung? above = null;
        foreach (var rung in rungs)
        {
            var scale = ScaleToFit(rung, width, height);
            if (scale > 1)
            {
                above = rung;
                continue;
            }
            var (w, h) = (Even(width * scale), Even(height * scale));
            fitted.Add(
                new FittedRung(
                    rung,
                    rung.Name,
                    w,
                    h,
                    rung.MaxBitrate,
                    $"{w}x{h}: the source ({width}x{height}) fits its box"
                )
            );
        }
        if (above is not null)
        {
            AddAtSourceSize(fitted, above, rungs, width, height);
        }
        foreach (var rung in rungs.Where(rung => fitted.TrueForAll(fit => fit.Rung != rung)))
        {
            decisions.Add(
                new Decision(
                    $"rung {rung.Name}",
                    $"left out: the source is only {width}x{height}, and nothing is enlarged"
                )
            );
        }
        fitted.Sort((a, b) => b.MaxBitrate.CompareTo(a.MaxBitrate));
        decisions.InsertRange(
            0,
            fitted.Select(fit => new Decision($"rung {fit.Name}", fit.Reason))
        );
        return (fitted, decisions);
    }

    /// <summary>The rung just above the source is brought down to the source's size, unless the one below shows nearly as much.</summary>
    private static void AddAtSourceSize(
        List<FittedRung> fitted,
        Rung above,
        IReadOnlyList<Rung> rungs,
        int width,
        int height
    )
    {
        var best = fitted.FirstOrDefault();
        var gain = best is null
            ? double.PositiveInfinity
            : Math.Max((double)width / best.Width, (double)height / best.Height);
        if (gain < WorthARung)
        {
            return;
        }
        var (w, h) = (Even(width), Even(height));
        if (1 / ScaleToFit(above, width, height) >= NearlyTheSame)
        {
            var reason = $"{w}x{h}: its box, brought down to the source's own size";
            fitted.Insert(0, new FittedRung(above, above.Name, w, h, above.MaxBitrate, reason));
            return;
        }
        var name = $"{Math.Min(w, h)}p";
        if (rungs.Any(rung => rung.Name == name))
        {
            name += "-source";
        }
        var cap = CapFor(w * (double)h, above, best);
        fitted.Insert(
            0,
            new FittedRung(
                above,
                name,
                w,
                h,
                cap,
                $"{w}x{h}: the source's own size, between the profile's rungs, at most {cap / 1000} kbit/s"
            )
        );
    }

    /// <summary>
    /// A cap for a size between rungs: bits follow pixels to the power of 0.75, the usual rule of thumb for one codec at equal quality.
    /// </summary>
    private static int CapFor(double pixels, Rung above, FittedRung? best)
    {
        var (fromPixels, fromBitrate) = best is null
            ? ((double)above.Width * above.Height, above.MaxBitrate)
            : ((double)best.Width * best.Height, best.MaxBitrate);
        var cap = fromBitrate * Math.Pow(pixels / fromPixels, 0.75);
        return (int)Math.Clamp(Math.Round(cap / 10_000) * 10_000, 50_000, above.MaxBitrate);
    }

    /// <summary>How much the source must be scaled to fit the rung's box, which is turned for portrait sources.</summary>
    private static double ScaleToFit(Rung rung, int width, int height)
    {
        var (boxWidth, boxHeight) =
            height > width ? (rung.Height, rung.Width) : (rung.Width, rung.Height);
        return Math.Min((double)boxWidth / width, (double)boxHeight / height);
    }

    /// <summary>4:2:0 pictures have even sizes; x264 wants at least 16.</summary>
    public static int Even(double size) => Math.Max(16, (int)Math.Round(size / 2) * 2);
}

using Microsoft.Playwright;

namespace Laddermill.Server.Tests.Console;

/// <summary>Who looks: on what, in which colours.</summary>
public sealed record Viewer(string Name, int Width, int Height, ColorScheme Colours)
{
    public static readonly Viewer Desktop = new("desktop-light", 1440, 900, ColorScheme.Light);
    public static readonly Viewer DesktopDark = new("desktop-dark", 1440, 900, ColorScheme.Dark);
    public static readonly Viewer Phone = new("phone-light", 390, 844, ColorScheme.Light);
    public static readonly Viewer PhoneDark = new("phone-dark", 390, 844, ColorScheme.Dark);

    /// <summary>Each size and each scheme once: the colours do not depend on the size, nor the layout on the colours.</summary>
    public static IReadOnlyList<Viewer> Both => [Desktop, PhoneDark];

    /// <summary>Every size in every scheme, for the pages that show most.</summary>
    public static IReadOnlyList<Viewer> All => [Desktop, DesktopDark, Phone, PhoneDark];

    public BrowserNewPageOptions Options =>
        new()
        {
            ViewportSize = new() { Width = Width, Height = Height },
            ColorScheme = Colours,
            HasTouch = Width < 600,
            DeviceScaleFactor = Width < 600 ? 2 : 1,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        };
}

using MudBlazor;

namespace Laddermill.Server.Console.Shell;

/// <summary>Colours and type of the console. Both palettes keep 4.5:1 for text on each of their grounds (WCAG 2.2, 1.4.3).</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts =
    [
        "system-ui",
        "-apple-system",
        "Segoe UI",
        "Roboto",
        "Helvetica Neue",
        "Noto Sans",
        "Liberation Sans",
        "Arial",
        "sans-serif",
    ];

    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#3046c9",
                Secondary = "#0f6f68",
                Background = "#f6f7fa",
                BackgroundGray = "#eceef4",
                Surface = "#ffffff",
                DrawerBackground = "#ffffff",
                AppbarBackground = "#ffffff",
                AppbarText = "#171b2c",
                TextPrimary = "#171b2c",
                TextSecondary = "#545b73",
                TextDisabled = "#6d748b",
                ActionDefault = "#545b73",
                LinesDefault = "#dfe2eb",
                LinesInputs = "#8a91a8",
                TableLines = "#e7e9f0",
                Divider = "#e7e9f0",
                Success = "#17713c",
                Error = "#bb2233",
                Warning = "#8a5300",
                Info = "#3046c9",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#9db0ff",
                PrimaryContrastText = "#10142b",
                Secondary = "#6fd3c8",
                Black = "#0d0f17",
                Background = "#0f111a",
                BackgroundGray = "#0b0d14",
                Surface = "#181b28",
                DrawerBackground = "#131622",
                AppbarBackground = "#131622",
                AppbarText = "#e8eaf3",
                TextPrimary = "#e8eaf3",
                TextSecondary = "#a9b0c6",
                TextDisabled = "#8a91a8",
                ActionDefault = "#a9b0c6",
                LinesDefault = "#2a2f42",
                LinesInputs = "#6d748b",
                TableLines = "#262b3d",
                Divider = "#262b3d",
                Success = "#62d28f",
                SuccessContrastText = "#08170e",
                Error = "#ff8a93",
                ErrorContrastText = "#26070a",
                Warning = "#f2b659",
                WarningContrastText = "#231500",
                Info = "#9db0ff",
                InfoContrastText = "#10142b",
            },
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
            Typography = new Typography
            {
                Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".9375rem" },
                Button = new ButtonTypography { TextTransform = "none", FontWeight = "600" },
            },
        };
}

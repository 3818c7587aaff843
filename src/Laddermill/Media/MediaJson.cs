using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary><see cref="MediaInfo"/> as JSON, as <c>laddermill probe --json</c> prints it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true
)]
[JsonSerializable(typeof(MediaInfo))]
public sealed partial class MediaJson : JsonSerializerContext;

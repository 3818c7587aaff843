using System.Collections.Immutable;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Reports;

namespace Laddermill.Verification.Model;

/// <summary>Reads an output: its playlists, then every file they name, each once.</summary>
internal sealed class OutputLoader(IOutputReader reader)
{
    public const string MultivariantName = "master.m3u8";
    public const string TransportName = "master-ts.m3u8";
    public const string ManifestName = "dash.mpd";

    /// <summary>A store answers slowly but many at once; each file in flight is in memory whole.</summary>
    private const int AtOnce = 4;

    private readonly FactBook book = new();

    public MultivariantPlaylist? Multivariant { get; private set; }

    /// <summary>Of the transport streams.</summary>
    public MultivariantPlaylist? Transport { get; private set; }

    public Manifest? Manifest { get; private set; }

    public ReadOnlyMemory<byte>? ManifestBytes { get; private set; }

    public ImmutableArray<MediaPlaylist> Playlists { get; private set; } = [];

    public ImmutableArray<MediaPlaylist> TransportPlaylists { get; private set; } = [];

    public ImmutableArray<Finding> MissingTexts { get; private set; } = [];

    public ImmutableArray<Finding> MissingTransportTexts { get; private set; } = [];

    public async Task LoadAsync(bool hls, bool dash, CancellationToken cancellation)
    {
        if (
            hls
            && await reader.ReadAsync(MultivariantName, cancellation).ConfigureAwait(false)
                is { } master
        )
        {
            Multivariant = MultivariantReader.Read(MultivariantName, master.Span);
            (Playlists, MissingTexts) = await LoadPlaylistsAsync(Multivariant, cancellation)
                .ConfigureAwait(false);
        }
        if (
            hls
            && await reader.ReadAsync(TransportName, cancellation).ConfigureAwait(false)
                is { } transport
        )
        {
            Transport = MultivariantReader.Read(TransportName, transport.Span);
            (TransportPlaylists, MissingTransportTexts) = await LoadPlaylistsAsync(
                    Transport,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        if (dash)
        {
            ManifestBytes = await reader
                .ReadAsync(ManifestName, cancellation)
                .ConfigureAwait(false);
            Manifest = ManifestBytes is { } mpd ? ManifestReader.Read(ManifestName, mpd) : null;
        }
        var playlists = Playlists.AddRange(TransportPlaylists);
        foreach (var kind in References.Of(playlists, Manifest).GroupBy(each => each.Kind))
        {
            await Parallel
                .ForEachAsync(
                    kind,
                    new ParallelOptions
                    {
                        MaxDegreeOfParallelism = AtOnce,
                        CancellationToken = cancellation,
                    },
                    LoadFileAsync
                )
                .ConfigureAwait(false);
        }
    }

    public Output Build()
    {
        var output = new OutputBuilder(Multivariant, Playlists, Manifest, book.Files);
        var transport = new OutputBuilder(Transport, TransportPlaylists, null, book.Files);
        return output.Build(MissingTexts) with
        {
            Transport = Transport is null ? null : transport.Build(MissingTransportTexts),
        };
    }

    private async Task<(
        ImmutableArray<MediaPlaylist> Found,
        ImmutableArray<Finding> Missing
    )> LoadPlaylistsAsync(MultivariantPlaylist multivariant, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<MediaPlaylist>();
        var missing = ImmutableArray.CreateBuilder<Finding>();
        foreach (var uri in multivariant.Uris)
        {
            if (OutputPath.Resolve(multivariant.Path, uri) is not { } path)
            {
                continue;
            }
            var bytes = await reader.ReadAsync(path, cancellation).ConfigureAwait(false);
            if (bytes is { Length: > 0 } text)
            {
                found.Add(MediaPlaylistReader.Read(path, text.Span));
            }
            else
            {
                missing.Add(new(path, $"named by {multivariant.Path}"));
            }
        }
        return (found.DrainToImmutable(), missing.DrainToImmutable());
    }

    private async ValueTask LoadFileAsync(Reference reference, CancellationToken cancellation)
    {
        var bytes = await reader.ReadAsync(reference.Path, cancellation).ConfigureAwait(false);
        if (bytes is { Length: > 0 } content)
        {
            book.Add(reference.Path, reference.Kind, reference.Init, content.Span);
        }
    }
}

using System.Globalization;
using Laddermill.Verification.Bitstreams;

namespace Laddermill.Verification.Transport;

/// <summary>Looks at the sound of one segment, one PES packet after the other: ADTS frames (ISO/IEC 14496-3 §1.A.2).</summary>
internal sealed class SoundCollector
{
    private const double Clock = 90_000;
    private const int FrameSamples = 1024;

    private static ReadOnlySpan<int> Rates =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    private AudioConfig? config;
    private int frames;
    private long first;
    private double drift;

    /// <returns>Whether it has a time, and holds whole frames of one kind and nothing else.</returns>
    public bool Add(ElementaryStream stream)
    {
        var packet = PesPacket.Read(stream.Packet);
        if (packet.Shown is not { } shown)
        {
            return false;
        }
        if (frames == 0)
        {
            first = shown;
        }
        else
        {
            drift = Math.Max(drift, Math.Abs(shown - End));
        }
        var data = packet.Data;
        while (!data.IsEmpty)
        {
            if (data.Length < 7 || data[0] != 0xff || (data[1] & 0xf6) != 0xf0)
            {
                return false;
            }
            var length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5;
            var index = data[2] >> 2 & 15;
            if (length < 7 || length > data.Length || index >= Rates.Length)
            {
                return false;
            }
            var channels = (data[2] & 1) << 2 | data[3] >> 6;
            var found = new AudioConfig((data[2] >> 6) + 1, Rates[index], channels);
            config ??= found;
            if (config != found)
            {
                return false;
            }
            frames++;
            data = data[length..];
        }
        return true;
    }

    public TransportAudio? Facts =>
        config is null
            ? null
            : new(
                string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{config.ObjectType}"),
                config,
                frames,
                first,
                drift,
                End
            );

    private double End =>
        config is null ? first : first + frames * FrameSamples * Clock / config.SampleRate;
}

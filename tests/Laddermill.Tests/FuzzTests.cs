using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Laddermill.Events;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Storage;
using Laddermill.Subtitles;
using Laddermill.Tests.Events;
using Laddermill.Tests.Verification;
using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Tests;

/// <summary>
/// Readers of what strangers wrote, under spoilt copies of good inputs (<c>tests/testassets/fuzz</c>, saved answers of ffprobe, events of all senders, a published output): each may refuse in
/// its own words, and nothing else may be thrown. The numbers come from a fixed seed, so a finding is found again; <c>LADDERMILL_FUZZ_SECONDS</c> is the time for each
/// reader, <c>LADDERMILL_FUZZ_SEED</c> another seed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper log)
{
    private const int LongSeconds = 30;

    private static readonly byte[][] Telling =
    [
        [0, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0xFF],
        [0x7F, 0xFF, 0xFF, 0xFF],
        [0, 0, 0, 1],
        [0x80, 0, 0, 0],
        .. "-1|99999999999999999999|1e999|NaN|\"|,|:|{|}|<|>|&|%|\\|\r\n|\n\n|\0|-->|00:00:00|#EXT"
            .Split('|')
            .Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly Lazy<X509Certificate2> Signer = new(() =>
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest(
            "CN=sns.amazonaws.com",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
    });

    public static TheoryData<string> Readers =>
        [
            "fragments",
            "ffprobe",
            "frames",
            "output",
            "srt",
            "vtt",
            "ass",
            "cues",
            "job",
            "limits",
            "addresses",
            "first bytes",
            "packets",
            "events",
        ];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Readers))]
    public Task Spoilt_inputs_are_read_or_refused(string reader) =>
        RunAsync(reader, Seconds ?? 0.5);

    [Theory(Timeout = (LongSeconds + 60) * 1000)]
    [MemberData(nameof(Readers))]
    [Trait("Level", "Long")]
    public Task Spoilt_inputs_are_read_or_refused_for_minutes(string reader) =>
        RunAsync(reader, Seconds ?? LongSeconds);

    private static double? Seconds =>
        double.TryParse(
            Environment.GetEnvironmentVariable("LADDERMILL_FUZZ_SECONDS"),
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? seconds
            : null;

    private static int Seed =>
        int.TryParse(
            Environment.GetEnvironmentVariable("LADDERMILL_FUZZ_SEED"),
            CultureInfo.InvariantCulture,
            out var seed
        )
            ? seed
            : 2026;

    private async Task RunAsync(string reader, double seconds)
    {
        var (seeds, read) = await TargetAsync(reader);
        var random = new Random(Seed);
        var started = TimeProvider.System.GetTimestamp();
        long round = 0;
        for (; Elapsed() < seconds || round < 100; round++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var input = Spoil(seeds, random);
            try
            {
                await read(input);
            }
            catch (Exception refusal) when (IsRefusal(refusal)) { }
            catch (Exception crash)
            {
                Assert.Fail(
                    $"Round {round} of seed {Seed}: {crash}\nInput: {Convert.ToHexString(input)}"
                );
            }
        }
        log.WriteLine($"{reader}: {round} inputs in {Elapsed():0.0} s");

        double Elapsed() => TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static bool IsRefusal(Exception exception) =>
        exception
            is RejectedException
                or MalformedMediaException
                or ProfileException
                or LimitsException
                or AddressException
                or JsonException;

    private static async Task<(byte[][] Seeds, Func<byte[], Task> Read)> TargetAsync(string reader)
    {
        var good = await Outputs.Good;
        byte[] film =
        [
            .. good[OutputEdit.First + "init.mp4"],
            .. good[OutputEdit.First + "00000.m4s"],
        ];
        byte[] sound =
        [
            .. good[OutputEdit.Audio + "init.mp4"],
            .. good[OutputEdit.Audio + "00000.m4s"],
        ];
        return reader switch
        {
            "fragments" => ([film, sound], ReadFragmentsAsync),
            "ffprobe" => (Answers("ffprobe.json"), Do(input => FfprobeReader.Read(input, "a.mp4"))),
            "frames" => (
                Answers("ffprobe.json"),
                Do(input => FirstFramesReader.Add(Sources.File(Sources.Video()), 0, input, "a.mp4"))
            ),
            "output" => (
                [.. good.Values.Where(file => file.Length < 200_000)],
                input => VerifyAsync(good, input)
            ),
            "srt" => ([Asset("words.srt")], Subtitles(SubtitleFormat.Srt)),
            "vtt" => ([Asset("words.vtt")], Subtitles(SubtitleFormat.Vtt)),
            "ass" => ([Asset("words.ass")], Subtitles(SubtitleFormat.Ass)),
            "cues" => (
                [Asset("words.srt"), Asset("words.vtt"), Asset("words.ass")],
                Do(input =>
                {
                    CueText.Clean(Encoding.Latin1.GetString(input), isAss: true);
                    CueText.Clean(Encoding.UTF8.GetString(input), isAss: false);
                })
            ),
            "job" => ([Asset("job.json")], Do(ReadJob)),
            "limits" => (
                [Asset("limits.json")],
                Do(input => SourceLimits.Parse(Encoding.UTF8.GetString(input)))
            ),
            "addresses" => ([Asset("addresses.txt")], Do(ReadAddresses)),
            "first bytes" => (
                [film, Asset("words.srt"), "\xEF\xBB\xBF #EXTM3U"u8.ToArray()],
                Do(input => ContentSniffer.Refusal(input, "a.mp4", SourceLimits.Default))
            ),
            "packets" => (
                ["0,0,40,K__\n40,N/A,40,___\nN/A,N/A,N/A,_D_"u8.ToArray()],
                Do(ReadPackets)
            ),
            "events" => (
                [
                    .. EventScenarioTests.Cases.Select(one =>
                        File.ReadAllBytes(
                            Path.Combine(TestMedia.Assets, "events", one.Data, "event.json")
                        )
                    ),
                ],
                Do(ReadEvents)
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(reader), reader, null),
        };
    }

    private static Func<byte[], Task> Do(Action<byte[]> read) =>
        input =>
        {
            read(input);
            return Task.CompletedTask;
        };

    private static Func<byte[], Task> Subtitles(SubtitleFormat format) =>
        Do(input => SubtitleReader.Read(input, format, "de"));

    private static async Task ReadFragmentsAsync(byte[] input)
    {
        var reader = new FragmentReader(new MemoryStream(input));
        await reader.ReadInitAsync(default);
        while (await reader.ReadFragmentAsync(default) is { } fragment)
        {
            using (fragment)
            {
                foreach (var sample in fragment)
                {
                    _ = fragment.DataOf(sample).Length;
                }
            }
        }
    }

    /// <summary>A published output with one of its files spoilt: the checker reports, whatever it meets.</summary>
    private static Task<Report> VerifyAsync(IReadOnlyDictionary<string, byte[]> good, byte[] input)
    {
        var files = good.ToDictionary(StringComparer.Ordinal);
        var place = good.Keys.ElementAt((input.Length * 31 + input.FirstOrDefault()) % good.Count);
        files[place] = input;
        return Verifier.VerifyAsync(new MemoryOutput(files), new VerifyOptions(), default);
    }

    private static void ReadJob(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        JobOutcome.Parse(input);
        var job = JobDocument.Parse(text);
        if (job.Profile is { } profile)
        {
            Profiles.Parse($$"""{"job":{{profile.ToJsonString()}}}""", "the job");
        }
    }

    private static void ReadAddresses(byte[] input)
    {
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            try
            {
                ObjectLocation.ParseSource(line, "/films");
                ObjectLocation.ParseDestination(line, "/films");
            }
            catch (AddressException) { }
        }
    }

    private static void ReadPackets(byte[] input)
    {
        var packets = new PacketTimes(Sources.Video() with { TimeBase = new(1, 1000) }, true);
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            packets.Add(line);
            EndScanner.Later(null, line);
        }
        packets.ToScan();
    }

    /// <summary>As a body with and without the headers that change how it is read, and as a header and an address itself.</summary>
    private static void ReadEvents(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        foreach (
            var header in (Func<string, string?>[])
                [
                    _ => null,
                    _ => text,
                    name =>
                        name switch
                        {
                            "ce-specversion" => "1.0",
                            "ce-type" => "laddermill.object.created",
                            "ce-id" => text,
                            _ => null,
                        },
                ]
        )
        {
            try
            {
                var reading = EventReader.Read(text, header, input);
                reading.Sns?.IsSignedBy(Signer.Value, DateTimeOffset.UnixEpoch);
            }
            catch (EventException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }

    private static byte[] Spoil(byte[][] seeds, Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Length)]);
        for (var change = random.Next(1, 8); change > 0 && bytes.Count > 0; change--)
        {
            var reach = random.Next(2) == 0 ? bytes.Count : Math.Min(900, bytes.Count);
            var place = random.Next(reach);
            var length = Math.Min(random.Next(1, 64), bytes.Count - place);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(place, length);
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, length));
                    break;
                case 4:
                    bytes.InsertRange(place, Telling[random.Next(Telling.Length)]);
                    break;
                default:
                    var word = Telling[random.Next(Telling.Length)];
                    for (var at = 0; at < word.Length && place + at < bytes.Count; at++)
                    {
                        bytes[place + at] = word[at];
                    }
                    break;
            }
        }
        return [.. random.Next(8) == 0 ? bytes.Take(random.Next(bytes.Count + 1)) : bytes];
    }

    private static byte[] Asset(string name) =>
        File.ReadAllBytes(Path.Combine(TestMedia.Assets, "fuzz", name));

    private static byte[][] Answers(string name) =>
        [
            .. Directory
                .GetFiles(
                    Path.Combine(TestMedia.Assets, "ffprobe"),
                    name,
                    SearchOption.AllDirectories
                )
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];
}

using Laddermill.Ffmpeg;

namespace Laddermill.Tests.Ffmpeg;

public sealed class SampleReportTests
{
    [Fact]
    public void Summaries_of_encoders_and_filters_are_read_in_their_order()
    {
        var report = SampleReport.Read(
            """
            bench: utime=0.078s stime=0.013s rtime=0.112s
            bench: maxrss=90368kB
            [Parsed_ssim_12 @ 0x556034609700] SSIM Y:0.971000 (15.3) U:0.98 (18.9) V:0.99 (21.3) All:0.98 (18.5)
            [Parsed_ssim_6 @ 0x556034609600] SSIM Y:0.984081 (17.980731) U:0.987303 (18.963062) V:0.992687 (21.359208) All:0.986052 (18.554925)
            [libx264 @ 0x5560345fc800] frame I:1     Avg QP:19.64  size: 18945
            [libx264 @ 0x5560345fc800] frame P:9     Avg QP:20.68  size:  4090
            [libx264 @ 0x5560345fc800] frame B:2     Avg QP:23.59  size:  2030
            [libx264 @ 0x5560345fc800] mb I  I16..4: 21.8% 27.3% 50.9%
            [libx264 @ 0x5560345fc800] SSIM Mean Y:0.9888491 (19.527db)
            [libx264 @ 0x5560345fc800] kb/s:957.09
            [libx264 @ 0x55603461d6c0] frame I:1     Avg QP:21.20  size:  5641
            [libx264 @ 0x55603461d6c0] SSIM Mean Y:0.9803388 (17.064db)
            """.Split('\n')
        );

        Assert.Equal(
            [
                new EncoderReport(1, 18945, 11, 9 * 4090 + 2 * 2030, 0.9888491),
                new EncoderReport(1, 5641, 0, 0, 0.9803388),
            ],
            report.Encoders
        );
        Assert.Equal([0.984081, 0.971], report.Detail);
        Assert.Equal(0.091, report.CpuSeconds, 6);
    }

    [Fact]
    public void Nothing_said_is_nothing_known()
    {
        var report = SampleReport.Read(["Conversion failed!"]);

        Assert.Empty(report.Encoders);
        Assert.Equal(0, report.CpuSeconds);
    }
}

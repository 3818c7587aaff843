using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

public sealed class EncoderSocketsTests
{
    [Fact]
    public void What_a_killed_worker_left_is_removed_by_the_next_and_what_is_in_use_is_not()
    {
        using var living = new EncoderSockets(1);
        var left = Directory.CreateTempSubdirectory("laddermill-sockets-");
        File.WriteAllText(Path.Join(left.FullName, "0.sock"), "");
        var longAgo = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        left.LastWriteTimeUtc = longAgo;
        new DirectoryInfo(living.Folder).LastWriteTimeUtc = longAgo;

        using var next = new EncoderSockets(1);

        Assert.False(Directory.Exists(left.FullName));
        Assert.True(Directory.Exists(living.Folder));
    }
}

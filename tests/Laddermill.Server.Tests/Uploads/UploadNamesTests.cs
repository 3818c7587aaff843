using System.Text;
using Laddermill.Server.Uploads;

namespace Laddermill.Server.Tests.Uploads;

public sealed class UploadNamesTests
{
    [Theory]
    [InlineData("film.mp4", "film.mp4")]
    [InlineData("Фильм о мосте, 100%41 + é.mp4", "Фильм о мосте, 100%41 + é.mp4")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\Users\me\film.mp4", "film.mp4")]
    [InlineData("a\nb\0c.mp4", "a_b_c.mp4")]
    [InlineData("harmless\u202e4pm.exe.mp4", "harmless_4pm.exe.mp4")]
    [InlineData("half\ufffd.mp4", "half_.mp4")]
    [InlineData(" . .hidden.mp4 ", "hidden.mp4")]
    [InlineData("-rf.mp4", "-rf.mp4")]
    [InlineData("..", null)]
    [InlineData("folder/", null)]
    [InlineData(" ", null)]
    public void A_name_is_made_fit_to_be_an_objects(string name, string? cleaned) =>
        Assert.Equal(cleaned, UploadNames.Clean(name));

    [Fact]
    public void A_long_name_is_cut_between_characters_and_keeps_its_ending()
    {
        var cleaned = UploadNames.Clean(new string('映', 500) + ".mkv")!;

        Assert.True(Encoding.UTF8.GetByteCount(cleaned) <= 200);
        Assert.EndsWith("映.mkv", cleaned, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("film.mp4", 1, "film.mp4")]
    [InlineData("film.mp4", 2, "film (2).mp4")]
    [InlineData("film", 3, "film (3)")]
    public void A_free_name_has_a_number_before_the_ending(string name, int number, string free) =>
        Assert.Equal(free, UploadNames.Numbered(name, number));
}

using Laddermill.Media;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Media;

public sealed class SidecarFileTests(TestMedia media)
{
    [Theory]
    [InlineData("film.srt", "srt", null, "")]
    [InlineData("film.en.srt", "srt", "en", "")]
    [InlineData("film.mp4.en.srt", "srt", "en", "")]
    [InlineData("film.eng.VTT", "vtt", "en", "")]
    [InlineData("film.pt-BR.vtt", "vtt", "pt-BR", "")]
    [InlineData("film.ger.forced.srt", "srt", "de", "forced")]
    [InlineData("film.en.sdh.default.srt", "srt", "en", "deaf default")]
    [InlineData("film.hi.srt", "srt", "hi", "")]
    [InlineData("film.en.hi.srt", "srt", "en", "deaf")]
    [InlineData("film.und.srt", "srt", null, "")]
    public void A_name_tells_language_and_purpose(
        string file,
        string format,
        string? language,
        string purpose
    ) =>
        Assert.Equal(
            new SidecarFile(
                file,
                format,
                language,
                purpose.Contains("forced", StringComparison.Ordinal),
                purpose.Contains("deaf", StringComparison.Ordinal),
                purpose.Contains("default", StringComparison.Ordinal)
            ),
            SidecarFile.Of("film.mp4", file)
        );

    [Theory]
    [InlineData("film.mp4")]
    [InlineData("film.en.txt")]
    [InlineData("films.en.srt")]
    [InlineData("other.en.srt")]
    [InlineData("film.part2.srt")]
    [InlineData("film.en.de.srt")]
    [InlineData("film.trailer.en.srt")]
    public void Somebody_elses_file_is_none_of_ours(string file) =>
        Assert.Null(SidecarFile.Of("film.mp4", file));

    [Fact]
    public void Links_and_empty_files_are_passed_over()
    {
        var folder = media.NewFolder();
        string In(string name) => Path.Join(folder, name);
        File.WriteAllText(In("film.mp4"), "x");
        File.WriteAllText(In("film.fr.srt"), "x");
        File.WriteAllText(In("film.de.srt"), "x");
        File.WriteAllText(In("film.en.srt"), "");
        File.CreateSymbolicLink(In("film.es.srt"), In("film.de.srt"));

        var found = Sidecars.BesideFile(In("film.mp4"));

        Assert.Equal(["film.de.srt", "film.fr.srt"], found.Select(each => each.File.Name));
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_has_none() =>
        Assert.Empty(Sidecars.BesideFile("/proc/nowhere/film.mp4"));
}

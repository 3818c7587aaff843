using System.Text;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

public sealed class ContentSnifferTests
{
    [Theory]
    [InlineData("#EXTM3U\n#EXTINF:1,\nsecret.ts\n")]
    [InlineData("\n \t#extm3u\r\nhttp://127.0.0.1/\n")]
    [InlineData("\u00EF\u00BB\u00BF#EXTM3U\n")]
    [InlineData("ffconcat version 1.0\nfile x\n")]
    [InlineData("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD/>")]
    [InlineData("<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"/>")]
    [InlineData("<svg xmlns:xlink=\"x\"/>")]
    [InlineData("<smil/>")]
    [InlineData("<ASX version=\"3.0\"/>")]
    [InlineData("[playlist]\nFile1=a\n")]
    [InlineData(";FFMETADATA1\n")]
    [InlineData("REM GENRE x\nFILE \"a.wav\" WAVE\n")]
    public void What_names_other_files_is_a_hostile_playlist(string text) =>
        Assert.Equal("hostile-playlist", Refuse(Encoding.Latin1.GetBytes(text))?.Code);

    [Fact]
    public void A_playlist_in_another_charset_is_still_one() =>
        Assert.All(
            (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode],
            encoding =>
                Assert.Equal(
                    "hostile-playlist",
                    Refuse([.. encoding.GetPreamble(), .. encoding.GetBytes("#EXTM3U\n")])?.Code
                )
        );

    [Theory]
    [InlineData("%PDF-1.7\n")]
    [InlineData("#!/bin/sh\nrm x\n")]
    [InlineData("PK\u0003\u0004zip")]
    [InlineData("\u007FELF\u0002")]
    [InlineData("\u001F\u008B\u0008gz")]
    public void What_is_something_else_is_not_media(string text) =>
        Assert.Equal("not-media", Refuse(Encoding.Latin1.GetBytes(text))?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("#!AMR\n<")]
    [InlineData("\0\0\0\u001CftypisomPK")]
    [InlineData("GIF89a\u0001\0\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("G\0\0#EXTM3U")]
    public void What_may_be_media_is_left_to_the_whitelist(string text) =>
        Assert.Null(Refuse(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("attack_ffconcat_passwd.mp4", "hostile-playlist")]
    [InlineData("attack_hls_file_etc_passwd.mp4", "hostile-playlist")]
    [InlineData("attack_hls_http_loopback.mp4", "hostile-playlist")]
    [InlineData("attack_hls_neighbour_media.mp4", "hostile-playlist")]
    [InlineData("attack_sdp_loopback.mp4", "hostile-playlist")]
    [InlineData("attack_png_bomb_20000x20000.png", "limit-pixels")]
    [InlineData("ax_bomb_16000x9000.webp", "limit-pixels")]
    public void Attacks_and_bombs_are_known_by_their_first_bytes(string file, string code)
    {
        using var stream = File.OpenRead(TestMedia.CorpusFile(file));
        var head = new byte[ContentSniffer.Length];
        var count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Assert.Equal(code, Refuse(head.AsSpan(0, count))?.Code);
    }

    [Fact]
    public void Of_the_corpus_only_attacks_and_bombs_are_refused_by_their_first_bytes()
    {
        var refused = Directory
            .EnumerateFiles(Path.Combine(TestMedia.Corpus, "files"))
            .Where(path =>
            {
                using var stream = File.OpenRead(path);
                var head = new byte[ContentSniffer.Length];
                var count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
                return Refuse(head.AsSpan(0, count)) is not null;
            })
            .Select(path => Path.GetFileName(path));
        Assert.All(
            refused,
            name =>
                Assert.True(
                    name.StartsWith("attack_", StringComparison.Ordinal)
                        || name.Contains("bomb", StringComparison.Ordinal),
                    name
                )
        );
    }

    private static RejectedException? Refuse(ReadOnlySpan<byte> head) =>
        ContentSniffer.Refusal(head, "upload.mp4", SourceLimits.Default);
}

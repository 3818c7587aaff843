using Laddermill.Events;

namespace Laddermill.Tests.Events;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a/b.mp4", "a/b.mp4", "a/b.mp4")]
    [InlineData("a+b%2Bc", "a b+c", "a+b+c")]
    [InlineData("%d0%BA%D0%b8но", "кино", "кино")]
    [InlineData("%F0%9F%98%80", "😀", "😀")]
    [InlineData("100%25%2525", "100%%25", "100%%25")]
    [InlineData("%00", "\0", "\0")]
    public void Escapes_are_undone_once(string text, string ofForm, string ofPath)
    {
        Assert.Equal(ofForm, PercentEncoding.DecodeForm(text));
        Assert.Equal(ofPath, PercentEncoding.Decode(text));
    }

    [Theory]
    [InlineData("100%")]
    [InlineData("%4")]
    [InlineData("% 41")]
    [InlineData("%+1")]
    [InlineData("%zz")]
    [InlineData("%é1")]
    // Half a character, an overlong space, half of a surrogate pair.
    [InlineData("%D0")]
    [InlineData("%C0%A0")]
    [InlineData("%ED%A0%80")]
    public void What_nobody_encoded_so_is_told_apart(string text)
    {
        Assert.Null(PercentEncoding.DecodeForm(text));
        Assert.Null(PercentEncoding.Decode(text));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_name() =>
        Assert.Null(PercentEncoding.Decode("\ud800"));
}

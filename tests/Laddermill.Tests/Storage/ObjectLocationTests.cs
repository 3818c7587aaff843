using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

public sealed class ObjectLocationTests
{
    private const string Here = "/home/anna";

    [Theory]
    [InlineData("sintel.mp4", "/home/anna", "sintel.mp4")]
    [InlineData("movies/sintel.mp4", "/home/anna/movies", "sintel.mp4")]
    [InlineData("../bob/a b%20+?#.mp4", "/home/bob", "a b%20+?#.mp4")]
    [InlineData("/sintel.mp4", "/", "sintel.mp4")]
    [InlineData("//srv//x.mp4", "/srv", "x.mp4")]
    [InlineData("c:x.mp4", "/home/anna", "c:x.mp4")]
    [InlineData("file:///srv/a%20b%25.mp4", "/srv", "a b%.mp4")]
    [InlineData("file://localhost/srv/x.mp4", "/srv", "x.mp4")]
    [InlineData("file:/srv/x.mp4", "/srv", "x.mp4")]
    [InlineData("FILE:///srv/%C3%A9%3F%23.mp4", "/srv", "é?#.mp4")]
    [InlineData("file:///srv/a/%2E%2E/x+y.mp4", "/srv", "x+y.mp4")]
    public void A_local_source_is_a_folder_and_a_name(string address, string folder, string name) =>
        Assert.Equal(
            new ObjectLocation(StoreScheme.File, folder, null, name),
            ObjectLocation.ParseSource(address, Here)
        );

    [Theory]
    [InlineData("s3://films/movies/a.mp4", StoreScheme.S3, "films", null, "movies/a.mp4")]
    [InlineData("S3://films/a%20b+c?d#e", StoreScheme.S3, "films", null, "a%20b+c?d#e")]
    [InlineData("s3://films//x/../y/", StoreScheme.S3, "films", null, "/x/../y/")]
    [InlineData("oci://films/a@b.mp4", StoreScheme.Oci, "films", null, "a@b.mp4")]
    [InlineData("oci://films@axaxnp/a.mp4", StoreScheme.Oci, "films", "axaxnp", "a.mp4")]
    public void A_key_in_a_bucket_is_taken_literally(
        string address,
        StoreScheme scheme,
        string bucket,
        string? @namespace,
        string key
    )
    {
        var location = ObjectLocation.ParseSource(address, Here);
        Assert.Equal(new ObjectLocation(scheme, bucket, @namespace, key), location);
        Assert.Equal(location, ObjectLocation.ParseSource(location.ToString(), "/elsewhere"));
    }

    [Theory]
    [InlineData("out", StoreScheme.File, "/home/anna/out", "")]
    [InlineData("out/", StoreScheme.File, "/home/anna/out", "")]
    [InlineData(".", StoreScheme.File, "/home/anna", "")]
    [InlineData("/", StoreScheme.File, "/", "")]
    [InlineData("file:///srv/o%20ut/", StoreScheme.File, "/srv/o ut", "")]
    [InlineData("s3://films", StoreScheme.S3, "films", "")]
    [InlineData("s3://films/", StoreScheme.S3, "films", "")]
    [InlineData("s3://films/vod/hd", StoreScheme.S3, "films", "vod/hd/")]
    [InlineData("oci://films/vod/", StoreScheme.Oci, "films", "vod/")]
    public void A_destination_is_a_root(
        string address,
        StoreScheme scheme,
        string bucket,
        string prefix
    )
    {
        var location = ObjectLocation.ParseDestination(address, Here);
        Assert.Equal(new ObjectLocation(scheme, bucket, null, prefix), location);
        Assert.Equal(location, ObjectLocation.ParseDestination(location.ToString(), "/elsewhere"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a\0b", "NUL")]
    [InlineData("movies/", "is a folder")]
    [InlineData("..", "is a folder")]
    [InlineData("file:///srv/.", "is a folder")]
    [InlineData("http://films/a.mp4", "'http' is not known")]
    [InlineData("file://fileserver/a.mp4", "host 'fileserver'")]
    [InlineData("file:///srv/a#1.mp4", "bare '#'")]
    [InlineData("file:///srv/a?1.mp4", "write it as %3F")]
    [InlineData("file:///srv/100%.mp4", "percent escape")]
    [InlineData("file:///srv/a%2Fb", "percent escape")]
    [InlineData("file:///srv/a%00b", "percent escape")]
    [InlineData("file:///srv/a%FFb", "percent escape")]
    [InlineData("file:///srv/a%+1b", "percent escape")]
    [InlineData("s3://films", "no object in it")]
    [InlineData("s3:///a.mp4", "no bucket")]
    [InlineData("s3://../a.mp4", "no bucket")]
    [InlineData("s3://fi lms/a.mp4", "no bucket")]
    [InlineData("oci://films@/a.mp4", "bucket@namespace")]
    [InlineData("oci://@ns/a.mp4", "no bucket")]
    public void A_malformed_source_says_what_is_wrong(string address, string part)
    {
        var refused = Assert.Throws<AddressException>(() =>
            ObjectLocation.ParseSource(address, Here)
        );
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://AKIAX:hush@films/a.mp4")]
    [InlineData("oci://AKIAX:hush@films/a.mp4")]
    public void A_password_in_an_address_is_not_repeated(string address)
    {
        var refused = Assert.Throws<AddressException>(() =>
            ObjectLocation.ParseSource(address, Here)
        );
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_longer_than_any_store_allows_is_refused()
    {
        var key = string.Concat(Enumerable.Repeat("é", 513));
        Assert.Throws<AddressException>(() =>
            ObjectLocation.ParseSource("s3://films/" + key, Here)
        );
        Assert.Equal(key[1..], ObjectLocation.ParseSource("s3://films/" + key[1..], Here).Key);
    }

    [Fact]
    public void A_local_address_with_odd_characters_reads_back()
    {
        var location = ObjectLocation.ParseSource("/srv/50%25 off?#1.mp4", Here);
        Assert.Equal("file:///srv/50%2525 off%3F%231.mp4", location.ToString());
        Assert.Equal(location, ObjectLocation.ParseSource(location.ToString(), Here));
    }
}

using Amazon.S3;
using Laddermill.Storage;
using Laddermill.Storage.S3;

namespace Laddermill.Tests.Storage.S3;

public sealed class S3OptionsTests
{
    [Fact]
    public void Without_an_endpoint_it_is_Amazons_with_virtual_hosts()
    {
        var config = Config(("AWS_DEFAULT_REGION", "eu-west-3"));
        Assert.Equal("eu-west-3", config.RegionEndpoint.SystemName);
        Assert.False(config.ForcePathStyle);
    }

    [Fact]
    public void The_endpoint_for_S3_wins_and_takes_path_style()
    {
        var config = Config(
            ("AWS_ENDPOINT_URL", "https://other.example.com"),
            ("AWS_ENDPOINT_URL_S3", "https://s3.example.com:9000"),
            ("AWS_REGION", "here"),
            ("AWS_DEFAULT_REGION", "there")
        );
        Assert.Equal("https://s3.example.com:9000/", config.ServiceURL);
        Assert.Equal("here", config.AuthenticationRegion);
        Assert.True(config.ForcePathStyle);
    }

    [Fact]
    public void The_addressing_can_be_chosen()
    {
        var config = Config(
            ("AWS_ENDPOINT_URL", "https://s3.example.com"),
            ("LADDERMILL_S3_ADDRESSING", "virtual")
        );
        Assert.False(config.ForcePathStyle);
        Assert.Equal("us-east-1", config.AuthenticationRegion);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL", "s3.example.com")]
    [InlineData("AWS_ENDPOINT_URL_S3", "ftp://s3.example.com")]
    [InlineData("AWS_ENDPOINT_URL_S3", "https://me:hush@s3.example.com")]
    [InlineData("LADDERMILL_S3_ADDRESSING", "dns")]
    public void An_impossible_value_is_refused_by_the_name_of_its_variable(
        string name,
        string value
    )
    {
        var refused = Assert.Throws<AddressException>(() => Config((name, value)));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    private static AmazonS3Config Config(params (string Name, string Value)[] variables)
    {
        var all = variables.ToDictionary(v => v.Name, v => v.Value);
        using var client = S3Options.From(all.GetValueOrDefault).CreateClient();
        return (AmazonS3Config)client.Config;
    }
}

using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

public sealed class S3AddressTests
{
    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://my.bucket-1/team/dnc/", "my.bucket-1", "team/dnc/")]
    public void Bucket_and_prefix(string uri, string bucket, string prefix)
    {
        var address = S3Address.Parse(uri, _ => null);
        Assert.Equal((bucket, prefix), (address.Bucket, address.Prefix));
        Assert.False(address.IsPathStyle);
    }

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///prefix")]
    [InlineData("s3://Upper")]
    [InlineData("s3://user:secret@host")]
    [InlineData("s3://bucket/../other")]
    public void What_names_no_bucket_is_refused(string uri) => Assert.Throws<UserInputException>(() => S3Address.Parse(uri, _ => null));

    [Fact]
    public void The_environment_says_server_and_region()
    {
        var address = Parse(("AWS_ENDPOINT_URL", "http://general:1"), ("AWS_ENDPOINT_URL_S3", "https://minio.example:9000"), ("AWS_DEFAULT_REGION", "eu-central-1"));
        Assert.Equal(new S3Address("bucket", "", new Uri("https://minio.example:9000"), "eu-central-1"), address);
        Assert.True(address.IsPathStyle);
        Assert.Equal("bucket 'bucket' at https://minio.example:9000", address.ToString());
        Assert.Equal("bucket 'bucket' at Amazon S3 (us-west-2)", Parse(("AWS_REGION", "us-west-2")).ToString());
        Assert.False(Parse(("AWS_ENDPOINT_URL", "https://s3.eu-central-1.amazonaws.com")).IsPathStyle);
    }

    [Theory]
    [InlineData("minio:9000")]
    [InlineData("ftp://minio")]
    [InlineData("https://user:secret@minio")]
    public void A_server_that_is_none_is_refused_without_repeating_it(string server)
    {
        var message = Assert.Throws<UserInputException>(() => Parse(("AWS_ENDPOINT_URL", server))).Message;
        Assert.Contains("AWS_ENDPOINT_URL", message);
        Assert.DoesNotContain("secret", message);
    }

    private static S3Address Parse(params (string Name, string Value)[] environment) =>
        S3Address.Parse("s3://bucket", name => environment.FirstOrDefault(e => e.Name == name).Value);
}

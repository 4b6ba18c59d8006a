using Amazon.Runtime;
using DnC.Workflow.Runtime.Artifacts.S3;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

public sealed partial class S3Server
{
    /// <summary>A connection whose waits are over at once.</summary>
    internal static BucketClient Connect(S3Address address, string id = "S3RVER", string secret = "S3RVER") =>
        BucketClient.Open(address, new Execute.ImpatientTime(), new BasicAWSCredentials(id, secret), retries: 0);
}

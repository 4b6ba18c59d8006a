using System.Text.Json;
using DnC.Workflow.Cli.Tests.EndToEnd;

namespace DnC.Workflow.Report.Tests.EndToEnd;

public sealed class ReportSchemaTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_committed_schema_is_that_of_the_record()
    {
        if (Environment.GetEnvironmentVariable("DNC_REWRITE_GOLDEN") == "1")
            File.WriteAllText(ReportSchema.Path, ReportSchema.Generated());

        Assert.Equal(ReportSchema.Generated(), File.ReadAllText(ReportSchema.Path));
    }

    [Fact]
    public void A_record_that_lacks_a_property_or_has_one_too_many_is_refused()
    {
        var whole = new SampleRun(_folder.Path, clusters: 4).Facts().ToJson();

        Assert.Null(ReportSchema.Fault(JsonDocument.Parse(whole).RootElement));
        Assert.NotNull(ReportSchema.Fault(JsonDocument.Parse(whole.Replace("\"stages\":", "\"stagez\":", StringComparison.Ordinal)).RootElement));
        Assert.NotNull(ReportSchema.Fault(JsonDocument.Parse(whole.Replace("\"format\":1", "\"format\":\"1\"", StringComparison.Ordinal)).RootElement));
    }
}
